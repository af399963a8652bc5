"""Whose stream is whose: a session belongs to the client that asked in it, and has one stream.

Gradio itself hands the answers of a session to whoever names it. Here a stream is opened only after
a question of the same client, once, and what was not fetched is thrown away.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from qa.web.limits import Full, Places
from qa.web.refusals import BUSY, NO_SUCH_CONVERSATION, STILL_ANSWERING, Refused

Forget = Callable[[str], Awaitable[None]]


@dataclass(slots=True)
class _Claim:
    client: str
    streaming: bool = False
    asked_again: bool = False  # since the stream was opened
    timer: asyncio.TimerHandle | None = None


class Sessions:
    """The sessions in which a question is being answered; `forget` drops what gradio holds."""

    def __init__(self, places: Places, forget: Forget, fetch_seconds: float) -> None:
        self._places = places
        self._forget = forget
        self._fetch_seconds = fetch_seconds
        self._claims: dict[str, _Claim] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._claims)

    def join(self, session: str, client: str) -> None:
        """Claims the session for the client; raises Refused if it is another's or all is full."""
        claim = self._claims.get(session)
        if claim is None:
            try:
                self._places.take(client)
            except Full as full:
                said, status = (STILL_ANSWERING, 429) if full.own else (BUSY, 503)
                raise Refused(status, said, wait=5) from None
            claim = self._claims[session] = _Claim(client)
        elif claim.client != client:
            raise Refused(409, NO_SUCH_CONVERSATION)
        if claim.streaming:
            claim.asked_again = True
        else:
            self._wait(session, claim)

    def handed_on(self, session: str, client: str) -> None:
        """The question is in the queue: the time to fetch its answer begins now, not before."""
        claim = self._claims.get(session)
        if claim is not None and claim.client == client and not claim.streaming:
            self._wait(session, claim)

    @asynccontextmanager
    async def stream(self, session: str, client: str) -> AsyncIterator[None]:
        """The one stream of a session; raises Refused where there is none to be had."""
        claim = self._claims.get(session)
        if claim is None or claim.client != client or claim.streaming:
            raise Refused(404, NO_SUCH_CONVERSATION)
        claim.streaming, claim.asked_again = True, False
        if claim.timer is not None:
            claim.timer.cancel()
        try:
            yield
        finally:
            claim.streaming = False
            if claim.asked_again:  # perhaps just too late for this stream: the next one has it
                self._wait(session, claim)
            else:
                self._end(session, claim)

    def _wait(self, session: str, claim: _Claim) -> None:
        """Gives the page a moment to fetch the answer, then lets the session go."""
        if claim.timer is not None:
            claim.timer.cancel()
        loop = asyncio.get_running_loop()
        claim.timer = loop.call_later(self._fetch_seconds, self._end, session, claim)

    def _end(self, session: str, claim: _Claim) -> None:
        if self._claims.get(session) is not claim or claim.streaming:
            return
        del self._claims[session]
        self._places.give_back(claim.client)
        task = asyncio.get_running_loop().create_task(self._drop(session))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drop(self, session: str) -> None:
        if session not in self._claims:  # unless it was claimed again meanwhile
            await self._forget(session)
