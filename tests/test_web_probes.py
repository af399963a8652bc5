"""The probes: alive, ready, degraded, or not ready with a reason."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from qa.live import Live, LiveState
from qa.web import probes as module
from qa.web.probes import LATE, Readiness, probes
from tests import loops
from tests.program_app import Stub, client_of, program_app


class Looked:
    """Counts how often it is searched; `state` as a test wants it."""

    def __init__(self, problem: Exception | None = None, *problems: str) -> None:
        self.times = 0
        self.problem = problem
        self.engine = self
        self.state = LiveState("one", "two" if problems else "one", problems, datetime.now(UTC))

    def search(self, question: str, k: int) -> list[Any]:
        self.times += 1
        if self.problem:
            raise self.problem
        return []


def client(live: Any) -> TestClient:
    app = FastAPI()
    app.include_router(probes(live))
    return TestClient(app)


def test_alive_asks_nothing() -> None:
    """It says that the process answers, whatever the engine does."""
    live = Looked(RuntimeError("secret"))

    assert {"status": "alive"} == client(live).get("/healthz").json()
    assert 0 == live.times


def test_ready_names_the_snapshot(fixed_live: Live) -> None:
    """Through the guard, without the API switched on."""
    answer = client_of(program_app(fixed_live, api=False)).get("/readyz")
    snapshot = fixed_live.engine.snapshot.snapshot_id

    assert 200 == answer.status_code
    assert {"status": "ready", "snapshot": snapshot, "wanted": snapshot, "problems": 0} == (
        answer.json()
    )
    assert "no-store" == answer.headers["cache-control"]


def test_fallen_back_is_ready_but_degraded() -> None:
    """It answers, so it is not restarted; what is wrong is counted, not described."""
    answer = client(Looked(None, "snapshot two in /srv/index is damaged")).get("/readyz")

    assert 200 == answer.status_code
    assert {"status": "degraded", "snapshot": "one", "wanted": "two", "problems": 1} == (
        answer.json()
    )


def test_an_engine_that_fails_is_not_ready(caplog: pytest.LogCaptureFixture) -> None:
    """503 with the kind of error; its message is told to nobody."""
    answer = client(Looked(RuntimeError("secret"))).get("/readyz")

    assert 503 == answer.status_code
    assert {"status": "not ready", "reason": "the engine does not answer: RuntimeError"} == (
        answer.json()
    )
    assert "RuntimeError at" in caplog.text
    assert "secret" not in caplog.text


def test_what_was_found_is_told_again_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many probes are one look; after a few seconds there is another."""
    live = Looked()
    asked = client(live)
    now = [100.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    for _ in range(5):
        asked.get("/readyz")
    assert 1 == live.times
    now[0] += module.KNOWN_SECONDS
    asked.get("/readyz")

    assert 2 == live.times


@pytest.mark.parametrize("looks", [1, 3])
def test_an_engine_that_hangs_is_not_ready_and_is_asked_once(fixed_live: Live, looks: int) -> None:
    """Late is said after the time given; no second look is begun beside one that hangs."""
    gate, begun = threading.Event(), []

    def search(*_: object) -> list[Any]:
        begun.append(1)
        gate.wait(30)
        return []

    async def look() -> list[str | None]:
        readiness = Readiness(Stub(fixed_live, search=search), 0.05)  # type: ignore[arg-type]
        found = []
        for _ in range(looks):
            found.append(await readiness._try())
        gate.set()
        while (last := await readiness._try()) == LATE:
            pass
        return [*found, last]

    assert [LATE] * looks + [None] == loops.run(look())
    assert 1 == len(begun)
