"""qa.journal.database: SQLite and PostgreSQL alike, tables brought up to date, plain refusals."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from qa.errors import QAError
from qa.journal.database import MIGRATIONS, Database, DatabaseUnavailable
from qa.journal.tables import VERSION, AccountRow, ActionRow, Base, FeedbackRow, LoginRow
from tests.postgres import Postgres

MADE = datetime(2026, 11, 22, 12, 30, 1, 250_000, UTC)
ACCOUNT: dict[str, Any] = {"name": "ada", "role": "reviewer", "password": "x", "made": MADE}
ACTION: dict[str, Any] = {"at": MADE, "account": "ada", "what": "status", "subject": "ect.md"}
OLD_ROW = "insert into feedback (turn, day, snapshot, status, verdict, source) values "


def names(where: str) -> list[str]:
    with Database.open(where).read() as connection:
        return list(connection.execute(select(AccountRow.name).order_by(AccountRow.id)).scalars())


def add(where: str | Database, **changes: object) -> None:
    database = Database.open(where) if isinstance(where, str) else where
    with database.begin() as connection:
        connection.execute(insert(AccountRow).values(**{**ACCOUNT, **changes}))


def url_of(where: str) -> str:
    return where if "://" in where else f"sqlite:///{where}"


# ---------------------------------------------------------------- tables


def test_tables_are_made_with_the_first_transaction_and_no_sooner(tmp_path: Path) -> None:
    """
    Opening reaches for nothing: the file is there once something is kept.
    """
    file = tmp_path / "x.sqlite"
    database = Database.open(str(file))
    assert not file.exists()
    add(database)

    assert ["ada"] == names(str(file))


def test_the_tables_are_those_that_the_code_knows(where: str) -> None:
    """
    Migrations and classes say the same: columns in their order, and which may be empty.
    """
    with Database.open(where).begin() as connection:
        found = inspect(connection)
        made = {
            name: [(c["name"], c["nullable"]) for c in found.get_columns(name)]
            for name in found.get_table_names()
            if name != "alembic_version"
        }

    known = {
        name: [(c.name, c.nullable) for c in table.columns]
        for name, table in Base.metadata.tables.items()
    }
    assert known == made


def test_the_newest_migration_is_the_programs_version() -> None:
    """
    A migration that is added without its number would never run.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert VERSION == ScriptDirectory.from_config(config).get_current_head()


def at_version(connection: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def test_the_first_release_is_brought_up_to_date_with_its_rows(where: str) -> None:
    """
    It knew yes and no alone; they stay as they were, and the desk's tables are there.
    """
    engine = create_engine(url_of(where))
    with engine.begin() as connection:
        at_version(connection, "0001")
        row = "('t1', '2026-11-20', 's', 'answered', 'yes', 'ect.md')"
        connection.execute(text(OLD_ROW + row))
        assert "account" not in inspect(connection).get_table_names()
    engine.dispose()
    add(where)

    assert ["ada"] == names(where)
    with Database.open(where).read() as connection:
        kept = connection.execute(select(FeedbackRow.turn, FeedbackRow.day, FeedbackRow.source))
        assert [("t1", date(2026, 11, 20), "ect.md")] == [tuple(row) for row in kept]


def test_programs_that_start_together_make_the_tables_once(where: str) -> None:
    """
    One migrates, the others wait for it.
    """
    with ThreadPoolExecutor(4) as together:
        list(together.map(lambda name: add(where, name=name), "abcd"))

    assert ["a", "b", "c", "d"] == sorted(names(where))


def test_tables_of_a_later_version_are_left_as_they_are(where: str) -> None:
    """
    Going back to an older program loses nothing: it refuses to touch what it does not know.
    """
    add(where)
    with Database.open(where).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnavailable, match="of version 9999, the program's of"):
        add(where, name="bob")
    engine = create_engine(url_of(where))
    with engine.connect() as connection:
        assert 1 == connection.execute(text("SELECT count(*) FROM account")).scalar()
    engine.dispose()


# ---------------------------------------------------------------- what is kept


