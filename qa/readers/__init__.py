"""One source file -> its documents: canonical text, blocks, pages, metadata.

The same bytes always give the same documents. A file that cannot be read raises UnreadableSource
with the reason and what to do; whatever a library says of a bad file becomes that error here.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from pathlib import Path

from qa.errors import UnreadableSource
from qa.readers.clean import clean
from qa.readers.decode import decode
from qa.readers.metadata import make_metadata, read_sidecar, split_front_matter
from qa.readers.parts import Body, assemble
from qa.records import BlockKind, Document

logger = logging.getLogger(__name__)

MAX_MB = 64
MAX_UNPACKED_MB = 256
SECONDS = 60.0  # for one file, looked at between pages
MAX_TITLE = 120


def read_source(
    path: Path, root: Path, max_mb: int = MAX_MB, seconds: float = SECONDS
) -> list[Document]:
    """The documents of `path`: one, or for .jsonl one a line. `root` is the corpus folder."""
    source = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        reason = f"{suffix or 'a file without an ending'} is not a known kind of article"
        raise UnreadableSource(source, reason, f"Save it as one of: {', '.join(sorted(SUFFIXES))}")
    data = _bytes(path, source, max_mb)
    try:
        if suffix == ".jsonl":
            return _read_records(data, path, source)
        return [_read_one(data, path, source, seconds)]
    except UnreadableSource:
        raise
    except Exception as error:  # the single edge where a library's word on a bad file is taken
        logger.debug("%s cannot be read", source, exc_info=True)
        said = " ".join(str(error).split())[:200] or type(error).__name__
        reason = f"it is damaged or not a {suffix} file ({said})"
        raise UnreadableSource(source, reason, "Open and save it again, or remove it") from error


def _bytes(path: Path, source: str, max_mb: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > max_mb * 1_000_000:
            reason = f"it is {size / 1e6:.1f} MB large, the limit is {max_mb} MB"
            advice = "Split it, or raise QA_MAX_SOURCE_MB"
            raise UnreadableSource(source, reason, advice)
        data = path.read_bytes()
    except OSError as error:
        reason = f"it cannot be opened ({error.strerror or error})"
        raise UnreadableSource(source, reason, "Check that it exists and may be read") from error
    if not data.strip():
        raise UnreadableSource(source, "it is empty", "Fill or remove it")
    return data


def _read_one(data: bytes, path: Path, source: str, seconds: float) -> Document:
    suffix = path.suffix.lower()
    if suffix == ".md":
        fields, text = split_front_matter(decode(data, source), source)
        body = _markdown(text)
    else:
        fields = read_sidecar(path, source)
        body = _pdf(data, source, seconds) if suffix == ".pdf" else _BODIES[suffix](data, source)
    if not body.text:
        raise UnreadableSource(source, "no readable text was found in it", "Check it or remove it")
    metadata = make_metadata(fields, _title(body, path), source)
    return Document(
        doc_id=_digest(data),
        source=source,
        text=body.text,
        metadata=metadata,
        blocks=body.blocks,
        page_starts=body.page_starts,
        empty_pages=body.empty_pages,
    )


def _read_records(data: bytes, path: Path, source: str) -> list[Document]:
    from qa.readers.jsonl import record_parts, records

    fields = read_sidecar(path, source)
    fields.pop("title", None)
    documents = []
    for record in records(data, source):
        body = assemble(record_parts(record))
        title = clean(record.title) or _first_words(body.text) or record.record_id
        if body.text:
            metadata = make_metadata(fields, title, source)
            documents.append(
                Document(
                    doc_id=_digest(record.line),
                    source=source,
                    text=body.text,
                    metadata=metadata,
                    blocks=body.blocks,
                    record_id=record.record_id,
                )
            )
    if not documents:
        raise UnreadableSource(source, "none of its lines holds text", "Fill or remove it")
    return documents


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _title(body: Body, path: Path) -> str:
    """The first heading of level 1, else the file's own title, else a heading or short line at
    its beginning, else the file's name.
    """
    opening = [block for block in body.blocks[:2] if block.kind is BlockKind.HEADING]
    headings = [block for block in body.blocks if block.kind is BlockKind.HEADING]
    if headings and (headings[0].level == 1 or (opening and not body.title)):
        first, *more = (block.span.of(body.text) for block in headings[:1] + opening[1:])
        return more[0] if more and first.casefold() in more[0].casefold() else first
    if body.title and clean(body.title):
        return clean(body.title)
    first = body.blocks[0].span.of(body.text)
    if len(first) <= MAX_TITLE and any(char.isalpha() for char in first):
        return first
    return _words(path.stem).capitalize()


def _name_in_text(stem: str, text: str) -> str | None:
    """The file's name as the opening of the text writes it.

    >>> _name_in_text("living-with-trd", "Home Living With TRD By Ann Lee")
    'Living With TRD'
    """
    pattern = r"[\W_]+".join(map(re.escape, _words(stem).split()))
    match = re.search(rf"\b{pattern}\b", text[:1000], re.IGNORECASE) if pattern else None
    return match.group() if match and " " in match.group() else None


def _words(stem: str) -> str:
    return " ".join(re.split(r"[\W_]+", stem)).strip() or stem


def _first_words(text: str) -> str:
    return text if len(text) <= MAX_TITLE else text[:MAX_TITLE].rsplit(" ", 1)[0] + "…"


def _markdown(text: str) -> Body:
    from qa.readers.markdown import markdown_parts

    return assemble(markdown_parts(text))


def _plain(data: bytes, source: str) -> Body:
    from qa.readers.plain import plain_parts

    text = decode(data, source)
    return assemble(plain_parts(text), title=_name_in_text(Path(source).stem, text))


def _webpage(data: bytes, source: str) -> Body:
    from qa.readers.webpage import declared_encoding, page_parts

    parts, title = page_parts(decode(data, source, declared_encoding(data)))
    return assemble(parts, title=title)


def _word(data: bytes, source: str) -> Body:
    from qa.readers.word import unpacked_mb, word_parts

    if data.startswith(b"\xd0\xcf\x11\xe0"):  # the container of old .doc and of encrypted files
        reason = "it is protected by a password or an old .doc file"
        raise UnreadableSource(source, reason, "Save it as .docx without a password")
    if (size := unpacked_mb(data)) > MAX_UNPACKED_MB:
        reason = f"it unpacks to {size:.0f} MB, the limit is {MAX_UNPACKED_MB} MB"
        raise UnreadableSource(source, reason, "Save it without its pictures")
    parts, title = word_parts(data)
    return assemble(parts, title=title)


def _pdf(data: bytes, source: str, seconds: float) -> Body:
    from qa.readers.pdf import read_pdf

    return read_pdf(data, source, seconds)


_BODIES: dict[str, Callable[[bytes, str], Body]] = {
    ".txt": _plain,
    ".html": _webpage,
    ".htm": _webpage,
    ".docx": _word,
}
SUFFIXES: frozenset[str] = frozenset([".md", ".jsonl", ".pdf", *_BODIES])
