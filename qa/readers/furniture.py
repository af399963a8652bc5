"""What stands around an article and is no part of it: bylines, share buttons, comments, footers.

Only wording that is unmistakable is dropped; anything doubtful stays.
"""

from __future__ import annotations

import re

# Everything from such a line on belongs to a comment section.
_COMMENTS = re.compile(
    r"\d+\s+(?:comments?|responses?|replies)\b.{0,40}"
    r"|(?:post|leave|add|write)\s+a\s+(?:comment|reply)\b.{0,20}"
    r"|comments?\s*(?:\(\d+\))?\s*:?|leave\s+your\s+(?:comment|reply)s?.{0,20}",
    re.IGNORECASE,
)
# Single lines that carry no text of the article.
_LINE = re.compile(
    r"(?:labels|tags|tagged|filed under|posted in|categories)\s*:.*"
    r"|(?:share|tweet|pin|print|email)(?:\s+(?:this|on|via|article|post)\b.{0,40})?"
    r"|subscribe\b.{0,60}|(?:sign up|follow us|like us)\b.{0,60}"
    r"|<<\s*home|older posts?|newer posts?"
    r"|advertisement|sponsored|read more\W*|back to top|all rights reserved\W*"
    r"|(?:©|copyright\s+(?:©|\(c\)))\s*.{0,80}"
    r"|(?:facebook|twitter|linkedin|instagram|pinterest|whatsapp|youtube)"
    r"(?:[\s|,/]+(?:facebook|twitter|linkedin|instagram|pinterest|whatsapp|youtube|email|print))*",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"(?:\d+\s+)?(?:sources|references|bibliography|works cited|citations)\s*:?", re.IGNORECASE
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = rf"(?:{_MONTHS}) \d{{1,2}}, \d{{4}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}}|\d{{4}}-\d\d-\d\d"
_NAME = r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3}(?:, (?:MD|PhD|RN|DO|MPH|MSc|PharmD|PsyD))*"
# What page furniture at the top of a copied article is made of; the article begins after the last.
_OPENING = re.compile(
    rf"\b(?:By {_NAME}|(?:Published|Updated|Last updated|Posted)(?: on)? (?:{_DATE})"
    rf"|(?:Medically )?[Rr]eviewed by {_NAME}|Fact checked by {_NAME}"
    r"|Facebook|Twitter|LinkedIn|Pinterest|Instagram|Print|Share|Flipboard"
    r"|Table of Contents|View All|Learn about our (?:[A-Z][a-z]+ ?)+|Learn about our [a-z ]{4,30}"
    r"|Skip to (?:main )?content)(?=\s|$)"
)
_OPENING_WINDOW = 1500
_OPENING_STEP = 450  # marks farther apart do not belong together
_MIN_MARKS = 3
_CREDIT = re.compile(
    r"(?:[A-Z][\w'’-]+ (?:[A-Z]\. )?){1,3}/ (?:[A-Z]\w+ / )?"
    r"(?:Getty Images|iStock|Shutterstock|Unsplash|Adobe Stock|Alamy|Pexels)\b"
    r"|\b(?:Photo|Image)(?: credit)?: (?:[A-Z]\w+ ){1,3}/ \w+"
)


def begins_comments(line: str) -> bool:
    """Whether a line opens the readers' comments under an article.

    >>> begins_comments("1 Comments:"), begins_comments("Comments on the trial were many.")
    (True, False)
    """
    return bool(_COMMENTS.fullmatch(line.strip()))


def is_furniture(line: str) -> bool:
    """Whether a whole line is a button, a label list or a footer.

    >>> is_furniture("Labels: VNS, depression"), is_furniture("Share your worries with someone.")
    (True, False)
    """
    return bool(_LINE.fullmatch(line.strip()))


def is_references(title: str) -> bool:
    """Whether a heading opens a list of references.

    >>> is_references("12 Sources"), is_references("Sources of support")
    (True, False)
    """
    return bool(_REFERENCES.fullmatch(title.strip()))


def without_opening(text: str) -> str:
    """A long line without menu, byline and buttons at its start, and without photo credits."""
    text = _CREDIT.sub(" ", text)
    marks = list(_OPENING.finditer(text, 0, _OPENING_WINDOW))
    end = start = 0
    for mark in marks:
        if mark.start() - end > _OPENING_STEP:
            break
        end = mark.end()
        start += 1
    return text[end:].strip() if start >= _MIN_MARKS else text
