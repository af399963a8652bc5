"""The guard in front of everything that is served.

It lets through what a patient's page needs and refuses the rest: other paths, other hosts, what
other pages send, too many, too large, too slow. It sets the headers. When something behind it
fails it logs the kind and place of the error, never its message.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.config import Settings
from qa.web import refusals
from qa.web.api_errors import api_error
from qa.web.endpoints import Endpoint, Kind, find, methods
from qa.web.headers import chat_policy, protect
from qa.web.limits import Full, Places, Rate, address_of, client_of, is_trusted, networks
from qa.web.messages import SESSION, Gone, read_body, read_message, read_question
from qa.web.refusals import Refused
from qa.web.sessions import Sessions

logger = logging.getLogger(__name__)

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
FETCH_SECONDS = 30.0  # from a question to the opening of its stream, also over a slow line
EXPORT_SECONDS = 600.0  # a large table over a slow line
STAFF_A_MINUTE = 300  # requests of one client below /staff
STAFF_AT_ONCE, STAFF_AT_ONCE_PER_CLIENT = 16, 12  # the desk never takes all the patients' room
STREAMS_FOR_EACH_SESSION = 2  # one that ends while the next begins
_CHAT = b"<gradio-app"  # what the chat grows in
_FORWARDED = (b"forwarded", b"x-real-ip")


@dataclass(frozen=True, slots=True)
class Behind:
    """What the guard must know of the page behind it."""

    inputs: Mapping[int, int]  # event -> how many values it takes
    waiting: Callable[[], int]  # questions in the queue
    forget: Callable[[str], Awaitable[None]]  # drops what is held for a session
    early: str = ""  # HTML that stands in the page before its scripts have run


@dataclass(frozen=True, slots=True)
class Served:
    """How one request went, without anything that its sender wrote."""

    method: str  # "-" for one that nothing here takes
    endpoint: str  # as `Endpoint.label` names it; "-" for none
    kind: str
    status: int  # 0 if the caller hung up
    seconds: float
    asks: bool = False  # brought a question, or fetched its answer


class Watcher(Protocol):
    """Who is told how requests went, and how full it is here."""

    def requested(self, served: Served) -> None: ...

    def gauge(self, name: str, said: str, value: Callable[[], float]) -> None: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, as far as that can be known."""

    client: str
    secure: bool


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
        self._trusted = networks(settings.trusted_proxies)
        self._hosts = host_names(settings.allowed_hosts)
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
        self._receiving = Places(
            STREAMS_FOR_EACH_SESSION * settings.sessions,
            STREAMS_FOR_EACH_SESSION * settings.sessions_per_client,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no page opens a web socket
            await send({"type": "websocket.close", "code": 1008})
            return
        scope, caller = self._identify(scope)
        endpoint = find(scope["method"], scope["path"])
        answer = _Sent(send, endpoint.kind if endpoint else None, caller.secure)
        answer.for_program = self._settings.api and scope["path"].startswith("/api/")
        began = time.monotonic()
        try:
            await self._served(scope, receive, answer, endpoint, caller)
        finally:
            if self._watcher is not None:
                self._watcher.requested(_summary(endpoint, answer.status, time.monotonic() - began))

    async def _served(
        self,
        scope: Scope,
        receive: Receive,
        answer: _Sent,
        endpoint: Endpoint | None,
        caller: Caller,
    ) -> None:
        try:
            await self._serve(scope, receive, answer, endpoint, caller)
        except Refused as refused:
            await answer.refuse(refused, scope, receive)
        except Gone:
            pass
        except Exception as problem:  # the edge: its message may hold a question
            logger.error("a request failed: %s", where(problem))
            await answer.refuse(Refused(500, refusals.FAILED), scope, receive)

    async def _serve(
        self,
        scope: Scope,
        receive: Receive,
        answer: _Sent,
        endpoint: Endpoint | None,
        caller: Caller,
    ) -> None:
        headers = Headers(scope=scope)
        self._check_host(headers)
        wait = self._requests.take(caller.client)
        if wait:
            raise refusals.too_often(wait)
        if endpoint is None and answer.for_program and (allowed := methods(scope["path"])):
            raise Refused(405, refusals.OTHER_METHOD, headers={"Allow": ", ".join(allowed)})
        off = self._settings.journal == "off"
        if endpoint is None or (endpoint.kind is Kind.FEEDBACK and off):
            raise Refused(404, refusals.NOTHING_HERE)
        if endpoint.kind is Kind.API:
            await self._program(scope, receive, answer, endpoint, caller)
            return
        if endpoint.kind is Kind.METRICS:
            self._check_token(headers, self._settings.metrics_token)
        if endpoint.kind in (Kind.JOIN, Kind.STREAM, Kind.FEEDBACK):
            self._check_origin(headers)
        if endpoint.kind is Kind.JOIN:
            await self._join(scope, receive, answer, caller)
        elif endpoint.kind is Kind.STREAM:
            await self._stream(scope, receive, answer, caller)
        elif endpoint.kind is Kind.FEEDBACK:
            await self._keep(scope, receive, answer, caller)
        elif endpoint.kind is Kind.STAFF:
            await self._desk(scope, receive, answer, endpoint, caller)
        else:
            await self._page(scope, receive, answer, endpoint)

    async def _page(
        self, scope: Scope, receive: Receive, answer: _Sent, endpoint: Endpoint
    ) -> None:
        if endpoint.kind is Kind.CHAT:  # whole and readable, for the hashes of its scripts
            scope = {**scope, "query_string": b""}
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        exports = endpoint.kind is Kind.STAFF
        async with asyncio.timeout(EXPORT_SECONDS if exports else self._settings.answer_seconds):
            await self._app(scope, receive, answer)
        await answer.finish(self._behind.early)

    async def _join(self, scope: Scope, receive: Receive, answer: _Sent, caller: Caller) -> None:
        inputs = self._behind.inputs
        message = read_message(await self._body(scope, receive, caller), inputs)
        # A page that opens sends an event without values; it takes nothing from the questions.
        rate = self._questions if inputs[message.event] else self._openings
        wait = rate.take(caller.client)
        if wait:
            raise refusals.too_often(wait)
        if self._behind.waiting() >= self._settings.queue_size:
            raise Refused(503, refusals.BUSY, wait=5)
        self._sessions.join(message.session, caller.client)
        await self._hand_on(message.body, scope, receive, answer)
        self._sessions.handed_on(message.session, caller.client)

    async def _keep(self, scope: Scope, receive: Receive, answer: _Sent, caller: Caller) -> None:
        """A yes or no; it does not count among the questions of the client."""
        body = await self._body(scope, receive, caller)
        wait = self._feedback.take(caller.client)
        if wait:
            raise refusals.too_often(wait)
        await self._hand_on(body, scope, receive, answer)

    async def _program(
        self, scope: Scope, receive: Receive, answer: _Sent, endpoint: Endpoint, caller: Caller
    ) -> None:
        """A request to the API: open only where it is switched on, with the token where one is."""
        headers = Headers(scope=scope)
        if not self._settings.api:
            raise Refused(404, refusals.NOTHING_HERE)
        if self._settings.api_token:
            self._check_token(headers, self._settings.api_token)
        if headers.get("sec-fetch-site", "none") != "none" or endpoint.method == "POST":
            self._check_origin(headers)
        body = b""
        if endpoint.method == "POST":
            body = read_question(await self._body(scope, receive, caller))
        if endpoint.asks and (wait := self._questions.take(caller.client)):
            raise refusals.too_often(wait)
        query = b"" if endpoint.method == "POST" else scope["query_string"]
        await self._hand_on(body, scope, receive, answer, query)

    def _check_token(self, headers: Headers, token: str) -> None:
        """In the same time whatever was sent; without a token set, nothing is there."""
        if not token:
            raise Refused(404, refusals.NOTHING_HERE)
        scheme, _, sent = headers.get("authorization", "").partition(" ")
        same = hmac.compare_digest(sent.strip().encode("latin-1", "replace"), token.encode())
        if scheme.lower() != "bearer" or not same:
            raise Refused(401, refusals.TOKEN_WANTED, headers={"WWW-Authenticate": "Bearer"})

    async def _desk(
        self, scope: Scope, receive: Receive, answer: _Sent, endpoint: Endpoint, caller: Caller
    ) -> None:
        """A page of the staff or a form of it; who may see it is asked behind the guard."""
        if not self._settings.staff:
            raise Refused(404, refusals.NOTHING_HERE)
        wait = self._staff.take(caller.client)
        if wait:
            raise refusals.too_fast(wait)
        scope = {**scope, "state": {**scope.get("state", {}), "client": caller.client}}
        try:
            with self._at_the_desk.one(caller.client):
                if endpoint.method == "GET":
                    await self._page(scope, receive, answer, endpoint)
                    return
                self._check_origin(Headers(scope=scope), known=True)
                body = await self._body(scope, receive, caller, FORM)
                await self._hand_on(body, scope, receive, answer)
        except Full:
            raise Refused(503, refusals.MANY_AT_ONCE, wait=5) from None

    async def _body(
        self, scope: Scope, receive: Receive, caller: Caller, wanted: str = JSON
    ) -> bytes:
        settings, headers = self._settings, Headers(scope=scope)
        if headers.get("content-type", "").partition(";")[0].strip().lower() != wanted:
            raise Refused(415, refusals.NOT_READ)
        most = settings.max_body_kb * 1024
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 12 or int(length) > most:
            raise Refused(413, refusals.TOO_LARGE)
        try:
            with self._receiving.one(caller.client):
                return await read_body(receive, most, settings.receive_seconds)
        except Full:
            raise Refused(503, refusals.BUSY, wait=5) from None

    async def _hand_on(
        self, body: bytes, scope: Scope, receive: Receive, answer: _Sent, query: bytes = b""
    ) -> None:
        inner = {**scope, "query_string": query, "headers": _for_body(scope, body)}
        try:
            async with asyncio.timeout(self._settings.answer_seconds):
                await self._app(inner, _replay(body, receive), answer)
        except TimeoutError:
            raise Refused(504, refusals.TOO_LONG) from None

    async def _stream(self, scope: Scope, receive: Receive, answer: _Sent, caller: Caller) -> None:
        name, _, session = scope["query_string"].decode("latin-1").partition("=")
        if name != "session_hash" or SESSION.fullmatch(session) is None:
            raise Refused(400, refusals.NOT_READ)
        async with self._sessions.stream(session, caller.client):
            try:
                async with asyncio.timeout(self._settings.answer_seconds):
                    await self._app(scope, receive, answer)
            except TimeoutError:
                await answer.end_stream(refusals.TOO_LONG)

    def _identify(self, scope: Scope) -> tuple[Scope, Caller]:
        """Who calls, by the peer's address; what others say of it counts from trusted proxies."""
        peer = scope["client"][0] if scope.get("client") else None
        headers = Headers(scope=scope)
        client = client_of(peer, headers.getlist("x-forwarded-for"), self._trusted)
        if is_trusted(peer, self._trusted):
            scheme = headers.get("x-forwarded-proto", "").strip().lower()
            if scheme in ("http", "https"):
                scope = {**scope, "scheme": scheme}
        else:
            kept = [pair for pair in scope["headers"] if not _is_forwarded(pair[0])]
            scope = {**scope, "headers": kept}
        return scope, Caller(client, scope.get("scheme") == "https")

    def _check_host(self, headers: Headers) -> None:
        """A name that leads here without the operator's knowledge may be another page's trick."""
        named = [*headers.getlist("host"), *headers.getlist("x-forwarded-host")]
        if not named or not all(self._is_ours(host) for host in named):
            raise Refused(421, refusals.OTHER_HOST)

    def _is_ours(self, host: str) -> bool:
        return address_of(host) is not None or _name_of(host) in self._hosts

    def _check_origin(self, headers: Headers, *, known: bool = False) -> None:
        """Only our own page may send questions or read their answers.

        `known`: it must be said where the request comes from, as every browser does.
        """
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if known and site is None and origin is None:
            raise Refused(403, refusals.OTHER_PAGE)
        if site is not None and site != "same-origin":
            raise Refused(403, refusals.OTHER_PAGE)
        if origin is None or site == "same-origin":
            return
        netloc = _netloc(origin)
        ours = {headers.get("x-forwarded-host", ""), headers.get("host", "")} - {""}
        if netloc not in ours:
            raise Refused(403, refusals.OTHER_PAGE)


class _Sent:
    """What goes back: headers are set on its way, and it is known how far the answer got."""

    def __init__(self, send: Send, kind: Kind | None, secure: bool) -> None:
        self._send = send
        self._kind = kind
        self._secure = secure
        self.status = 0
        self.for_program = False  # refusals as the API writes them
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
        response = api_error(refused) if self.for_program else refused.response()
        await response(scope, receive, self)

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


def host_names(text: str) -> frozenset[str]:
    """
    >>> sorted(host_names("Clinic.example, other"))
    ['clinic.example', 'localhost', 'other']
    """
    return frozenset({"localhost", *(part.strip().lower() for part in text.split(","))} - {""})


def where(problem: BaseException) -> str:
    """Kind and place of an error without its message."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(problem).__name__} at {place}"


def _summary(endpoint: Endpoint | None, status: int, seconds: float) -> Served:
    if endpoint is None:
        return Served("-", "-", "-", status, seconds)
    asks = endpoint.asks or endpoint.kind in (Kind.JOIN, Kind.STREAM)
    return Served(endpoint.method, endpoint.label, endpoint.kind.value, status, seconds, asks)


def _name_of(host: str) -> str:
    return host.strip().lower().rpartition(":")[0] if ":" in host else host.strip().lower()


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _is_forwarded(name: bytes) -> bool:
    return name.startswith(b"x-forwarded-") or name in _FORWARDED


def _for_body(scope: Scope, body: bytes) -> list[tuple[bytes, bytes]]:
    changed = (b"content-length", b"transfer-encoding", b"content-encoding")
    kept = [pair for pair in scope["headers"] if pair[0] not in changed]
    return [*kept, (b"content-length", str(len(body)).encode())]


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, then what really comes."""
    unread = [body]

    async def replayed() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return await receive()

    return replayed
