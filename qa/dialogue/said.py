"""What a turn says: the subject, the question and the words that later messages lean on."""

from __future__ import annotations

import re
from dataclasses import replace

from qa.dialogue.adding import joined
from qa.dialogue.meant import resolved
from qa.dialogue.small_talk import is_about_this, is_small_talk
from qa.dialogue.state import State
from qa.dialogue.wording import ARTICLE, AUX, WH, any_of, is_thing
from qa.phrases import chunks
from qa.records import Turn
from qa.text import fold
from qa.topics import Topics

_SIDE = any_of(
    "role, purpose, impact, effect, influence, contribution, importance, types?, kinds?,"
    "relationship, origins?, series, difference"
)
_DEFINE = any_of("is, are, was, were, about, of, describe, explain, define, what's, mean by")
_HOW = any_of("what, how, why, when, where")
# What stands before a noun phrase. "The role of X", "my X" ask of what was spoken of ...
_ROLE_OF = re.compile(rf"\b{_SIDE}s?\s+(?:of|between)\s+(?:the\s+|an?\s+)?$", re.I)
_OWNED = re.compile(r"\b(?:my|your|our)\s*$", re.I)
# ... "what is X", "how does X", "how do I grow X" of X itself.
_DEFINING = re.compile(rf"\b{_DEFINE}\s+(?:{ARTICLE}\s+)?$", re.I)
_STARTING = re.compile(rf"^\W*(?:{WH}(?:\s+\w+)?\s+)?{AUX}\s+(?:{ARTICLE}\s+)?$", re.I)
_DOING = re.compile(
    rf"^\W*(?:{_HOW}\s+)?{AUX}\s+(?:i|you|we|one)\s+(?:\w+\s+){{1,2}}(?:{ARTICLE}\s+)?$", re.I
)


def after(turn: Turn, state: State, topics: Topics) -> State:
    """The state with what the turn says."""
    text = turn.content
    if not text.strip() or (turn.role == "user" and (is_small_talk(text) or is_about_this(text))):
        return state
    if turn.role != "user":
        return _quoted(text, state, topics)
    whole = resolved(text, state, topics)
    state = replace(state, question=whole, said=(text, *state.said))
    spans = topics.spans(whole)
    if spans:
        return _with_subject(state, joined(spans, whole), known=True)
    if whole != text and state.subject and state.subject in whole:
        return state
    found = _focus(whole, state)
    return _with_subject(state, found, known=False) if found else state


def _quoted(text: str, state: State, topics: Topics) -> State:
    """A quote gives the subject where no question named one of the corpus."""
    state = replace(state, said=(text, *state.said))
    if state.known or (state.subject and fold(state.subject) in fold(text)):
        return state
    spans = topics.spans(text)
    return _with_subject(state, spans[0].of(text), known=True) if spans else state


def _with_subject(state: State, subject: str, *, known: bool) -> State:
    if state.subject is None or fold(subject) == fold(state.subject):
        return replace(state, subject=subject, known=known)
    others = tuple(s for s in (state.subject, *state.earlier) if fold(s) != fold(subject))
    return replace(state, subject=subject, known=known, earlier=others)


def _focus(question: str, state: State) -> str | None:
    """The noun phrase a complete question is about; None where it stays with the old subject."""
    first = next((c for c in chunks(question) if is_thing(c.of(question))), None)
    if first is None:
        return None
    phrase, before = first.of(question), question[: first.start]
    if state.subject is None:
        return phrase
    if fold(phrase) in fold(state.subject):
        return None  # "the plan", of "the 529 plan"
    if _ROLE_OF.search(before) or _OWNED.search(before):
        return None
    if _DEFINING.search(before) or _STARTING.match(before):
        return phrase
    return phrase if _DOING.match(before) and not state.known else None
