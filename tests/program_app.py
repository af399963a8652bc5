"""The guarded API and probes over a small corpus, without gradio: an ASGI app for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from qa.build import build
from qa.config import Settings
from qa.engine import Engine
from qa.live import Live
from qa.records import Answer, Turn
from qa.web.api_schema import ErrorOut
from qa.web.guard import Behind, Guard
from qa.web.operations import Operations
from tests.encoders import WordLengthEncoder
from tests.small_corpus import write_corpus

SETTINGS = Settings(
    api=True, reader="off", messages_per_minute=100_000, requests_per_minute=1_000_000
)


def small_live(folder: Path) -> Live:
    """Three short articles, built and opened for good."""
    settings = replace(SETTINGS, corpus=write_corpus(folder / "corpus"), index=folder / "index")
    build(settings, WordLengthEncoder())
    return Live.of(Engine.open(settings, WordLengthEncoder()))


def program_app(live: Live, journal: Any = None, **changed: Any) -> FastAPI:
    """What `create_app` makes, without the page."""
    settings = replace(SETTINGS, **changed)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    operations = Operations(live, settings, journal)
    operations.add_to(app)

    async def forget(_: str) -> None: ...

    behind = Behind({}, lambda: 0, forget)
    app.add_middleware(Guard, settings=settings, behind=behind, watcher=operations)
    return app


def client_of(app: FastAPI, **headers: str) -> TestClient:
    """A program on this machine."""
    return TestClient(app, "http://localhost", raise_server_exceptions=False, headers=headers)


def refused(response: Any) -> tuple[int, str]:
    """Status and code; the error has its form."""
    return response.status_code, ErrorOut.model_validate(response.json()).error.code


class Stub:
    """A live engine that does what a test says."""

    def __init__(self, live: Live, ask: Any = None, search: Any = None) -> None:
        self._live, self._ask, self._search = live, ask, search

    def ask(self, message: str, history: Sequence[Turn] = ()) -> Answer:
        answer: Answer = self._ask(message, history) if self._ask else self._live.ask(message)
        return answer

    def search(self, question: str, k: int) -> Any:
        return self._search(question, k) if self._search else self._live.engine.search(question, k)

    @property
    def engine(self) -> Any:
        return self

    @property
    def snapshot(self) -> Any:
        return self._live.engine.snapshot

    @property
    def state(self) -> Any:
        return self._live.state
