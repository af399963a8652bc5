"""SIGTERM: what was asked is answered, nothing new is taken, and the process ends with 0."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import served
from tests.chat_client import Client
from tests.fake_engine import OFTEN

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")


def wait_until_closed(url: str) -> None:
    """Returns once the server takes no new connection."""
    parts = urlsplit(url)
    end = time.monotonic() + served.LIMIT_SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection((str(parts.hostname), int(parts.port or 0)), 5).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.05)
    raise AssertionError("the server still takes connections")


def test_running_questions_are_finished(tmp_path: Path) -> None:
    """One in the chat and one of a program, both under way when the signal comes."""
    with (
        served.fake(tmp_path, {"QA_TEST_STOP_SECONDS": "40"}, api=True) as running,
        ThreadPoolExecutor(1) as pool,
        running.gate_closed(),
    ):
        client = Client(running.url)
        asked = json.dumps({"question": "gated often"}).encode()
        with client.opened_for("stopping1", "gated often", client.event()) as chat:
            program = pool.submit(client.fetch, "/api/ask", "POST", asked)
            wait_until_asked(running, 2)
            os.kill(running.process_id, signal.SIGTERM)
            wait_until_closed(running.url)
            running.open_gate()
            answered = chat.read().decode()
        answer = program.result()

    assert "process_completed" in answered
    assert OFTEN.text in json.loads(answer.text)["quotes"][0]["text"]
    assert "0" == (tmp_path / "exit-code").read_text()


def wait_until_asked(running: served.Served, times: int) -> None:
    """Returns once so many questions have come to the gate."""
    asked = running.gate.with_name(served.ASKED)
    end = time.monotonic() + served.LIMIT_SECONDS
    while time.monotonic() < end:
        if asked.exists() and len(asked.read_text()) == times:
            return
        time.sleep(0.02)
    raise AssertionError("the questions do not reach the engine")


def test_a_question_that_does_not_end_is_not_waited_for(tmp_path: Path) -> None:
    """After the time that is given the process ends all the same, with 0."""
    with (
        served.fake(tmp_path, {"QA_TEST_STOP_SECONDS": "1"}) as running,
        running.gate_closed(),
    ):
        client = Client(running.url)
        with client.opened_for("stopping2", "gated often", client.event()) as chat:
            wait_until_asked(running, 1)
            os.kill(running.process_id, signal.SIGTERM)
            wait_until_closed(running.url)
            with pytest.raises(http.client.IncompleteRead):
                chat.read()

    assert "0" == (tmp_path / "exit-code").read_text()
