"""Messages in which nothing is asked: "ok thanks!"."""

from __future__ import annotations

import re

# Each of these makes small talk of a message that has no other words than ...
_TALK = frozenset(
    """ok okay thanks thank thx ty cheers great nice cool perfect lovely understood bye goodbye hi
    hello hey interesting wow appreciate""".split()
)
_TALK_PHRASES = re.compile(r"\b(?:got it|i see|makes sense|good to know)\b")
# ... its own and these.
_AROUND = frozenset(
    """k you good fine super so very much a lot for that this the your help info information is was
    it's helpful really yes yeah yep no nope right alright sure i see got it there oh ah hmm morning
    afternoon evening to know makes sense""".split()
)
_BETWEEN = re.compile(r"[\s,.!:;)\-–]+")


def is_small_talk(message: str) -> bool:
    """Whether nothing is asked.

    >>> is_small_talk("ok thanks!"), is_small_talk("thanks, is it safe?")
    (True, False)
    """
    said = [word for word in _BETWEEN.split(message.lower()) if word]
    return all(word in _TALK or word in _AROUND for word in said) and (
        not _TALK.isdisjoint(said) or bool(_TALK_PHRASES.search(" ".join(said)))
    )
