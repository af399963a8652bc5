"""qa.journal: rows that are kept, go after their time, and failures that say nothing of a row."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from qa.errors import QAError
from qa.journal.feedback import Feedback, Verdict
from qa.journal.store import Journal, JournalUnavailable, utc_today
from qa.records import Reason, Status

GIVEN = Feedback(
    turn="t1",
    snapshot="s" * 16,
    status=Status.ANSWERED,
    verdict=Verdict.YES,
    passage="f" * 16,
    source="ect.md",
    question="my secret question",
)
ROWS = (
    "select turn, day, snapshot, status, reason, verdict, passage, source, question from feedback"
)
DAY = date(2026, 11, 22)


def rows(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(ROWS).fetchall()


def pragma(file: Path, name: str) -> object:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"pragma {name}").fetchone()[0]


def test_a_row_holds_what_was_given_and_the_day(tmp_path: Path) -> None:
    """
    From an empty folder: the tables are made, the row is there for any other program.
    """
    file = tmp_path / "journal.sqlite"
    journal = Journal.open(str(file), today=lambda: DAY)
    assert journal.feedback(GIVEN)
    silent = replace(
        GIVEN,
        turn="t2",
        status=Status.NOT_FOUND,
        reason=Reason.OFF_TOPIC,
        verdict=Verdict.NO,
        passage=None,
        source=None,
        question=None,
    )
    assert journal.feedback(silent)

    kept = ("t1", "2026-11-22", "s" * 16, "answered", None, "yes", "f" * 16, "ect.md")
    assert [
        (*kept, "my secret question"),
        ("t2", "2026-11-22", "s" * 16, "not_found", "off_topic", "no", None, None, None),
    ] == rows(file)
    assert "wal" == pragma(file, "journal_mode")
    assert os.name == "nt" or 0o600 == file.stat().st_mode & 0o777


def test_a_turn_is_kept_once(tmp_path: Path) -> None:
    """
    A second click, on the other button as well, changes nothing.
    """
    file = tmp_path / "journal.sqlite"
    journal = Journal.open(str(file))

    assert [True, False, False] == [
        journal.feedback(GIVEN),
        journal.feedback(GIVEN),
        journal.feedback(replace(GIVEN, verdict=Verdict.NO)),
    ]
    assert ["yes"] == [row[5] for row in rows(file)]


def test_opened_again_the_rows_are_there(tmp_path: Path) -> None:
    """
    By file or by URL; the tables are made once.
    """
    file = tmp_path / "100% of it.sqlite"
    Journal.open(str(file)).feedback(GIVEN)
    Journal.open(f"sqlite:///{file}").feedback(replace(GIVEN, turn="t2"))

    assert ["t1", "t2"] == [row[0] for row in rows(file)]


def test_rows_go_after_their_days(tmp_path: Path) -> None:
    """
    90 days old is kept, 91 is not: when it is opened, and once a day when a row is written.
    """
    file = tmp_path / "journal.sqlite"
    now = [DAY]
    journal = Journal.open(str(file), days=90, today=lambda: now[0])
    journal.feedback(GIVEN)
    now[0] = DAY + timedelta(days=90)
    journal.feedback(replace(GIVEN, turn="t2"))
    assert ["t1", "t2"] == [row[0] for row in rows(file)]
    now[0] = DAY + timedelta(days=91)
    journal.feedback(replace(GIVEN, turn="t3"))
    assert ["t2", "t3"] == [row[0] for row in rows(file)]
    Journal.open(str(file), days=90, today=lambda: DAY + timedelta(days=181))

    assert ["t3"] == [row[0] for row in rows(file)]


def test_what_has_gone_is_overwritten(tmp_path: Path) -> None:
    """
    No file in the folder holds the words of a row whose time has passed.
    """
    file = tmp_path / "journal.sqlite"
    Journal.open(str(file), today=lambda: DAY).feedback(GIVEN)
    assert any(b"my secret" in path.read_bytes() for path in tmp_path.iterdir())
    Journal.open(str(file), days=1, today=lambda: DAY + timedelta(days=2))

    assert not any(b"my secret" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_locked_database_is_waited_for_and_then_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Locked while it is opened and while a row comes; once it is free the row is kept.
    """
    file = tmp_path / "journal.sqlite"
    Journal.open(str(file))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin exclusive")
        journal = Journal.open(str(file))
        with pytest.raises(JournalUnavailable, match="database is locked") as failed:
            journal.feedback(GIVEN)
        other.execute("rollback")

    assert "database is locked" in caplog.text
    assert "secret" not in caplog.text + str(failed.value)
    assert failed.value.__cause__ is None
    assert journal.feedback(GIVEN)


