"""What must hold after every fault of a campaign: rows, statuses, snapshots, and that all is well.

Each check goes through the ledger, which writes down what was not kept.
"""

from __future__ import annotations

import http.client
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from benchmarks.faults_place import Place
from qa.errors import QAError
from qa.snapshot import verify_snapshot
from qa.statuses import read_statuses
from tests.chat_client import Client

WELL_SECONDS = 120.0  # in which all has to be well again after a fault
NEEDED = ("answers of the API", "answers of the chat", "pages")
_ROWS = {
    "feedback": "SELECT turn, question FROM feedback",
    "actions": "SELECT detail, '' FROM action",
    "marks": "SELECT question, '' FROM mark",
    "answers": "SELECT turn, '' FROM answer",
}
Rows = dict[str, list[tuple[str, str | None]]]


@dataclass
class Checks:
    """The checks; `elsewhere`: files of the database that were put aside, with all their rows."""

    place: Place
    elsewhere: list[Path] = field(default_factory=list)
    _told: set[str] = field(default_factory=set)  # each loss is a violation once
    _short: int = 0

    def all_kept(self) -> None:
        """Every acknowledged row is in the database, every status in its file."""
        promised = self.place.ledger.promised()  # before looking
        try:
            rows = self._rows()
        except Exception as problem:
            self.place.ledger.violated(f"the database cannot be read: {problem}")
            return
        kept = dict(rows["feedback"])
        self._missing("feedback", {t for t, q in promised.feedback.items() if kept.get(t, 0) != q})
        told = {detail.rpartition(": ")[2] for detail, _ in rows["actions"]}
        self._missing("actions", set(promised.actions) - told)
        self._missing("marks", set(promised.marks) - {question for question, _ in rows["marks"]})
        there = len(rows["answers"])
        if promised.answers - there > self._short:
            self._short = promised.answers - there
            said = f"{promised.answers} rows of answers were written, {there} are there"
            self.place.ledger.violated(said)
        self._statuses()

    def _missing(self, what: str, missing: set[str]) -> None:
        missing -= self._told
        self._told |= missing
        if missing:
            some = sorted(missing)[:3]
            self.place.ledger.violated(f"{len(missing)} acknowledged rows of {what} gone: {some}")

    def _rows(self) -> Rows:
        if self.place.sqlite is None:
            return _server_rows(self.place.database)
        found: Rows = {name: [] for name in _ROWS}
        for path in (self.place.sqlite, *self.elsewhere):
            for name, rows in _file_rows(path).items():
                found[name] += rows
        return found

    def _statuses(self) -> None:
        with self.place.ledger.setting:
            promised = dict(self.place.ledger.standing)
            try:
                found = read_statuses(self.place.index)
            except QAError as problem:
                self.place.ledger.violated(f"statuses: {problem}")
                return
        for source, (status, why) in promised.items():
            there = found.get(source)
            if there is None or (there.status, there.why) != (status, why):
                self.place.ledger.violated(f"{source} was set to {status} ({why}), but is {there}")

    def index_whole(self) -> None:
        """The live snapshot is whole."""
        problems = verify_snapshot(self.place.index)
        if problems:
            self.place.ledger.violated(f"the live snapshot is damaged: {problems}")
        self.place.ledger.learn()

    def well_again(self) -> None:
        """It is ready, without a problem, and everybody is served once more."""
        ledger, before = self.place.ledger, Counter(self.place.ledger.done)
        rows = len(ledger.feedback)

        def served() -> bool:
            return len(ledger.feedback) > rows and all(ledger.done[n] > before[n] for n in NEEDED)

        self._within("nobody is served, or no feedback is kept", served)
        self._within("the app is not ready without a problem", self._ready)

    def _ready(self) -> bool:
        try:
            found = Client(self.place.url).fetch("/readyz")
        except (OSError, http.client.HTTPException):
            return False
        return found.status == 200 and json.loads(found.text)["status"] == "ready"

    def _within(self, problem: str, done: Callable[[], bool]) -> None:
        end = time.monotonic() + WELL_SECONDS
        while not done():
            if time.monotonic() > end:
                self.place.ledger.violated(f"after {WELL_SECONDS:.0f} s {problem}")
                return
            time.sleep(0.1)


def _file_rows(path: Path) -> Rows:
    with closing(sqlite3.connect(path, timeout=60)) as connection:
        (whole,) = connection.execute("PRAGMA integrity_check").fetchone()
        assert whole == "ok", f"{path.name}: {whole}"
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if "feedback" not in tables:  # taken away before anything was kept in it
            return {name: [] for name in _ROWS}
        return {name: _pairs(connection.execute(query)) for name, query in _ROWS.items()}


def _server_rows(url: str) -> Rows:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return {name: _pairs(connection.execute(text(q)).all()) for name, q in _ROWS.items()}


def _pairs(rows: Iterable[Iterable[object]]) -> list[tuple[str, str | None]]:
    return [(str(a), None if b is None else str(b)) for a, b in rows]
