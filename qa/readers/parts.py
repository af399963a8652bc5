"""Parts in reading order -> one canonical text with its blocks and page starts.

Every reader gives parts; only here are they joined, so that spans are made in one place. Parts of
one list or table stand on neighbouring lines, all others are set apart by an empty line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.readers.clean import clean
from qa.records import Block, BlockKind, Span

JOINED_BY_LINE = (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW)


@dataclass(frozen=True, slots=True)
class PageMark:
    """Text from `offset` of its part on stands on the page of this 1-based index."""

    offset: int
    page: int


@dataclass(frozen=True, slots=True)
class Part:
    """One block before it has a place; `group` numbers the list or table it belongs to."""

    kind: BlockKind
    text: str
    level: int = 0
    group: int = 0
    pages: tuple[PageMark, ...] = ()  # paged documents only; the first mark has offset 0


@dataclass(frozen=True, slots=True)
class Body:
    """What becomes `Document.text`, `blocks` and `page_starts`."""

    text: str
    blocks: tuple[Block, ...]
    page_starts: tuple[int, ...] = ()
    empty_pages: tuple[int, ...] = ()
    title: str | None = None  # what the file itself calls the document


def heading(text: str, level: int) -> Part:
    """A heading; levels outside 1 to 6 are brought inside."""
    return Part(BlockKind.HEADING, clean(text), min(max(level, 1), 6))


def paragraph(text: str) -> Part:
    """A paragraph of running text."""
    return Part(BlockKind.PARAGRAPH, clean(text))


def list_item(text: str, depth: int, group: int) -> Part:
    """One item, without its bullet or number."""
    return Part(BlockKind.LIST_ITEM, clean(text), max(depth, 1), group)


def table_row(cells: Iterable[str], group: int) -> Part:
    """One row, its cells parted by bars; empty cells at its ends are left out.

    >>> table_row(["Drug", "Dose"], 1).text
    'Drug | Dose'
    """
    text = clean(" | ".join(clean(cell) for cell in cells))
    return Part(BlockKind.TABLE_ROW, text.strip(" |"), 0, group)


def assemble(parts: Sequence[Part], page_count: int = 0, title: str | None = None) -> Body:
    """Join the parts that hold text; pages count from 1 to `page_count` (0: unpaged)."""
    pieces: list[str] = []
    blocks: list[Block] = []
    marks: list[PageMark] = []
    length = 0
    previous: Part | None = None
    for part in parts:
        if not part.text:
            continue
        separator = _separator(previous, part)
        length += len(separator)
        pieces += [separator, part.text]
        blocks.append(Block(part.kind, Span(length, length + len(part.text)), part.level))
        marks += [PageMark(length + mark.offset, mark.page) for mark in part.pages]
        length += len(part.text)
        previous = part
    starts = page_starts(marks, page_count, length)
    with_text = {mark.page for mark in marks}
    empty = tuple(page for page in range(1, page_count + 1) if page not in with_text)
    return Body("".join(pieces), tuple(blocks), starts, empty, title)


def page_starts(marks: Sequence[PageMark], page_count: int, length: int) -> tuple[int, ...]:
    """Where each page begins; a page without text begins where the next one does.

    >>> page_starts([PageMark(0, 1), PageMark(7, 3)], 4, 20)
    (0, 7, 7, 20)
    """
    first: dict[int, int] = {}
    for mark in marks:
        first.setdefault(mark.page, mark.offset)
    starts: list[int] = []
    following = length
    for page in range(page_count, 0, -1):
        following = min(first.get(page, following), following)
        starts.append(following)
    starts.reverse()
    return (0, *starts[1:]) if starts else ()


def _separator(previous: Part | None, part: Part) -> str:
    if previous is None:
        return ""
    same = previous.kind is part.kind in JOINED_BY_LINE and previous.group == part.group
    return "\n" if same else "\n\n"
