"""qa.journal.database: one that is away, locked, full or none at all is refused in plain words."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from qa.errors import QAError
from qa.journal.database import Database, DatabaseUnavailable
from tests.account_rows import add, names
from tests.postgres import Postgres


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
