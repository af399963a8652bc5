"""Late interaction: how well each sentence covers each content word of the question.

After ColBERT (Khattab and Zaharia, SIGIR 2020, section 3.3): a word's cover is its best cosine
with any token of the sentence; a sentence's score is the mean over the question's content words,
weighted by inverse document frequency. Words above the sentence (title, headings) cover too, at a
discount. A phrase and its other names ("ECT", "shock treatment") are one unit, covered by whichever
form fits better.
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

HEADING_DISCOUNT = 0.85  # a word of a heading counts a little less than the sentence's own

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Unit:
    """One content word of the question, or a phrase together with its other names."""

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
    """The units of a question; a phrase and its other names are one.

    Such a unit weighs as much as the commonest of its names: the rarest word decides for a name.
    """
    found: list[Unit] = []
    wanted = content_words(query.text)
    bracketed = [name for other in query.alternatives for name in other.names]
    for span in wanted:
        if any(span.overlaps(name) for name in bracketed):
            continue
        other = next((a for a in query.alternatives if span.overlaps(a.written)), None)
        places = (other.written, *other.names) if other else (span,)
        if other and found and found[-1].word == other.written.of(query.text):
            continue  # a further word of the same phrase
        named = [[w for w in wanted if w.overlaps(place)] for place in places]
        rows = [tuple(row for w in inside for row in _token_rows(query, w)) for inside in named]
        forms = tuple(form for form in rows if form)
        if forms:  # none beyond the encoder's longest input
            found.append(Unit(places[0].of(query.text), forms, _weight(query, named, idf)))
    return found


def _weight(query: Query, named: Sequence[Sequence[Span]], idf: Callable[[str], float]) -> float:
    return min(
        max(idf(stem(fold(word.of(query.text)))) for word in inside) for inside in named if inside
    )


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
    # Tokens stand in reading order, those of the headings (-1) first: each sentence owns a run.
    starts = np.array([sentence.span.start for sentence in passage.sentences])
    edges = np.append(np.searchsorted(spans[:, 0], starts), len(spans))
    own = _unit_cover(wanted, _best_of_runs(similar, edges))
    headings = _unit_cover(wanted, _best_of_runs(similar, np.array([0, edges[0]])))[:, 0]
    similarity = _similarity(query.embedded.embedding, tokens, edges)
    return [
        Covered(row, position, own[:, position], headings, float(similarity[position]))
        for position in range(len(passage.sentences))
    ]


def _best_of_runs(similar: Floats, edges: NDArray[np.intp]) -> Floats:
    """(question tokens, runs): the best cosine in each run of columns, 0 in an empty one."""
    runs = len(edges) - 1
    best = np.zeros((len(similar), runs), np.float32)
    filled = np.flatnonzero(edges[:-1] < edges[1:])
    if len(filled) and len(similar):
        best[:, filled] = np.maximum.reduceat(similar[:, : edges[-1]], edges[filled], axis=1)
    return best


def _unit_cover(wanted: Sequence[Unit], best: Floats) -> Floats:
    """(units, runs): the mean over a form's tokens, and the better of a unit's forms."""
    if not wanted:
        return np.zeros((0, best.shape[1]), np.float32)
    forms = [form for unit in wanted for form in unit.forms]
    means = np.zeros((len(forms), len(best)), np.float32)
    for number, form in enumerate(forms):
        means[number, list(form)] = 1 / len(form)
    first = np.cumsum([0, *(len(unit.forms) for unit in wanted[:-1])])
    covers: Floats = np.maximum.reduceat(means @ best, first, axis=0)
    return covers


def _similarity(question: Floats, tokens: Floats, edges: NDArray[np.intp]) -> Floats:
    """(runs,): cosine of the question's embedding and the sum of each run's tokens."""
    sums = np.zeros((len(edges) - 1, len(question)), np.float32)
    filled = np.flatnonzero(edges[:-1] < edges[1:])
    if len(filled):
        sums[filled] = np.add.reduceat(tokens[: edges[-1]], edges[filled], axis=0)
    norms = np.linalg.norm(sums, axis=1)
    cosines: Floats = (sums @ question / np.where(norms > 0, norms, 1)).astype(np.float32)
    return cosines


def score(wanted: Sequence[Unit], covers: Floats) -> float:
    """The idf-weighted mean of (units,) covers.

    >>> score([Unit("a", (), 3.0), Unit("b", (), 1.0)], np.array([1.0, 0.6], np.float32))
    0.9
    """
    weights = np.array([unit.weight for unit in wanted])
    total = float(weights.sum())
    return round(float(weights @ covers) / total, 6) if total > 0 else 0.0
