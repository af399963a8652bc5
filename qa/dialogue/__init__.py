"""History + message -> a question that stands alone, by carrying over what the message leaves out.

Rules, not a model. The earlier turns are read in order, so that each follow-up is completed from
what stood before it (`said`); then the message is resolved in the same way (`meant`). A message
that names its own subject stays as it is, character for character.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.dialogue.meant import resolved
from qa.dialogue.pronouns import completed_with, dangles
from qa.dialogue.said import after
from qa.dialogue.small_talk import is_about_this, is_small_talk
from qa.dialogue.state import State
from qa.records import Turn
from qa.topics import Topics

__all__ = ["completed_with", "dangles", "is_about_this", "is_small_talk", "standalone"]

_TURNS = 12  # messages of the conversation that are read


def standalone(message: str, history: Sequence[Turn], topics: Topics) -> str:
    """The message, completed from the history where it leans on it; else unchanged."""
    if not history or not message.strip() or is_small_talk(message) or is_about_this(message):
        return message
    state = State()
    for turn in history[-_TURNS:]:
        state = after(turn, state, topics)
    return resolved(message, state, topics)
