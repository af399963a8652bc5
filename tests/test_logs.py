"""The log: text or JSON, each request a line where that is wanted, and never a word of anybody."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.logs import formatter
from tests import served
from tests.chat_client import Client
from tests.fake_engine import ECT

ROOT = Path(__file__).resolve().parents[1]


def record(**changed: Any) -> logging.LogRecord:
    made = logging.LogRecord("qa.web.guard", logging.ERROR, "", 1, "it %s", ("failed",), None)
    for name, value in changed.items():
        setattr(made, name, value)
    return made


def raised() -> Any:
    try:
        raise ValueError("secret")
    except ValueError:
        return sys.exc_info()


def test_text_is_a_line_as_before() -> None:
    """Level, name and message."""
    assert "ERROR qa.web.guard: it failed" == formatter("text").format(record())


def test_json_is_one_object_a_line() -> None:
    """The time in UTC, and what else is told of the event."""
    line = formatter("json").format(record(created=0.5, status=404))

    assert "\n" not in line
    assert {
        "time": "1970-01-01T00:00:00.500+00:00",
        "level": "ERROR",
        "logger": "qa.web.guard",
        "message": "it failed",
        "status": 404,
    } == json.loads(line)


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_is_named_without_its_message(form: str) -> None:
    """Its message may hold what somebody asked; kind and place are enough."""
    line = formatter(form).format(record(exc_info=raised()))

    assert "ValueError at " in line
    assert "test_logs.py:" in line
    assert "secret" not in line


LOGGING = """import logging, threading, warnings
from qa import logs
from qa.config import load_settings

logs.set_up(load_settings())
logging.getLogger("qa.x").info("ours info")
logging.getLogger("qa.x").warning("ours warning")
logging.getLogger("httpx").setLevel(logging.DEBUG)
logging.getLogger("httpx").info("library info")
logging.getLogger("httpx").warning("library warning")

def fail():
    raise ValueError("secret")

thread = threading.Thread(target=fail)
thread.start()
thread.join()
"""


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("info", ["ours info", "ours warning", "library warning", "a thread ended"]),
        ("warning", ["ours warning", "library warning", "a thread ended"]),
        ("error", ["a thread ended"]),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_the_level_is_for_our_own_lines(level: str, form: str, said: list[str]) -> None:
    """Libraries are heard from warnings up: below, some tell what they are handed."""
    environment = {**os.environ, "QA_LOG": form, "QA_LOG_LEVEL": level, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", LOGGING], env=environment, capture_output=True, text=True, check=True
    )
    lines = ran.stderr.splitlines()
    messages = [json.loads(line)["message"] for line in lines] if form == "json" else lines

    assert len(said) == len(messages), ran.stderr
    assert all(part in message for part, message in zip(said, messages, strict=True))
    assert "secret" not in ran.stderr


@pytest.fixture(scope="module", params=["text", "json"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, served.Served]]:
    """The chat and the API at the level at which each request is a line."""
    folder = tmp_path_factory.mktemp("logs")
    with served.fake(folder, log=request.param, log_level="info", api=True) as running:
        yield request.param, running


def test_no_line_holds_what_was_asked(server: tuple[str, served.Served]) -> None:
    """Questions, searches, links, ids, methods, hosts and addresses, served, refused and failed."""
    form, running = server
    client, word = Client(running.url, "127.0.0.88"), served.rare_word()
    client.ask(f"How often is a {word}?", "quokka1", client.event())
    client.ask(f"crash the {word}", "quokka2", client.event())
    for question in (f"often {word}", f"crash {word}", f"die {word}"):
        client.fetch("/api/ask", "POST", json.dumps({"question": question, "id": word}).encode())
    client.fetch("/api/ask", "POST", b'{"question": quokka')
    client.fetch(f"/api/search?q={word}")
    client.fetch(f"/source/{ECT.doc_id}?start=1&end=5&w={word}")
    client.fetch(f"/{word}?{word}=1", "POST", word.encode(), {"Content-Type": word})
    client.fetch("/", headers={"Host": f"{word}.example", "Referer": f"http://{word}/"})
    client.fetch("/healthz", headers={"User-Agent": word})
    end = time.monotonic() + served.LIMIT_SECONDS
    while "/healthz" not in (log := running.log.read_text()) and time.monotonic() < end:
        time.sleep(0.05)  # a line is written after its answer was sent

    assert word not in log.lower()
    assert ECT.doc_id not in log
    assert "127.0.0.88" not in log
    assert "RuntimeError at " in log
    if form == "json":
        lines = [json.loads(line) for line in log.splitlines()]
        requests = [line for line in lines if line["logger"] == "qa.requests"]
        keys = {"time", "level", "logger", "message", "method", "endpoint", "status"}
        assert {frozenset({*keys, "milliseconds"})} == {frozenset(line) for line in requests}
        told = {(line["method"], line["endpoint"], line["status"]) for line in requests}
        assert {
            ("POST", "/api/ask", 400),
            ("POST", "/api/ask", 500),
            ("GET", "/source/*", 200),
            ("-", "-", 404),
            ("GET", "/", 421),
            ("GET", "/healthz", 200),
        } <= told
        asked = {"/gradio_api/queue/join", "/gradio_api/queue/data", "/api/ask", "/api/search"}
        # A line, with its milliseconds, would tell when a message was met with help.
        assert not {(endpoint, 200) for endpoint in asked} & {line[1:] for line in told}
    else:
        assert "INFO qa.requests: GET /source/* 200 " in log


def test_by_default_no_request_is_a_line(tmp_path: Path) -> None:
    """A line for every request would tell when somebody asked."""
    with served.fake(tmp_path) as running:
        Client(running.url).ask("How often?")
        assert "" == running.log.read_text()
