"""The subject set behind a message that lacks it: "how many sessions" -> "... of TMS"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.dialogue.state import State
from qa.dialogue.wording import STUDY, any_of
from qa.phrases import SIDES, is_verb, stem_of, tokens
from qa.records import Span
from qa.text import fold

_COMPARES = any_of(r"better, worse, best, worst, more, less, most, least, \w\w+er, \w\w+est")
_WHICH = re.compile(  # "which one is better", of the two that were spoken of
    rf"^\W*(?:{any_of('and, so')}\s+)?{any_of('which, what')}(?:\s+(?:one|of\s+\w+(?:\s+two)?))?\b"
    rf"(?!.*\bthan\b).*\b{_COMPARES}\b",
    re.I,
)
_MORE = re.compile(
    rf"^\W*{any_of('tell me, more, go on, explain, anything else, continue, and more')}\b", re.I
)
_LINKS = frozenset("of in for with to about on after before during from without at than by".split())


def appended(message: str, state: State) -> str:
    """The message with the subject behind it, or with the two that it compares."""
    if not state.subject:
        return message
    if state.earlier and _WHICH.match(message):
        return f"{message.rstrip(' ?!.')}, {state.earlier[0]} or {state.subject}?"
    return _linked(message, state.subject)


def _linked(message: str, subject: str) -> str:
    """The subject at the end: "of" it after a side of it, "with" it elsewhere."""
    if fold(subject) in fold(message):
        return message
    body = message.rstrip(" ?!.")
    mark = "?" if message.rstrip().endswith("?") else ""
    found = tokens(body)
    last = found[-1].of(body).lower() if found else ""
    if _MORE.match(body):
        return f"{body} about {subject}{mark}"
    if last in _LINKS:
        return f"{body} {subject}{mark}"
    if STUDY.search(subject):
        return f"{body} in the {subject}{mark}"
    link = "of" if stem_of(last) in SIDES and not is_verb(last) else "with"
    return f"{body} {link} {subject}{mark}"


def without(text: str, spans: Sequence[Span]) -> str:
    """The text with the spans cut out."""
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text


def joined(spans: Sequence[Span], text: str) -> str:
    """What stands under the spans, each once."""
    return " ".join(dict.fromkeys(span.of(text) for span in spans))
