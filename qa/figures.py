"""Figures in quotes: numbers with their unit, and pairs of quotes whose figures differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.records import Difference, Quote
from qa.text import fold, terms

_NUMBER = r"(\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten)"
_FIGURE = re.compile(
    rf"\b{_NUMBER}(?:\s*(?:to|and|or|-|–)\s*{_NUMBER})?\s*"
    r"(%|percent|per cent|(?:more |different |or more )*(?:minute|hour|day|week|month|year|session|"
    r"treatment|trial|medicine|medication|antidepressant|people|participant|patient|adult)s?)"
)
_WORDS = {
    word: str(n)
    for n, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)
}
ALIKE = 0.3  # share of common words from which two quotes speak of the same thing


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or range with its unit, "6 to 18 session"."""

    low: str
    high: str
    unit: str


def figures(text: str) -> list[Figure]:
    """The figures of `text` in order.

    >>> figures("Two to three sessions a week")
    [Figure(low='2', high='3', unit='session')]
    """
    found = []
    for low, high, unit in _FIGURE.findall(fold(text)):
        last = unit.split()[-1].removesuffix("s")
        name = "%" if unit.startswith("per") or unit == "%" else last
        found.append(Figure(_WORDS.get(low, low), _WORDS.get(high or low, high or low), name))
    return found


def differences(quotes: Sequence[Quote]) -> tuple[Difference, ...]:
    """Pairs from different documents, on the same thing, whose figures of one unit never meet."""
    pairs = []
    for i, first in enumerate(quotes):
        for second in quotes[i + 1 :]:
            if first.document.doc_id != second.document.doc_id and _differ(first, second):
                pairs.append(Difference(first, second))
    return tuple(pairs)


def _differ(first: Quote, second: Quote) -> bool:
    if _overlap(first.text, second.text) < ALIKE:
        return False
    ours, theirs = figures(first.text), figures(second.text)
    shared = [unit for unit in {f.unit: 0 for f in ours} if unit in {f.unit for f in theirs}]
    return any(
        not {(f.low, f.high) for f in ours if f.unit == unit}
        & {(f.low, f.high) for f in theirs if f.unit == unit}
        for unit in shared
    )


def _overlap(first: str, second: str) -> float:
    ours, theirs = set(terms(first)), set(terms(second))
    return len(ours & theirs) / min(len(ours), len(theirs)) if ours and theirs else 0.0
