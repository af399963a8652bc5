"""Values with 95 % intervals, each over its own questions, made of the measures of `qa.evaluate`.

Rates have exact limits, means and areas those of a seeded bootstrap over questions. Retrieval is
measured by ir_measures; a query without a ranking counts 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.evaluate.measures import auc, bootstrap, clopper_pearson
from qa.evaluate.retrieval import score_run
from qa.trec import trec_id

RETRIEVAL = ("nDCG@10", "R@100")

Numbers = Sequence[float]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Value:
    """A figure, its interval and the number of questions behind it."""

    value: float
    low: float
    high: float
    questions: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def rate(hits: Sequence[bool]) -> Value | None:
    """A share; None of nothing."""
    if not hits:
        return None
    limits = clopper_pearson(sum(hits), len(hits))
    return Value(sum(hits) / len(hits), limits.low, limits.high, len(hits))


def mean(values: Numbers) -> Value | None:
    """A mean; None of nothing."""
    rows = np.array(values, float)
    limits = bootstrap([values], lambda picked: float(rows[picked].mean()))
    if limits is None:
        return None
    return Value(float(rows.mean()), limits.low, limits.high, len(values))


def difference(ours: Numbers, theirs: Numbers) -> Value | None:
    """The mean of `ours` minus `theirs`, question by question."""
    return mean([a - b for a, b in zip(ours, theirs, strict=True)])


def area(high: Numbers, low: Numbers) -> Value | None:
    """Area under the ROC curve: how often one of `high` scores above one of `low`, ties half.

    >>> area([3, 1], [2, 0]).value
    0.75
    """
    scores = np.array([*high, *low], float)
    return _of_two(len(high), len(low), lambda up, down: auc(scores[up], scores[down]) or 0.0)


def area_difference(ours: tuple[Numbers, Numbers], theirs: tuple[Numbers, Numbers]) -> Value | None:
    """The area of `ours` minus that of `theirs` over the same questions, (high, low) each."""
    one, two = (np.array([*high, *low], float) for high, low in (ours, theirs))

    def gain(up: Rows, down: Rows) -> float:
        return (auc(one[up], one[down]) or 0.0) - (auc(two[up], two[down]) or 0.0)

    return _of_two(len(ours[0]), len(ours[1]), gain)


def _of_two(high: int, low: int, statistic: Callable[[Rows, Rows], float]) -> Value | None:
    """A statistic of `high` row numbers and of the `low` ones after them; None without either."""

    def of(picked: Sequence[int]) -> float:
        rows = np.array(picked)
        return statistic(rows[rows < high], rows[rows >= high])

    limits = bootstrap([range(high), range(low)], of)
    if limits is None:
        return None
    return Value(of(range(high + low)), limits.low, limits.high, high + low)


def retrieval(
    qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """Judged query -> {"nDCG@10": value, "R@100": value}; `run` has scores by document."""
    judged = {
        trec_id(query): {trec_id(name): grade for name, grade in grades.items()}
        for query, grades in qrels.items()
    }
    lines = [
        f"{trec_id(query)} Q0 {trec_id(name)} 0 {score!r} x"
        for query, scores in run.items()
        for name, score in scores.items()
    ]
    values = score_run(lines, judged, RETRIEVAL)
    return {query: {name: values[name][trec_id(query)] for name in RETRIEVAL} for query in qrels}
