"""Words that several rules need, and how a message begins."""

from __future__ import annotations

import re

from qa.phrases import is_aspect, is_group, stem_of


def any_of(phrases: str) -> str:
    """A piece of a pattern: one of the phrases, which commas part.

    >>> any_of("is, are, thank you")
    '(?:is|are|thank you)'
    """
    return f"(?:{'|'.join(phrase.strip() for phrase in phrases.split(','))})"


_HELPERS = (  # "dose" and "dos" are meant as "does"
    "is, are, was, were, am, do, does, did, dose, dos, can, could, will, would, should, shall, may,"
    "might, must, has, have, had, isn't, aren't, doesn't, don't, didn't, can't, won't"
)
_ASKING = "what, who, which, how, why, when, where"
AUX = any_of(_HELPERS)
WH = any_of(_ASKING)
BE = any_of("is, are, was, were")
ARTICLE = any_of("the, an?, some, any")

JOINS = re.compile(
    rf"^\s*(?:{any_of('ok, okay, oh, well, yes, no')}[\s,]+)*"
    rf"{any_of('and, but, or, also, then')}\b",
    re.I,
)
STUDY = re.compile(r"\b(?:trial|study)(?:'s)?$", re.I)
_LEAD = re.compile(
    r"^\s*(?:"
    + any_of(
        "and, but, or, so, ok, okay, oh, ah, well, also, then, now, yes, no, right, thanks,"
        "thank you, i see, alright, hmm, please, sorry, great, good, interesting"
    )
    + r"\b[\s,.!:;\-–]*)+",
    re.I,
)
_CLAUSE = re.compile(rf"\b{any_of(f'{_HELPERS}, i, you, we')}\b", re.I)
_NO_NAME = re.compile(
    rf"\b{any_of(f'{_HELPERS}, {_ASKING}, i, you, we, my, it, tell, give')}\b", re.I
)
# Nouns that tell when, how or how much: "at that moment", "this way".
_TEMPORAL = frozenset(
    stem_of(word)
    for word in """week month year time morning afternoon evening night day weekend summer winter
    spring moment point age way case kind sort type much many long often bad big website page
    chat""".split()
)


def bare(message: str) -> str:
    """The message without what leads into it and without its last mark.

    >>> bare("Ok thanks, and how long?")
    'how long'
    """
    lead = _LEAD.match(message)
    return trimmed(message[lead.end() if lead else 0 :])


def trimmed(text: str) -> str:
    """Without the space around it and the marks at its end."""
    return text.strip().rstrip("?!. ")


def has_clause(text: str) -> bool:
    """Whether it has a verb for a helper, or someone who does something."""
    return bool(_CLAUSE.search(text))


def may_be_name(text: str) -> bool:
    """Whether no word of it belongs to a question or a sentence."""
    return not _NO_NAME.search(text)


def is_thing(phrase: str) -> bool:
    """Whether a noun phrase can be a subject: no side of one, and no group of people."""
    return not is_aspect(phrase) and not is_group(phrase)


def is_time(word: str) -> bool:
    """Whether the noun tells when, how or how much."""
    return stem_of(word) in _TEMPORAL
