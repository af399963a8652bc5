"""A client of the served chat for tests: raw HTTP, so that it can also say what no browser says."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_CONFIG = re.compile(r"window\.gradio_config = (\{.*?\});</script>", re.DOTALL)
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Fetched:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str] = field(repr=False)
    text: str

    @property
    def said(self) -> str:
        return str(json.loads(self.text)["detail"])

    @property
    def events(self) -> list[dict[str, Any]]:
        lines = [line for line in self.text.splitlines() if line.startswith("data: ")]
        return [json.loads(line[6:]) for line in lines]


@dataclass(frozen=True)
class Client:
    """Talks to one server, in the name of `address` (any of 127.0.0.0/8 leads to this machine)."""

    url: str
    address: str = "127.0.0.1"

    def connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        return http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=120, source_address=(self.address, 0)
        )

    def fetch(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Fetched:
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or ({} if body is None else JSON))
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Fetched(response.status, found, response.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def config(self) -> dict[str, Any]:
        """What gradio writes into the page."""
        found = _CONFIG.search(self.fetch("/").text)
        assert found is not None
        config: dict[str, Any] = json.loads(found[1])
        return config

    def event(self) -> int:
        """The event that Enter in the question box sends."""
        (found,) = [
            int(d["id"])
            for d in self.config()["dependencies"]
            if any(name == "submit" for _, name in d["targets"])
        ]
        return found

    def join(self, session: str, message: object, event: int, **more: object) -> Fetched:
        return self.send(session, [message, None], event, **more)

    def send(self, session: str, data: list[object], event: int, **more: object) -> Fetched:
        sent = {"data": data, "fn_index": event, "session_hash": session, **more}
        return self.fetch("/gradio_api/queue/join", "POST", json.dumps(sent).encode())

    def stream(self, session: str) -> Fetched:
        return self.fetch(f"/gradio_api/queue/data?session_hash={session}")

    @contextmanager
    def opened(self, session: str) -> Iterator[http.client.HTTPResponse]:
        """A stream that is open, for as long as the block lasts."""
        connection = self.connect()
        try:
            connection.request("GET", f"/gradio_api/queue/data?session_hash={session}")
            yield connection.getresponse()
        finally:
            connection.close()

    @contextmanager
    def opened_for(
        self, session: str, message: str, event: int
    ) -> Iterator[http.client.HTTPResponse]:
        """A question that was sent, and its open stream."""
        joined = self.join(session, message, event)
        assert 200 == joined.status, joined.text
        with self.opened(session) as stream:
            yield stream

    def ask(self, message: str, session: str = "abc123", event: int | None = None) -> str:
        """The HTML of the turn that answers, asked as the page asks."""
        joined = self.join(session, message, self.event() if event is None else event)
        assert 200 == joined.status, joined.text
        stream = self.stream(session)
        assert 200 == stream.status, stream.text
        (done,) = [e for e in stream.events if e["msg"] == "process_completed"]
        return str(done["output"]["data"][0]["turn"])
