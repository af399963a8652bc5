"""Measures of benchmarks/public.py: values with 95 % intervals, each over its own questions.

Rates have Clopper and Pearson's limits, means and areas seeded bootstrap limits over questions.
Retrieval is measured by ir_measures; a query without a ranking counts 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, rankdata

SEED = 20260101
RESAMPLES = 2000

Floats = NDArray[np.float64]
Run = Mapping[str, Mapping[str, float]]  # query -> document -> score
Qrels = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Value:
    """A figure, its interval and the number of questions behind it."""

    value: float
    low: float
    high: float
    questions: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def rate(hits: Sequence[bool]) -> Value:
    """A share with its exact limits (Clopper and Pearson, Biometrika 1934)."""
    right, of = sum(hits), len(hits)
    if not of:
        raise ValueError("a rate needs at least one question")
    low = float(beta.ppf(0.025, right, of - right + 1)) if right else 0.0
    high = float(beta.ppf(0.975, right + 1, of - right)) if right < of else 1.0
    return Value(right / of, low, high, of)


def mean(values: Sequence[float]) -> Value:
    """A mean with percentile bootstrap limits over questions."""
    rows = np.array(values, np.float64)
    return _bootstrapped(lambda picks: rows[picks[0]].mean(axis=1), (len(rows),))


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Value:
    """The mean of `ours` minus `theirs`, question by question."""
    return mean([a - b for a, b in zip(ours, theirs, strict=True)])


def area(high: Sequence[float], low: Sequence[float]) -> Value:
    """Area under the ROC curve: how often one of `high` scores above one of `low`, ties half.

    >>> area([3, 1], [2, 0]).value
    0.75
    """
    above, below = np.array(high, np.float64), np.array(low, np.float64)
    return _bootstrapped(lambda picks: _areas(above[picks[0]], below[picks[1]]), _sizes(high, low))


def area_difference(
    ours: tuple[Sequence[float], Sequence[float]], theirs: tuple[Sequence[float], Sequence[float]]
) -> Value:
    """The area of `ours` minus that of `theirs` over the same questions, (high, low) each."""
    (a, b), (c, d) = (tuple(np.array(part, np.float64) for part in pair) for pair in (ours, theirs))
    return _bootstrapped(
        lambda picks: _areas(a[picks[0]], b[picks[1]]) - _areas(c[picks[0]], d[picks[1]]),
        _sizes(*ours),
    )


def _sizes(high: Sequence[float], low: Sequence[float]) -> tuple[int, int]:
    return len(high), len(low)


def _areas(high: Floats, low: Floats) -> Floats:
    """(resamples,) from (resamples, high) and (resamples, low), by Mann and Whitney's ranks."""
    ranks = rankdata(np.concatenate([high, low], axis=1), axis=1)
    size = high.shape[1]
    sums: Floats = ranks[:, :size].sum(axis=1) - size * (size + 1) / 2
    return sums / (size * low.shape[1])


def _bootstrapped(
    measure: Callable[[list[NDArray[np.int64]]], Floats], sizes: tuple[int, ...]
) -> Value:
    """`measure` takes for each group (resamples, size) row numbers."""
    if not all(sizes):
        raise ValueError("a mean or an area needs at least one question of each kind")
    whole = float(measure([np.arange(size)[None] for size in sizes])[0])
    dice = np.random.default_rng(SEED)
    found = [
        measure([dice.integers(0, size, (100, size)) for size in sizes])
        for _ in range(RESAMPLES // 100)
    ]
    low, high = np.percentile(np.concatenate(found), [2.5, 97.5])
    return Value(whole, float(low), float(high), sum(sizes))


def retrieval(qrels: Qrels, run: Run) -> dict[str, dict[str, float]]:
    """Query -> {"nDCG@10", "R@100", "RR@10"}, every judged query."""
    import ir_measures
    from ir_measures import RR, R, nDCG

    wanted = {str(m): m for m in (nDCG @ 10, R @ 100, RR @ 10)}
    judged = [
        ir_measures.Qrel(query, document, grade)
        for query, grades in qrels.items()
        for document, grade in grades.items()
    ]
    ranked = [
        ir_measures.ScoredDoc(query, document, score)
        for query, scores in run.items()
        for document, score in scores.items()
    ]
    values = {query: dict.fromkeys(wanted, 0.0) for query in qrels}
    for metric in ir_measures.iter_calc(list(wanted.values()), judged, ranked):
        values[metric.query_id][str(metric.measure)] = float(metric.value)
    return values
