"""What goes back: headers are set on its way, and it is known how far the answer got."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import Message, Receive, Scope, Send

from qa.web.api_errors import api_error
from qa.web.endpoints import Kind
from qa.web.headers import PAGE_HEADERS, chat_policy, protect
from qa.web.refusals import Refused

_CHAT = b"<gradio-app"  # what the chat grows in


class Sent:
    """One answer on its way; see the module."""

    def __init__(
        self,
        send: Send,
        kind: Kind | None,
        secure: bool,
        *,
        for_program: bool = False,
        refusal: Callable[[str], str] | None = None,
    ) -> None:
        """Refusals are as the API writes them `for_program`, as a page where there is `refusal`."""
        self._send = send
        self._kind = kind
        self._secure = secure
        self._refusal = refusal
        self.for_program = for_program
        self.status = 0
        self._started = self._ended = False
        self._start: Message | None = None  # held back with the page, until it is whole
        self._page: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            shown = message["status"] < 400 or self._kind is Kind.STAFF
            protect(headers, self._kind if shown else None, self._secure)
            if self._kind is Kind.CHAT:
                self._start = message
                return
        elif self._kind is Kind.CHAT and self._start is not None:
            self._page.append(message.get("body", b""))
            return
        self._note(message)
        await self._send(message)

    def _note(self, message: Message) -> None:
        self._started = True
        self.status = message.get("status", self.status)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._ended = True

    async def finish(self, early: str) -> None:
        """Sends the page that was held back, with `early` in it and the policy made for it."""
        if self._start is None:
            return
        start, page = self._start, b"".join(self._page)
        self._start = None
        headers = MutableHeaders(scope=start)
        if _CHAT in page:
            page = page.replace(_CHAT, early.encode() + _CHAT, 1)
            headers["Content-Length"] = str(len(page))
        headers["Content-Security-Policy"] = chat_policy(page.decode("utf-8", "replace"))
        self._note(start)
        await self._send(start)
        await self._pass_on(page)

    async def refuse(self, refused: Refused, scope: Scope, receive: Receive) -> None:
        """The refusal, unless an answer is under way: that one can only be ended.

        A file for the staff is left without its end, so that half of it is not taken for all.
        """
        if self._started:
            if not self._ended and self._kind is not Kind.STAFF:
                await self._pass_on(b"")
            return
        self._kind, self._start = None, None
        await self._refusal_of(refused)(scope, receive, self)

    def _refusal_of(self, refused: Refused) -> Response:
        if self.for_program:
            return api_error(refused)
        if self._refusal is None:
            return refused.response()
        return HTMLResponse(
            self._refusal(refused.said), refused.status, {**refused.headers, **PAGE_HEADERS}
        )

    async def end_stream(self, said: str) -> None:
        """The last event of a stream that took too long."""
        if not self._started:
            raise Refused(504, said)
        if not self._ended:
            event: dict[str, Any] = {"msg": "unexpected_error", "message": said, "success": False}
            await self._pass_on(f"data: {json.dumps(event)}\n\n".encode())

    async def _pass_on(self, body: bytes) -> None:
        self._ended = True
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def asks_for_page(scope: Scope) -> bool:
    """Whether a person's browser asks for a page to show."""
    accepted = Headers(scope=scope).get("accept", "")
    return scope["method"] == "GET" and "text/html" in accepted
