"""Figures of a text: numbers and ranges with their unit, and whether two of them agree.

Numbers may be words; shares may be fractions; times are compared in days, whatever they are given
in. A bare number, a calendar year and a phone number are no figures.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from qa.text import fold, stem

ROUNDED = 1.0  # percent by which "three in ten" may miss a share that is given in percent
A_MONTH_IS_FOUR_WEEKS = 0.1  # part of a time by which two ways of saying it may differ

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_DAYS = {
    "second": 1 / 86400,
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 30.0,
    "year": 360.0,
    "decade": 3600.0,
}
_MOST_SAID = {"minute": 59, "hour": 23, "day": 6, "week": 8, "month": 11, "year": 9, "decade": 9}
_FRACTIONS = {
    "half": 50.0,
    "a third": 100 / 3,
    "one third": 100 / 3,
    "two thirds": 200 / 3,
    "a quarter": 25.0,
    "one quarter": 25.0,
    "three quarters": 75.0,
    "a fifth": 20.0,
    "one fifth": 20.0,
}
_CURRENCIES = {"dollar": "$", "pound": "£", "euro": "€"}
_LEAST = frozenset({"at least", "more than", "over", " or more", "+"})
_MOST = frozenset(
    {"less than", "fewer than", "under", "below", "no more than", "not more than", "at most"}
    | {"within", " or less", " or fewer"}
)  # "up to 31%" names the figure itself

# What is counted: stems that stand for one another.
_COUNTED = {
    "medicin": "medicine",
    "medic": "medicine",
    "med": "medicine",
    "drug": "medicine",
    "antidepress": "medicine",
    "treatment": "treatment",
    "trial": "trial",
    "psychotherapi": "therapy",
    "therapi": "therapy",
    "session": "session",
    "visit": "session",
    "infus": "session",
    "peopl": "people",
    "patient": "people",
    "person": "people",
    "particip": "people",
    "adult": "people",
    "spray": "spray",
    "tablet": "tablet",
    "pill": "tablet",
}
COUNTED = frozenset(_COUNTED.values())

_NUMBER = (
    r"(?:\d+(?:,\d{3})+|\d+(?:\.\d+)?"
    rf"|(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_SMALL[1:10])})\b)?"
    rf"|(?:{'|'.join(reversed(_SMALL[1:]))})\b)"
)
_BOUND = (
    r"(?:\b(?P<bound>at least|no more than|not more than|more than|over|at most|less than|"
    r"fewer than|under|below|within) (?:about |around )?)?"
)
_RANGE = (
    rf"(?<![\w.,-])(?P<low>{_NUMBER})(?P<or> or more| or less| or fewer|\+)?"
    rf"(?:\s?(?:to|or|-|–|and)\s?(?P<high>{_NUMBER}))?"
)
_TIME = "second|minute|hour|day|week|month|year|decade"
_PER = r" (?:a|per|each|every) (?P<per>day|week|month|year)\b"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or range with its unit; `bound` is "least", "most" or "".

    Shares are in percent, times in days, rates in times a week; what is counted is its own unit.
    """

    low: float
    high: float
    unit: str
    bound: str = ""
    rounded: bool = False  # a share that was not given in percent

    def agrees(self, other: Figure) -> bool:
        """Whether both may be true of the same thing.

        >>> Figure(30, 40, "%").agrees(Figure(35, 35, "%"))
        True
        >>> Figure(2, 2, "session", "least").agrees(Figure(4, 4, "session", "least"))
        False
        """
        if self.unit != other.unit:
            return False
        if self.bound and self.bound == other.bound:
            edges = (self.low, other.low) if self.bound == "least" else (self.high, other.high)
            return math.isclose(*edges)
        (a, b), (c, d) = self._reach, other._reach
        if self.bound or other.bound:
            return a <= d and c <= b
        spare = ROUNDED if self.rounded != other.rounded else 1e-6
        if self.unit == "day":
            spare = A_MONTH_IS_FOUR_WEEKS * max(b, d)
        return (a - spare <= c and d <= b + spare) or (c - spare <= a and b <= d + spare)

    @property
    def _reach(self) -> tuple[float, float]:
        least = -math.inf if self.bound == "most" else self.low
        return least, math.inf if self.bound == "least" else self.high


Match = re.Match[str]


def figures(text: str) -> list[Figure]:
    """The figures of `text` in order.

    >>> figures("About three in ten, after 2 to 3 weeks")
    [Figure(low=30.0, high=30.0, unit='%', bound='', rounded=True), \
Figure(low=14.0, high=21.0, unit='day', bound='', rounded=False)]
    """
    rest, found = fold(text), list[tuple[int, Figure]]()
    for pattern, read in _READERS:
        for match in pattern.finditer(rest):
            found += [(match.start(), figure) for figure in read(match)]
        rest = pattern.sub(lambda match: "#" * len(match.group()), rest)  # read once only
    return [figure for _, figure in sorted(found, key=lambda f: f[0])]


def number(word: str) -> float:
    """
    >>> number("1,500"), number("twenty-five"), number("six")
    (1500.0, 25.0, 6.0)
    """
    if word[0].isdigit():
        return float(word.replace(",", ""))
    tens, *ones = re.split(r"[ -]", word)
    if tens in _TENS:
        return 10.0 * (_TENS.index(tens) + 2) + (number(ones[0]) if ones else 0.0)
    return float(_SMALL.index(tens))


