"""What a request brings: read once, as large and as slow as is allowed, and handed on whole."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from qa.config import Settings
from qa.web import refusals
from qa.web.limits import Full, Places
from qa.web.messages import read_body
from qa.web.refusals import Refused

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
STREAMS_FOR_EACH_SESSION = 2  # one that ends while the next begins


class Bodies:
    """Reads them, so many at once for each client."""

    def __init__(self, settings: Settings, places: Places | None = None) -> None:
        self._settings = settings
        self._places = places or Places(
            STREAMS_FOR_EACH_SESSION * settings.sessions,
            STREAMS_FOR_EACH_SESSION * settings.sessions_per_client,
        )

    async def read(self, scope: Scope, receive: Receive, client: str, wanted: str = JSON) -> bytes:
        settings, headers = self._settings, Headers(scope=scope)
        if headers.get("content-type", "").partition(";")[0].strip().lower() != wanted:
            raise Refused(415, refusals.NOT_READ)
        most = settings.max_body_kb * 1024
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 12 or int(length) > most:
            raise Refused(413, refusals.TOO_LARGE)
        try:
            with self._places.one(client):
                return await read_body(receive, most, settings.receive_seconds)
        except Full:
            raise Refused(503, refusals.BUSY, wait=5) from None


def with_body(scope: Scope, body: bytes, query: bytes = b"") -> Scope:
    """The request with this body, said as long as it is, and this query alone."""
    return {**scope, "query_string": query, "headers": _for_body(scope, body)}


def replay(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, then what really comes."""
    unread = [body]

    async def replayed() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return await receive()

    return replayed


def _for_body(scope: Scope, body: bytes) -> list[tuple[bytes, bytes]]:
    changed = (b"content-length", b"transfer-encoding", b"content-encoding")
    kept = [pair for pair in scope["headers"] if pair[0] not in changed]
    return [*kept, (b"content-length", str(len(body)).encode())]
