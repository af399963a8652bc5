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
    API = "api"  # for programs; open only where the clinic switched it on
    PROBE = "probe"  # whether the service is well; nothing of anybody
    STAFF = "staff"  # the staff desk; who may see it is asked there
    METRICS = "metrics"  # figures for the operator; open only with a token


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One way in. `path` is a pattern that the whole path must match."""

    method: str
    path: re.Pattern[str]
    kind: Kind
    why: str
    asks: bool = False  # counts as a question of its client

    @property
    def label(self) -> str:
        """The path with a star for each part that differs, for logs and figures.

        >>> find("GET", "/source/0123456789abcdef/page/3.png").label
        '/source/*/page/*'
        """
        parts = self.path.pattern.replace(r"\.", ".").split("/")
        return "/".join("*" if set("[](){}*+?\\") & set(part) else part for part in parts)


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
    Endpoint(
        "POST", re.compile(r"/api/ask"), Kind.API, "answers a question of a program", asks=True
    ),
    Endpoint(
        "GET", re.compile(r"/api/search"), Kind.API, "ranked passages for a program", asks=True
    ),
    _get(r"/api/sources", Kind.API, "the list of articles for a program"),
    _get(r"/api/quote/[0-9a-f-]{20,60}", Kind.API, "whether a quote still stands, for a program"),
    _get(r"/api/openapi\.json", Kind.API, "what the API takes and gives"),
    _get(r"/healthz", Kind.PROBE, "whether the process is alive"),
    _get(r"/readyz", Kind.PROBE, "whether questions are answered"),
    _get(r"/metrics", Kind.METRICS, "figures for the operator, only where a token is set"),
    _get(r"/staff/login", Kind.STAFF, "the login page of the staff desk"),
    Endpoint("POST", re.compile(r"/staff/login"), Kind.STAFF, "takes a name and a password"),
    _get(r"/staff/style/desk\.css", Kind.STATIC, "the style sheet of the staff desk"),
    Endpoint("POST", re.compile(r"/staff/logout"), Kind.STAFF, "ends a login"),
    _get(r"/staff", Kind.STAFF, "the first page of the staff desk"),
    _get(r"/staff/style/review\.css", Kind.STAFF, "the style sheet of what checks answers"),
    _get(r"/staff/check", Kind.STAFF, "the form to check an answer"),
    Endpoint("POST", re.compile(r"/staff/check"), Kind.STAFF, "a question, its answer and why"),
    Endpoint("POST", re.compile(r"/staff/check/mark"), Kind.STAFF, "marks an answer"),
    _get(r"/staff/check/marks/[1-9]\d{0,9}", Kind.STAFF, "a mark that was kept"),
    _get(r"/staff/says", Kind.STAFF, "the form to look up a sentence"),
    Endpoint("POST", re.compile(r"/staff/says"), Kind.STAFF, "which articles say a sentence"),
    _get(r"/staff/queue", Kind.STAFF, "what nothing answered and what did not help"),
    _get(r"/staff/quality", Kind.STAFF, "the figures of the last evaluation"),
    _get(r"/staff/quality/abstention\.svg", Kind.STAFF, "the chart of answers and silence"),
    _get(r"/staff/quality/risk\.svg", Kind.STAFF, "the chart of risk and coverage"),
    _get(r"/staff/articles", Kind.STAFF, "the list of articles, for staff"),
    _get(r"/staff/articles/[0-9a-f]{16}", Kind.STAFF, "what is known of an article"),
    Endpoint(
        "POST",
        re.compile(r"/staff/articles/[0-9a-f]{16}/status"),
        Kind.STAFF,
        "sets the status of an article",
    ),
    _get(r"/staff/export", Kind.STAFF, "the list of files to take away"),
    _get(r"/staff/export/[a-z]+\.(?:csv|json)", Kind.STAFF, "one table as a file"),
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


def methods(path: str) -> list[str]:
    """The methods that an endpoint of this path takes.

    >>> methods("/api/ask"), methods("/api")
    (['POST'], [])
    """
    return [endpoint.method for endpoint in OPEN if endpoint.path.fullmatch(path)]
