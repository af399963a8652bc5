"""Message -> codes of the fixed notices for emergencies and changes of a medicine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from qa.safety.lists import table_of
from qa.safety.patterns import compile_patterns
from qa.safety.plain import sentences

_PARTS = ("emergency", "now", "asked", "urgent", "change", "not_change")


def notices(message: str) -> tuple[str, ...]:
    """Codes of the fixed texts that belong above the answer, in a fixed order.

    >>> notices("im having a seziure"), notices("can ECT cause seizures?")
    (('emergency_symptoms',), ())
    """
    lists, split = _lists(), sentences(message)
    found = []
    if any(_is_emergency(sentence, lists) for sentence in split):
        found.append("emergency_symptoms")
    if any(lists["change"].search(s) and not lists["not_change"].search(s) for s in split):
        found.append("medicine_change")
    return tuple(found)


def _is_emergency(sentence: str, lists: Mapping[str, re.Pattern[str]]) -> bool:
    if lists["asked"].search(sentence):
        return False
    if lists["urgent"].search(sentence):
        return True
    return bool(lists["emergency"].search(sentence) and lists["now"].search(sentence))


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, re.Pattern[str]]:
    name = "notices.toml"
    table = table_of(name)
    return {
        part: compile_patterns(table[part]["says"], table["classes"], f"{name}: {part}")
        for part in _PARTS
    }