def test_a_missing_folder_is_not_made_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """
    It may be a disk that is not there yet: rows below it would vanish when it comes.
    """
    folder = tmp_path / "disk"
    journal = Journal.open(str(folder / "journal.sqlite"))
    with pytest.raises(JournalUnavailable, match="No such file or directory"):
        journal.feedback(GIVEN)
    assert "Check that its folder exists" in caplog.text
    assert not folder.exists()
    folder.mkdir()

    assert journal.feedback(GIVEN)


def test_a_file_that_was_taken_away_is_made_again(tmp_path: Path) -> None:
    """
    One row is lost, with an error; the next one is kept.
    """
    file = tmp_path / "journal.sqlite"
    journal = Journal.open(str(file))
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(JournalUnavailable, match="no such table"):
        journal.feedback(GIVEN)

    assert journal.feedback(GIVEN)


def test_a_read_only_database_is_refused(tmp_path: Path) -> None:
    """
    Nothing is said to be kept that is not.
    """
    file = tmp_path / "journal.sqlite"
    Journal.open(str(file)).feedback(replace(GIVEN, turn="t0"))
    journal = Journal.open(f"sqlite:///file:{file}?mode=ro&uri=true")
    with pytest.raises(JournalUnavailable, match="readonly"):
        journal.feedback(GIVEN)

    assert ["t0"] == [row[0] for row in rows(file)]


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
    with read_only_folder() as folder:
        journal = Journal.open(str(folder / "journal.sqlite"))
        with pytest.raises(JournalUnavailable, match="Permission denied"):
            journal.feedback(GIVEN)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow."""
    resource = pytest.importorskip("resource", reason="only Unix limits the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    """
    The row is refused; earlier ones stay, and later ones are kept when there is space again.
    """
    file = tmp_path / "journal.sqlite"
    journal = Journal.open(str(file))
    journal.feedback(GIVEN)
    with full_disk(), pytest.raises(JournalUnavailable):
        journal.feedback(replace(GIVEN, turn="t2"))
    journal.feedback(replace(GIVEN, turn="t3"))

    assert ["t1", "t3"] == [row[0] for row in rows(file)]


@pytest.mark.parametrize("url", ["nothing://user:hunter2@host/x", "://", "sqlite+none:///x"])
def test_what_is_no_database_is_refused_when_it_is_opened(url: str) -> None:
    """
    The operator reads the setting's name, and never the password in it.
    """
    with pytest.raises(QAError, match="QA_JOURNAL is not a file") as refused:
        Journal.open(url)
    assert "hunter2" not in str(refused.value)


def test_a_newer_database_is_left_as_it_is(tmp_path: Path) -> None:
    """
    Made by a later version of the program: rows are refused, the tables stay.
    """
    file = tmp_path / "journal.sqlite"
    Journal.open(str(file)).feedback(GIVEN)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
        connection.commit()
    with pytest.raises(JournalUnavailable, match="9999"):
        Journal.open(str(file)).feedback(replace(GIVEN, turn="t2"))

    assert ["t1"] == [row[0] for row in rows(file)]


def test_a_row_of_a_crisis_cannot_be_made() -> None:
    """
    Whatever calls the journal.
    """
    with pytest.raises(ValueError, match="crisis"):
        Feedback("t", "s", Status.CRISIS, Verdict.NO)
    assert "secret" not in repr(GIVEN)


def test_the_clock_is_utc() -> None:
    """
    The day of the row does not depend on the machine's time zone.
    """
    assert abs((utc_today() - date.today()).days) <= 1
