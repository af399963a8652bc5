"""One thing to look at, and the places in an article that show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.records import Document

ERROR, WARNING, NOTE = "error", "warning", "note"
LEVELS = (ERROR, WARNING, NOTE)  # worst first
SHOWN = 5  # examples given of one kind in one article


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    An error keeps an article out or makes the index unsafe; a warning is worth a look; a note is
    worth knowing.
    """

    level: str
    kind: str
    source: str  # "" when it concerns the index as a whole
    message: str
    pages: tuple[int, ...] = ()  # counted from 1; () where the article has none, or all are meant


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule found something: offset in the document's text, and what stands there."""

    start: int
    shown: str


def finding_of(
    document: Document, level: str, kind: str, places: Sequence[Place], what: str
) -> list[Finding]:
    """One finding for all places of one kind in an article; [] without places."""
    if not places:
        return []
    shown = ", ".join(repr(s) for s in list(dict.fromkeys(p.shown for p in places))[:SHOWN])
    pages = pages_of(document, (place.start for place in places))
    count = f"{len(places)} places" if len(places) > 1 else "1 place"
    message = f"{what}, {count}: {shown}{on_pages(pages)}"
    return [Finding(level, kind, document.source, message, pages)]


def pages_of(document: Document, offsets: Iterable[int]) -> tuple[int, ...]:
    """The pages that hold these offsets, in order."""
    found = {document.page_of(offset) for offset in offsets}
    return tuple(sorted(page for page in found if page is not None))


def on_pages(pages: Sequence[int]) -> str:
    """
    >>> on_pages((2, 3)), on_pages((7,)), on_pages(())
    (' (pages 2, 3)', ' (page 7)', '')
    """
    if not pages:
        return ""
    return f" (page{'s' if len(pages) > 1 else ''} {', '.join(str(page) for page in pages)})"
