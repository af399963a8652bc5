""" "The implant", "that trial": spelt out from what was said before."""

from __future__ import annotations

import re
from dataclasses import replace

from qa.dialogue.adding import appended
from qa.dialogue.state import State
from qa.dialogue.wording import STUDY, any_of, is_thing, is_time
from qa.phrases import chunks, content, is_aspect, stem_of, tokens
from qa.records import Span
from qa.topics import Topics

_FEW = 6  # words up to which one that speaks of nothing in the corpus may lean without a pronoun
_DEFINITE = re.compile(rf"\b{any_of('the, this, that, these, those, such')}\s+", re.I)
_DETERMINER = re.compile(rf"^{any_of('the, this, that, these, those, a, an')}\s+", re.I)
_OF_WHAT = any_of(
    "of, in, for, with, to, between, on, about, at, that, who, which, behind, from, by"
)
_SAYS_OF_WHAT = re.compile(rf"\s*{_OF_WHAT}\b")


def with_definite(message: str, state: State, topics: Topics) -> str | None:
    """The message with "the spray" and the like explained, or None if it holds no such phrase."""
    for match in _DEFINITE.finditer(message):
        phrase = _phrase_at(message, match.end())
        if phrase is None or not _is_short(phrase.of(message)):
            continue
        explained = _explained(message, Span(match.start(), phrase.end), phrase, state, topics)
        if explained:
            return explained
    return None


def longer_form(phrase: str, state: State, topics: Topics) -> str | None:
    """What "the spray" is short for: a subject of that title, or a longer phrase said before."""
    short = _DETERMINER.sub("", phrase)
    found = tokens(short)
    if not found:
        return None
    wanted = _stems(short)
    for subject in state.subjects:
        title = topics.full_name(subject)
        if title and wanted <= _stems(title) or wanted < _stems(subject):
            return subject
    if is_aspect(short):
        return None
    head = _head(short)
    longer = (chunk.of(said) for said in state.said for chunk in chunks(said))
    return next((p for p in longer if wanted < _stems(p) and _head(p) == head), None)


def _explained(message: str, place: Span, phrase: Span, state: State, topics: Topics) -> str | None:
    """The phrase spelt out from what was said, or the subject added, or None."""
    named = phrase.of(message)
    before, after = message[: place.start], message[place.end :]
    if state.subject and STUDY.search(named) and STUDY.search(state.subject):
        return f"{before}the {state.subject}{after}"
    meant = longer_form(named, state, topics)
    if meant and state.known and not topics.spans(meant):
        return appended(message, state)
    if meant and _head(meant) == _head(named):
        return f"{before}the {meant}{after}"
    if meant:
        return appended(message, replace(state, subject=meant))
    is_open = _is_open(message, phrase) and (state.known or len(tokens(message)) <= _FEW)
    lately = {stem for said in state.said[:2] for stem in _stems(said)}
    if is_open and _head(named) in lately and not is_aspect(named):
        return appended(message, state)
    if any(c != phrase and is_thing(c.of(message)) for c in chunks(message)):
        return None
    points = not place.of(message).lower().startswith("the ")
    return appended(message, state) if points or is_open else None


def _stems(text: str) -> set[str]:
    return {stem_of(token.of(text)) for token in tokens(text)}


def _head(phrase: str) -> str:
    """The stem of its last word."""
    return stem_of(tokens(phrase)[-1].of(phrase))


def _is_short(named: str) -> bool:
    """One noun, not a name and not a time: more words say enough by themselves."""
    time = is_time(tokens(named)[-1].of(named))
    return len(content(named)) <= 1 and not time and not re.search(r"[A-Z]|\d", named)


def _phrase_at(message: str, at: int) -> Span | None:
    found = (Span(at, chunk.end) for chunk in chunks(message) if chunk.start <= at < chunk.end)
    return next(found, None)


def _is_open(message: str, phrase: Span) -> bool:
    """Whether "the N" is left without saying of what, and the message names nothing."""
    if _SAYS_OF_WHAT.match(message, phrase.end):
        return False
    return not re.search(r"[A-Z]", message[1:].replace(" I ", " "))
