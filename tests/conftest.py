"""Shared fixtures: no network by accident, the public data where it is present."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.config import Settings
from qa.journal import writer
from qa.live import Live
from tests import browsing, journals, lives, program_app, served
from tests.command_line import Run, runner
from tests.postgres import Postgres
from tests.postgres import running as running_postgres
from tests.small_corpus import built_settings, small_settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that connects to anything but this machine fails instead of passing by luck."""
    real_connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else None
        if host is None or host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return real_connect(self, address)  # type: ignore[arg-type]
        self.close()
        raise AssertionError(f"a test tried to reach {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The public data sets beside the project; tests that need them skip without."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the public data sets are not on this machine")
    return folder


@pytest.fixture(scope="session")
def shared_sources() -> Path:
    """The four source articles beside the project; tests that need them skip without."""
    folder = SHARED / "sources"
    if not folder.is_dir():
        pytest.skip("the source articles are not on this machine")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, of each kind, as QA_DATABASE names it."""
    if request.param == "sqlite":
        return str(tmp_path / "journal.sqlite")
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def open_journal() -> Iterator[journals.Opener]:
    """Opens journals, by default with text, and closes them."""
    with journals.opening() as open_one:
        yield open_one


@pytest.fixture
def quick_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal tries again without long pauses."""
    monkeypatch.setattr(writer, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(writer, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(writer, "CHORE_SECONDS", 0.05)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """The chat with the scripted engine."""
    with served.fake(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    playwright_api = pytest.importorskip("playwright.sync_api")
    with playwright_api.sync_playwright() as playwright:
        opened = browsing.launch(playwright)
        yield opened
        opened.close()


@pytest.fixture
def size() -> str:
    """Most browser tests look at a phone; those whose result depends on the width take two."""
    return "phone"


@pytest.fixture
def visit(size: str, browser: Any, server: served.Served) -> Iterator[browsing.Visit]:
    """A window on the chat; at its end nothing went wrong in it and nothing went elsewhere."""
    window = browsing.Visit(browser, server, viewport=browsing.SIZES[size]).open()
    yield window
    assert [] == window.problems
    window.context.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small corpus, built with the toy encoder: what builds again finds a cache."""
    return built_settings(tmp_path)


@pytest.fixture
def unbuilt(tmp_path: Path) -> Settings:
    """A small corpus that has not been built."""
    return small_settings(tmp_path)


@pytest.fixture
def run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command over the small corpus with the toy encoder; code, output, errors."""
    folders = ("--corpus", str(settings.corpus), "--index", str(settings.index))
    return runner(folders, monkeypatch, capsys)


@pytest.fixture
def lenient(settings: Settings) -> Settings:
    """Anything like the question is quoted."""
    return replace(settings, minimum_support=0.0)


@pytest.fixture
def live(lenient: Settings) -> Iterator[Live]:
    """What serves that corpus."""
    live = lives.opened(lenient)
    yield live
    live.close()


@pytest.fixture(scope="session")
def fixed_live(tmp_path_factory: pytest.TempPathFactory) -> Live:
    """Three short articles, served for good."""
    return program_app.small_live(tmp_path_factory.mktemp("fixed"))
