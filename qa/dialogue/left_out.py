"""Whether a message without pronouns still needs the subject of the one before it."""

from __future__ import annotations

import re

from qa.dialogue.impersonal import has_empty_it
from qa.dialogue.state import State
from qa.dialogue.wording import BE, JOINS, any_of, bare
from qa.phrases import content, is_verb, stem_of, tokens
from qa.topics import Topics

_FEW = 6  # words up to which one that speaks of nothing in the corpus may lean
_SHORT = 2  # content words up to which a message without a subject leans on the one before
_DURING = re.compile(
    rf"\b{any_of('during, after, before, between, this, each')}\s+(?:the\s+)?treatments?\b", re.I
)
_RISK = re.compile(
    rf"\b{any_of('safe, ok, okay, allowed, legal, dangerous, risky, possible')}\b", re.I
)
# "What is a placebo" asks what something is: it says of what.
_DEFINES = re.compile(
    rf"^\W*(?:what(?:'s|\s+{BE})|who(?:'s|\s+{BE})|tell me (?:more )?about|describe|"
    r"explain|define|what does)\s+(?:a\s+|an\s+)?(?!the\b|this\b|that\b|its\b)\w",
    re.I,
)
# "What are the most common ones" asks for a side of what was spoken of ...
_SIDE_OF = re.compile(
    rf"^\W*(?:what|who)\s+{BE}\s+(?:the\s+|some\s+|a\s+|an\s+)?(?:most\s+)?"
    + any_of(
        "important, common, main, good, best, typical, famous, modern, natural, popular, other,"
        "different"
    )
    + r"\s",
    re.I,
)
# ... unless it says of what.
_COMPLEMENT = re.compile(
    rf"\b{any_of('of, for, in, with, to, about, between, that, who, which')}\s+\w", re.I
)


def leans(message: str, state: State, topics: Topics) -> bool:
    """Whether the message, which names no subject of the corpus, is asked of the last one."""
    words = [token.of(message) for token in tokens(message)]
    asked = content(message)
    if _DURING.search(message):
        return True
    if any(stem_of(word) in topics.general for word in words):
        return False
    if has_empty_it(message):
        return _risks(message, asked, state, topics)
    if re.search(r"\bit\b", message, re.I):
        return False  # its "it" stands for nothing: "how long does it take for a wound to heal"
    if not asked:
        return state.known or not (re.search(r"\bof\s+\w", message) or len(words) > _FEW)
    if JOINS.match(message) and not _DEFINES.match(bare(message)):
        return True
    if _DEFINES.match(message):
        return bool(_SIDE_OF.match(message)) and not _COMPLEMENT.search(message)
    return _speaks_of(asked, state, topics)


def _risks(message: str, asked: list[str], state: State, topics: Topics) -> bool:
    """ "Is it safe to drive" after a subject whose articles speak of driving."""
    if not (state.subject and state.known and _RISK.search(message)):
        return False
    return topics.covers(state.subject, [stem_of(word) for word in asked])


def _speaks_of(asked: list[str], state: State, topics: Topics) -> bool:
    """Whether the few words of content are of the subject, or of nothing else in the corpus."""
    nouns = [stem_of(word) for word in asked if not is_verb(word)]
    if not (topics.documents and state.known and state.subject):
        return not nouns
    if len(asked) > _SHORT:
        return False
    here = topics.covers(state.subject, [stem_of(word) for word in asked])
    return here or not nouns or not topics.covered(nouns)
