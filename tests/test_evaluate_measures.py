"""The measures of our own, against fractions worked by hand."""

from __future__ import annotations

import pytest

from qa.evaluate.measures import (
    Bin,
    Interval,
    Point,
    auc,
    bootstrap,
    calibration_error,
    clopper_pearson,
    cost,
    mean,
    reliability,
    risk_area,
    risk_coverage,
)


def test_an_interval_without_hits_solves_its_equation() -> None:
    """
    0 of n: the upper end p has (1 - p)^n = 0.025; n of n is its mirror image.
    """
    upper = 1 - 0.025 ** (1 / 10)
    assert pytest.approx(upper) == clopper_pearson(0, 10).high
    assert 0 == clopper_pearson(0, 10).low
    assert pytest.approx(1 - upper) == clopper_pearson(10, 10).low
    assert 1 == clopper_pearson(10, 10).high


def test_the_ends_of_an_interval_leave_2_5_percent_each() -> None:
    """
    1 of 2: P(X >= 1) = 1 - (1 - p)^2 = 0.025 at the lower end, P(X <= 1) = 1 - p^2 at the upper.
    """
    limits = clopper_pearson(1, 2)
    assert pytest.approx(1 - 0.975**0.5) == limits.low
    assert pytest.approx(0.975**0.5) == limits.high


def test_nothing_asked_is_nothing_known() -> None:
    """
    0 of 0 may be anything.
    """
    assert Interval(0.0, 1.0) == clopper_pearson(0, 0)


def test_another_level_gives_another_interval() -> None:
    """
    At 90 % the upper end of 0 of 1 has 1 - p = 0.05.
    """
    assert pytest.approx(0.95) == clopper_pearson(0, 1, level=0.9).high


def test_auc_counts_pairs_and_ties_by_half() -> None:
    """
    0.8 beats both, 0.4 ties with one and beats the other: (1 + 1 + 0.5 + 1) / 4.
    """
    assert 3.5 / 4 == auc([0.8, 0.4], [0.4, 0.2])
    assert 0.5 == auc([0.3, 0.3], [0.3])
    assert 0.0 == auc([0.1], [0.2, 0.3])


@pytest.mark.parametrize(("positives", "negatives"), [([], [0.1]), ([0.1], []), ([], [])])
def test_auc_needs_both_sorts(positives: list[float], negatives: list[float]) -> None:
    """
    With one sort alone there is no pair.
    """
    assert auc(positives, negatives) is None


def test_bins_hold_their_lower_end_and_the_last_one_holds_1() -> None:
    """
    0.1 opens the second bin; 1.0 belongs to the tenth; empty bins are left out.
    """
    assert [
        Bin(0.1, 0.2, 1, 0.1, 1.0),
        Bin(0.9, 1.0, 2, 0.95, 0.5),
    ] == reliability([0.1, 0.9, 1.0], [True, False, True])


def test_the_calibration_error_weighs_bins_by_their_questions() -> None:
    """
    Three questions 0.05 too low (0.95, all right), one 0.5 too high (0.5, wrong): (3/20 + 1/2) / 4.
    """
    supports, rights = [0.95, 0.95, 0.95, 0.5], [True, True, True, False]
    assert pytest.approx((3 * 0.05 + 0.5) / 4) == calibration_error(supports, rights)
    assert calibration_error([], []) is None


def test_risk_grows_with_coverage() -> None:
    """
    Right, wrong, right: 0/1, 1/2, 1/3; the area is their mean, 5/18.
    """
    supports, rights = [0.9, 0.6, 0.3], [True, False, True]
    assert [Point(1 / 3, 0), Point(2 / 3, 1 / 2), Point(1, 1 / 3)] == risk_coverage(
        supports, rights
    )
    assert pytest.approx(5 / 18) == risk_area(supports, rights)


@pytest.mark.parametrize("rights", [[True, False], [False, True]])
def test_questions_of_equal_support_share_their_errors(rights: list[bool]) -> None:
    """
    Half an error each: 1/2 after one, 1/2 after two, in whatever order they were asked.
    """
    assert [Point(0.5, 0.5), Point(1.0, 0.5)] == risk_coverage([0.4, 0.4], rights)


def test_no_question_has_no_risk() -> None:
    """
    An empty curve has no area.
    """
    assert [] == risk_coverage([], [])
    assert risk_area([], []) is None


def test_an_unsupported_answer_costs_five_silences() -> None:
    """
    Two wrong answers and three silences over ten questions: (5 * 2 + 3) / 10.
    """
    assert 13 / 10 == cost(unsupported=2, needless=3, of=10)
    assert cost(0, 0, 0) is None


def test_the_mean_of_nothing_is_none() -> None:
    """
    It is no zero.
    """
    assert 2.0 == mean([1, 2, 3])
    assert mean([]) is None


def test_the_bootstrap_is_the_same_every_time_and_holds_the_mean() -> None:
    """
    A seeded generator; ten ones and ten zeros have a mean near one half.
    """
    values = [1.0] * 10 + [0.0] * 10
    first, second = (
        bootstrap([values], lambda drawn: mean([values[i] for i in drawn])) for _ in range(2)
    )
    assert first == second
    assert first is not None
    assert 0.2 < first.low < 0.5 < first.high < 0.8


def test_equal_values_leave_no_doubt() -> None:
    """
    However they are drawn, the mean is theirs.
    """
    assert Interval(3.0, 3.0) == bootstrap([[3.0] * 4], lambda drawn: 3.0 * len(drawn) / 4)


def test_each_group_is_drawn_within_itself() -> None:
    """
    Two of the first group and three of the second in every draw; an empty group has no interval.
    """
    draws: list[list[int]] = []

    def remember(drawn: object) -> float:
        draws.append(list(drawn))  # type: ignore[call-overload]
        return 0.0

    bootstrap([[0.0] * 2, [0.0] * 3], remember)
    assert all(sorted(d) == d or len(d) == 5 for d in draws)
    assert {2} == {sum(i < 2 for i in d) for d in draws}
    assert {3} == {sum(2 <= i < 5 for i in d) for d in draws}
    assert bootstrap([[1.0], []], remember) is None
