"""A whole document as HTML, one span of it in <mark>: headings, lists, tables, page signs.

Nothing is left out and nothing added: the marked text is the stored text, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from qa.records import Block, BlockKind, Document, Span
from qa.web.escaping import escape
from qa.web.quotes import cells_of

_NUMBERED = re.compile(r"\s*(?:\(?\w{1,3}[.)]|[-*•–])\s")  # an item that brings its own sign
_CONTENTS_LEVEL = 2  # the deepest heading that the list of sections names


def article_html(document: Document, mark: Span | None, *, nearest: bool = False) -> Markup:
    """Every block of the document in order, with `mark` in <mark id="quote">.

    `nearest` says that the mark is no quote but the text most like one.
    """
    blocks = _with_title_dropped(document, list(_all_blocks(document)))
    kind = Markup(' class="nearest"') if nearest else Markup("")
    signs = _page_signs(document, blocks)
    return _Article(document.text, mark, kind, signs, _ranks(blocks)).html(blocks)


def contents(document: Document) -> list[tuple[str, str]]:
    """The sections that can be jumped to, as (element id, heading)."""
    blocks = _with_title_dropped(document, list(document.blocks))
    return [
        (_heading_id(block), block.span.of(document.text))
        for block in blocks
        if block.kind is BlockKind.HEADING and block.level <= _CONTENTS_LEVEL
    ]


def _all_blocks(document: Document) -> Iterator[Block]:
    """The blocks, and as paragraphs what no block holds, so that nothing is left out."""
    position = 0
    for block in document.blocks:
        yield from _gap(document.text, position, block.span.start)
        yield block
        position = block.span.end
    yield from _gap(document.text, position, len(document.text))


def _gap(text: str, start: int, end: int) -> Iterator[Block]:
    between = text[start:end]
    if between.strip():
        first = start + len(between) - len(between.lstrip())
        yield Block(BlockKind.PARAGRAPH, Span(first, first + len(between.strip())))


def _with_title_dropped(document: Document, blocks: list[Block]) -> list[Block]:
    """Without a first heading that repeats the title, which the page shows above the article."""
    if blocks and blocks[0].kind is BlockKind.HEADING:
        if blocks[0].span.of(document.text).strip() == document.metadata.title.strip():
            return blocks[1:]
    return blocks


def _page_signs(document: Document, blocks: Sequence[Block]) -> tuple[tuple[int, int], ...]:
    """(offset, page): where each page begins, moved to the next block if it begins between two."""
    signs = []
    for number, start in enumerate(document.page_starts, start=1):
        following = next((block for block in blocks if block.span.end > start), None)
        if following is not None:
            signs.append((max(start, following.span.start), number))
    return tuple(signs)


def _ranks(blocks: Iterable[Block]) -> dict[int, int]:
    """h2 to h6 for every heading; none is more than one below the heading before it, so that no
    level is left out for those who move by headings. The title of the page is the only h1.
    """
    ranks, open_levels = dict[int, int](), list[int]()
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            while open_levels and open_levels[-1] >= block.level:
                open_levels.pop()
            open_levels.append(block.level)
            ranks[block.span.start] = min(len(open_levels) + 1, 6)
    return ranks


def _heading_id(block: Block) -> str:
    return f"section-{block.span.start}"


@dataclass(frozen=True, slots=True)
class _Article:
    text: str
    mark: Span | None
    mark_kind: Markup
    pages: tuple[tuple[int, int], ...]
    ranks: Mapping[int, int]  # of each heading, by where it starts

    def html(self, blocks: Sequence[Block]) -> Markup:
        return _joined(
            self._group(kind, list(group)) for kind, group in groupby(blocks, lambda b: b.kind)
        )

    def _group(self, kind: BlockKind, blocks: list[Block]) -> Markup:
        if kind is BlockKind.HEADING:
            return _joined(self._heading(block) for block in blocks)
        if kind is BlockKind.TABLE_ROW:
            return self._table(blocks)
        if kind is BlockKind.LIST_ITEM:
            return Markup("<ul>{}</ul>").format(_joined(self._item(block) for block in blocks))
        paragraph = Markup('<p dir="auto">{}</p>')
        return _joined(paragraph.format(self._piece(block.span)) for block in blocks)

    def _heading(self, block: Block) -> Markup:
        return Markup('<h{0} id="{1}" dir="auto">{2}</h{0}>').format(
            self.ranks[block.span.start], _heading_id(block), self._piece(block.span)
        )

    def _item(self, block: Block) -> Markup:
        signed = " signed" if _NUMBERED.match(block.span.of(self.text)) else ""
        return Markup('<li class="level-{}{}" dir="auto">{}</li>').format(
            block.level, signed, self._piece(block.span)
        )

    def _table(self, rows: list[Block]) -> Markup:
        """The first row is the head; the separators between cells are not shown."""
        lines = []
        for number, row in enumerate(rows):
            head = number == 0 and len(rows) > 1
            cell = Markup(
                '<th scope="col" dir="auto">{}</th>' if head else '<td dir="auto">{}</td>'
            )
            cells = (cell.format(self._piece(span)) for span in cells_of(self.text, row.span))
            lines.append(Markup("<tr>{}</tr>").format(_joined(cells)))
        return Markup(
            '<div class="table" role="group" aria-label="Table" tabindex="0">'
            "<table>{}</table></div>"
        ).format(_joined(lines))

    def _piece(self, span: Span) -> Markup:
        """The text under `span`, what the mark covers of it in <mark>."""
        if self.mark is None or not self.mark.overlaps(span):
            return self._paged(span.start, span.end)
        first, last = max(span.start, self.mark.start), min(span.end, self.mark.end)
        name = Markup(' id="quote"') if span.start <= self.mark.start else ""
        return Markup("{}<mark{}{}>{}</mark>{}").format(
            self._paged(span.start, first),
            name,
            self.mark_kind,
            self._paged(first, last),
            self._paged(last, span.end),
        )

    def _paged(self, start: int, end: int) -> Markup:
        """Escaped text; where a page begins stands an element without text, drawn by the style."""
        parts, position = list[Markup](), start
        for offset, number in self.pages:
            if start <= offset < end:
                sign = Markup('<span class="page" id="page-{0}" data-page="Page {0}"></span>')
                parts += [escape(self.text[position:offset]), sign.format(number)]
                position = offset
        return _joined([*parts, escape(self.text[position:end])])


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)
