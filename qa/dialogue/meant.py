"""What a message means after what was said: a narrower question, another subject, a correction."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.dialogue.adding import appended, joined, without
from qa.dialogue.definite import longer_form, with_definite
from qa.dialogue.left_out import leans
from qa.dialogue.pronouns import ANY_PRONOUN, completed_with, dangling, filled
from qa.dialogue.state import State
from qa.dialogue.wording import (
    AUX,
    BE,
    JOINS,
    WH,
    any_of,
    bare,
    has_clause,
    may_be_name,
    trimmed,
)
from qa.phrases import ASPECT, content, is_aspect, is_grammar, is_group, is_verb, stem_of, tokens
from qa.records import Span
from qa.text import fold
from qa.topics import Topics

_LONG = 12  # words from which a message without a pronoun says enough by itself
_LONGEST_NAME = 4  # words
# "What about X", "same for X"
_ABOUT = re.compile(
    rf"^\W*(?:{any_of('what, how, wat, wht, hw')}(?:'s)?\s+{any_of('about, abt, bout')}|"
    r"same (?:for|with)|try)\b\s*",
    re.I,
)
# "No, I meant X"
_CORRECTION = re.compile(
    rf"^\W*{any_of('no, nope, sorry, actually, wait, oops')}?[\s,.!\-–]*(?:(?:i|we)\s+)?"
    rf"{any_of('mean, meant, was asking about, am asking about, asked about, asked for')}\s+"
    r"(?:about\s+)?",
    re.I,
)
# "In teenagers"
_FRAGMENT = re.compile(
    "^"
    + any_of("in, for, with, during, after, before, at, on, without, under, over, among, while")
    + r"\b\s+\w",
    re.I,
)
# "How long", "why not"
_HOW = any_of(
    "often, long, much, many, soon, fast, quickly, late, early, far, come, so, exactly, high, big,"
    "bad, well, safe, many times, much time"
)
_TAIL = any_of("exactly, though, then, so, is that")
_LONE_WH = re.compile(
    rf"^(?:{any_of('for, by, until, since, from')} )?"
    rf"(?:how {_HOW}|why not|{any_of('why, when, where, who, how, which, since when, what for')})"
    rf"(?: {_TAIL})?$",
    re.I,
)
_LONE_TAIL = re.compile(rf"\s+{_TAIL}$")
_STARTS_WITH_WH = re.compile(rf"{WH}\b", re.I)
_YES_NO = re.compile(rf"^\W*{AUX}\b", re.I)
_THERE_IS = re.compile(rf"^\W*{BE}\s+there\b", re.I)
_CODE = re.compile(r"[A-Z]{2,}|[A-Z]*\d\w*")  # "T3"


def resolved(message: str, state: State, topics: Topics) -> str:
    """The message with what it leaves out, or as it is."""
    if not (state.subject or state.question):
        return message
    if (correction := _CORRECTION.match(message)) and state.question:
        return _corrected(message[correction.end() :], state, topics) or message
    asked = bare(message)
    if _LONE_WH.match(asked):
        return _asked_on(asked, message, state)
    if _FRAGMENT.match(asked) and not has_clause(asked):
        return _attached(asked, message, state)
    another = _of_another(message, asked, state, topics)
    return _completed(message, state, topics) if another is None else another


# ---------------------------------------------------------------- less than a question


def _asked_on(asked: str, message: str, state: State) -> str:
    """ "How long?" after a yes-no question asks for that question's how long."""
    whole = state.subject is None or fold(state.subject) in fold(state.question)
    if whole and _YES_NO.match(state.question) and not _THERE_IS.match(state.question):
        asked = _LONE_TAIL.sub("", asked[0].upper() + asked[1:])
        rest = state.question.strip()
        return f"{asked} {rest[0].lower() + rest[1:]}"
    return appended(message, state)


def _attached(fragment: str, message: str, state: State) -> str:
    """ "In teenagers?" narrows the question before it, in the place of a like fragment there."""
    if not state.question:
        return appended(message, state)
    last = trimmed(state.question)
    preposition, narrower = fragment.split(None, 1)
    old = re.search(rf"\s{preposition.lower()}\s+(?:the\s+)?([\w\-]+(?:\s+[\w\-]+)?)$", last, re.I)
    of_subject = old and state.subject and state.subject in old[1]
    if old and is_group(old[1]) == is_group(narrower) and not of_subject:
        last = last[: old.start()]
    return f"{last} {fragment}?"


