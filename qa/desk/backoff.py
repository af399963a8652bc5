"""How often one client may try a password: bounded memories of failures, by address."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

FREE = 10  # a clinic may share one address
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
FORGOTTEN = 1800.0  # seconds without a failure
MOST_CLIENTS = 10_000


@dataclass(slots=True)
class _Failures:
    count: int
    at: float


def doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    """
    >>> [doubled(timedelta(seconds=30), n, timedelta(minutes=1)).seconds for n in (0, 1, 1000)]
    [30, 60, 60]
    """
    return min(first * int(2 ** min(times, 10)), longest)


class Seen:
    """Which pairs were met before; of so many, the ones met last."""

    def __init__(self) -> None:
        self._pairs: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, client: str, name: str) -> bool:
        """Whether this client has not yet failed with this name; from now on it has."""
        with self._lock:
            new = (client, name) not in self._pairs
            self._pairs[client, name] = None
            self._pairs.move_to_end((client, name))
            while len(self._pairs) > MOST_CLIENTS:
                self._pairs.popitem(last=False)
        return new


class Backoff:
    """Failures of each client; a success takes nothing back, since it may be another's account."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._failures)

    def wait(self, client: str) -> float:
        """0.0 if the client may try, else the seconds until it may."""
        with self._lock:
            failures = self._failures.get(client)
            if failures is None or failures.count < FREE:
                return 0.0
            wait = doubled(FIRST_WAIT, failures.count - FREE, LONGEST_WAIT)
            return max(0.0, failures.at + wait.total_seconds() - self._clock())

    def failed(self, client: str) -> None:
        with self._lock:
            now = self._clock()
            failures = self._failures.pop(client, None)
            if failures is None or now - failures.at > FORGOTTEN:
                failures = _Failures(0, now)
            failures.count, failures.at = failures.count + 1, now
            self._failures[client] = failures
            while len(self._failures) > MOST_CLIENTS:
                self._failures.popitem(last=False)
