"""The room before the login: how many tries may wait for the work of comparing a password.

Strangers and known browsers have a lane each, so that one never waits for the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from qa.web.limits import Full, Places, Rate

ROOM, FOR_EACH = 8, 2  # tries in a lane, and of one client
WAIT_SECONDS = 5.0  # for one's turn
A_MINUTE = 60  # tries of all strangers together: what the processor gives to them


class Lane:
    """Compares one password at a time; raises Full where somebody would have to wait for long."""

    def __init__(
        self, per_minute: int | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._places = Places(ROOM, FOR_EACH)
        self._turn = asyncio.Semaphore(1)
        self._pace = Rate(per_minute, clock) if per_minute else None

    @asynccontextmanager
    async def place(self, client: str) -> AsyncIterator[None]:
        """Room in the lane, held from before the try until its answer is sent."""
        with self._places.one(client):
            if self._pace is not None and self._pace.take(""):
                raise Full(own=False)
            yield

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The lane's one comparison."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            raise Full(own=False) from None
        try:
            yield
        finally:
            self._turn.release()
