"""Which text a link to an article means, and where that text stands now.

A link carries the place of its quote, a short digest of the quote's text and its first words (see
`render.source_href`). A place counts as the quote only if the digest of what stands there agrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest

from rapidfuzz import fuzz, utils

from qa.records import Block, BlockKind, Document, Span
from qa.render import text_digest
from qa.text import sentences, words

# Of 100 (equal). Of 108 sentences of the articles that ship, half have none in another article
# that is more like them than 64; 17 in 100 have one at or above 80, which says nearly the same.
NEAREST_FLOOR = 80.0
_LEAST_WORDS_CHARS = 12  # shorter beginnings are like too many others
_MOST_WORDS_CHARS = 200  # of what a link brings
_LONGEST_QUOTE = 5_000  # characters; longer ones are not looked for
_MOST_PLACES = 200  # where the first words stand; more are not compared
_SEARCHED_CHARS = 1_000_000  # of one document, for the nearest sentence
_SEARCHED_DOCUMENTS = 20  # for the nearest sentence in other documents: those sharing most words


class Found(StrEnum):
    """What became of the text that a link means."""

    UNASKED = "unasked"  # the link means the whole article
    HERE = "here"  # it stands where the link says
    MOVED = "moved"  # it stands elsewhere in the article
    NEAREST = "nearest"  # it is gone; this is the sentence most like it
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look; `span` is None when there is nothing to show."""

    found: Found
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The parameters of a link, as far as they can be read; `digest` is None in plain links."""

    asked: bool
    start: int | None = None
    end: int | None = None
    digest: str | None = None
    words: str = ""

    @classmethod
    def read(
        cls,
        start: str | None = None,
        end: str | None = None,
        digest: str | None = None,
        words: str | None = None,
    ) -> Link:
        """Never fails: what is no number is None, an empty digest agrees with no text."""
        return cls(
            asked=any(value is not None for value in (start, end, digest, words)),
            start=_number(start),
            end=_number(end),
            digest=digest,
            words=(words or "")[:_MOST_WORDS_CHARS],
        )

    def span_in(self, document: Document) -> Span | None:
        """The place the link names, or None where it does not lie in the document."""
        if self.start is None or self.end is None:
            return None
        if not 0 <= self.start < self.end <= len(document.text):
            return None
        return Span(self.start, self.end)

    def means(self, text: str) -> bool:
        """Whether `text` is what the link was made for; a plain link takes what it points to."""
        if self.digest is not None and self.digest != text_digest(text):
            return False
        return text.startswith(self.words)


def locate(document: Document, link: Link) -> Place:
    """Where the text of the link stands in this document now."""
    if not link.asked:
        return Place(Found.UNASKED)
    span = link.span_in(document)
    if span is not None and link.means(span.of(document.text)):
        return Place(Found.HERE, span)
    if moved := _moved(document, link):
        return Place(Found.MOVED, moved)
    score, nearest = _nearest(document, link)
    if nearest is not None and score >= NEAREST_FLOOR:
        return Place(Found.NEAREST, nearest)
    return Place(Found.LOST)


def locate_elsewhere(documents: Iterable[Document], link: Link) -> tuple[Document, Place] | None:
    """The current document that holds the text of a link, else the one with the nearest text."""
    current = [d for d in documents if d.metadata.status == "current"]
    for document in current:
        if moved := _moved(document, link):
            return document, Place(Found.MOVED, moved)
    if len(link.words) < _LEAST_WORDS_CHARS:
        return None
    best: tuple[Document, Place] | None = None
    reached = NEAREST_FLOOR
    for document in _sharing_words(current, link.words):
        score, span = _nearest(document, link)
        if span is not None and score >= reached and (best is None or score > reached):
            best, reached = (document, Place(Found.NEAREST, span)), score
    return best


def _number(value: str | None) -> int | None:
    try:
        return int(value or "")
    except ValueError:
        return None


def _moved(document: Document, link: Link) -> Span | None:
    """The first other place of exactly this text: its first words, its length and its digest."""
    if link.digest is None or link.start is None or link.end is None:
        return None
    length = link.end - link.start
    if not 0 < length <= _LONGEST_QUOTE or len(link.words) < min(length, _LEAST_WORDS_CHARS):
        return None
    position = document.text.find(link.words)
    for _ in range(_MOST_PLACES):
        if position < 0:
            return None
        if text_digest(document.text[position : position + length]) == link.digest:
            return Span(position, position + length)
        position = document.text.find(link.words, position + 1)
    return None


def _nearest(document: Document, link: Link) -> tuple[float, Span | None]:
    """The sentence most like the first words of the link, and how like it is."""
    wanted = utils.default_process(link.words)
    if len(link.words) < _LEAST_WORDS_CHARS or not wanted:
        return 0.0, None
    best, nearest = 0.0, None
    for span in _sentence_spans(document):
        score = _likeness(wanted, document.text, span, len(link.words), best)
        if score > best:
            best, nearest = score, span
    return best, nearest


def _likeness(wanted: str, text: str, span: Span, length: int, floor: float) -> float:
    """How like the words are to the beginning of the sentence, or to a part of a longer one."""
    beginning = utils.default_process(text[span.start : span.start + length])
    score = fuzz.ratio(wanted, beginning, score_cutoff=floor)
    if len(span) > length:
        whole = utils.default_process(span.of(text))
        score = max(score, fuzz.partial_ratio(wanted, whole, score_cutoff=floor))
    return float(score)


def _sentence_spans(document: Document) -> Iterator[Span]:
    blocks = document.blocks or (Block(BlockKind.PARAGRAPH, Span(0, len(document.text))),)
    for block in blocks:
        if block.span.start > _SEARCHED_CHARS:
            return
        if block.kind is BlockKind.PARAGRAPH:
            end = min(block.span.end, _SEARCHED_CHARS)
            yield from sentences(document.text, block.span.start, end)
        elif block.kind is not BlockKind.HEADING:
            yield block.span


def _sharing_words(documents: Iterable[Document], text: str) -> list[Document]:
    """Those holding most of the text's longer words, most first; none of them, not at all."""
    wanted = {span.of(text).lower() for span in words(text) if len(span) > 3}

    def shared(document: Document) -> int:
        held = document.text[:_SEARCHED_CHARS].lower()
        return sum(word in held for word in wanted)

    counted = ((shared(document), document) for document in documents)
    holding = [(count, document) for count, document in counted if count]
    return [d for _, d in nlargest(_SEARCHED_DOCUMENTS, holding, key=lambda pair: pair[0])]
