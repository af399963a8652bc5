"""A staff desk for tests: a small index, a database of its own, the guard in front; no gradio."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.testclient import TestClient

from qa.config import Settings
from qa.desk.accounts import Accounts, Role
from qa.desk.frame import Desk
from qa.desk.passwords import Passwords
from qa.desk.routes import add_desk
from qa.journal.database import Database
from qa.live import Live
from qa.web.guard import Behind, Guard
from qa.web.pages import STATIC
from tests.encoders import WordLengthEncoder
from tests.small_corpus import built_settings

PASSWORD = "four words that hold"
HERE = "http://localhost"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class DeskApp:
    """The desk and what it stands on."""

    settings: Settings
    database: Database
    live: Live
    desk: Desk
    app: FastAPI
    clock: Clock = field(default_factory=Clock)

    def person(self, address: str = "127.0.0.1", url: str = HERE) -> Person:
        """A browser that nobody is signed in with."""
        client = TestClient(self.app, base_url=url, follow_redirects=False, client=(address, 50000))
        return Person(client, url)

    def signed_in(self, role: Role = Role.MAINTAINER) -> Person:
        """A browser of somebody with this role."""
        name = f"the-{role}"
        if name not in {account.name for account in self.desk.accounts.listed()}:
            self.desk.accounts.add(name, role, PASSWORD)
        person = self.person()
        assert 303 == person.sign_in(name).status_code
        return person


@dataclass
class Person:
    """Somebody's browser, as far as the desk sees it."""

    client: TestClient
    url: str

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, **options)

    def post(self, path: str, form: dict[str, str], **headers: str) -> Any:
        sent = {"Origin": self.url, "Sec-Fetch-Site": "same-origin", **headers}
        return self.client.post(path, data=form, headers={k: v for k, v in sent.items() if v})

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> Any:
        return self.post("/staff/login", {"name": name, "password": password, **more})

    def token(self, page: str = "/staff") -> str:
        """What the forms of this login carry."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get(page).text)
        assert found is not None
        return found[1]

    def send(self, path: str, **form: str) -> Any:
        """A form of the desk, with its token."""
        return self.post(path, {**form, "csrf": self.token()})


def desk_app(folder: Path, change: Callable[[Settings], Settings] = lambda s: s) -> DeskApp:
    """A desk in a folder; `change` its settings."""
    small = built_settings(folder)
    settings = Settings(
        corpus=small.corpus,
        index=small.index,
        database=str(folder / "desk.sqlite"),
        golden=folder / "golden.jsonl",
        clinic="Clinic <b>One</b>",
    )
    settings, clock = change(settings), Clock()
    database = Database.open(settings.database)
    live = Live.open(settings, WordLengthEncoder(), reads=False)
    accounts = Accounts(database, Passwords(CHEAP), clock)
    desk = Desk(live, settings, database, accounts, clock)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_desk(app, desk)

    @app.get("/")
    def chat() -> str:
        return "the patients' page"

    @app.get("/style/words.css")
    def words() -> FileResponse:
        return FileResponse(STATIC / "words.css", media_type="text/css")

    app.add_middleware(Guard, settings=settings, behind=Behind({}, lambda: 0, _forget))
    return DeskApp(settings, database, live, desk, app, clock)


async def _forget(session: str) -> None:
    """There is no chat here."""
