"""How the service does, as figures for Prometheus: times, counts and states, never a word.

No label holds what anybody wrote: labels are statuses, reasons, paths with stars and snapshot ids.
Messages that speak of a crisis are in no count, as they are in no journal: with few patients a
count that is read every few seconds would tell when one was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from qa.errors import QAError
from qa.records import Status

if TYPE_CHECKING:
    from qa.journal.store import JournalState
    from qa.live import LiveState
    from qa.records import Answer

CONTENT_TYPE = CONTENT_TYPE_LATEST
HOST = "127.0.0.1"  # the separate port is for a program on this machine
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class _Gauge:
    """A figure that is read whenever the figures are."""

    name: str
    said: str
    value: Callable[[], float]


class Metrics:
    """Counts what happens, and reads the states of `live`, `journal` and `gauges` when asked."""

    def __init__(
        self, live: Callable[[], LiveState], journal: Callable[[], JournalState] | None = None
    ) -> None:
        # When a count began is nobody's concern.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no types
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "wellsourced_answer_seconds",
            "Time to find an answer; crisis messages are left out.",
            ["channel"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "wellsourced_answers",
            "Answers by what came of them; crisis messages are left out.",
            ["channel", "status", "reason"],
            registry=self._registry,
        )
        self._requests = Counter(
            "wellsourced_requests",
            "Requests by endpoint and HTTP status; 0 where the caller hung up.",
            ["endpoint", "status"],
            registry=self._registry,
        )
        self._refusals = Counter(
            "wellsourced_refusals",
            "Requests that were not served, by kind of endpoint and HTTP status.",
            ["kind", "status"],
            registry=self._registry,
        )
        self._states = _States(live, journal)
        self._registry.register(self._states)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def gauge(self, name: str, said: str, value: Callable[[], float]) -> None:
        """One more figure, read whenever the figures are."""
        self._states.gauges.append(_Gauge(name, said, value))

    def answered(self, answer: Answer, seconds: float, channel: str) -> None:
        """Counts an answer, unless help was due."""
        if answer.crisis is not None or answer.status is Status.CRISIS:
            return
        self._seconds.labels(channel).observe(seconds)
        reason = "" if answer.reason is None else str(answer.reason)
        self._answers.labels(channel, str(answer.status), reason).inc()

    def requested(self, endpoint: str, kind: str, status: int) -> None:
        """Counts a request; `endpoint` and `kind` are names from the list of endpoints."""
        self._requests.labels(endpoint, str(status)).inc()
        if status >= 400:
            self._refusals.labels(kind, str(status)).inc()

    def text(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self._registry)

    def serve(self, port: int) -> Callable[[], None]:
        """Tells them to programs on this machine, on a port of its own, until the result is called.

        Raises QAError where the port is taken.
        """
        try:
            server, thread = start_http_server(port, HOST, self._registry)
        except OSError as error:
            raise QAError(
                f"cannot tell figures on {HOST}:{port}: {(error.strerror or str(error)).lower()}. "
                "Choose another port with QA_METRICS_PORT, or unset it."
            ) from None

        def stop() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return stop


class _States(Collector):
    def __init__(
        self, live: Callable[[], LiveState], journal: Callable[[], JournalState] | None
    ) -> None:
        self._live = live
        self._journal = journal
        self.gauges: list[_Gauge] = []

    def describe(self) -> Iterable[Metric]:
        return []  # nothing is asked before the first reading

    def collect(self) -> Iterable[Metric]:
        state = self._live()
        snapshot = GaugeMetricFamily(
            "wellsourced_snapshot_info", "The snapshot that answers.", labels=["snapshot"]
        )
        snapshot.add_metric([state.snapshot], 1)
        yield snapshot
        yield GaugeMetricFamily(
            "wellsourced_snapshot_since_seconds",
            "When it began to answer.",
            value=state.since.timestamp(),
        )
        yield GaugeMetricFamily(
            "wellsourced_snapshot_wanted",
            "1 if the snapshot that CURRENT names answers, else 0.",
            value=float(state.wanted == state.snapshot),
        )
        yield GaugeMetricFamily(
            "wellsourced_problems", "What staff should look at.", value=len(state.problems)
        )
        for gauge in self.gauges:
            yield GaugeMetricFamily(f"wellsourced_{gauge.name}", gauge.said, value=gauge.value())
        if self._journal is not None:
            yield from _journal(self._journal())


def _journal(state: JournalState) -> Iterable[Metric]:
    rows = CounterMetricFamily(
        "wellsourced_journal_rows", "Rows of answers, by what came of them.", labels=["outcome"]
    )
    rows.add_metric(["written"], state.written)
    rows.add_metric(["lost"], state.lost)
    yield rows
    yield GaugeMetricFamily(
        "wellsourced_journal_waiting", "Rows that wait for the database.", value=state.waiting
    )
    yield GaugeMetricFamily(
        "wellsourced_journal_well",
        "0 while the database cannot be written.",
        value=float(state.problem is None),
    )
