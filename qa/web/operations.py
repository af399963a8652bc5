"""What stands beside the page: the API where it is on, the probes, figures and log lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI

from qa import logs
from qa.config import Settings
from qa.metrics import Metrics
from qa.web.api import api_router
from qa.web.probes import probes
from qa.web.served import Served
from qa.web.workers import Workers

if TYPE_CHECKING:
    from qa.journal.store import Channel, Journal
    from qa.live import Live
    from qa.records import Answer


class Operations:
    """Told of every answer and request; `metrics` has the figures."""

    def __init__(self, live: Live, settings: Settings, journal: Journal | None = None) -> None:
        self._live = live
        self._settings = settings
        self._journal = journal
        self._workers = Workers(settings.answers_at_once, settings.queue_size)
        self.metrics = Metrics(lambda: live.state, (lambda: journal.state) if journal else None)
        self.gauge("api_waiting", "Questions of programs that wait.", lambda: self._workers.waiting)

    def add_to(self, app: FastAPI) -> None:
        """The routes, before the page is mounted: it takes all that is left."""
        app.state.metrics = self.metrics
        shown = self.metrics if self._settings.metrics_token else None
        app.include_router(probes(self._live, shown))
        if self._settings.api:
            app.include_router(
                api_router(self._live, self._settings, self._workers, self._answered_a_program)
            )

    def answered(self, answer: Answer, milliseconds: int, channel: Channel) -> None:
        """Counts an answer and lets the journal keep its row; never raises."""
        self.metrics.answered(answer, milliseconds / 1000, channel)
        if self._journal is not None:
            self._journal.answered(answer, milliseconds, channel)

    def requested(self, served: Served) -> None:
        """Counts a request and writes its line.

        Questions that were served are counted as answers only, and have no line: what is left
        over, or was far quicker than the others, would be the messages that were met with help.
        """
        if served.asks and served.status < 400:
            return
        self.metrics.requested(served.endpoint, served.kind, served.status)
        logs.request(served.method, served.endpoint, served.status, served.seconds)

    def gauge(self, name: str, said: str, value: Callable[[], float]) -> None:
        """One more figure that is read when the figures are."""
        self.metrics.gauge(name, said, value)

    def _answered_a_program(self, answer: Answer, milliseconds: int) -> None:
        self.answered(answer, milliseconds, "api")
