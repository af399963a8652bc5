"""`python app.py` as an operator starts it; the working start is in tests/test_browser.py."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def start(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_ends_at_once_with_one_line() -> None:
    """Exit code 1 and what to do, before anything is loaded or built."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = start(QA_HOST="127.0.0.1", QA_PORT=port)

    assert 1 == ended.returncode
    assert "" == ended.stdout
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"error: cannot serve on 127.0.0.1:{port}: address already in use.")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("QA_PORT", "seven", "QA_PORT is 'seven'"), ("QA_PORT", "70000", "QA_PORT is '70000'")],
)
def test_a_mistyped_setting_ends_with_one_line(name: str, value: str, said: str) -> None:
    """The message names the setting and its value."""
    ended = start(**{name: value})

    assert 1 == ended.returncode
    (line,) = ended.stderr.splitlines()
    assert said in line


def test_arguments_are_refused() -> None:
    """It takes none: a flag meant for `python -m qa` must not be ignored in silence."""
    ended = start("--port", "8000")

    assert 2 == ended.returncode
    assert "unrecognized arguments: --port 8000" in ended.stderr
