"""Document -> passages: neighbouring whole sentences of one section, a list kept with its lead-in.

A passage never crosses a heading. Its heading path is carried beside it, for searching only.
Reference lists are no passages: a title that somebody cites is not what an article says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qa.records import Block, BlockKind, Document, Passage, Sentence, Span
from qa.text import sentences

LONG_ITEM = 240  # code points above which a list item of several sentences is cut into them
_REFERENCES = re.compile(
    r"\W*(?:\d+ )?(?:sources?|references?|bibliography|works cited|citations|literature)\W*", re.I
)

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Unit:
    """What stays together: one sentence, or a lead-in with its whole list."""

    heading_path: tuple[str, ...]
    sentences: tuple[Sentence, ...]

    @property
    def span(self) -> Span:
        return Span(self.sentences[0].span.start, self.sentences[-1].span.end)


def cut_passages(document: Document, count_tokens: CountTokens, size: int) -> list[Passage]:
    """Passages of at most `size` tokens (one longer sentence or list item stands alone)."""
    if size < 1:
        raise ValueError(f"size must be at least 1 token, not {size}")
    passages: list[Passage] = []
    group: list[_Unit] = []
    filled = 0
    for unit in _fitting(_units(document), document, count_tokens, size):
        length = count_tokens(unit.span.of(document.text))
        if group and (unit.heading_path != group[0].heading_path or filled + length > size):
            passages.append(_passage(document, group))
            group, filled = [], 0
        group.append(unit)
        filled += length
    if group:
        passages.append(_passage(document, group))
    return passages


def search_text(passage: Passage, document: Document) -> str:
    """What is embedded and indexed: title and headings, a line break, the passage's own text."""
    return heading_line(passage, document) + "\n" + passage.span.of(document.text)


def heading_line(passage: Passage, document: Document) -> str:
    """Title and heading path on one line."""
    return " > ".join((document.metadata.title, *passage.heading_path))


def _passage(document: Document, group: list[_Unit]) -> Passage:
    span = Span(group[0].span.start, group[-1].span.end)
    key = f"{document.doc_id}:{span.start}:{span.end}".encode()
    return Passage(
        passage_id=hashlib.sha256(key).hexdigest()[:16],
        doc_id=document.doc_id,
        span=span,
        heading_path=group[0].heading_path,
        sentences=tuple(s for unit in group for s in unit.sentences),
    )


def _units(document: Document) -> Iterator[_Unit]:
    path: list[tuple[int, str]] = []
    last: _Unit | None = None  # held back: it may turn out to introduce a list
    table_head: Span | None = None
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            path = [(lv, t) for lv, t in path if lv < block.level]
            path.append((block.level, block.span.of(document.text)))
            if last:
                yield last
            last, table_head = None, None
            continue
        headings = tuple(title for _, title in path)
        if any(_REFERENCES.fullmatch(title) for title in headings):
            continue
        if block.kind is BlockKind.PARAGRAPH:
            table_head = None
            for span in sentences(document.text, block.span.start, block.span.end):
                if last:
                    yield last
                last = _Unit(headings, (Sentence(span),))
            continue
        if block.kind is BlockKind.TABLE_ROW and table_head is None:
            table_head = block.span
        if last and _takes(last, block, document):
            lead_in = _lead_in(last) if block.kind is BlockKind.LIST_ITEM else table_head
            last = _Unit(headings, (*last.sentences, *_items(block, lead_in, document)))
        else:
            if last:
                yield last
            last = _Unit(headings, _items(block, None, document))
    if last:
        yield last


def _items(block: Block, lead_in: Span | None, document: Document) -> tuple[Sentence, ...]:
    lead_in = lead_in if lead_in != block.span else None
    parts = sentences(document.text, block.span.start, block.span.end)
    if block.kind is BlockKind.LIST_ITEM and len(block.span) > LONG_ITEM and len(parts) > 1:
        return tuple(Sentence(part, block.kind, lead_in) for part in parts)
    return (Sentence(block.span, block.kind, lead_in),)


def _takes(unit: _Unit, block: Block, document: Document) -> bool:
    """Whether a list item or table row joins what stands before it."""
    previous = unit.sentences[-1]
    if previous.kind is not BlockKind.PARAGRAPH:
        return previous.kind is block.kind
    return previous.span.of(document.text).endswith(":")


def _lead_in(unit: _Unit) -> Span | None:
    first = unit.sentences[0]
    return first.span if first.kind is BlockKind.PARAGRAPH else None


def _fitting(
    units: Iterator[_Unit], document: Document, count_tokens: CountTokens, size: int
) -> Iterator[_Unit]:
    """Lists longer than `size` are cut between items; each item remembers its lead-in."""
    for unit in units:
        group: list[Sentence] = []
        filled = 0
        for sentence in unit.sentences:
            length = count_tokens(sentence.span.of(document.text))
            if group and filled + length > size:
                yield _Unit(unit.heading_path, tuple(group))
                group, filled = [], 0
            group.append(sentence)
            filled += length
        yield _Unit(unit.heading_path, tuple(group))
