"""What watches the service may ask: is it alive, does it answer, and how does it do.

The answers say nothing of anybody. What is wrong is counted here and described in the log and on
the staff desk, since whoever reaches the page also reaches these.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from qa.errors import where
from qa.metrics import CONTENT_TYPE, Metrics

if TYPE_CHECKING:
    from qa.live import Live

logger = logging.getLogger(__name__)

KNOWN_SECONDS = 5.0  # for which what was found is told again: probes cost patients nothing
TRIAL = "depression"  # what is searched to see whether the engine answers
LATE = "the engine does not answer in time"


class Readiness:
    """Whether questions are answered, found out at most every few seconds."""

    def __init__(self, live: Live, seconds: float = 10.0) -> None:
        self._live = live
        self._seconds = seconds
        self._found: tuple[float, str | None] | None = None
        self._looking = asyncio.Lock()
        self._trial: asyncio.Future[None] | None = None

    async def problem(self) -> str | None:
        """Why no question is answered; None if they are."""
        async with self._looking:
            now = time.monotonic()
            if self._found is None or now - self._found[0] >= KNOWN_SECONDS:
                found = await self._try()
                self._found = (time.monotonic(), found)
            return self._found[1]

    async def _try(self) -> str | None:
        if self._trial is None:
            self._trial = asyncio.ensure_future(asyncio.to_thread(self._search))
        done, _ = await asyncio.wait({self._trial}, timeout=self._seconds)
        if not done:  # it goes on: no second one is begun beside it
            return LATE
        problem, self._trial = self._trial.exception(), None
        if problem is None:
            return None
        logger.error("the engine does not answer: %s", where(problem))
        return f"the engine does not answer: {type(problem).__name__}"

    def _search(self) -> None:
        self._live.engine.search(TRIAL, 1)


def probes(live: Live, metrics: Metrics | None = None) -> APIRouter:
    """/healthz, /readyz and, with `metrics`, /metrics; the guard asks for the last one's token."""
    router = APIRouter()
    readiness = Readiness(live)

    @router.get("/healthz")
    async def alive() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @router.get("/readyz")
    async def ready() -> JSONResponse:
        problem = await readiness.problem()
        if problem is not None:
            return JSONResponse({"status": "not ready", "reason": problem}, 503)
        return JSONResponse(_ready(live))

    if metrics is not None:

        @router.get("/metrics")
        async def figures() -> Response:
            text = await run_in_threadpool(metrics.text)
            return Response(text, headers={"Content-Type": CONTENT_TYPE})

    return router


def _ready(live: Live) -> dict[str, Any]:
    state = live.state
    return {
        "status": "degraded" if state.problems else "ready",
        "snapshot": state.snapshot,
        "wanted": state.wanted,
        "problems": len(state.problems),
    }
