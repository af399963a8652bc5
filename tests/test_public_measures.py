"""The measures of benchmarks/public.py, on values worked by hand."""

from __future__ import annotations

import math

import pytest

from benchmarks.public_followups import agreement
from benchmarks.public_measures import area, area_difference, difference, mean, rate, retrieval


def test_a_rate_has_exact_limits() -> None:
    """
    With no hit among n the upper limit is 1 - 0.025 ** (1 / n).
    """
    found = rate([False] * 10)

    assert found is not None
    assert (0.0, 0.0, 10) == (found.value, found.low, found.questions)
    assert math.isclose(1 - 0.025 ** (1 / 10), found.high)


def test_a_mean_of_equal_values_has_no_width() -> None:
    """
    Whatever is drawn again, the mean stays.
    """
    found = mean([0.25, 0.25, 0.25])

    assert found is not None
    assert (0.25, 0.25, 0.25, 3) == (found.value, found.low, found.high, found.questions)


def test_a_difference_is_taken_question_by_question() -> None:
    """
    A constant gain is certain, however much the questions differ.
    """
    found = difference([1.0, 0.75, 0.5], [0.75, 0.5, 0.25])

    assert found is not None
    assert (0.25, 0.25, 0.25) == (found.value, found.low, found.high)


def test_the_area_counts_pairs_and_ties_half() -> None:
    """
    Of 2 x 2 pairs: 3 > 2, 3 > 1, 1 < 2, 1 = 1.
    """
    found = area([3, 1], [2, 1])

    assert found is not None
    assert (2.5 / 4, 4) == (found.value, found.questions)


def test_the_gain_in_area_is_that_of_the_areas() -> None:
    """
    From half of the pairs in order to all of them.
    """
    found = area_difference(([3, 4], [1, 2]), ([3, 1], [2, 2]))

    assert found is not None
    assert 1.0 - 0.5 == found.value


def test_nothing_has_no_value() -> None:
    """
    An empty side is no zero.
    """
    assert [None] * 4 == [rate([]), mean([]), area([], [1.0]), area([1.0], [])]


def test_retrieval_counts_every_judged_query() -> None:
    """
    One relevant document in second place: 1 / log2(3); a query without a ranking: 0.
    """
    found = retrieval(
        {"q 1": {"x": 1}, "q2": {"y": 2}}, {"q 1": {"z": 2.0, "x": 1.5}, "other": {"y": 1.0}}
    )

    assert {"q 1", "q2"} == set(found)
    assert math.isclose(1 / math.log2(3), found["q 1"]["nDCG@10"], abs_tol=1e-4)
    assert (1.0, 0.0, 0.0) == (found["q 1"]["R@100"], *found["q2"].values())


@pytest.mark.parametrize(
    ("typed", "ours", "person", "expected"),
    [
        ("Is it safe?", "Is light therapy safe?", "Is light therapy safe?", (1.0, 1.0)),
        ("Is it safe?", "Is it safe?", "Is light therapy safe?", (0.0, None)),
        ("Is it safe?", "Is therapy abroad safe?", "Is light therapy safe?", (0.5, 0.5)),
        ("And then?", "And then lamps?", "And then?", (None, 0.0)),
    ],
)
def test_agreement_is_over_the_words_that_were_added(
    typed: str, ours: str, person: str, expected: tuple[float | None, float | None]
) -> None:
    """
    Words said already count on neither side; a share of nothing is no share.
    """
    assert expected == tuple(agreement(typed, ours, person).values())
