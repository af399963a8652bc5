"""The endpoints that a patient's browser may reach; everything else is answered with 404.

Each stands here with its reason. `docs/endpoints.md` says the same in a table, and
`tests/test_web_endpoints.py` compares both with every route that exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What the guard has to do about an endpoint."""

    PAGE = "page"  # may hold somebody's words: never kept by a cache
    CHAT = "chat"  # the page with gradio in it
    STATIC = "static"  # the same for everybody
    JOIN = "join"  # a question comes in
    STREAM = "stream"  # its answer goes out
    FEEDBACK = "feedback"  # a yes or no comes in; open only where the journal is on


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One way in. `path` is a pattern that the whole path must match."""

    method: str
    path: re.Pattern[str]
    kind: Kind
    why: str


def _get(path: str, kind: Kind, why: str) -> Endpoint:
    return Endpoint("GET", re.compile(path), kind, why)


OPEN = (
    _get(r"/", Kind.CHAT, "the chat"),
    _get(r"/source/[0-9a-f]{16}", Kind.PAGE, "an article with the quote marked"),
    _get(r"/source/[0-9a-f]{16}/file", Kind.PAGE, "the PDF an article was read from"),
    _get(r"/source/[0-9a-f]{16}/page/[1-9]\d{0,3}\.png", Kind.PAGE, "a page of that PDF"),
    _get(r"/style/[a-z]+\.css", Kind.STATIC, "the style sheets of the project"),
    _get(r"/script/[a-z]+\.js", Kind.STATIC, "the scripts of the project"),
    _get(r"/theme\.css", Kind.STATIC, "gradio's style sheet"),
    _get(r"/favicon\.ico", Kind.STATIC, "asked for by every browser"),
    _get(
        r"/(?:assets|static)/(?:[\w@-][\w.@-]*/)*[\w@-][\w.@-]*",
        Kind.STATIC,
        "gradio's scripts, styles and fonts",
    ),
    Endpoint("POST", re.compile(r"/gradio_api/queue/join"), Kind.JOIN, "sends a question"),
    _get(r"/gradio_api/queue/data", Kind.STREAM, "receives the answer to a question that was sent"),
    Endpoint(
        "POST",
        re.compile(r"/feedback"),
        Kind.FEEDBACK,
        "takes a yes or no, only where the clinic switched the journal on",
    ),
)


def find(method: str, path: str) -> Endpoint | None:
    """
    >>> find("GET", "/source/0123456789abcdef").why
    'an article with the quote marked'
    >>> find("POST", "/gradio_api/upload") is None
    True
    """
    for endpoint in OPEN:
        if endpoint.method == method and endpoint.path.fullmatch(path):
            return endpoint
    return None
