"""Questions of programs: so many threads work on them, so many wait, more are refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from qa.web.refusals import BUSY, Refused

T = TypeVar("T")


class Workers:
    """At most `at_once` threads, and `waiting` calls in the queue before them.

    A call whose caller gave up keeps its thread until it ends, so there are never more.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(at_once, "api")
        self._at_once = at_once
        self._places = at_once + waiting
        self._taken = 0
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """Calls that no thread has begun."""
        return max(0, self._taken - self._at_once)

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns; raises Refused where all places are taken."""
        with self._lock:
            if self._taken >= self._places:
                raise Refused(503, BUSY, wait=5)
            self._taken += 1
        try:
            begun = self._pool.submit(work)
        except BaseException:
            self._leave(None)
            raise
        begun.add_done_callback(self._leave)
        return await asyncio.wrap_future(begun)

    def _leave(self, _: Future[T] | None) -> None:
        with self._lock:
            self._taken -= 1
