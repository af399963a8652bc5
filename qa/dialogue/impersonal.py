"""The "it" that stands for nothing: "is it safe to drive", "it is my fault"."""

from __future__ import annotations

import re

from qa.dialogue.wording import any_of
from qa.phrases import chunks, is_aspect

_JUDGED = any_of(
    "safe, normal, ok, okay, alright, true, possible, common, likely, unlikely, bad, good, wrong,"
    "dangerous, hard, difficult, easy, easier, harder, better, best, worth, usual, fine, important,"
    "necessary, risky, legal, time, early, late, harmful, healthy, helpful, useful, pointless,"
    "weird, strange, rare, unusual, selfish, stupid, enough, unsafe, illegal, allowed, advisable,"
    "wise, sensible, my, just, a, an, only, really, still"
)
_BEFORE_JUDGED = any_of(
    "is, was, be, ever, still, really, always, just, even, not, too, very, so, that, all, more,also"
)
_FOLLOWS_JUDGED = any_of("to, that, if, when, i, we, you, being, having, be")
_EMPTY = (
    # "it is not safe for her to drive", and not "safer than"
    rf"\bit\s+(?:{_BEFORE_JUDGED}\s+)*(?:an?\s+)?{_JUDGED}\b(?:\s+\w+)?"
    rf"(?:\s+for\s+(?:\w+\s+){{1,3}})?\s+{_FOLLOWS_JUDGED}\b(?!.*\bthan\b)",
    # "it is my own fault", "is it all in my head"
    r"\bit\s+(?:is|'s|was|be)?\s*(?:my|his|her|our)\s+(?:own\s+)?fault\b",
    r"\bit\s+(?:just\s+)?(?:in|all in)\s+my\s+(?:head|mind)\b",
    # "does it help to walk", "is it worth asking", "what does it mean if"
    r"\bit\s+(?:really\s+)?(?:help|matter|harm|make\s+sense|make\s+a\s+difference)\s+(?:to|if)\b",
    r"\bit\s+(?:(?:is|was|ever|really|even)\s+)?worth\s+\w+ing\b",
    r"\bit\s+(?:like)\s+to\b",
    r"\bit\s+mean\s+(?:if|when|that|to)\b",
    r"\bit(?:'s|\s+is)\s+(?:raining|cold|hot|late|early|time)\b",
)
_IMPERSONAL = re.compile("|".join(_EMPTY), re.I)
# "It takes weeks for the medicine to work": what takes them stands behind.
_TAKES = re.compile(
    rf"\bit\s+(?:\w+\s+)?takes?\b.*?\b{any_of('to, for, before, until, till')}\b(.*)", re.I
)


def has_empty_it(message: str) -> bool:
    """Whether some "it" of the message stands for nothing."""
    return bool(_IMPERSONAL.search(message))


def is_empty(rest: str) -> bool:
    """Whether the "it" that `rest` begins with stands for nothing.

    >>> is_empty("it safe to drive?"), is_empty("it take for ECT to work?"), is_empty("it safe?")
    (True, True, False)
    """
    if _IMPERSONAL.match(rest):
        return True
    takes = _TAKES.match(rest)
    behind = takes[1] if takes else ""
    return any(not is_aspect(chunk.of(behind)) for chunk in chunks(behind))