def counted(word: str) -> str | None:
    """What a word counts as, or None: "medications" and "antidepressants" are medicines."""
    return _COUNTED.get(stem(fold(word)))


def _bound(match: Match) -> str:
    said = {part for name in ("bound", "or") if (part := match.groupdict().get(name))}
    return "least" if said & _LEAST else "most" if said & _MOST else ""


def _figure(match: Match, unit: str, scale: float = 1.0) -> Figure:
    low, high = number(match["low"]), number(match["high"] or match["low"])
    low, high = sorted((low * scale, high * scale))
    return Figure(low, high, unit, _bound(match))


def _percent(match: Match) -> Iterator[Figure]:
    yield _figure(match, "%")


def _share(match: Match) -> Iterator[Figure]:
    whole = number(match["whole"])
    low, high = number(match["low"]), number(match["high"] or match["low"])
    if 0 < high <= whole:
        yield Figure(100 * low / whole, 100 * high / whole, "%", _bound(match), rounded=True)


def _fraction(match: Match) -> Iterator[Figure]:
    part = _FRACTIONS[match["name"].replace("-", " ")]
    yield Figure(part, part, "%", _bound(match), rounded=True)


def _rate(match: Match) -> Iterator[Figure]:
    yield _figure(match, "a week", 7.0 / _DAYS[match["per"]])


def _once(match: Match) -> Iterator[Figure]:
    times = 7.0 / _DAYS[match["per"]] * (2.0 if match["times"] == "twice" else 1.0)
    yield Figure(times, times, "a week", _bound(match))


def _span(match: Match) -> Iterator[Figure]:
    figure = _figure(match, "day", _DAYS[match["time"]])
    yield replace(figure, bound="") if match["bound"] == "over" else figure  # "over 4 weeks"


def _one_span(match: Match) -> Iterator[Figure]:
    days = _DAYS[match["time"]]
    bound = {"within": "most", "than": "least", "least": "least"}.get(match["before"], "")
    yield Figure(days, days, "day", bound)


def _some_span(match: Match) -> Iterator[Figure]:
    first = match["first"].removesuffix("s")
    last = (match["last"] or first).removesuffix("s")
    low, high = 2 * _DAYS[first], _MOST_SAID[last] * _DAYS[last]
    if low < high:
        yield Figure(low, high, "day", _bound(match))


def _money(match: Match) -> Iterator[Figure]:
    yield _figure(match, match.groupdict().get("sign") or _CURRENCIES[match["name"]])


def _dose(match: Match) -> Iterator[Figure]:
    unit = {"milligram": "mg", "microgram": "mcg"}.get(match["unit"], match["unit"])
    yield _figure(match, unit)


def _count(match: Match) -> Iterator[Figure]:
    units = [unit for word in match["what"].split() if (unit := counted(word))]
    if units and not re.match(r" (?:of|in|a|an|the|to|and|or|with|than|is|are)\b", match["what"]):
        yield _figure(match, units[-1])


_READERS: tuple[tuple[re.Pattern[str], Callable[[Match], Iterator[Figure]]], ...] = (
    (re.compile(rf"{_BOUND}{_RANGE} ?(?:%|percent\b|per cent\b)"), _percent),
    (
        re.compile(rf"{_BOUND}{_RANGE} (?:in|out of) (?:every )?(?P<whole>{_NUMBER})\b(?! \w+ial)"),
        _share,
    ),
    (re.compile(rf"{_BOUND}\b(?P<name>{'|'.join(_FRACTIONS).replace(' ', '[ -]')})\b"), _fraction),
    (
        re.compile(
            rf"{_BOUND}{_RANGE} (?:times|days|sessions?|visits?|treatments?|infusions?){_PER}"
        ),
        _rate,
    ),
    (re.compile(rf"{_BOUND}\b(?P<times>once|twice){_PER}"), _once),
    (re.compile(rf"{_BOUND}{_RANGE}[ -](?P<time>{_TIME})s?\b"), _span),
    (
        re.compile(
            rf"\b(?P<before>within|after|about|takes?|for|than|least)"
            rf" (?:a|an|one full|a full|a whole) (?P<time>{_TIME})\b"
        ),
        _one_span,
    ),
    (
        re.compile(
            rf"{_BOUND}(?:a few |a couple of |several |some |many )?"
            rf"\b(?P<first>{'s|'.join(_MOST_SAID)}s)\b"
            rf"(?: (?:or|to) (?:even )?(?P<last>{'s|'.join(_MOST_SAID)}s)\b)?"
        ),
        _some_span,
    ),
    (re.compile(rf"{_BOUND}(?P<sign>[$£€]) ?{_RANGE}"), _money),
    (re.compile(rf"{_BOUND}{_RANGE} (?P<name>dollar|pound|euro)s?\b"), _money),
    (re.compile(rf"{_BOUND}{_RANGE} ?(?P<unit>mg|mcg|microgram|milligram)s?\b"), _dose),
    (re.compile(rf"{_BOUND}{_RANGE}(?P<what>(?: [a-z-]+){{1,4}})"), _count),
)