# ---------------------------------------------------------------- another subject


def _of_another(message: str, asked: str, state: State, topics: Topics) -> str | None:
    """ "What about X?", "and X?", "X?": None where the message is none of these."""
    about = _ABOUT.match(asked)
    name = asked[about.end() :] if about else asked
    joins = bool(JOINS.match(message))
    if not name or not (about or joins or _is_name(name)):
        return None
    if has_clause(name) or ANY_PRONOUN.search(name) or _starts_with_verb(name):
        return None
    if _FRAGMENT.match(name):
        return _attached(name, message, state)
    own = topics.spans(name)
    if own and not content(without(name, own)) and not _asks_for_a_side(name, own):
        return _swapped(joined(own, name), state, topics)
    if own:
        return message if about else None
    if about and re.search(r"\w\s+(?:of|in|for)\s+\w", name) and not is_aspect(name):
        return message
    meant = longer_form(name, state, topics)
    if meant:
        same = meant == state.subject
        return appended(message, state) if same else _swapped(meant, state, topics)
    return _of_unknown(message, name, state, topics, about=bool(about), joins=joins)


def _of_unknown(
    message: str, name: str, state: State, topics: Topics, *, about: bool, joins: bool
) -> str | None:
    """What no article is about: people, a side of the subject, or a name."""
    if is_group(name) and state.question:
        return _attached(f"in {name}", message, state)
    if is_aspect(name) or (about and not content(name)):
        return appended(message, state) if about or joins or not content(name) else None
    if not (about or joins):
        return None
    replaces = _CODE.fullmatch(name) or not state.known
    if replaces and state.question and _is_name(name):
        return _swapped(name, state, topics)
    return appended(message, state)


def _starts_with_verb(text: str) -> bool:
    found = tokens(text)
    return len(found) > 1 and is_verb(found[0].of(text))


def _asks_for_a_side(text: str, own: Sequence[Span]) -> bool:
    """Whether a word besides the subjects names a side of them."""
    left = [t.of(text) for t in tokens(text) if not any(t.overlaps(s) for s in own)]
    return any(stem_of(word) in ASPECT for word in left if not is_grammar(word))


def _is_name(text: str) -> bool:
    """A bare noun phrase: no question word, no verb, few words."""
    return 0 < len(tokens(text)) <= _LONGEST_NAME and may_be_name(text)


def _corrected(rest: str, state: State, topics: Topics) -> str | None:
    """ "No, I meant X": the last question with X in the place of its subject."""
    meant = trimmed(rest)
    if not meant:
        return None
    if has_clause(meant) or _STARTS_WITH_WH.match(meant):
        return resolved(rest, state, topics)
    if _FRAGMENT.match(meant):
        return _attached(meant, rest, state)
    if is_aspect(meant):
        return appended(meant, state)
    if is_group(meant):
        return _attached(f"in {meant}", meant, state)
    own = topics.spans(meant)
    name = joined(own, meant) if own else longer_form(meant, state, topics)
    return _swapped(name or re.sub(r"^(?:the|a|an)\s+", "", meant), state, topics)


def _swapped(name: str, state: State, topics: Topics) -> str:
    """The last question with `name` in the place of its subject."""
    last = state.question
    if not last:
        return name
    subjects = topics.spans(last)
    if not subjects and state.subject:
        found = re.search(re.escape(state.subject), last, re.I)
        subjects = [Span(*found.span())] if found else []
    if not subjects:
        return completed_with(last, name, topics)
    first, *others = subjects
    replaced = without(
        last[first.end :], [Span(s.start - first.end, s.end - first.end) for s in others]
    )
    return re.sub(r"\s+", " ", f"{last[: first.start]}{name}{replaced}").strip()


# ---------------------------------------------------------------- a question with something missing


def _completed(message: str, state: State, topics: Topics) -> str:
    """A message with a verb or question of its own: its dangling references filled in."""
    if state.subject is None:
        return message
    own = topics.spans(message)
    pronoun = dangling(message, own)
    if pronoun:
        return filled(message, pronoun, state)
    if own or len(tokens(message)) > _LONG:
        return message
    explained = with_definite(message, state, topics)
    if explained:
        return explained
    return appended(message, state) if leans(message, state, topics) else message
