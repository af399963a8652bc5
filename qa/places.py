"""Which country a question asks about, and whether a quote is about another one."""

from __future__ import annotations

import re

_EUROPE = r"\beu\b|europe"
_COUNTRIES = {
    "the United States": r"\bu\.s\.|\busa\b|united states|americans?\b|\bfda\b|medicare",
    "the United Kingdom": rf"\bu\.?k\b|united kingdom|britain|british|england|scotland|\bnhs\b"
    rf"|\bwales|{_EUROPE}",
    "Ireland": rf"\bireland|\birish|{_EUROPE}",
    "Canada": r"\bcanad",
    "Australia": r"\baustralia",
    "New Zealand": r"new zealand",
    "India": r"\bindian?\b",
    "South Africa": r"south africa",
    "Germany": rf"\bgerman|{_EUROPE}",
    "France": rf"\bfrance|\bfrench|{_EUROPE}",
    "Spain": rf"\bspain|\bspanish|{_EUROPE}",
    "Italy": rf"\bital(?:y|ian)|{_EUROPE}",
    "the Netherlands": rf"netherlands|\bdutch|{_EUROPE}",
    "Belgium": rf"belgi|{_EUROPE}",
    "Austria": rf"\baustrian?\b|{_EUROPE}",
    "Sweden": rf"swed|{_EUROPE}",
    "Poland": rf"poland|polish|{_EUROPE}",
    "Portugal": rf"portug|{_EUROPE}",
    "Switzerland": r"\bswiss|switzerland|europe",
    "Mexico": r"mexic",
    "Japan": r"japan",
    "China": r"\bchin(?:a|ese)\b",
    "Brazil": r"brazil",
}
_TOLD = {name: re.compile(pattern) for name, pattern in _COUNTRIES.items()}
# The country itself, not the tongue ("French") nor what holds it; "US" and "us" are told apart.
_ASKED = {
    name: re.compile(rf"\bin (?:the )?{re.escape(name.removeprefix('the ').lower())}\b")
    for name in _COUNTRIES
}
_SHORT = re.compile(
    r"\b(?i:in (?:the )?)(?:(U\.?S\.?A?|(?i:u\.s\.|usa|america)|(?<=the )us)"
    r"|((?i:u\.?k\.?|(?:great )?britain|england|scotland|wales|northern ireland)))(?![\w-])"
)
_US = re.compile(r"\bUS\b")
_ANYWHERE = re.compile(r"world|international|global|countr|anywhere|elsewhere|abroad|overseas")


def other_country(question: str, quote: str, context: str) -> str | None:
    """The country asked about, where the quote speaks of others only; texts as written.

    >>> other_country("Whom can I call in Canada?", "In the United States, call 988.", "Help")
    'Canada'
    """
    wanted = _asked(question)
    if wanted is None:
        return None
    told, around = quote.lower(), context.lower()
    if _TOLD[wanted].search(f"{told}\n{around}") or _ANYWHERE.search(told):
        return None
    american = wanted == "the United States"
    if american and _US.search(quote):
        return None
    named = any(pattern.search(told) for pattern in _TOLD.values()) or bool(_US.search(quote))
    return wanted if named else None


def _asked(question: str) -> str | None:
    short = _SHORT.search(question)
    if short:
        return "the United States" if short[1] else "the United Kingdom"
    folded = question.lower()
    return next((name for name, pattern in _ASKED.items() if pattern.search(folded)), None)
