"""qa.journal.store: whatever becomes of the database, no answer waits and no row is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from qa.journal import writer
from qa.journal.database import DatabaseUnavailable
from tests.fake_engine import answer_to
from tests.journals import GIVEN, LIMIT, Opener, failing, keep, rows, turns
from tests.postgres import Postgres
from tests.waiting import until


@pytest.mark.usefixtures("quick_tries")
def test_a_server_that_is_stopped_costs_no_answer_and_no_row(
    postgres: Postgres, open_journal: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Rows of answers wait until it is there again, each is written once; a click is told at once.
    """
    where = postgres.new_database()
    journal = open_journal(where)
    keep(journal)
    with postgres.stopped(kill=True):
        for milliseconds in (1, 2, 3):
            journal.answered(answer_to("How often?"), milliseconds, "chat")
        with pytest.raises(DatabaseUnavailable):
            keep(journal, replace(GIVEN, turn="t2"))
        assert (0, 0, 3) == ((s := failing(journal)).written, s.lost, s.waiting)
    until(lambda: journal.state.written == 3)

    assert [1, 2, 3] == [row["milliseconds"] for row in rows(where)]
    assert keep(journal, replace(GIVEN, turn="t3"))
    assert ["t1", "t3"] == turns(where)
    assert None is journal.state.problem
    assert "secret" not in caplog.text
    assert "can be used again" in caplog.text


@pytest.mark.usefixtures("quick_tries")
def test_a_server_that_hangs_holds_no_answer_up(postgres: Postgres, open_journal: Opener) -> None:
    """
    It takes what is sent and never replies: answers go on; what waited is kept in the end.
    """
    where = postgres.new_database()
    journal = open_journal(where)
    keep(journal)
    with postgres.frozen():
        for milliseconds in range(20):
            journal.answered(answer_to("How often?"), milliseconds, "chat")
        click = journal.feedback(replace(GIVEN, turn="t2"))
        assert not click.done()
        assert 20 == journal.state.waiting
    until(lambda: journal.state.written == 20)

    assert list(range(20)) == [row["milliseconds"] for row in rows(where)]
    assert click.result(LIMIT)


@contextmanager
def locked(file: str) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin exclusive")
        yield
        other.execute("rollback")


@contextmanager
def full_disk(_: str) -> Iterator[None]:
    """No file can grow."""
    resource = pytest.importorskip("resource", reason="only Unix limits the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def taken_away(file: str) -> Iterator[None]:
    """As if the disk were not there."""
    folder = Path(file).parent
    folder.rename(aside := folder.with_name("aside"))
    try:
        yield
    finally:
        aside.rename(folder)


FAULTS = {
    "locked": (locked, "database is locked"),
    "full": (full_disk, "disk"),
    "gone": (taken_away, "No such file or directory"),
}


@pytest.mark.usefixtures("quick_tries")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_cannot_be_written_costs_no_answer_and_no_row(
    tmp_path: Path, open_journal: Opener, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Locked, on a full disk, or on a disk that is not there: the same as a server that is stopped.
    """
    (tmp_path / "data").mkdir()
    where = str(tmp_path / "data" / "journal.sqlite")
    journal = open_journal(where)
    keep(journal)
    happens, said = FAULTS[fault]
    with happens(where):
        for milliseconds in (1, 2, 3):
            journal.answered(answer_to("How often?"), milliseconds, "chat")
        with pytest.raises(DatabaseUnavailable, match=said):
            keep(journal, replace(GIVEN, turn="t2"))
        assert (0, 0, 3) == ((s := failing(journal)).written, s.lost, s.waiting)
    until(lambda: journal.state.written == 3)

    assert [1, 2, 3] == [row["milliseconds"] for row in rows(where)]
    assert keep(journal, replace(GIVEN, turn="t3"))
    assert ["t1", "t3"] == turns(where)
    assert "secret" not in caplog.text


def test_what_cannot_be_reached_from_the_start_is_found_later(
    tmp_path: Path, open_journal: Opener, quick_tries: None
) -> None:
    """
    The server starts before its disk is there.
    """
    folder = tmp_path / "disk"
    journal = open_journal(str(folder / "journal.sqlite"))
    journal.start()
    journal.answered(answer_to("How often?"), 5, "chat")
    failing(journal)
    folder.mkdir()
    until(lambda: journal.state.written == 1)

    assert None is journal.state.problem


def test_closed_it_writes_what_waits(
    where: str, open_journal: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A server that is stopped in order leaves no row behind, given the time.
    """
    monkeypatch.setattr(writer, "CLOSE_SECONDS", LIMIT)
    journal = open_journal(where)
    for milliseconds in range(250):  # more than one transaction takes
        journal.answered(answer_to("How often?"), milliseconds, "chat")
    journal.close()
    journal.answered(answer_to("How often?"), 999, "chat")

    assert list(range(250)) == [row["milliseconds"] for row in rows(where)]
    assert 1 == journal.state.lost
    assert journal.feedback(GIVEN).cancelled()


# ---------------------------------------------------------------- crashes

CHILD = """
import sys, time
from qa.config import Settings
from qa.journal.store import Journal
from tests.fake_engine import answer_to
from tests.journals import GIVEN

journal = Journal.open(Settings(database=sys.argv[1], journal="text"))
journal.feedback(GIVEN).result(60)
journal.answered(answer_to("How often?"), 5, "chat")
while journal.state.written < 1:
    time.sleep(0.01)
print("kept", flush=True)
time.sleep(600)
"""


def test_killed_right_after_it_said_kept_the_rows_are_there(where: str) -> None:
    """
    kill -9: nothing that was acknowledged is lost.
    """
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, where],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            assert child.stdout is not None
            assert "kept\n" == child.stdout.readline()
        finally:
            child.send_signal(signal.SIGKILL)

    assert ["t1"] == turns(where)
    assert [5] == [row["milliseconds"] for row in rows(where)]


def test_a_server_that_is_killed_has_what_it_said_it_kept(
    postgres: Postgres, open_journal: Opener
) -> None:
    """
    The same from the other side.
    """
    where = postgres.new_database()
    keep(open_journal(where))
    with postgres.stopped(kill=True):
        pass
    assert ["t1"] == turns(where)
