"""Whom to call, as HTML: the help card, the strip on every page, the numbers within a notice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup

from qa.help_lines import EMERGENCY, Help
from qa.records import Answer, Crisis, HelpLine
from qa.render import notice_texts
from qa.web.escaping import escape

_LINK_SCHEMES = ("tel:", "sms:", "https:")


def crisis_html(crisis: Crisis) -> Markup:
    """The help card: the message, then links to people, a row for each group of them."""
    rows = (
        Markup("<li>{}{}</li>").format(
            Markup("<span>{}</span>").format(escape(group)) if group else "",
            Markup("").join(map(_help_line_html, lines)),
        )
        for group, lines in groupby(crisis.lines, key=lambda line: line.group)
    )
    return Markup(
        '<section class="crisis" aria-label="Help now"><p>{}</p><ul>{}</ul></section>'
    ).format(escape(crisis.message), Markup("").join(rows))


def _help_line_html(line: HelpLine) -> Markup:
    label = escape(line.short or line.label)
    if not line.href.startswith(_LINK_SCHEMES):
        return Markup("<span>{}</span>").format(label)
    return Markup('<a href="{}">{}</a>').format(escape(line.href), label)


def notices_html(answer: Answer, helping: Help | None) -> Iterator[Markup]:
    """The fixed texts above an answer; the emergency numbers in them can be called."""
    for text in notice_texts(answer):
        yield Markup('<p class="notice">{}</p>').format(_with_links(text, helping))


def _with_links(text: str, helping: Help | None) -> Markup:
    """The text as it is, each number of `helping` in it a link."""
    words = helping.emergency_words() if helping else ""
    if helping is None or words not in text:
        return escape(text)
    before, _, after = text.partition(words)
    parts = [escape(before)]
    for _, line in helping.emergency():
        between, _, words = words.partition(line.label)
        parts += [escape(between), _help_line_html(line)]
    return Markup("").join([*parts, escape(words), escape(after)])


def help_html(helping: Help) -> Markup:
    """The strip with the crisis lines, on every page and in the same place, whatever is asked."""
    groups = [(name, lines) for name, lines in helping.groups()]
    if urgent := tuple(line for _, line in helping.emergency()):
        groups.append((EMERGENCY, urgent))
    items = (
        Markup("<li><span>{}</span>{}</li>").format(
            escape(name),
            Markup("").join(
                Markup('<a href="{}">{}</a>').format(escape(line.href), escape(line.label))
                for line in lines
            ),
        )
        for name, lines in groups
    )
    return Markup(
        '<aside class="help" aria-label="Help in a crisis"><strong>In a crisis?</strong>'
        "<ul>{}</ul></aside>"
    ).format(Markup("").join(items))
