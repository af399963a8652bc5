"""One thread that writes to the database, so that no answer waits for one that is slow or away.

Rows that cannot be kept are tried again, less and less often, and meanwhile nobody waits for them.
Calls are tried at once, once, and say what came of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar, cast

from qa.errors import QAError

logger = logging.getLogger(__name__)

Row = Mapping[str, object]
T = TypeVar("T")

WAIT_SECONDS = 0.25  # an answer waits for its row
MOST_WAITING = 1000  # rows; while a database is away for long, the oldest are lost
BATCH = 100  # rows in one transaction
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0  # seconds between tries
CHORE_SECONDS = 30.0  # how often it is asked whether the daily work is due
CLOSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class WriterState:
    """What became of the rows since the start; `problem` is why none can be kept now."""

    written: int = 0
    lost: int = 0
    waiting: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Waiting:
    row: Row
    kept: threading.Event = field(default_factory=threading.Event)


class Writer:
    """`keep` writes rows in one transaction, perhaps again after an error, and counts those kept.

    `chore` is what is to be done daily; False: nothing was to do. Both raise QAError for what may
    pass. Safe to use from several threads.
    """

    def __init__(
        self, keep: Callable[[Sequence[Row], bool], int], chore: Callable[[], bool]
    ) -> None:
        self._keep = keep
        self._chore = chore
        self._changed = threading.Condition()
        self._rows: deque[_Waiting] = deque()
        self._taken: Sequence[_Waiting] = ()  # by the thread, which writes them now
        self._calls: deque[tuple[Callable[[], object], Future[object]]] = deque()
        self._written = self._lost = self._failures = 0
        self._problem: str | None = None
        self._late = False  # somebody waited in vain: the next does not
        self._retry_at = 0.0
        self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> WriterState:
        with self._changed:
            waiting = len(self._rows) + len(self._taken)
            return WriterState(self._written, self._lost, waiting, self._problem)

    def start(self) -> None:
        """The thread runs from now on; a row or a call starts it as well."""
        with self._changed:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()

    def put(self, row: Row) -> None:
        """Kept on the disk when this returns, unless the database is slow or away."""
        self.start()
        waiting = _Waiting(row)
        with self._changed:
            if self._closed:
                self._lost += 1
                return
            if len(self._rows) >= MOST_WAITING:
                self._rows.popleft()
                self._lost += 1
            self._rows.append(waiting)
            hopeless = self._late or self._failures > 0
            self._changed.notify()
        if not hopeless and not waiting.kept.wait(WAIT_SECONDS):
            self._late = True

    def call(self, work: Callable[[], T]) -> Future[T]:
        """What `work` gives or raises; the thread does it before any row that waits."""
        self.start()
        result: Future[T] = Future()
        with self._changed:
            if self._closed:
                result.cancel()
                return result
            self._calls.append((work, cast("Future[object]", result)))
            self._changed.notify()
        return result

    def close(self) -> None:
        """Rows that wait are tried once more, for a short time."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        next_chore = 0.0
        while True:
            with self._changed:
                self._changed.wait_for(self._is_due, self._pause(next_chore))
                calls, closing = list(self._calls), self._closed
                self._calls.clear()
            for work, result in calls:
                self._do(work, result)
            if closing or time.monotonic() >= self._retry_at:
                self._write()
            if closing and (self._failures or not self._rows):
                return
            if time.monotonic() >= next_chore:
                self._daily()
                next_chore = time.monotonic() + CHORE_SECONDS

    def _is_due(self) -> bool:
        rows_due = self._rows and time.monotonic() >= self._retry_at
        return bool(self._calls or rows_due or self._closed)

    def _pause(self, next_chore: float) -> float:
        until = min(next_chore, self._retry_at) if self._rows else next_chore
        return max(0.0, until - time.monotonic())

    def _do(self, work: Callable[[], object], result: Future[object]) -> None:
        if not result.set_running_or_notify_cancel():
            return
        try:
            given = work()
        except Exception as problem:
            self._note(_said(problem))
            result.set_exception(problem)
        else:
            self._note(None)
            self._retry_at = 0.0  # the database is there
            result.set_result(given)

    def _write(self) -> None:
        with self._changed:
            self._taken = [self._rows.popleft() for _ in range(min(BATCH, len(self._rows)))]
        if not self._taken:
            return
        try:
            kept = self._keep([waiting.row for waiting in self._taken], self._failures > 0)
        except Exception as problem:
            self._put_back()
            self._note(_said(problem))
            return
        with self._changed:
            done, self._taken = self._taken, ()
            self._written += kept
            self._lost += len(done) - kept
            self._failures, self._retry_at, self._late = 0, 0.0, False
        for waiting in done:
            waiting.kept.set()
        self._note(None)

    def _put_back(self) -> None:
        with self._changed:
            self._rows.extendleft(reversed(self._taken))
            self._taken = ()
            self._failures += 1
            pause = min(FIRST_PAUSE * 2 ** min(self._failures - 1, 20), LONGEST_PAUSE)
            self._retry_at = time.monotonic() + pause

    def _daily(self) -> None:
        try:
            if self._chore():
                self._note(None)
        except Exception as problem:
            self._note(_said(problem))

    def _note(self, said: str | None) -> None:
        """A problem is logged when it is new, and when it has gone."""
        if said == self._problem:
            return
        with self._changed:
            self._problem = said
        lost = f"; rows lost since the start: {self._lost}" if self._lost else ""
        logger.warning("%s", said or f"the database (QA_DATABASE) can be used again{lost}")


def _said(problem: Exception) -> str:
    """A defect ends no thread, and its message, which may repeat a row, is not told."""
    if isinstance(problem, QAError):
        return str(problem)
    return f"the journal has a defect ({type(problem).__name__})"
