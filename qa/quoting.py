"""Evidence -> the spans worth quoting: the fewest whole sentences that can stand alone.

A list item takes its lead-in and list along where that fits; a sentence that opens with a word
pointing back ("It", "This") takes the sentence before it; and a neighbour that is nearly as likely
to answer comes along.
"""

from __future__ import annotations

from collections.abc import Collection

from qa.leaning import leans
from qa.records import BlockKind, Document, Passage, Sentence, Span

LONGEST = 420  # code points of a quote that is more than one sentence
MOST_SENTENCES = 3


def quotable_span(
    document: Document, passage: Passage, span: Span, likely: Collection[Span] = ()
) -> Span:
    """`span` widened to what a reader needs to understand it, never beyond the limits.

    `likely` are sentences of the passage that answer nearly as well.
    """
    position = next(i for i, s in enumerate(passage.sentences) if s.span == span)
    sentence = passage.sentences[position]
    if sentence.kind is BlockKind.LIST_ITEM:
        return _with_list(passage, position)
    if sentence.span.of(document.text).endswith(":"):
        return _with_items(passage, position)
    if sentence.kind is BlockKind.PARAGRAPH:
        return _with_neighbours(passage, _with_antecedent(document, passage, position), likely)
    return span


def _with_list(passage: Passage, position: int) -> Span:
    """Lead-in and the whole list; else lead-in up to this item; else the item alone."""
    own = passage.sentences[position]
    first = position
    while first > 0 and _same_list(passage.sentences[first - 1], own):
        first -= 1
    last = position
    while last + 1 < len(passage.sentences) and _same_list(passage.sentences[last + 1], own):
        last += 1
    begin = own.lead_in.start if own.lead_in else passage.sentences[first].span.start
    for end in (passage.sentences[last].span.end, own.span.end):
        if end - begin <= LONGEST:
            return Span(begin, end)
    return own.span


def _same_list(sentence: Sentence, other: Sentence) -> bool:
    return sentence.kind is other.kind and sentence.lead_in == other.lead_in


def _with_items(passage: Passage, position: int) -> Span:
    """A lead-in and as many of its items as fit."""
    own = passage.sentences[position].span
    end = own.end
    for sentence in passage.sentences[position + 1 :]:
        if sentence.kind is BlockKind.PARAGRAPH or sentence.span.end - own.start > LONGEST:
            break
        end = sentence.span.end
    return Span(own.start, end)


def _with_antecedent(document: Document, passage: Passage, position: int) -> Span:
    first = position
    while first > 0 and position - first + 1 < MOST_SENTENCES:
        own, before = passage.sentences[first], passage.sentences[first - 1]
        if (
            before.kind is not BlockKind.PARAGRAPH
            or passage.sentences[position].span.end - before.span.start > LONGEST
            or not leans(own.span.of(document.text), before.span.of(document.text))
        ):
            break
        first -= 1
    return Span(passage.sentences[first].span.start, passage.sentences[position].span.end)


def _with_neighbours(passage: Passage, span: Span, likely: Collection[Span]) -> Span:
    """Joined by the likely sentences beside it, the one after first, within the limits."""
    sentences = [s.span for s in passage.sentences if s.kind is BlockKind.PARAGRAPH]
    count = sum(1 for s in sentences if span.start <= s.start and s.end <= span.end)
    while count < MOST_SENTENCES:
        after = next((s for s in sentences if s.start >= span.end), None)
        before = next((s for s in reversed(sentences) if s.end <= span.start), None)
        wider = [
            Span(min(span.start, s.start), max(span.end, s.end))
            for s in (after, before)
            if s is not None and s in likely
        ]
        wider = [w for w in wider if len(w) <= LONGEST and not _holds_a_list(passage, w)]
        if not wider:
            break
        span, count = wider[0], count + 1
    return span


def _holds_a_list(passage: Passage, span: Span) -> bool:
    return any(
        s.kind is not BlockKind.PARAGRAPH and s.span.overlaps(span) for s in passage.sentences
    )
