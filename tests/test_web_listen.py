"""Binding: free ports, taken ports, and what the operator is told."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from qa.errors import QAError
from qa.web.listen import bind, tell_supervisor, url_of


def test_a_free_port_gives_an_address_to_open() -> None:
    """Port 0 takes any free one, and the address names the one taken."""
    with bind("127.0.0.1", 0) as listener:
        assert f"http://127.0.0.1:{listener.getsockname()[1]}" == url_of(listener)


def test_an_address_for_all_interfaces_is_shown_as_this_computer() -> None:
    """0.0.0.0 cannot be opened in a browser."""
    with bind("0.0.0.0", 0) as listener:
        assert url_of(listener).startswith("http://127.0.0.1:")


def test_a_taken_port_is_said_in_one_line() -> None:
    """The message names the address and both settings that change it."""
    with bind("127.0.0.1", 0) as first:
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(QAError) as raised:
            bind("127.0.0.1", port)

    assert (
        f"cannot serve on 127.0.0.1:{port}: address already in use. "
        "Stop what uses it, or choose another with QA_HOST and QA_PORT."
    ) == str(raised.value)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 70000)])
def test_an_impossible_address_is_an_error_too(host: str, port: int) -> None:
    """No traceback for a mistyped setting."""
    with pytest.raises(QAError, match="cannot serve on"):
        bind(host, port)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="systemd is Linux's")
@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_is_told_where_it_asked(
    abstract: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a path or an abstract name, as sd_notify(3) says."""
    name = f"@wellsourced-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(name.replace("@", "\0", 1))
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        tell_supervisor("READY=1")
        told.settimeout(20)

        assert b"READY=1" == told.recv(100)


@pytest.mark.parametrize("name", ["", "relative", "/nowhere/at/all"])
def test_a_supervisor_that_is_not_there_changes_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is served all the same."""
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    tell_supervisor("READY=1")
