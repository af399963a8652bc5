"""The guard in front of everything that is served.

It lets through what a patient's page needs and refuses the rest: other paths, other hosts, what
other pages send, too many, too large, too slow. It sets the headers. When something behind it
fails it logs the kind and place of the error, never its message.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.config import Settings
from qa.errors import where
from qa.web import refusals
from qa.web.bodies import FORM, Bodies, replay, with_body
from qa.web.callers import Callers, check_origin, check_token
from qa.web.endpoints import Endpoint, Kind, find, methods
from qa.web.limits import Full, Places, Rate
from qa.web.messages import SESSION, Gone, read_message, read_question
from qa.web.refusals import Refused
from qa.web.sent import Sent, asks_for_page
from qa.web.served import Watcher, summary
from qa.web.sessions import Sessions

logger = logging.getLogger(__name__)

FETCH_SECONDS = 30.0  # from a question to the opening of its stream, also over a slow line
EXPORT_SECONDS = 600.0  # a large table over a slow line
STAFF_A_MINUTE = 300  # requests of one client below /staff
STAFF_AT_ONCE, STAFF_AT_ONCE_PER_CLIENT = 16, 12  # the desk never takes all the patients' room
STAFF_FORMS, STAFF_FORMS_PER_CLIENT = 64, 8  # that are arriving: slow ones take none of it either


@dataclass(frozen=True, slots=True)
class Behind:
    """What the guard must know of the page behind it."""

    inputs: Mapping[int, int]  # event -> how many values it takes
    waiting: Callable[[], int]  # questions in the queue
    forget: Callable[[str], Awaitable[None]]  # drops what is held for a session
    early: str = ""  # HTML that stands in the page before its scripts have run
    refusal: Callable[[str], str] | None = None  # a page for a person's browser that says so much


@dataclass(frozen=True, slots=True)
class _Call:
    """One request on its way through the guard, and where its answer goes."""

    scope: Scope
    receive: Receive
    answer: Sent
    client: str

    @property
    def headers(self) -> Headers:
        return Headers(scope=self.scope)


class Guard:
    """The outermost part of the app; see the module."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        behind: Behind,
        watcher: Watcher | None = None,
    ) -> None:
        self._app = app
        self._settings = settings
        self._behind = behind
        self._watcher = watcher
        self._callers = Callers(settings)
        self._bodies = Bodies(settings)
        self._forms = Bodies(settings, Places(STAFF_FORMS, STAFF_FORMS_PER_CLIENT))
        self._requests = Rate(settings.requests_per_minute)
        self._questions = Rate(settings.messages_per_minute)
        self._openings = Rate(settings.messages_per_minute)
        self._feedback = Rate(settings.messages_per_minute)
        self._staff = Rate(STAFF_A_MINUTE)
        self._at_the_desk = Places(STAFF_AT_ONCE, STAFF_AT_ONCE_PER_CLIENT)
        places = Places(settings.sessions, settings.sessions_per_client)
        self._sessions = sessions = Sessions(places, behind.forget, FETCH_SECONDS)
        if watcher is not None:
            watcher.gauge("waiting", "Questions that wait for an answer.", behind.waiting)
            watcher.gauge("sessions", "Conversations with an open question.", sessions.__len__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no page opens a web socket
            await send({"type": "websocket.close", "code": 1008})
            return
        scope, caller = self._callers.identify(scope)
        endpoint = find(scope["method"], scope["path"])
        answer = Sent(
            send,
            endpoint.kind if endpoint else None,
            caller.secure,
            for_program=self._settings.api and scope["path"].startswith("/api/"),
            refusal=self._behind.refusal if asks_for_page(scope) else None,
        )
        began = time.monotonic()
        try:
            await self._serve_or_refuse(_Call(scope, receive, answer, caller.client), endpoint)
        finally:
            if self._watcher is not None:
                self._watcher.requested(summary(endpoint, answer.status, time.monotonic() - began))

    async def _serve_or_refuse(self, call: _Call, endpoint: Endpoint | None) -> None:
        try:
            await self._serve(call, endpoint)
        except Refused as refused:
            await call.answer.refuse(refused, call.scope, call.receive)
        except Gone:
            pass
        except Exception as problem:  # the edge: its message may hold a question
            logger.error("a request failed: %s", where(problem))
            failed = Refused(500, refusals.FAILED)
            await call.answer.refuse(failed, call.scope, call.receive)

    async def _serve(self, call: _Call, endpoint: Endpoint | None) -> None:
        self._callers.check_host(call.headers)
        _take(self._requests, call.client)
        if endpoint is None and call.answer.for_program:
            if allowed := methods(call.scope["path"]):
                raise Refused(405, refusals.OTHER_METHOD, headers={"Allow": ", ".join(allowed)})
        off = self._settings.journal == "off"
        if endpoint is None or (endpoint.kind is Kind.FEEDBACK and off):
            raise Refused(404, refusals.NOTHING_HERE)
        if endpoint.kind is Kind.API:
            await self._program(call, endpoint)
            return
        if endpoint.kind is Kind.METRICS:
            check_token(call.headers, self._settings.metrics_token)
        if endpoint.kind in (Kind.JOIN, Kind.STREAM, Kind.FEEDBACK):
            check_origin(call.headers)
        if endpoint.kind is Kind.JOIN:
            await self._join(call)
        elif endpoint.kind is Kind.STREAM:
            await self._stream(call)
        elif endpoint.kind is Kind.FEEDBACK:
            await self._keep(call)
        elif endpoint.kind is Kind.STAFF:
            await self._desk(call, endpoint)
        else:
            await self._page(call, endpoint)

    async def _page(self, call: _Call, endpoint: Endpoint) -> None:
        scope = call.scope
        if endpoint.kind is Kind.CHAT:  # whole and readable, for the hashes of its scripts
            scope = {**scope, "query_string": b""}
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        exports = endpoint.kind is Kind.STAFF
        async with asyncio.timeout(EXPORT_SECONDS if exports else self._settings.answer_seconds):
            await self._app(scope, call.receive, call.answer)
        await call.answer.finish(self._behind.early)

    async def _join(self, call: _Call) -> None:
        inputs = self._behind.inputs
        message = read_message(await self._read(call), inputs)
        # A page that opens sends an event without values; it takes nothing from the questions.
        _take(self._questions if inputs[message.event] else self._openings, call.client)
        if self._behind.waiting() >= self._settings.queue_size:
            raise Refused(503, refusals.BUSY, wait=5)
        self._sessions.join(message.session, call.client)
        await self._hand_on(call, message.body)
        self._sessions.handed_on(message.session, call.client)

    async def _keep(self, call: _Call) -> None:
        """A yes or no; it does not count among the questions of the client."""
        body = await self._read(call)
        _take(self._feedback, call.client)
        await self._hand_on(call, body)

    async def _program(self, call: _Call, endpoint: Endpoint) -> None:
        """A request to the API: open only where it is switched on, with the token where one is."""
        headers = call.headers
        if not self._settings.api:
            raise Refused(404, refusals.NOTHING_HERE)
        if self._settings.api_token:
            check_token(headers, self._settings.api_token)
        if headers.get("sec-fetch-site", "none") != "none" or endpoint.method == "POST":
            check_origin(headers)
        body = b""
        if endpoint.method == "POST":
            body = read_question(await self._read(call))
        if endpoint.asks:
            _take(self._questions, call.client)
        query = b"" if endpoint.method == "POST" else call.scope["query_string"]
        await self._hand_on(call, body, query)

    async def _desk(self, call: _Call, endpoint: Endpoint) -> None:
        """A page of the staff or a form of it; who may see it is asked behind the guard."""
        if not self._settings.staff:
            raise Refused(404, refusals.NOTHING_HERE)
        wait = self._staff.take(call.client)
        if wait:
            raise refusals.too_fast(wait)
        state = {**call.scope.get("state", {}), "client": call.client}
        call = replace(call, scope={**call.scope, "state": state})
        body = b""
        if endpoint.method != "GET":  # before a place is taken, which a slow one would hold
            check_origin(call.headers, known=True)
            body = await self._forms.read(call.scope, call.receive, call.client, FORM)
        try:
            with self._at_the_desk.one(call.client):
                if endpoint.method == "GET":
                    await self._page(call, endpoint)
                else:
                    await self._hand_on(call, body)
        except Full:
            raise Refused(503, refusals.MANY_AT_ONCE, wait=5) from None

    async def _read(self, call: _Call) -> bytes:
        return await self._bodies.read(call.scope, call.receive, call.client)

    async def _hand_on(self, call: _Call, body: bytes, query: bytes = b"") -> None:
        inner = with_body(call.scope, body, query)
        try:
            async with asyncio.timeout(self._settings.answer_seconds):
                await self._app(inner, replay(body, call.receive), call.answer)
        except TimeoutError:
            raise Refused(504, refusals.TOO_LONG) from None

    async def _stream(self, call: _Call) -> None:
        name, _, session = call.scope["query_string"].decode("latin-1").partition("=")
        if name != "session_hash" or SESSION.fullmatch(session) is None:
            raise Refused(400, refusals.NOT_READ)
        async with self._sessions.stream(session, call.client):
            try:
                async with asyncio.timeout(self._settings.answer_seconds):
                    await self._app(call.scope, call.receive, call.answer)
            except TimeoutError:
                await call.answer.end_stream(refusals.TOO_LONG)


def _take(rate: Rate, client: str) -> None:
    """Raises Refused where the client has had what it may in this time."""
    wait = rate.take(client)
    if wait:
        raise refusals.too_often(wait)
