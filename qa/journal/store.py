"""The journal: a database with a way in; rows go after their time, failures stay here.

A database that is missing, locked, full or read-only is logged and tried again with the next row;
nothing that it does reaches the answer to a question. No message holds what is kept.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, delete, event, insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from qa.errors import QAError
from qa.journal.feedback import Feedback
from qa.journal.tables import FeedbackRow

logger = logging.getLogger(__name__)

KEEP_DAYS = 90
LOCK_SECONDS = 1.0  # waited for another program to let go of the database
MIGRATIONS = Path(__file__).with_name("migrations")
_FAILURES = (SQLAlchemyError, CommandError, sqlite3.Error, OSError)
_WANTED = "a file (journal.sqlite) or a database URL (sqlite:////srv/journal.sqlite)"


class JournalUnavailable(QAError):
    """Nothing can be kept now; the message is for the operator and holds nothing of a row."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(
            f"the journal (QA_JOURNAL) cannot be written: {_said(problem)}. Check that its folder "
            "exists, may be written and has space; it is tried again with the next row."
        )


def utc_today() -> date:
    return datetime.now(UTC).date()


class Journal:
    """Rows in, and out after `days`; safe to use from several threads."""

    def __init__(self, engine: Engine, days: int, today: Callable[[], date]) -> None:
        self._engine = engine
        self._days = days
        self._today = today
        self._lock = threading.Lock()
        self._ready = False  # the tables are there
        self._purged: date | None = None

    @classmethod
    def open(
        cls, url: str, days: int = KEEP_DAYS, today: Callable[[], date] = utc_today
    ) -> Journal:
        """The journal at a file or URL, without the rows whose time has passed.

        Raises QAError for what is neither. A database that cannot be reached is only logged.
        """
        journal = cls(_engine(url), days, today)
        try:
            with journal._lock:
                journal._prepare()
        except JournalUnavailable as problem:
            logger.warning("%s", problem)
        return journal

    def feedback(self, given: Feedback) -> bool:
        """Keeps it; it is on the disk when this returns. False: this turn was kept before.

        Raises JournalUnavailable.
        """
        with self._lock:
            self._prepare()
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(FeedbackRow).values(**self._row(given)))
            except IntegrityError:
                return False
            except _FAILURES as problem:
                self._ready = False  # perhaps the file was taken away
                raise JournalUnavailable(problem) from None
        return True

    def _row(self, given: Feedback) -> dict[str, Any]:
        return {
            "turn": given.turn,
            "day": self._today(),
            "snapshot": given.snapshot,
            "status": str(given.status),
            "reason": None if given.reason is None else str(given.reason),
            "verdict": str(given.verdict),
            "passage": given.passage,
            "source": given.source,
            "question": given.question,
        }

    def _prepare(self) -> None:
        """Tables that are up to date, and no row that is too old."""
        today = self._today()
        if self._ready and self._purged == today:
            return
        try:
            _make_private(self._engine.url)
            with self._engine.begin() as connection:
                if not self._ready:
                    _migrate(connection)
                oldest = today - timedelta(days=self._days)
                connection.execute(delete(FeedbackRow).where(FeedbackRow.day < oldest))
        except _FAILURES as problem:
            self._ready = False
            raise JournalUnavailable(problem) from None
        self._ready, self._purged = True, today


def _engine(where: str) -> Engine:
    """Connections are opened for each row, so that a database that comes back is found again."""
    try:
        url = make_url(where) if "://" in where else _file_url(where)
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    except (ArgumentError, ImportError, SQLAlchemyError):  # the URL may hold a password
        raise QAError(
            f"QA_JOURNAL is not {_WANTED}, or its driver is not installed. Correct or unset it."
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _file_url(path: str) -> URL:
    return URL.create("sqlite", database=str(Path(path).expanduser()))


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """A row is on the disk once it is committed; a deleted one is overwritten."""
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, also for tables
    connection.execute(f"PRAGMA busy_timeout = {int(LOCK_SECONDS * 1000)}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make_private(url: URL) -> None:
    """Only the account that runs the page may read a new file; SQLite's other files follow it."""
    if url.get_backend_name() == "sqlite" and url.database and not url.query:
        Path(url.database).touch(mode=0o600, exist_ok=True)


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _said(problem: Exception) -> str:
    """What went wrong, in words that cannot hold a row: SQLite's and the file system's own."""
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    if isinstance(cause, sqlite3.OperationalError | OSError | CommandError):
        return f"{type(cause).__name__}: {cause}"
    return type(cause).__name__
