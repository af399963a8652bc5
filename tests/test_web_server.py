"""The served app: what is open, what is closed, its headers and limits, and what it logs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from qa.web.server import BODY_BYTES, refuse
from tests import served
from tests.dom import Element, read
from tests.fake_engine import ECT, OFTEN

SESSION = "abc123"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """The chat with the scripted engine."""
    with served.fake(tmp_path_factory.mktemp("server")) as running:
        yield running


@dataclass(frozen=True)
class Fetched:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def page(self) -> Element:
        return read(self.text.removeprefix("<!doctype html>"))


def fetch(url: str, method: str = "GET", body: bytes | None = None) -> Fetched:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)
    try:
        response = urllib.request.urlopen(request, timeout=20)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Fetched(response.status, headers, response.read().decode())


def ask(server: served.Served, message: str, session: str = SESSION) -> dict[str, object]:
    """One question over the queue, as the page sends it."""
    page = json.loads(fetch(f"{server.url}/config").text)
    (event,) = [
        d["id"] for d in page["dependencies"] if any(name == "submit" for _, name in d["targets"])
    ]
    join = {"data": [message, None], "fn_index": event, "session_hash": session}
    joined = fetch(f"{server.url}/gradio_api/queue/join", "POST", json.dumps(join).encode())
    assert 200 == joined.status
    stream = fetch(f"{server.url}/gradio_api/queue/data?session_hash={session}").text
    events = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
    (done,) = [event for event in events if event["msg"] == "process_completed"]
    answer: dict[str, object] = done["output"]["data"][0]
    return answer


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/upload_progress"),
        ("GET", "/gradio_api/file=app.py"),
        ("GET", "/gradio_api/file/app.py"),
        ("GET", "/gradio_api/proxy=https://example.org"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/run-history/records"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/api/ask"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/gradio_api/vibe-edit"),
        ("POST", "/gradio_api/component_server"),
        ("GET", "/monitoring"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/login_check"),
        ("POST", "/login"),
        ("PUT", "/"),
        ("DELETE", "/source/" + "a" * 16),
        ("GET", "/source/../app.py"),
        ("GET", "/style/../../server.py"),
        ("GET", "/gradio_api/mcp"),
        ("GET", "/gradio_api/dev/reload"),
    ],
)
def test_what_no_page_needs_is_closed(method: str, path: str) -> None:
    """Uploads, files, documentation, other ways to call: refused before gradio sees them."""
    refusal = refuse(method, path, Headers({"content-length": "2"}))

    assert refusal is not None
    assert 404 == refusal.status_code


def test_the_server_refuses_what_the_guard_refuses(server: served.Served) -> None:
    """The guard stands in front of everything that is served."""
    for method, path in (("POST", "upload"), ("GET", "info"), ("GET", "file=app.py")):
        body = b"{}" if method == "POST" else None
        assert 404 == fetch(f"{server.url}/gradio_api/{path}", method, body).status


def test_messages_have_a_largest_size() -> None:
    """Exactly the limit may pass; one byte more, or a length not stated, may not."""
    path = "/gradio_api/queue/join"

    assert refuse("POST", path, Headers({"content-length": str(BODY_BYTES)})) is None
    for headers, status in (({"content-length": str(BODY_BYTES + 1)}, 413), ({}, 411)):
        refusal = refuse("POST", path, Headers(headers))
        assert refusal is not None
        assert status == refusal.status_code


def test_a_large_message_is_refused_by_the_server(server: served.Served) -> None:
    """413, and the server lives on."""
    answer = fetch(f"{server.url}/gradio_api/queue/join", "POST", b"x" * (BODY_BYTES + 1))

    assert (413, "This message is too large.") == (answer.status, answer.text)


def test_every_answer_carries_the_headers(server: served.Served) -> None:
    """The chat, an article, a style sheet and a refusal."""
    for path in ("/", f"/source/{ECT.doc_id}", "/style/page.css", "/nothing"):
        headers = fetch(server.url + path).headers
        assert "nosniff" == headers["x-content-type-options"]
        assert "no-referrer" == headers["referrer-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers
        assert "set-cookie" not in headers


def test_the_chat_may_talk_to_this_server_only(server: served.Served) -> None:
    """Its policy names no other host, and the page has analytics and history switched off."""
    policy = fetch(server.url + "/").headers["content-security-policy"]
    config = json.loads(fetch(f"{server.url}/config").text)

    assert "connect-src 'self';" in policy
    assert "http" not in policy
    assert not config["analytics_enabled"]
    assert not config["run_history"]
    assert [] == config["footer_links"]
    assert "Clinic &lt;b&gt;One&lt;/b&gt;" in json.dumps(config)


def test_an_article_is_served_with_the_strict_policy(server: served.Served) -> None:
    """The article page keeps its own policy and shows the mark."""
    span = OFTEN.span
    answer = fetch(f"{server.url}/source/{ECT.doc_id}?start={span.start}&end={span.end}")

    assert 200 == answer.status
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "en" == answer.page.tags("html")[0].attributes["lang"]
    assert [OFTEN.text] == [e.text for e in answer.page.tags("mark")]


def test_a_question_over_the_queue_is_answered_and_not_logged(server: served.Served) -> None:
    """Also a question that makes the engine fail leaves no word of it in the log."""
    answer = ask(server, "How often is the secret thing given?")
    failed = ask(server, "crash the secret thing", "other1")

    assert OFTEN.text in str(answer["turn"])
    assert "Something went wrong" in str(failed["turn"])
    assert "secret" not in server.log.read_text()
    assert "RuntimeError" in server.log.read_text()


def test_the_server_reaches_nothing_beyond_this_machine(server: served.Served) -> None:
    """Neither when gradio is loaded nor when a question is answered."""
    ask(server, "How often?", "quiet1")

    assert not server.connections.exists(), server.connections.read_text()


def test_the_server_keeps_no_word_of_a_conversation(server: served.Served) -> None:
    """Once it is answered, a question is nowhere in the server's memory."""
    answer = ask(server, f"How often is the {served.rare_word()} given?", "kept1")
    assert served.rare_word() in str(answer["turn"])
    ask(server, "Something else", "kept2")

    tries = 0
    while server.kept() and tries < 8:  # the last frames of a finished request take a moment
        tries += 1
        time.sleep(0.25)
    assert [] == server.kept()


def test_the_guard_against_connections_works(tmp_path: Path) -> None:
    """A look-up and a connection are refused and written down; this machine is not."""
    log = tmp_path / "connections.log"
    code = """import socket
for host in ("example.org", "192.0.2.1"):
    try:
        socket.create_connection((host, 80), timeout=5)
    except OSError as error:
        print(error)
socket.getaddrinfo("localhost", 80)"""
    environment = {**os.environ, "PYTHONPATH": str(served.GUARD), "QA_TEST_CONNECTIONS": str(log)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    for number, host in enumerate(("example.org", "192.0.2.1")):
        assert f"a test server tried to reach '{host}'" == run.stdout.splitlines()[number]
        assert f"socket.getaddrinfo '{host}'" == log.read_text().splitlines()[number]
