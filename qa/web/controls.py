"""The fixed parts of the chat page: its head and foot with their controls, the take-away view.

What the controls do stands in static/*.js; nothing here is written by a patient or an article.
"""

from __future__ import annotations

from markupsafe import Markup

from qa.errors import QAError
from qa.web.escaping import escape

_HEAD = Markup(
    '<header><div class="name"><h1>Wellsourced</h1>{}</div>'
    '<div class="tools" role="group" aria-label="How this page looks">'
    '<button type="button" id="smaller" aria-label="Smaller text">A−</button>'
    '<button type="button" id="larger" aria-label="Larger text">A+</button>'
    '<button type="button" id="shade">Dark</button></div>'
    '<p class="lede">Ask about depression that is hard to treat. You get the words of published '
    "articles, and you see where they stand.</p></header>"
)
_FOOT = Markup(
    '<div id="idle"><p role="status"></p><button type="button" id="keep">Keep it</button></div>'
    '<div class="foot"><p><span class="idle">Not a doctor. '
    '{}</span><span class="busy">Looking in the articles …</span></p>'
    '<div class="actions"><button type="button" id="take">Take it with you</button>'
    '<button type="button" id="clear">Clear</button>{}</div></div>'
)
_EARLY = Markup(
    '<link rel="stylesheet" href="/style/words.css"><link rel="stylesheet" href="/style/chat.css">'
    '<div class="early">{}<noscript><p>The chat needs JavaScript, which is switched off in this '
    "browser. The numbers above work without it.</p></noscript></div>"
)
_KEPT_NOT = "Nothing you type is kept."
_KEPT_IF = "Nothing you type is kept unless you say so."
_LEAVE = Markup(
    '<button type="button" class="leave" data-exit="{}" data-idle="{}">Leave quickly'
    '<span class="unseen"> (or press Escape three times)</span></button>'
)
_TAKE_AWAY = Markup(
    '<section aria-labelledby="takeaway-title" hidden>'
    '<div class="bar"><button type="button" id="back">Back to the chat</button>'
    '<button type="button" id="print">Print or save as PDF</button>'
    '<button type="button" class="leave">Leave quickly</button></div>'
    '<h2 id="takeaway-title" tabindex="-1">For my next appointment</h2>'
    '<p class="made"></p>'
    '<p class="source-note">The quotes are the words of published articles, found by Wellsourced. '
    "They are general information and do not replace advice from a care team.</p>"
    '<div class="note"><label for="note-general">My notes and questions</label>'
    '<textarea id="note-general" rows="4" autocomplete="off"></textarea>'
    '<div class="written" aria-hidden="true"></div></div>'
    '<ol class="entries"></ol>'
    "</section>"
)


def page_head_html(clinic: str) -> Markup:
    """Name, clinic, and how the page looks."""
    line = Markup('<p class="clinic">{}</p>').format(escape(clinic)) if clinic else Markup("")
    return _HEAD.format(line)


def page_foot_html(exit_url: str, idle_minutes: int, *, text_kept: bool = False) -> Markup:
    """Below the box: what is kept, and the way out. Raises QAError for an address of no page."""
    if exit_url != "about:blank" and not exit_url.startswith(("https://", "http://")):
        raise QAError(
            f"QA_EXIT_URL is {exit_url!r}, but must begin with https:// or be about:blank. "
            "Correct or unset it."
        )
    return _FOOT.format(
        _KEPT_IF if text_kept else _KEPT_NOT, _LEAVE.format(escape(exit_url), idle_minutes)
    )


def early_html(helping: Markup) -> Markup:
    """What is there before the chat has loaded, and if it never does: the help strip."""
    return _EARLY.format(helping)


def take_away_html() -> Markup:
    """An empty sheet; `takeaway.js` fills it from the conversation on the screen."""
    return _TAKE_AWAY
