"""Whether the machine's clock may be believed when rows are to be deleted by it.

A clock that jumps forward would delete what has days to live. So after a jump, and at the start
where the newest row looks old, the clock has to run evenly for an hour first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

logger = logging.getLogger(__name__)

JUMP = timedelta(minutes=10)  # more than a clock is set by in small steps
QUIET = timedelta(days=7)  # without a row; then the clock may as well be wrong
SETTLE = timedelta(hours=1)


class Clock:
    """`now` tells the time, `steady` seconds that nobody can set."""

    def __init__(self, now: Callable[[], datetime], steady: Callable[[], float]) -> None:
        self._now = now
        self._steady = steady
        self._began = self._beginning()
        self._believed_from = self._steady()

    def compare(self, newest: date | None) -> None:
        """With the day of the newest row, at the start."""
        apart = timedelta() if newest is None else abs(self._now().date() - newest)
        if apart > QUIET:
            self._doubt(f"the newest row of the journal is {apart.days} days away from today")

    def believed(self) -> datetime | None:
        """The time, or None while it is not believed."""
        began = self._beginning()
        if abs(began - self._began) > JUMP:
            self._doubt("the machine's clock was set, or stood still")
        self._began = began
        return self._now() if self._steady() >= self._believed_from else None

    def _beginning(self) -> datetime:
        """When the steady seconds began, by the clock: the same each time unless it is set."""
        return self._now() - timedelta(seconds=self._steady())

    def _doubt(self, why: str) -> None:
        self._believed_from = self._steady() + SETTLE.total_seconds()
        logger.warning(
            "%s: old rows are not deleted for an hour. Check the date; "
            "python -m qa journal purge deletes them at once",
            why,
        )
