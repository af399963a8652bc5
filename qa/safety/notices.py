"""Message -> codes of the fixed notices for emergencies and changes of a medicine."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qa.safety.lists import lists
from qa.safety.plain import sentences

_PARTS = ("emergency", "now", "asked", "urgent", "change", "not_change")


def notices(message: str) -> tuple[str, ...]:
    """Codes of the fixed texts that belong above the answer, in a fixed order.

    >>> notices("im having a seziure"), notices("can ECT cause seizures?")
    (('emergency_symptoms',), ())
    """
    found_in, split = lists("notices.toml", _PARTS), sentences(message)
    found = []
    if any(_is_emergency(sentence, found_in) for sentence in split):
        found.append("emergency_symptoms")
    if any(found_in["change"].search(s) and not found_in["not_change"].search(s) for s in split):
        found.append("medicine_change")
    return tuple(found)


def _is_emergency(sentence: str, found: Mapping[str, re.Pattern[str]]) -> bool:
    if found["asked"].search(sentence):
        return False
    if found["urgent"].search(sentence):
        return True
    return bool(found["emergency"].search(sentence) and found["now"].search(sentence))
