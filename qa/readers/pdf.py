"""PDF -> parts (owns pypdf)."""

from __future__ import annotations

import re
from io import BytesIO

from qa.errors import UnreadableSource
from qa.readers.clean import Vocabulary, clean, join_lines
from qa.readers.parts import Body, PageMark, Part, assemble
from qa.records import BlockKind


def read_pdf(data: bytes, source: str) -> Body:
    import pypdf

    reader = pypdf.PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableSource(source, "it is protected by a password", "Save it without one")
    pages = [page.extract_text().splitlines() for page in reader.pages]
    vocabulary = Vocabulary.of(line for page in pages for line in page)
    parts = []
    for number, lines in enumerate(pages, 1):
        text = ""
        for line in lines:
            text = join_lines(text, line, vocabulary) if text else line
        if text := clean(re.sub(r"\s+", " ", text)):
            parts.append(Part(BlockKind.PARAGRAPH, text, pages=(PageMark(0, number),)))
    title = reader.metadata.title if reader.metadata else None
    return assemble(parts, len(pages), title)
