"""Whether a line of plain text looks like a heading."""

from __future__ import annotations

import re

MAX_LENGTH = 110
MAX_WORDS = 16
MAX_SENTENCE_CASE = 60  # characters of a heading that is not in title case

_SMALL = frozenset(
    """
    a an and are as at but by can do does for from how if in into is it its nor not of on or our
    per so that the their this to up using via vs what when which who why will with without you
    your
    """.split()
)


def is_title_like(line: str) -> bool:
    """Short, without a full stop, in title case, or a short question or phrase.

    >>> is_title_like("Key Findings from the RECOVER Trial (2026)")
    True
    >>> is_title_like("A mild cough or tickle in the throat.")
    False
    """
    text = line.strip()
    words = re.findall(r"[^\W\d_][\w'’.-]*", text)
    if not words or len(text) > MAX_LENGTH or len(words) > MAX_WORDS:
        return False
    if re.search(r"[.,;!…]$", text) or not re.match(r"[\"“‘'(]?[^\W_]", text):
        return False
    if text.endswith(":") and len(words) > 3 or re.search(r"https?://|@|\w\|", text):
        return False
    return _in_title_case(words) or _is_question(text)


def _in_title_case(words: list[str]) -> bool:
    """Every word but the small ones begins with a capital, the first one too."""
    if words[0][0].islower():
        return False
    large = [word for word in words if word.lower() not in _SMALL]
    capitals = sum(word[0].isupper() for word in large)
    return capitals >= 0.8 * len(large) and bool(large)


def _is_question(text: str) -> bool:
    return text.endswith("?") and len(text) <= MAX_SENTENCE_CASE and text[0].isupper()
