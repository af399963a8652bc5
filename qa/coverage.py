"""Late interaction: how well each sentence covers each content word of the question.

After ColBERT (Khattab and Zaharia, SIGIR 2020, section 3.3): a word's cover is its best cosine
with any token of the sentence; a sentence's score is the mean over the question's content words,
weighted by inverse document frequency. Words above the sentence (title, headings) cover too, at a
discount. An acronym and its long form are one unit, covered by whichever form fits better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.records import Passage, Span
from qa.retrieve import Query
from qa.text import content_words, fold, stem
from qa.tokens import TokenStore

HEADING_DISCOUNT = 0.85  # see benchmarks/evidence.md

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Unit:
    """One content word of the question, or an acronym together with its long form."""

    word: str  # as typed
    forms: tuple[tuple[int, ...], ...]  # alternatives: rows of the question's token embeddings
    weight: float  # inverse document frequency


@dataclass(frozen=True, slots=True)
class Covered:
    """One sentence of a passage and how well it covers each unit (units,)."""

    row: int  # passage row
    position: int  # which sentence of the passage
    own: Floats  # by the sentence's own tokens
    headings: Floats  # by the title and headings above it
    similarity: float  # cosine of the question's embedding and the mean of the sentence's tokens

    @property
    def with_headings(self) -> Floats:
        """The better of the sentence's own cover and the discounted cover of its headings."""
        better: Floats = np.maximum(self.own, np.float32(HEADING_DISCOUNT) * self.headings)
        return better


def units(query: Query, idf: Callable[[str], float]) -> list[Unit]:
    """The units of a question whose acronyms stand expanded, "ECT (electroconvulsive therapy)"."""
    found: list[Unit] = []
    inside: Span | None = None
    for span in content_words(query.text):
        rows = _token_rows(query, span)
        if not rows:
            continue  # beyond the encoder's longest input
        word = span.of(query.text)
        if inside and span.start < inside.end and found:
            last = found[-1]
            long = last.forms[1] if len(last.forms) > 1 else ()
            found[-1] = Unit(last.word, (last.forms[0], long + rows), last.weight)
            continue
        found.append(Unit(word, (rows,), idf(stem(fold(word)))))
        inside = _bracket_after(query.text, span.end)
    return found


def _bracket_after(text: str, at: int) -> Span | None:
    if text[at : at + 2] != " (":
        return None
    end = text.find(")", at)
    return Span(at, end) if end > 0 else None


def _token_rows(query: Query, span: Span) -> tuple[int, ...]:
    spans = query.embedded.spans
    inside = (spans[:, 0] >= span.start) & (spans[:, 1] <= span.end)
    return tuple(int(i) for i in np.flatnonzero(inside))


def cover(
    query: Query, wanted: Sequence[Unit], passage: Passage, row: int, store: TokenStore
) -> list[Covered]:
    """One entry a sentence of the passage, in order."""
    tokens, spans = store.of(row)
    similar = query.embedded.tokens @ tokens.T  # (question tokens, passage tokens)
    headings = _unit_cover(wanted, similar[:, spans[:, 0] < 0])
    covered = []
    for position, sentence in enumerate(passage.sentences):
        inside = (spans[:, 0] >= sentence.span.start) & (spans[:, 1] <= sentence.span.end)
        own = _unit_cover(wanted, similar[:, inside])
        similarity = _similarity(query.embedded.embedding, tokens[inside])
        covered.append(Covered(row, position, own, headings, similarity))
    return covered


def _similarity(question: Floats, tokens: Floats) -> float:
    mean = tokens.sum(axis=0)
    norm = float(np.linalg.norm(mean))
    return float(question @ mean) / norm if norm > 0 else 0.0


def _unit_cover(wanted: Sequence[Unit], similar: Floats) -> Floats:
    if similar.shape[1] == 0:
        return np.zeros(len(wanted), np.float32)
    best = similar.max(axis=1)  # (question tokens,)
    return np.array(
        [max(float(best[list(form)].mean()) for form in unit.forms) for unit in wanted], np.float32
    )


def score(wanted: Sequence[Unit], covers: Floats) -> float:
    """The idf-weighted mean of (units,) covers.

    >>> score([Unit("a", (), 3.0), Unit("b", (), 1.0)], np.array([1.0, 0.6], np.float32))
    0.9
    """
    weights = np.array([unit.weight for unit in wanted])
    total = float(weights.sum())
    return round(float(weights @ covers) / total, 6) if total > 0 else 0.0