def test_a_time_comes_back_as_it_was(where: str) -> None:
    """
    To the microsecond, in UTC, whatever zone it came in; without a zone it is refused.
    """
    east = timezone(timedelta(hours=5, minutes=30))
    database = Database.open(where)
    add(database, made=MADE.astimezone(east))
    with database.read() as connection:
        assert MADE == connection.execute(select(AccountRow.made)).scalar_one()
    with pytest.raises((StatementError, QAError)):
        add(database, name="bob", made=datetime(2026, 11, 22))
    assert ["ada"] == names(where)


def test_any_text_can_be_kept(where: str) -> None:
    """
    What a browser can send, NUL and half characters too, which become the replacement sign.
    """
    database = Database.open(where)
    with database.begin() as connection:
        connection.execute(insert(ActionRow).values(**ACTION, detail="a\0b\ud800c\U0001f48a'\"\\"))
    with database.read() as connection:
        kept = connection.execute(select(ActionRow.detail)).scalar_one()

    assert "a\ufffdb\ufffdc\U0001f48a'\"\\" == kept


def test_a_transaction_is_whole_or_not_at_all(where: str) -> None:
    """
    An error in the middle takes back what came before it.
    """
    database = Database.open(where)
    both = [{**ACCOUNT}, {**ACCOUNT, "name": None}]
    with pytest.raises(IntegrityError), database.begin() as connection:
        _ = [connection.execute(insert(AccountRow).values(**values)) for values in both]
    assert [] == names(where)


def test_a_row_that_cannot_be_is_the_callers_matter(where: str) -> None:
    """
    A name twice, a login of nobody, a role that is none: refused as such, not as a dead database.
    """
    database = Database.open(where)
    add(database)
    for wrong in ({}, {"name": "bob", "role": "owner"}):
        with pytest.raises(IntegrityError):
            add(database, **wrong)
    login = {"token": "t", "account_id": 99, "made": MADE, "seen": MADE, "expires": MADE}
    with pytest.raises(IntegrityError), database.begin() as connection:
        connection.execute(insert(LoginRow).values(**login))

    assert ["ada"] == names(where)


def test_a_crisis_cannot_be_kept_even_by_mistake(where: str) -> None:
    """
    The tables themselves refuse the status.
    """
    database = Database.open(where)
    database.reachable()
    row = "('t1', '2026-11-20', 's', 'crisis', 'yes', null)"
    with pytest.raises(IntegrityError), database.begin() as connection:
        connection.execute(text(OLD_ROW + row))


def test_reading_holds_nobody_up(where: str) -> None:
    """
    A page that reads for long and a row that is written meanwhile do not wait for each other.
    """
    database = Database.open(where)
    add(database)
    with database.read() as connection:
        assert "ada" == connection.execute(select(AccountRow.name)).scalar_one()
        add(where, name="bob")
    assert ["ada", "bob"] == names(where)


# ---------------------------------------------------------------- what can go wrong


@pytest.mark.parametrize(
    "url",
    ["nothing://user:hunter2@host/x", "://", "sqlite+none:///x", "mysql://u:hunter2@h/x"],
)
def test_what_is_no_database_is_refused_when_it_is_opened(url: str) -> None:
    """
    The operator reads the setting's name, and never the password in it.
    """
    with pytest.raises(QAError, match="QA_DATABASE is not a file") as refused:
        Database.open(url)
    assert "hunter2" not in str(refused.value)


def test_a_server_that_is_not_there_is_said_without_the_password(tmp_path: Path) -> None:
    """
    Opening goes on; each use is refused, with what went wrong.
    """
    database = Database.open(f"postgresql://ada:hunter2@/x?host={tmp_path}")
    with pytest.raises(DatabaseUnavailable, match="OperationalError: .*failed") as refused:
        add(database)
    problem = database.reachable()

    assert problem is not None
    assert "hunter2" not in problem + str(refused.value)
    assert refused.value.__cause__ is None


def test_a_server_that_comes_back_is_found_again(postgres: Postgres) -> None:
    """
    Whatever went with it, the next transaction is as any other.
    """
    where = postgres.new_database()
    database = Database.open(where)
    add(database)
    with postgres.stopped(kill=True):
        with pytest.raises(DatabaseUnavailable):
            add(database, name="bob")
        assert database.reachable()
    assert None is database.reachable()
    add(database, name="eve")

    assert ["ada", "eve"] == names(where)


