"""qa.figures: numbers with their unit, and which of them agree."""

from __future__ import annotations

import pytest

from qa.figures import Figure, counted, figures, number

MONTH, YEAR = 30.0, 360.0


def percent(low: float, high: float | None = None, bound: str = "") -> Figure:
    return Figure(low, low if high is None else high, "%", bound)


def rounded(share: float) -> Figure:
    return Figure(share, share, "%", rounded=True)


def days(low: float, high: float | None = None, bound: str = "") -> Figure:
    return Figure(low, low if high is None else high, "day", bound)


def count(low: float, high: float, unit: str, bound: str = "") -> Figure:
    return Figure(low, high, unit, bound)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about 1.1% of adults", [percent(1.1)]),
        ("30 percent", [percent(30)]),
        ("30 to 40%", [percent(30, 40)]),
        ("between 60 and 80 per cent", [percent(60, 80)]),
        ("up to 31% of people", [percent(31)]),
        ("more than 50%", [percent(50, bound="least")]),
        ("less than 5 percent", [percent(5, bound="most")]),
        ("three in ten people", [rounded(100 * 3 / 10)]),
        ("1 in 4", [rounded(100 / 4)]),
        ("2 out of 5", [rounded(100 * 2 / 5)]),
        ("two to three in ten", [Figure(20, 30, "%", rounded=True)]),
        ("half of them, two-thirds of the others", [rounded(50), rounded(200 / 3)]),
    ],
)
def test_shares_are_read_in_percent(text: str, expected: list[Figure]) -> None:
    """
    Percent signs, words and fractions give the same unit; a share in words is a rounded one.
    """
    assert expected == figures(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("within 48 hours", [days(48 / 24, bound="most")]),
        ("four to six weeks", [days(4 * 7, 6 * 7)]),
        ("over 4 weeks", [days(4 * 7)]),
        ("after more than 12 months", [days(12 * MONTH, bound="least")]),
        ("a 4-week course", [days(4 * 7)]),
        ("after a year", [days(YEAR)]),
        ("within hours or days", [days(2 / 24, 6, "most")]),
        ("within a few weeks", [days(2 * 7, 8 * 7, "most")]),
        ("at both 18 and 24 months", [days(18 * MONTH, 24 * MONTH)]),
    ],
)
def test_times_are_read_in_days(text: str, expected: list[Figure]) -> None:
    """
    Whatever a time is given in, it can be compared; "over" a time is not "more than" it.
    """
    assert [(f.unit, f.bound) for f in expected] == [(f.unit, f.bound) for f in figures(text)]
    ends = [end for f in expected for end in (f.low, f.high)]
    assert ends == pytest.approx([end for f in figures(text) for end in (f.low, f.high)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two to three sessions", [count(2, 3, "session")]),
        ("about six to 18 sessions", [count(6, 18, "session")]),
        ("two or more different antidepressants", [count(2, 2, "medicine", "least")]),
        ("four or more failed treatments", [count(4, 4, "treatment", "least")]),
        ("at least two medicines", [count(2, 2, "medicine", "least")]),
        ("four kinds of psychotherapy", [count(4, 4, "therapy")]),
        ("nearly 1,500 patients", [count(1500, 1500, "people")]),
        ("twenty-five visits", [count(25, 25, "session")]),
        ("20 to 40 mg", [count(20, 40, "mg")]),
        ("$1,200, with help 900 pounds", [count(1200, 1200, "$"), count(900, 900, "£")]),
    ],
)
def test_what_is_counted_is_the_unit(text: str, expected: list[Figure]) -> None:
    """
    Words for numbers count; words for one thing are one unit; money and doses have their own.
    """
    assert expected == figures(text)


@pytest.mark.parametrize(
    ("text", "a_week"),
    [
        ("five days a week", 5),
        ("two to three times per week", 2),
        ("twice a day", 2 * 7),
        ("once a month", 7 / MONTH),
    ],
)
def test_rates_are_no_times(text: str, a_week: float) -> None:
    """
    "Five days a week" says how often, not how long.
    """
    (figure,) = figures(text)
    assert ("a week", pytest.approx(a_week)) == (figure.unit, figure.low)


@pytest.mark.parametrize(
    "text", ["in 2019", "call 1-800-273-8255", "call 988", "one of the short trials", "weekly"]
)
def test_no_figure(text: str) -> None:
    """
    Years, phone numbers and a bare "one of" are no figures.
    """
    assert [] == figures(text)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("about 30%", "30 percent"),
        ("three in ten", "31%"),  # 30 against 31, one of them rounded
        ("one in three", "33%"),
        ("30 to 40%", "35%"),
        ("more than 50%", "63%"),
        ("less than 5%", "3%"),
        ("more than 50%", "less than 60%"),
        ("three months", "12 weeks"),  # 90 days against 84
        ("a 4-week course", "after a month"),
        ("two or more medicines", "at least two antidepressants"),
        ("two or more medicines", "three medicines"),
        ("within a few weeks", "in 2 weeks"),
    ],
)
def test_agree(first: str, second: str) -> None:
    """
    Figures that may both be true agree, in either order.
    """
    (one,), (other,) = figures(first), figures(second)
    assert one.agrees(other)
    assert other.agrees(one)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("about 30%", "up to 31%"),
        ("three in ten", "40%"),
        ("20 to 30%", "25 to 35%"),
        ("more than 50%", "45%"),
        ("more than 50%", "more than 60%"),
        ("less than 5%", "8%"),
        ("within 40 minutes", "within hours or days"),
        ("three months", "more than 12 months"),
        ("two or more medicines", "four or more medicines"),
        ("four weeks", "four sessions"),  # another unit never agrees
    ],
)
def test_do_not_agree(first: str, second: str) -> None:
    """
    Figures that cannot both be true do not agree, in either order.
    """
    (one,), (other,) = figures(first), figures(second)
    assert not one.agrees(other)
    assert not other.agrees(one)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("six", 6.0), ("18", 18.0), ("thirty", 30.0), ("forty-two", 42.0), ("12,000", 12000.0)],
)
def test_numbers(word: str, expected: float) -> None:
    """
    Digits and words give the same number.
    """
    assert expected == number(word)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Medications", "medicine"), ("infusion", "session"), ("adults", "people"), ("mood", None)],
)
def test_counted(word: str, expected: str | None) -> None:
    """
    What a word counts as.
    """
    assert expected == counted(word)
