"""What a page's layout did to its text: columns read across, tables that became prose."""

from __future__ import annotations

import re

from qa.check.finding import Place
from qa.records import Block, BlockKind, Document

LONG = 60  # characters; shorter paragraphs are captions, names, addresses
FEWEST_TORN = 3  # ends and beginnings of sentences on one page that fit nothing
MOST_TORN = 0.3  # of the long paragraphs of the page
FEWEST_CELLS = 12
NUMERIC = 0.6  # share of a paragraph's words that are figures

_FINISHED = re.compile(r"[.!?:;…][\"'”’)\]]*(?:\s?\[?\d[\d,– -]*\]?)?$")
_FIGURE = re.compile(
    r"[(\[<>=~±+−–-]*\d[\d.,/:%°×()\[\]–−±*-]*[a-z]?[)\]*%,;]*|[±=<>–−—-]+|[nN]/?[aA]"
)


def mixed_places(document: Document) -> list[Place]:
    """Pages where many paragraphs begin or end within a sentence, and no neighbour goes on."""
    found = []
    for blocks in _by_page(document).values():
        torn = _torn(document.text, blocks)
        long = sum(_is_long(block) for block in blocks)
        if len(torn) >= FEWEST_TORN and len(torn) > MOST_TORN * long:
            found.append(torn[0])
    return found


def _by_page(document: Document) -> dict[int, list[Block]]:
    """The paragraphs of each page; {} for an article without pages, which has no columns."""
    found: dict[int, list[Block]] = {}
    for block in document.blocks:
        page = document.page_of(block.span.start)
        if page is not None and block.kind is BlockKind.PARAGRAPH:
            found.setdefault(page, []).append(block)
    return found


def _torn(text: str, blocks: list[Block]) -> list[Place]:
    """Long paragraphs that begin small after a finished one, or end open before a new one."""
    torn = []
    for before, after in zip(blocks, blocks[1:], strict=False):
        if not (_is_long(before) and _is_long(after)):
            continue
        finished = bool(_FINISHED.search(before.span.of(text)))
        begins_small = after.span.of(text)[:1].islower()
        if finished == begins_small:
            torn.append(Place(after.span.start, _seam(text, before, after)))
    return torn


def _is_long(block: Block) -> bool:
    return len(block.span) >= LONG


def _seam(text: str, before: Block, after: Block) -> str:
    left, right = before.span.of(text)[-25:], after.span.of(text)[:25]
    return f"...{left} / {right}..."


def table_places(document: Document) -> list[Place]:
    """Paragraphs that are mostly figures: a table that lost its rows."""
    found = []
    for block in document.blocks:
        if block.kind is BlockKind.PARAGRAPH:
            cells = block.span.of(document.text).split()
            figures = sum(bool(_FIGURE.fullmatch(cell)) for cell in cells)
            if len(cells) >= FEWEST_CELLS and figures >= NUMERIC * len(cells):
                shown = " ".join(cells)[:50]
                found.append(Place(block.span.start, shown))
    return found
