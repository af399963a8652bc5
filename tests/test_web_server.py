"""The served app: its headers, its policy, and what it logs, keeps and reaches."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests import served
from tests.chat_client import Client
from tests.dom import read
from tests.fake_engine import ECT, OFTEN


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """The chat with the scripted engine."""
    with served.fake(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: served.Served) -> Client:
    return Client(server.url)


def test_every_answer_carries_the_headers(client: Client) -> None:
    """The chat, an article, style sheet, script and refusal; no banner, no cookie."""
    for path in (
        "/",
        f"/source/{ECT.doc_id}",
        "/style/page.css",
        "/script/refusals.js",
        "/theme.css",
        "/nothing",
        "/gradio_api/queue/data?session_hash=nobody1",
    ):
        headers = client.fetch(path).headers
        assert "nosniff" == headers["x-content-type-options"]
        assert "no-referrer" == headers["referrer-policy"]
        assert "same-origin" == headers["cross-origin-opener-policy"]
        assert "same-origin" == headers["cross-origin-resource-policy"]
        assert "camera=()" in headers["permissions-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        for absent in ("server", "set-cookie", "strict-transport-security"):
            assert absent not in headers
        assert not [name for name in headers if name.startswith("access-control-")]


def test_what_may_hold_words_is_kept_by_no_cache(client: Client) -> None:
    """Pages and refusals; what is the same for everybody may be kept."""
    for path in ("/", f"/source/{ECT.doc_id}", "/nothing"):
        assert "no-store" == client.fetch(path).headers["cache-control"]
    assert "no-store" not in client.fetch("/style/page.css").headers.get("cache-control", "")


def test_the_chat_may_talk_to_this_server_only(client: Client) -> None:
    """Its policy names no other host, and the page has analytics and history switched off."""
    policy = client.fetch("/").headers["content-security-policy"]
    config = client.config()

    assert "default-src 'none';" in policy
    assert "connect-src 'self';" in policy
    assert "http" not in policy
    assert not config["analytics_enabled"]
    assert not config["run_history"]
    assert [] == config["footer_links"]
    assert "Clinic &lt;b&gt;One&lt;/b&gt;" in json.dumps(config)


def test_only_the_scripts_of_the_page_run_in_it(client: Client) -> None:
    """No 'unsafe-inline' for scripts: each inline script of the page is named by its hash."""
    page = client.fetch("/")
    (scripts,) = [
        part
        for part in page.headers["content-security-policy"].split("; ")
        if part.startswith("script-src")
    ]
    inline = re.findall(
        r"<script(?! type=.module. crossorigin)[^>]*>(.*?)</script>", page.text, re.S
    )
    hashes = [base64.b64encode(sha256(text.encode()).digest()).decode() for text in inline]

    assert "unsafe-inline" not in scripts
    assert [f"'sha256-{digest}'" for digest in hashes] == scripts.split()[3:]
    assert len(hashes) >= 4


def test_an_article_is_served_with_the_strict_policy(client: Client) -> None:
    """The article page keeps its own policy and shows the mark."""
    span = OFTEN.span
    answer = client.fetch(f"/source/{ECT.doc_id}?start={span.start}&end={span.end}")
    page = read(answer.text.removeprefix("<!doctype html>"))

    assert 200 == answer.status
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "en" == page.tags("html")[0].attributes["lang"]
    assert [OFTEN.text] == [e.text for e in page.tags("mark")]


def test_a_browser_at_a_wrong_address_gets_a_page_with_help(client: Client) -> None:
    """Who to call, what is wrong and the way back; a program gets the same as JSON."""
    page = client.fetch("/nothing", headers={"Accept": "text/html,*/*;q=0.8"})
    plain = client.fetch("/nothing")

    assert 404 == page.status == plain.status
    assert page.headers["content-type"].startswith("text/html")
    assert "style-src 'self'" in page.headers["content-security-policy"]
    assert 'href="tel:988"' in page.text
    assert "<h1>There is nothing here.</h1>" in page.text
    assert '<a class="button" href="/">' in page.text
    assert {"detail": "There is nothing here."} == json.loads(plain.text)


def test_a_question_over_the_queue_is_answered_and_not_logged(
    server: served.Served, client: Client
) -> None:
    """Also a question that makes the engine fail leaves no word of it in the log."""
    answer = client.ask("How often is the secret thing given?")
    failed = client.ask("crash the secret thing", "other1")

    assert OFTEN.text in read(answer).text
    assert "Something went wrong" in failed
    assert "secret" not in server.log.read_text()
    assert "RuntimeError" in server.log.read_text()


def test_the_server_reaches_nothing_beyond_this_machine(
    server: served.Served, client: Client
) -> None:
    """Neither when gradio is loaded nor when a question is answered."""
    client.ask("How often?", "quiet1")

    assert not server.connections.exists(), server.connections.read_text()


def test_the_server_keeps_no_word_of_a_conversation(server: served.Served, client: Client) -> None:
    """Until its answer is fetched a question is held; then it is nowhere in the memory."""
    event = client.event()
    assert 200 == client.join("kept11", f"How often is a {served.rare_word()} seen?", event).status
    assert [] != server.kept(), "the look at the memory finds nothing at all"
    assert served.rare_word() in client.stream("kept11").text
    client.ask("Something else", "kept22", event)

    assert [] == server.kept_at_last()


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
