"""What can be reached: exactly the list in `qa/web/endpoints.py`, out of every route that exists.

The routes are read from the mounted app, gradio's own included. A route that is new, in gradio or
here, is closed until somebody writes it into the list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.web.endpoints import OPEN, find
from tests import served
from tests.chat_client import Client
from tests.fake_engine import ECT

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "endpoints.md"
# An example for each route that a patient's page needs, by method and the route's own path.
NEEDED = {
    ("GET", "/"): "/",
    ("GET", "/source/{doc_id}"): f"/source/{ECT.doc_id}",
    ("GET", "/source/{doc_id}/file"): f"/source/{ECT.doc_id}/file",
    ("GET", "/source/{doc_id}/page/{number}.png"): f"/source/{ECT.doc_id}/page/1.png",
    ("GET", "/style/{name}.css"): "/style/words.css",
    ("GET", "/script/{name}.js"): "/script/refusals.js",
    ("GET", "/theme.css"): "/theme.css",
    ("GET", "/favicon.ico"): "/favicon.ico",
    ("GET", "/static/{path:path}"): "/static/js/iframeResizer.contentWindow.min.js",
    ("GET", "/assets/{path:path}"): "/assets/index.js",
    ("POST", "/gradio_api/queue/join"): "/gradio_api/queue/join",
    ("GET", "/gradio_api/queue/data"): "/gradio_api/queue/data",
    ("POST", "/feedback"): "/feedback",
    ("POST", "/api/ask"): "/api/ask",
    ("GET", "/api/search"): "/api/search",
    ("GET", "/api/sources"): "/api/sources",
    ("GET", "/api/quote/{quote_id}"): f"/api/quote/{ECT.doc_id}-0-5-{'0' * 16}",
    ("GET", "/api/openapi.json"): "/api/openapi.json",
    ("GET", "/healthz"): "/healthz",
    ("GET", "/readyz"): "/readyz",
    ("GET", "/metrics"): "/metrics",
    # who may see these is asked in test_desk_closed
    ("GET", "/staff/login"): "/staff/login",
    ("POST", "/staff/login"): "/staff/login",
    ("GET", "/staff/style/desk.css"): "/staff/style/desk.css",
    ("POST", "/staff/logout"): "/staff/logout",
    ("GET", "/staff"): "/staff",
    ("GET", "/staff/style/review.css"): "/staff/style/review.css",
    ("GET", "/staff/check"): "/staff/check",
    ("POST", "/staff/check"): "/staff/check",
    ("POST", "/staff/check/mark"): "/staff/check/mark",
    ("GET", "/staff/check/marks/{number}"): "/staff/check/marks/1",
    ("GET", "/staff/says"): "/staff/says",
    ("POST", "/staff/says"): "/staff/says",
    ("GET", "/staff/queue"): "/staff/queue",
    ("GET", "/staff/quality"): "/staff/quality",
    ("GET", "/staff/quality/abstention.svg"): "/staff/quality/abstention.svg",
    ("GET", "/staff/quality/risk.svg"): "/staff/quality/risk.svg",
    ("GET", "/staff/articles"): "/staff/articles",
    ("GET", "/staff/articles/{doc_id}"): f"/staff/articles/{ECT.doc_id}",
    ("POST", "/staff/articles/{doc_id}/status"): f"/staff/articles/{ECT.doc_id}/status",
    ("GET", "/staff/export"): "/staff/export",
    ("GET", "/staff/export/{name}.{form}"): "/staff/export/articles.csv",
}
_SAMPLES = {"path": "app.py", "size": "100", "number": "1", "run": "1", "component_id": "1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """The chat with a journal and the API, so with every route that can exist."""
    folder = tmp_path_factory.mktemp("endpoints")
    with served.fake(
        folder,
        database=folder / "journal.sqlite",
        journal="counts",
        api=True,
        metrics_token="a-token-for-the-figures",
    ) as running:
        yield running


@pytest.fixture(scope="module")
def routes(server: served.Served) -> list[tuple[str, str]]:
    """Every route of the app as it is served."""
    return [(method, path) for method, path in json.loads(server.routes.read_text())]


def sample(path: str) -> str:
    """A path that the route would take."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: _SAMPLES.get(found[1], "abcdef123456"), path)


def test_the_routes_are_found(routes: list[tuple[str, str]]) -> None:
    """The walk sees gradio's routes and ours; without them the next tests would prove nothing."""
    assert len(routes) > 50
    assert ("POST", "/gradio_api/upload") in routes
    assert ("GET", "/source/{doc_id}") in routes
    assert set(NEEDED) <= set(routes)


def test_every_route_that_is_not_on_the_list_is_closed(routes: list[tuple[str, str]]) -> None:
    """Each route that exists, filled in, is either needed by the page or refused."""
    opened = {
        (method, path)
        for method, path in routes
        if (method, path) not in NEEDED and find(method, sample(path)) is not None
    }

    assert set() == opened, "decide about these: add them to NEEDED and docs/endpoints.md, or close"


def test_every_needed_route_is_open() -> None:
    """The list lets through what the page asks for, and each of its rows is used."""
    used = {find(method, path) for (method, _), path in NEEDED.items()}

    assert set(OPEN) == used


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("HEAD", "/"),
        ("PUT", "/"),
        ("OPTIONS", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/queue/join"),
        ("POST", "/gradio_api/queue/data"),
        ("DELETE", f"/source/{ECT.doc_id}"),
        ("GET", "/source/../app.py"),
        ("GET", "/source/" + "a" * 17),
        ("GET", "/style/../server.css"),
        ("GET", "/assets/../index.html"),
        ("GET", "/assets//etc/passwd"),
        ("GET", "/static/.hidden"),
        ("GET", "/assets/a\n"),
        ("GET", "/gradio_api/mcp"),
        ("GET", "/docs"),
        ("GET", "/robots.txt"),
        ("GET", ""),
        ("GET", "//"),
    ],
)
def test_what_is_near_an_open_path_is_closed(method: str, path: str) -> None:
    """Other methods and paths that only look alike."""
    assert find(method, path) is None


def test_the_table_in_the_documentation_is_the_list() -> None:
    """One row for each endpoint, in order, with its method and reason."""
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in TABLE.read_text("utf-8").splitlines()
        if line.startswith("| `")
    ]

    assert [(e.method, e.why) for e in OPEN] == [(row[0].split()[0][1:], row[1]) for row in rows]
    for endpoint, row in zip(OPEN, rows, strict=True):
        example = row[0].strip("`").split()[1]
        assert endpoint.path.fullmatch(example), example


def test_the_server_closes_every_other_route(
    routes: list[tuple[str, str]], server: served.Served
) -> None:
    """404 over HTTP for each of them, before gradio sees it, and the same words for all."""
    client = Client(server.url)
    for method, path in routes:
        if (method, path) in NEEDED:
            continue
        answer = client.fetch(sample(path), method, b"{}" if method == "POST" else None)
        assert 404 == answer.status, (method, path)
        assert method == "HEAD" or "There is nothing here." == answer.said
    for (method, _), path in NEEDED.items():
        answer = client.fetch(path, method, b"{}" if method == "POST" else None)
        assert '"There is nothing here."' not in answer.text, (method, path)  # the guard's JSON