def test_a_table_that_another_program_holds_is_waited_for_and_then_given_up(
    postgres: Postgres,
) -> None:
    """
    The lock of a backup or an administrator must not stop the program for good.
    """
    where = postgres.new_database()
    database = Database.open(where)
    add(database)
    with Database.open(where).begin() as other:
        other.execute(text("LOCK TABLE account IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(DatabaseUnavailable, match="LockNotAvailable: .* lock timeout"):
            add(database, name="bob")
    add(database, name="eve")

    assert ["ada", "eve"] == names(where)


def test_a_locked_file_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    """
    The same for SQLite.
    """
    where = str(tmp_path / "x.sqlite")
    database = Database.open(where)
    add(database)
    with closing(sqlite3.connect(where, isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(DatabaseUnavailable, match="database is locked"):
            add(database, name="bob")
        other.execute("rollback")
    add(database, name="eve")

    assert ["ada", "eve"] == names(where)


def test_a_missing_folder_is_not_made_up(tmp_path: Path) -> None:
    """
    It may be a disk that is not there yet: rows below it would vanish when it comes.
    """
    folder = tmp_path / "disk"
    database = Database.open(str(folder / "x.sqlite"))
    with pytest.raises(DatabaseUnavailable, match="No such file or directory.*Check that it is"):
        add(database)
    assert not folder.exists()
    folder.mkdir()
    add(database)

    assert ["ada"] == names(str(folder / "x.sqlite"))


def test_below_the_working_folder_it_is_made_for_this_account_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The default, data/wellsourced.sqlite, needs nobody to make a folder first.
    """
    monkeypatch.chdir(tmp_path)
    add("data/x.sqlite")

    assert ["ada"] == names("data/x.sqlite")
    assert 0o700 == Path("data").stat().st_mode & 0o777
    assert {0o600} == {path.stat().st_mode & 0o777 for path in Path("data").iterdir()}


def test_a_file_that_was_taken_away_is_made_again(tmp_path: Path) -> None:
    """
    One transaction fails, with an error; the next has its tables.
    """
    where = str(tmp_path / "x.sqlite")
    database = Database.open(where)
    add(database)
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(DatabaseUnavailable, match="no such table"):
        add(database)
    add(database, name="bob")

    assert ["bob"] == names(where)


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    """
    A wrong path in QA_DATABASE destroys nothing.
    """
    file = tmp_path / "letter.txt"
    file.write_text("Dear Ada, this is no database. " * 40)
    before = file.read_bytes()
    with pytest.raises(DatabaseUnavailable, match="DatabaseError"):
        add(str(file))

    assert before == file.read_bytes()


def test_a_read_only_database_can_be_read(tmp_path: Path) -> None:
    """
    And nothing is said to be kept that is not.
    """
    where = str(tmp_path / "x.sqlite")
    add(where)
    read_only = f"sqlite:///file:{where}?mode=ro&uri=true"
    with pytest.raises(DatabaseUnavailable, match="readonly"):
        add(read_only, name="bob")

    assert ["ada"] == names(read_only)


@contextmanager
def read_only_folder() -> Iterator[Path]:
    """A folder in which this process may not write, also where it runs as root."""
    if not hasattr(os, "geteuid"):
        pytest.skip("only Unix has folders that their owner may not write")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        yield folder
    finally:
        if root:
            os.seteuid(0)
        shutil.rmtree(folder)


def test_a_read_only_folder_is_an_error_of_the_row_alone() -> None:
    """
    Opening goes on, the row is refused.
    """
    with read_only_folder() as folder, pytest.raises(DatabaseUnavailable, match="Permission"):
        add(str(folder / "x.sqlite"))


def test_settings_of_the_file_keep_what_was_said_to_be_kept(tmp_path: Path) -> None:
    """
    Write-ahead log, each commit on the disk, deleted rows overwritten, references checked.
    """
    with Database.open(str(tmp_path / "x.sqlite")).begin() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    full, on = 2, 1
    expected = {"journal_mode": "wal", "synchronous": full, "secure_delete": on, "foreign_keys": on}
    assert expected == found


def test_a_server_that_loses_rows_in_a_crash_by_default_does_not_lose_ours(
    postgres: Postgres,
) -> None:
    """
    Where an administrator switched synchronous_commit off, it is on for what we keep.
    """
    where = postgres.new_database()
    with Database.open(where).begin() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    with Database.open(where).begin() as connection:
        assert "on" == connection.execute(text("SHOW synchronous_commit")).scalar_one()
