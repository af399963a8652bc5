"""Figures that a question sets as a condition ("after four failed treatments"), and other ones.

Only where they are surely the same kind of figure: how many treatments failed, or a point in time.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_VALUE = {
    word: float(n)
    for n, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
}
_NUMBER = r"\d+(?:\.\d+)?|" + "|".join(_VALUE)
_TIME_UNITS = ("week", "month", "year")
_FIGURE = re.compile(
    r"(?:\b(?P<word>after|at|by|both|failed|least|than|to|over|under|within|about|around|nearly"
    r"|almost|roughly) )?"
    rf"\b(?P<low>{_NUMBER})"
    rf"(?:\s*(?:to|and|or|-|–)\s*(?:at )?(?P<high>{_NUMBER}|more|less|fewer|longer))?"
    r"[ -](?:\w+ ){0,2}?(?P<unit>(?:week|month|year|treatment|therapy|medicine|medication"
    r"|antidepressant|drug|tablet|pill|med|failure)s?|therapies)\b(?!-| old)"
)
_TRIED = re.compile(r"\b(?:fail\w*|tried|trying|after|without)\b")
_NEAR = frozenset("about around nearly almost roughly".split())
_NEARLY = 0.5  # "about six": three to nine
# What asks whether or how many is not bound to its figure: "Are three weeks enough?"
_WHETHER = re.compile(
    r"\bhow (?:many|long|often|soon|much|fast|old)\b"
    r"|(?:^|[,;.?!] ?|\bso |\band |\bbut )(?:is|are|was|were|does|do|did|can|could|should|am|will"
    r"|would|has|have|must|may)\b"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """From `low` to `high` of `unit`; `at` for a point in time ("at 12 months")."""

    low: float
    high: float
    unit: str
    at: bool


def amounts(text: str) -> list[Amount]:
    """The figures of a folded text, ranges as such.

    >>> amounts("after four or more failed drugs")
    [Amount(low=4.0, high=inf, unit='treatment', at=False)]
    """
    return [_amount(match) for match in _FIGURE.finditer(text)]


def other_figure(wanted: tuple[Amount, ...], quote: str) -> str | None:
    """The figure that the question sets, where the quote has others of its kind only; folded."""
    there = amounts(quote) if wanted else []
    for amount in wanted:
        same = [a for a in there if (a.unit, a.at) == (amount.unit, amount.at)]
        if same and not any(a.low <= amount.low <= a.high for a in same):
            return f"{amount.low:g} {amount.unit}s"
    return None


def conditions(question: str) -> tuple[Amount, ...]:
    """The figures that a question sets: "after 12 months", "two treatments"; it is folded."""
    if _WHETHER.search(question):
        return ()
    tried = bool(_TRIED.search(question))
    return tuple(
        a
        for a in amounts(question)
        if a.low == a.high > 1 and (a.at or (a.unit == "treatment" and tried))
    )


def _amount(match: re.Match[str]) -> Amount:
    word, second = match["word"] or "", match["high"] or ""
    low = high = _value(match["low"])
    if second in ("less", "fewer") or word in ("under", "within", "to"):
        low = 0.0
    elif second in ("more", "longer") or word in ("least", "than", "over"):
        high = math.inf
    elif second:
        high = _value(second)
    elif word in _NEAR:
        low, high = low * (1 - _NEARLY), high * (1 + _NEARLY)
    unit = match["unit"].removesuffix("s")
    if unit in _TIME_UNITS:
        return Amount(low, high, unit, at=word in ("after", "at", "by", "both"))
    return Amount(low, high, "treatment", at=False)


def _value(number: str) -> float:
    return _VALUE.get(number) or float(number)
