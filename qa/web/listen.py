"""Where the server listens: a bound socket, and uvicorn on it without an access log."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from qa.errors import QAError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

MOST = 65535  # the highest port
STOP_SECONDS = 2  # what is left to do when the server stops is given, unless it is told otherwise


class CannotListen(QAError):
    """The address is taken, not ours, or not to be had."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"cannot serve on {host}:{port}: {reason}. "
            "Stop what uses it, or choose another with QA_HOST and QA_PORT."
        )


def bind(host: str, port: int) -> socket.socket:
    """A bound socket that refuses callers until the server listens on it; port 0 = any free one."""
    if not 0 <= port <= MOST:  # the system would take it modulo 65536
        raise CannotListen(host, port, f"a port is a number from 0 to {MOST}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(host, port, _reason(error)) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise CannotListen(host, port, _reason(error)) from None
    return listener


def url_of(listener: socket.socket) -> str:
    """
    The address a browser on this computer can open.
    """
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def run(
    app: ASGIApp,
    listener: socket.socket,
    ready: Callable[[str], None],
    connections: int | None = None,
    stop_seconds: int = STOP_SECONDS,
) -> None:
    """Serves until it is interrupted; calls `ready` with the address once it answers.

    More than so many connections at once are refused. When it is stopped it takes no new ones and
    finishes what it has, for at most so many seconds; then it returns, also after SIGTERM.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready(url_of(listener))
            tell_supervisor("READY=1")

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            tell_supervisor("STOPPING=1")
            await super().shutdown(sockets)

    # No access log: a line for every request helps nobody here and tells who asked when.
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the guard decides whose word counts
        limit_concurrency=connections,
        timeout_graceful_shutdown=stop_seconds,
        log_config=None,  # as everything else is written
    )
    with _ending_well():
        Server(config).run([listener])


@contextmanager
def _ending_well() -> Iterator[None]:
    """Uvicorn raises a signal again once it has stopped for it; SIGTERM has done its work then."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def tell_supervisor(state: str) -> None:
    """Tells systemd, where it asked to be told (sd_notify); a failure changes nothing."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker, suppress(OSError):
        speaker.sendto(state.encode(), address.replace("@", "\0", 1))


def _reason(error: OSError) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
