"""Measures that no retrieval library has: pure functions of numbers, and their intervals.

None stands for a measure of nothing (no question, or only one of the two sorts compared).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

LEVEL = 0.95  # of every interval
BINS = 10
RESAMPLES = 1000
SEED = 20260101  # any number; the same one gives the same intervals
FALSE_ANSWER = 5  # an unsupported answer counts as much as this many needless silences


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper end."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose support lies in `[low, high)`; the last bin holds 1 as well."""

    low: float
    high: float
    of: int
    support: float  # mean
    right: float  # share


@dataclass(frozen=True, slots=True)
class Point:
    """Share of the questions answered, and share of wrong ones among these."""

    coverage: float
    risk: float


def clopper_pearson(hits: int, of: int, level: float = LEVEL) -> Interval:
    """Exact limits of a proportion (Clopper and Pearson, Biometrika 1934)."""
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = float(beta.ppf(tail, hits, of - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, of - hits)) if hits < of else 1.0
    return Interval(low, high)


def bootstrap(
    columns: Sequence[Sequence[float]], statistic: Callable[[Sequence[int]], float | None]
) -> Interval | None:
    """Percentile interval of a statistic of row numbers, drawn again and again with replacement.

    `columns` holds one group of rows a sort of question; each group is drawn within itself, and
    the row numbers count through all groups. None when a group is empty.
    """
    sizes = [len(column) for column in columns]
    if not all(sizes):
        return None
    rng = np.random.default_rng(SEED)
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    values = []
    for _ in range(RESAMPLES):
        drawn = [s + rng.integers(n, size=n) for s, n in zip(starts, sizes, strict=True)]
        value = statistic(np.concatenate(drawn).tolist())
        if value is not None:
            values.append(value)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(float(low), float(high))


def mean(values: Sequence[float]) -> float | None:
    """
    >>> mean([1, 2]), mean([])
    (1.5, None)
    """
    return sum(values) / len(values) if values else None


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """How often a positive lies above a negative; a tie counts one half.

    >>> auc([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    if not len(positives) or not len(negatives):
        return None
    below = np.sort(np.asarray(negatives, float))
    above = np.asarray(positives, float)
    less = np.searchsorted(below, above, "left")
    upto = np.searchsorted(below, above, "right")
    return float((less + upto).sum() / (2 * len(above) * len(below)))


def reliability(supports: Sequence[float], rights: Sequence[bool]) -> list[Bin]:
    """The bins that hold a question, lowest first."""
    support, right = np.asarray(supports, float), np.asarray(rights, float)
    places = np.minimum((support * BINS).astype(int), BINS - 1)
    return [
        Bin(
            place / BINS,
            (place + 1) / BINS,
            int((places == place).sum()),
            float(support[places == place].mean()),
            float(right[places == place].mean()),
        )
        for place in sorted(set(places.tolist()))
    ]


def calibration_error(supports: Sequence[float], rights: Sequence[bool]) -> float | None:
    """Expected calibration error: mean distance of support and share right, bin by bin.

    >>> round(calibration_error([0.85, 0.85, 0.25, 0.25], [True, True, False, True]), 6)
    0.2
    """
    bins = reliability(supports, rights)
    if not bins:
        return None
    return sum(b.of * abs(b.support - b.right) for b in bins) / sum(b.of for b in bins)


def risk_coverage(supports: Sequence[float], rights: Sequence[bool]) -> list[Point]:
    """One point for each number of questions answered, the best supported first.

    Questions of equal support share their errors evenly, so that no order among them matters.

    >>> [p.risk for p in risk_coverage([0.9, 0.5, 0.5, 0.1], [True, True, False, True])]
    [0.0, 0.25, 0.3333333333333333, 0.25]
    """
    pairs = sorted(zip(supports, rights, strict=True), key=lambda pair: -pair[0])
    points: list[Point] = []
    errors = 0.0
    for _, tied in groupby(pairs, key=lambda pair: pair[0]):
        wrong = [not right for _, right in tied]
        for _ in wrong:
            errors += sum(wrong) / len(wrong)
            covered = len(points) + 1
            points.append(Point(covered / len(pairs), errors / covered))
    return points


def risk_area(supports: Sequence[float], rights: Sequence[bool]) -> float | None:
    """Area under the risk-coverage curve: the mean of its risks.

    >>> risk_area([0.9, 0.1], [True, False])
    0.25
    """
    return mean([point.risk for point in risk_coverage(supports, rights)])


def cost(unsupported: int, needless: int, of: int) -> float | None:
    """Mean cost of a question, where an unsupported answer counts `FALSE_ANSWER` silences.

    >>> cost(unsupported=1, needless=5, of=10)
    1.0
    """
    return (FALSE_ANSWER * unsupported + needless) / of if of else None
