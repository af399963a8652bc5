"""PDF files -> text with pages (owns pypdf, together with `pdf_runs`).

Encrypted files are tried with the empty password. A page is known by its place in the file, not by
the label printed on it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from qa.errors import UnreadableSource
from qa.readers.parts import Body, Part, assemble

MAX_PAGES = 5000
MIN_LETTERS = 25  # a page; with fewer, and pictures, the file is a scan
_OCR = "Run OCR (text recognition) on it first"


def read_pdf(data: bytes, source: str, seconds: float) -> Body:
    """The body of a PDF; after `seconds` it is refused at the next page."""
    from qa.readers.pdf_blocks import pdf_parts
    from qa.readers.pdf_lines import Line, page_lines
    from qa.readers.pdf_runs import page_runs

    reader = _open(data, source)
    deadline = time.monotonic() + seconds
    pages: list[list[Line]] = []
    pictures = False
    for page in reader.pages:
        if time.monotonic() > deadline:
            reason = f"reading it takes longer than {seconds:.0f} seconds"
            raise UnreadableSource(source, reason, "Split it, or raise QA_READ_SECONDS")
        pages.append(page_lines(page_runs(page, reader)))
        pictures = pictures or _has_pictures(page)
    if not pages:
        raise UnreadableSource(source, "no page of it can be read", "Open and save it again")
    parts = pdf_parts(pages)
    _check(parts, len(pages), source, pictures=pictures)
    return assemble(parts, len(pages), _title(reader))


def _open(data: bytes, source: str) -> Any:
    import pypdf

    reader = pypdf.PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        advice = "Save it without the password"
        raise UnreadableSource(source, "it is encrypted and needs a password", advice)
    if len(reader.pages) > MAX_PAGES:
        reason = f"it has {len(reader.pages)} pages, the limit is {MAX_PAGES}"
        raise UnreadableSource(source, reason, "Split it")
    return reader


def _check(parts: Sequence[Part], page_count: int, source: str, *, pictures: bool) -> None:
    """Refuse scans and fonts that do not say which letters they show."""
    text = " ".join(part.text for part in parts)
    letters = sum(char.isalnum() for char in text)
    if not letters:
        raise UnreadableSource(source, "it has no text layer", _OCR)
    if pictures and letters < MIN_LETTERS * page_count:
        reason = f"it has hardly any text layer ({letters} letters on {page_count} pages)"
        raise UnreadableSource(source, reason, _OCR)
    words = re.findall(r"\S{4,}", text)
    garbled = sum(map(_is_garbled, words))
    if words and garbled > max(0.3 * len(words), 0.5):
        reason = "its fonts do not say which letters they show, so its text layer is garbled"
        raise UnreadableSource(source, reason, _OCR)


def _is_garbled(word: str) -> bool:
    """Capitals, figures and signs in the middle of words, as fonts without a letter table give.

    >>> _is_garbled("SURVWĜHGN\\\\QD~þWHFK"), _is_garbled("MacIntyre"), _is_garbled("https://a.org/B")
    (True, False, False)
    """
    if "://" in word or "@" in word:
        return False
    signs = len(re.findall(r"(?<=[^\W\d_])[\\~^|{}<>\ufffd](?=[^\W\d_])", word))
    return signs + len(re.findall(r"(?<=[^\W_])\ufffd|[\x80-\x9f]", word)) >= 1


def _has_pictures(page: Any) -> bool:
    resources = page.get("/Resources")
    resources = resources.get_object() if resources is not None else {}
    forms = resources.get("/XObject") if hasattr(resources, "get") else None
    objects = forms.get_object().values() if forms is not None else []
    return any(found.get_object().get("/Subtype") == "/Image" for found in objects)


def _title(reader: Any) -> str | None:
    title = reader.metadata.title if reader.metadata else None
    return title if isinstance(title, str) and title.strip().lower() != "untitled" else None
