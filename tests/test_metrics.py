"""The figures: what is counted, what is left out, and where they are told."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from qa.errors import QAError
from qa.journal.store import JournalState
from qa.live import Live, LiveState
from qa.metrics import Metrics
from qa.records import Answer, Reason, Status
from tests.fake_engine import CRISIS, answer_to
from tests.program_app import Stub, client_of, program_app

SINCE = datetime(2026, 1, 2, tzinfo=UTC)
TOKEN = "a-token-for-the-figures"


def figures(text: bytes) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels, in the order of their names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def metrics(wanted: str = "one", journal: JournalState | None = None, *problems: str) -> Metrics:
    state = LiveState("one", wanted, problems, SINCE)
    return Metrics(lambda: state, (lambda: journal) if journal else None)


def test_answers_are_counted_by_what_came_of_them() -> None:
    """Channel, status and reason; and the time that they took."""
    counted = metrics()
    counted.answered(answer_to("often"), 0.04, "chat")
    counted.answered(answer_to("often"), 0.3, "chat")
    counted.answered(answer_to("weather"), 0.04, "api")
    found = figures(counted.text())

    assert 2 == found["wellsourced_answers_total", "chat", "", "answered"]
    assert 1 == found["wellsourced_answers_total", "api", "off_topic", "not_found"]
    assert 1 == found["wellsourced_answer_seconds_bucket", "chat", "0.05"]
    assert 2 == found["wellsourced_answer_seconds_bucket", "chat", "0.3"]
    assert 0.34 == pytest.approx(found["wellsourced_answer_seconds_sum", "chat"])


@pytest.mark.parametrize(
    "answer",
    [answer_to("die"), replace(answer_to("often"), crisis=CRISIS)],
    ids=["crisis", "in doubt"],
)
def test_who_was_shown_help_is_in_no_count(answer: Answer) -> None:
    """Neither plainly nor in doubt: the figures would tell when the message came."""
    counted = metrics()
    before = counted.text()
    counted.answered(answer, 0.1, "chat")

    assert not [key for key in figures(counted.text()) if key not in figures(before)]


def test_requests_and_refusals_are_counted_by_endpoint() -> None:
    """What was served is no refusal."""
    counted = metrics()
    counted.requested("/source/*", "page", 200)
    counted.requested("/api/ask", "api", 429)
    found = figures(counted.text())

    assert 1 == found["wellsourced_requests_total", "/source/*", "200"]
    assert 1 == found["wellsourced_requests_total", "/api/ask", "429"]
    assert 1 == found["wellsourced_refusals_total", "api", "429"]
    assert ("wellsourced_refusals_total", "page", "200") not in found


@pytest.mark.parametrize(
    ("wanted", "problems", "expected"), [("one", (), (1, 0)), ("two", ("damaged",), (0, 1))]
)
def test_the_snapshot_that_answers_is_told(
    wanted: str, problems: tuple[str, ...], expected: tuple[float, float]
) -> None:
    """Which it is, since when, whether it is the one wanted, and how many problems there are."""
    found = figures(metrics(wanted, None, *problems).text())

    assert 1 == found["wellsourced_snapshot_info", "one"]
    assert SINCE.timestamp() == found["wellsourced_snapshot_since_seconds",]
    assert expected == (found["wellsourced_snapshot_wanted",], found["wellsourced_problems",])


def test_the_journal_tells_what_it_wrote_and_lost() -> None:
    """Rows by outcome, those that wait, and whether the database takes them."""
    found = figures(metrics("one", JournalState("counts", 7, 2, 1, "locked")).text())

    assert 7 == found["wellsourced_journal_rows_total", "written"]
    assert 2 == found["wellsourced_journal_rows_total", "lost"]
    assert 1 == found["wellsourced_journal_waiting",]
    assert 0 == found["wellsourced_journal_well",]


def test_other_figures_are_read_when_they_are_told() -> None:
    """A queue's length is that of the moment."""
    counted, queue = metrics(), [1, 2]
    counted.gauge("waiting", "Questions that wait.", lambda: len(queue))
    before = figures(counted.text())["wellsourced_waiting",]
    queue.clear()

    assert (2, 0) == (before, figures(counted.text())["wellsourced_waiting",])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def test_a_port_of_their_own_is_for_this_machine_alone() -> None:
    """It answers on 127.0.0.1, no other address, until it is told to stop."""
    port = free_port()
    stop = metrics().serve(port)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            found = figures(answer.read())
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), timeout=5)
    finally:
        stop()

    assert 1 == found["wellsourced_snapshot_info", "one"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    """The message names the port and the setting."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(QAError, match=f"127.0.0.1:{port}: address already in use.*QA_METRICS"):
            metrics().serve(port)


def read(client: Any, headers: Mapping[str, str]) -> tuple[int, str]:
    answer = client.get("/metrics", headers=headers)
    return answer.status_code, answer.text


def test_on_the_page_s_own_port_a_token_opens_them(fixed_live: Live) -> None:
    """Without one set there is nothing; without the right one sent, 401."""
    bare = client_of(program_app(fixed_live))
    locked = client_of(program_app(fixed_live, metrics_token=TOKEN))

    assert 404 == read(bare, {"Authorization": f"Bearer {TOKEN}"})[0]
    assert 404 == read(bare, {"Authorization": "Bearer "})[0]
    assert 401 == read(locked, {})[0]
    assert 401 == read(locked, {"Authorization": f"Bearer {TOKEN}x"})[0]
    assert 200 == read(locked, {"Authorization": f"Bearer {TOKEN}"})[0]


def test_no_word_of_a_question_is_in_the_figures(fixed_live: Live) -> None:
    """Whatever was asked, searched, or asked for that is not there."""
    app = program_app(
        Stub(fixed_live, lambda message, _: answer_to(message)),  # type: ignore[arg-type]
        SimpleNamespace(answered=lambda *_: None, state=JournalState("off", 0, 0, 0, None)),
        metrics_token=TOKEN,
    )
    client = client_of(app)
    for question in ("quokka often", "quokka crash", "quokka weather", "quokka die"):
        client.post("/api/ask", json={"question": question, "id": "quokka"})
    client.get("/api/search?q=quokka")
    client.get("/quokka?quokka=1")
    client.request("QUOKKA", "/")
    status, text = read(client, {"Authorization": f"Bearer {TOKEN}"})
    found = figures(text.encode())

    assert 200 == status
    assert "quokka" not in text.lower()
    assert 1 == found["wellsourced_answers_total", "api", "", "answered"]
    assert ("wellsourced_requests_total", "/api/ask", "200") not in found
    assert 1 == found["wellsourced_requests_total", "/api/ask", "500"]
    assert 2 == found["wellsourced_requests_total", "-", "404"]
    assert not [key for key in found if key[0].endswith("_created")]
    assert {Status.ANSWERED, Reason.OFF_TOPIC} <= {part for key in found for part in key}
