"""An Answer as text for a terminal: the words of `render` in lines that fit and cannot steer it."""

from __future__ import annotations

import re
import textwrap

from qa.records import Answer, Quote, Status
from qa.render import (
    BACK_TO_QUESTION,
    CHOICES,
    DIFFERENCES,
    READ_AS,
    RELATED,
    notice_texts,
    place,
    provenance,
    read_as,
    silence,
)

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STEERING = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


def answer_text(answer: Answer, width: int = 80) -> str:
    """The answer for a terminal, at most `width` columns wide where words allow."""
    parts: list[str] = []
    if answer.crisis:
        lines = [f"  {line.label}" for line in answer.crisis.lines]
        parts.append("\n".join([_wrapped(answer.crisis.message, width), *lines]))
    parts.extend(_wrapped(f"Please note: {text}", width) for text in notice_texts(answer))
    if named := read_as(answer):
        parts.append(_wrapped(f"{READ_AS[answer.status]} {', '.join(named)}", width))
    if answer.quotes:
        parts.extend(_quote_text(quote, width) for quote in answer.quotes)
    elif answer.status is Status.NOT_FOUND:
        parts.append(_wrapped(" ".join(silence(answer)), width))
    if answer.choices:
        listed = [_wrapped(choice, width, "  ") for choice in answer.choices]
        heading = f"{BACK_TO_QUESTION}:" if answer.status is Status.CRISIS else CHOICES
        parts.append("\n".join([heading, *listed]))
    if answer.differences:
        parts.append(_wrapped(DIFFERENCES, width))
        for pair in answer.differences:
            parts.extend(_quote_text(quote, width) for quote in (pair.first, pair.second))
    if answer.related:
        parts.append(_wrapped(RELATED, width))
        parts.extend(_quote_text(quote, width) for quote in answer.related)
    return "\n\n".join(parts)


def _quote_text(quote: Quote, width: int) -> str:
    said = _wrapped(quote.text, width, "  | ")
    title = quote.document.metadata.title
    stop = "" if title.endswith((".", "?", "!")) else "."
    citation = f"{title}{stop} {provenance(quote.document)}."
    where = f"{place(quote)} · {quote.document.source}".removeprefix(" · ")
    return "\n".join([said, _wrapped(citation, width, "    "), _wrapped(where, width, "    ")])


def _wrapped(text: str, width: int, prefix: str = "") -> str:
    """Lines broken at spaces only; control and direction characters, which steer a terminal, shown
    as �.
    """
    safe = _STEERING.sub("\ufffd", _UNPRINTABLE.sub("\ufffd", text))
    wrapper = textwrap.TextWrapper(
        width=max(width, 20),
        initial_indent=prefix,
        subsequent_indent=prefix,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join("\n".join(wrapper.wrap(line) or [prefix]) for line in safe.split("\n"))
