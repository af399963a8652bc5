"""The clinic's database: SQLite in a file, or PostgreSQL by URL; its tables are kept up to date.

A database that is missing, locked, full or read-only is an error of the one transaction, and the
next one tries again. No message holds what is kept.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.pool import NullPool

from qa.errors import QAError
from qa.journal.tables import VERSION

LOCK_SECONDS = 1.0  # waited for another program to let go of the database
STATEMENT_SECONDS = 10  # after which PostgreSQL gives a statement up
CONNECT_SECONDS = 2  # the shortest that PostgreSQL's library knows
MIGRATIONS = Path(__file__).with_name("migrations")
MIGRATION_LOCK = 7_305_126_644  # at random; two programs that start together migrate in turn
_WANTED = "a file (data/wellsourced.sqlite) or a database URL (postgresql+psycopg://user@host/name)"
_READS = "wellsourced_reads"


class OtherTables(Exception):
    """The tables are those of another version of the program."""


_FAILURES = (SQLAlchemyError, OtherTables, sqlite3.Error, OSError)


class DatabaseUnavailable(QAError):
    """Nothing can be read or kept now; the message holds nothing of a row."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(
            f"the database (QA_DATABASE) cannot be used: {_said(problem)}. Check that it is there, "
            "may be written and has space; it is tried again with the next row."
        )


class Database:
    """Transactions on tables that are up to date; safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**{_READS: True})
        self._lock = threading.Lock()
        self._ready = False  # the tables are there

    @classmethod
    def open(cls, where: str) -> Database:
        """The database at a file or URL, which is not reached for before it is needed.

        Raises QAError for what is neither.
        """
        return cls(_engine(where))

    @property
    def name(self) -> str:
        """Where it is, without a password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """Of SQLite, if it is one of this machine's plain files."""
        url = self._engine.url
        plain = url.get_backend_name() == "sqlite" and url.database and not url.query
        return Path(str(url.database)) if plain else None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that writes; what it wrote is on the disk when it ends without an error.

        Raises DatabaseUnavailable, or the IntegrityError or DataError of a row that cannot be.
        """
        with self._transaction(reads=False) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One that only reads, and holds nobody up who writes. Raises DatabaseUnavailable."""
        with self._transaction(reads=True) as connection:
            yield connection

    def reachable(self) -> str | None:
        """What is wrong with the database now; None if nothing is."""
        try:
            with self.read() as connection:
                connection.execute(text("SELECT 1"))
        except DatabaseUnavailable as problem:
            return str(problem)
        return None

    @contextmanager
    def _transaction(self, *, reads: bool) -> Iterator[Connection]:
        try:
            self._prepare()
            with (self._reading if reads else self._engine).begin() as connection:
                yield connection
        except (IntegrityError, DataError):  # the row's fault, not the database's
            raise
        except _FAILURES as problem:
            self._ready = False  # perhaps the file was taken away
            raise DatabaseUnavailable(problem) from None

    def _prepare(self) -> None:
        if self._ready:
            return
        with self._lock:
            if self._ready:
                return
            if self.file is not None:
                _make_private(self.file)
            with self._reading.begin() as connection:
                version = _version(connection)
            if version != VERSION:
                with self._engine.begin() as connection:
                    _migrate(connection)
            self._ready = True


def _engine(where: str) -> Engine:
    """It opens a connection for each transaction: one that has died, or a file that was taken away,
    costs the transaction alone.
    """
    try:
        url = make_url(where) if "://" in where else _file_url(where)
        if url.get_backend_name() == "sqlite":
            return _sqlite(url)
        if url.get_backend_name() == "postgresql":
            return _postgresql(url)
    except (ImportError, SQLAlchemyError):  # the URL may hold a password
        pass
    raise QAError(
        f"QA_DATABASE is not {_WANTED}, or its driver is not installed. Correct or unset it."
    )


def _file_url(path: str) -> URL:
    return URL.create("sqlite", database=str(Path(path).expanduser()))


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """A row is on the disk once it is committed; a deleted one is overwritten."""
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, also for tables
    connection.execute(f"PRAGMA busy_timeout = {int(LOCK_SECONDS * 1000)}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _postgresql(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 15_000,
        },
    )
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _set_up_postgresql(connection: Any, _: object) -> None:
    """Waits end, and a row is on the disk once it is committed, whatever the server's defaults."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {int(LOCK_SECONDS * 1000)}")
        cursor.execute(f"SET statement_timeout = {STATEMENT_SECONDS * 1000}")
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) "
            "WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()


def _make_private(file: Path) -> None:
    """Only the account that runs the page may read a new file; SQLite's other files follow it.

    A folder is made below the working folder alone: elsewhere it may be a disk that is not there.
    """
    if not file.is_absolute():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600, exist_ok=True)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _migrate(connection: Connection) -> None:
    """All changes that are missing, or none. Alembic is loaded where there is one."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise OtherTables(
            f"its tables are of version {_version(connection)}, the program's of {VERSION}; "
            "they are left as they are"
        ) from None


def _said(problem: Exception) -> str:
    """What went wrong, in words that cannot hold a row: the system's own, or the error's name."""
    cause = problem.orig if isinstance(problem, DBAPIError) and problem.orig else problem
    if isinstance(problem, OperationalError | sqlite3.OperationalError | OSError | OtherTables):
        return f"{type(cause).__name__}: {str(cause).strip().partition(chr(10))[0]}"
    return type(cause).__name__
