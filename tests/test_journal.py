"""qa.journal.store: what is kept, of whom nothing is, and that no answer ever waits or fails."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from qa.config import Settings
from qa.errors import QAError
from qa.journal import writer
from qa.journal.clock import SETTLE
from qa.journal.database import Database, DatabaseUnavailable
from qa.journal.feedback import Feedback, Verdict
from qa.journal.retention import purge
from qa.journal.store import Journal, JournalState
from qa.journal.tables import AnswerRow, FeedbackRow, LoginRow, MarkRow
from qa.records import Reason, Status
from tests.fake_engine import ECT, HOSTILE, answer_to
from tests.postgres import Postgres

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = NOON.date()
GIVEN = Feedback(
    turn="t1",
    snapshot="s" * 16,
    status=Status.ANSWERED,
    verdict=Verdict.YES,
    passage="f" * 16,
    source="ect.md",
    question="my secret question",
)
LIMIT = 20.0  # seconds for what is waited for; then something is broken, not slow

Opener = Callable[..., Journal]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens journals, by default with text, and closes them."""
    journals: list[Journal] = []

    def open_one(where: str, mode: str = "text", days: int = 90, **clocks: Any) -> Journal:
        settings = Settings(database=where, journal=mode, journal_days=days)
        journals.append(Journal.open(settings, **clocks))
        return journals[-1]

    yield open_one
    for journal in journals:
        journal.close()


def rows(where: str, table: Any = AnswerRow) -> list[dict[str, Any]]:
    with Database.open(where).read() as connection:
        found = connection.execute(select(table.__table__).order_by(table.id)).mappings()
        return [{k: v for k, v in row.items() if k != "id"} for row in found]


def turns(where: str) -> list[str]:
    return [row["turn"] for row in rows(where, FeedbackRow)]


def keep(journal: Journal, given: Feedback = GIVEN) -> bool:
    return journal.feedback(given).result(LIMIT)


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not done():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def failing(journal: Journal) -> JournalState:
    """Its state once it has noticed that nothing can be kept."""
    until(lambda: journal.state.problem is not None)
    return journal.state


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again without long pauses."""
    monkeypatch.setattr(writer, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(writer, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(writer, "CHORE_SECONDS", 0.05)


# ---------------------------------------------------------------- what is kept


def test_a_yes_or_no_holds_what_was_given_and_the_day(where: str, opened: Opener) -> None:
    """
    From nothing: the tables are made; of the time the day alone is kept.
    """
    journal = opened(where, now=lambda: NOON)
    assert keep(journal)
    silent = replace(GIVEN, turn="t2", status=Status.NOT_FOUND, reason=Reason.OFF_TOPIC)
    assert keep(
        journal, replace(silent, verdict=Verdict.NO, passage=None, source=None, question=None)
    )

    first, second = rows(where, FeedbackRow)
    assert {
        "turn": "t1",
        "day": DAY,
        "snapshot": "s" * 16,
        "status": "answered",
        "reason": None,
        "verdict": "yes",
        "passage": "f" * 16,
        "source": "ect.md",
        "question": "my secret question",
    } == first
    assert ("t2", "not_found", "off_topic", "no") == tuple(
        second[name] for name in ("turn", "status", "reason", "verdict")
    )
    assert [None] * 3 == [second[name] for name in ("passage", "source", "question")]


def test_a_turn_is_kept_once(where: str, opened: Opener) -> None:
    """
    A second click, on the other button as well, changes nothing.
    """
    journal = opened(where)
    clicks = (GIVEN, GIVEN, replace(GIVEN, verdict=Verdict.NO))

    assert [True, False, False] == [keep(journal, given) for given in clicks]
    assert ["yes"] == [row["verdict"] for row in rows(where, FeedbackRow)]


def test_an_answer_leaves_ids_and_figures_and_not_a_word(where: str, opened: Opener) -> None:
    """
    Time, snapshot, status, passages and sources (each once); of two answers, two rows.
    """
    journal = opened(where, now=lambda: NOON)
    journal.start()
    question = "How often is ECT given to my aunt Zelda?"
    journal.answered(answer_to(question), 41, "chat")
    journal.answered(answer_to("is flying safe with it?"), 7, "api")
    until(lambda: journal.state.written == 2)

    first, second = rows(where)
    assert first.pop("turn") != second.pop("turn")
    assert {
        "at": NOON,
        "snapshot": "s" * 16,
        "status": "answered",
        "reason": None,
        "support": 0.934567,
        "notices": "[]",
        "passages": json.dumps(["f" * 16] * 4),
        "sources": json.dumps([ECT.source, HOSTILE.source]),
        "milliseconds": 41,
        "channel": "chat",
    } == first
    assert ("not_found", "not_in_sources", "[]", "api") == tuple(
        second[name] for name in ("status", "reason", "passages", "channel")
    )
    everything = f"{first}{second}".lower()
    assert not [w for w in ("often", "aunt", "zelda", "flying", "safe") if w in everything]


@pytest.mark.parametrize("mode", ["counts", "text"])
def test_of_a_crisis_nothing_is_kept(where: str, opened: Opener, mode: str) -> None:
    """
    Neither where help stands alone nor where it stands above an answer; what comes after is.
    """
    journal = opened(where, mode)
    alone = answer_to("I want to die")
    journal.answered(alone, 1, "chat")
    journal.answered(replace(answer_to("How often?"), crisis=alone.crisis), 1, "chat")
    journal.answered(replace(alone, crisis=None), 1, "api")
    journal.answered(answer_to("How often?"), 5, "chat")
    until(lambda: journal.state.written == 1)

    assert [5] == [row["milliseconds"] for row in rows(where)]
    with pytest.raises(ValueError, match="crisis"):
        Feedback("t", "s", Status.CRISIS, Verdict.NO)
    assert "secret" not in repr(GIVEN)


def test_with_counts_no_question_is_kept(where: str, opened: Opener) -> None:
    """
    Even if one came: the clinic has not agreed to it.
    """
    journal = opened(where, "counts")
    keep(journal)

    assert [None] == [row["question"] for row in rows(where, FeedbackRow)]
    assert (True, False) == (journal.keeps, journal.keeps_text)


def test_off_it_opens_and_keeps_nothing(
    tmp_path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    No file, no folder, no thread.
    """
    monkeypatch.chdir(tmp_path)
    before = threading.active_count()
    journal = opened(Settings().database, "off")
    journal.start()
    journal.answered(answer_to("How often?"), 5, "chat")
    assert JournalState("off", 0, 0, 0, None) == journal.state
    assert (False, False) == (journal.keeps, journal.keeps_text)
    assert before == threading.active_count()
    assert [] == list(tmp_path.iterdir())


def test_a_row_that_is_refused_takes_no_other_with_it(where: str, opened: Opener) -> None:
    """
    Of three that are written together the two good ones are kept.
    """
    good, bad, other = answer_row("a", NOON), answer_row("b", NOON), answer_row("c", NOON)

    assert 2 == opened(where)._keep([good, {**bad, "snapshot": None}, other], False)
    assert ["a", "c"] == sorted(row["turn"] for row in rows(where))


def test_nothing_kept_tells_that_a_crisis_was_spoken_of_before(where: str, opened: Opener) -> None:
    """
    The pointer to the help line, that a question after it gets, is in no row.
    """
    journal = opened(where, now=lambda: NOON)
    journal.start()
    noticed = replace(answer_to("How often is ECT given?"), notices=("help_line", "overdue_source"))
    journal.answered(noticed, 5, "chat")
    until(lambda: journal.state.written == 1)

    assert ['["overdue_source"]'] == [row["notices"] for row in rows(where)]


def test_any_question_a_browser_sends_can_be_kept(where: str, opened: Opener) -> None:
    """
    Quotes, backslashes, other scripts, signs that no database takes.
    """
    asked = "'; DROP TABLE feedback; -- \\ \u202e \U0001f48a \0 \udc80"
    keep(opened(where), replace(GIVEN, question=asked))

    kept = "'; DROP TABLE feedback; -- \\ \u202e \U0001f48a \ufffd \ufffd"
    assert [kept] == [row["question"] for row in rows(where, FeedbackRow)]


# ---------------------------------------------------------------- how long


def answer_row(turn: str, at: datetime) -> dict[str, Any]:
    lists = {"notices": "[]", "passages": "[]", "sources": "[]"}
    return {
        "turn": turn,
        "at": at,
        "snapshot": "s",
        "status": "answered",
        "support": 0.5,
        "milliseconds": 1,
        "channel": "chat",
        **lists,
    }


def mark_row(at: datetime, feedback_id: int | None, *, golden: bool) -> dict[str, Any]:
    said = {"account": "ada", "verdict": "wrong", "snapshot": "s", "question": "my secret"}
    return {"at": at, "feedback_id": feedback_id, "golden": golden, **said}


def test_what_is_too_old_goes_and_nothing_else(where: str) -> None:
    """
    90 days old stays, 91 goes, and with it marks made of its words, however new, unless they became
    golden questions; so do logins that have expired.
    """
    old, kept = NOON - timedelta(days=91), NOON - timedelta(days=90)
    database = Database.open(where)
    with database.begin() as connection:
        for turn, at in (("old", old), ("kept", kept)):
            connection.execute(insert(AnswerRow).values(**answer_row(turn, at)))
            said = {"snapshot": "s", "status": "answered", "verdict": "no"}
            connection.execute(insert(FeedbackRow).values(turn=turn, day=at.date(), **said))
        marks = [(old, 1, False), (old, 1, True), (old, None, False), (NOON, 1, False)]
        marks.append((kept, 2, False))
        for at, feedback_id, golden in marks:
            values = mark_row(at, feedback_id, golden=golden)
            connection.execute(insert(MarkRow).values(**values))
        account = text(
            "INSERT INTO account (id, name, role, password, made)"
            " VALUES (1, 'ada', 'reviewer', 'x', '2026-11-22')"
        )
        connection.execute(account)
        for token, hours in (("over", -1), ("open", 1)):
            expires = NOON + timedelta(hours=hours)
            times = {"made": old, "seen": old, "expires": expires}
            connection.execute(insert(LoginRow).values(token=token, account_id=1, **times))
        gone = purge(connection, NOON, 90)

    assert {"feedback": 1, "answer": 1, "mark": 2, "login": 1} == gone
    assert ["kept"] == [row["turn"] for row in rows(where)]
    assert ["kept"] == turns(where)
    assert [True, False, False] == [row["golden"] for row in rows(where, MarkRow)]
    assert ["open"] == [row["token"] for row in rows(where, LoginRow)]


def test_a_row_dated_by_a_wrong_clock_goes_with_its_neighbours(where: str) -> None:
    """
    Written between two rows that have days to live, one dated a year back stays and one dated a
    year ahead holds nothing up; once the clock is right and both neighbours are old, all go.
    """
    year = timedelta(days=365)
    written = [NOON, NOON - year, NOON + year, NOON + timedelta(days=30)]
    database = Database.open(where)
    with database.begin() as connection:
        for turn, at in zip("abcd", written, strict=True):
            connection.execute(insert(AnswerRow).values(**answer_row(turn, at)))
            said = {"snapshot": "s", "status": "answered", "verdict": "no"}
            connection.execute(insert(FeedbackRow).values(turn=turn, day=at.date(), **said))
        after = [NOON + timedelta(days=days) for days in (60, 100, 121)]
        gone = [purge(connection, now, 90) for now in after]

    assert [0, 3, 1] == [counts["answer"] for counts in gone]
    assert [0, 3, 1] == [counts["feedback"] for counts in gone]


@pytest.mark.usefixtures("quick")
def test_rows_go_also_when_none_comes(where: str, opened: Opener) -> None:
    """
    Once a day, at the day's first look, in a server that runs on without a visitor.
    """
    clock = [NOON, 0.0]
    journal = opened(where, days=1, now=lambda: clock[0], steady=lambda: clock[1])
    keep(journal)
    for hours in range(1, 36):  # midnight: the row is one day old
        clock[:] = NOON + timedelta(hours=hours), hours * 3600.0
    keep(journal, replace(GIVEN, turn="t2"))
    assert ["t1", "t2"] == turns(where)
    clock[:] = NOON + timedelta(hours=36), 36 * 3600.0

    until(lambda: turns(where) == ["t2"])


def test_switched_off_the_days_still_hold(where: str, opened: Opener) -> None:
    """
    What people left while it was on goes when they were told; nothing new is kept.
    """
    first = opened(where, now=lambda: NOON)
    keep(first)
    keep(first, replace(GIVEN, turn="t2"))
    first.close()
    with Database.open(where).begin() as connection:
        old = FeedbackRow.turn == "t1"
        connection.execute(update(FeedbackRow).where(old).values(day=DAY - timedelta(days=91)))
    journal = opened(where, "off", now=lambda: NOON)
    journal.start()
    until(lambda: turns(where) == ["t2"])
    journal.answered(answer_to("How often?"), 5, "chat")
    with pytest.raises(QAError, match="QA_JOURNAL is off"):
        keep(journal, replace(GIVEN, turn="t3"))

    assert (["t2"], []) == (turns(where), rows(where))


@pytest.mark.usefixtures("quick")
def test_a_clock_that_jumps_deletes_nothing_at_once(
    where: str, opened: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Ten years ahead by mistake: rows stay, the log says so; after an hour the clock is believed.
    """
    clock = [NOON, 0.0]
    journal = opened(where, now=lambda: clock[0], steady=lambda: clock[1])
    keep(journal)
    until(lambda: journal._purged == DAY)
    clock[0] = later = NOON + timedelta(days=3650)
    until(lambda: "the machine's clock was set" in caplog.text)
    clock[:] = later + timedelta(minutes=59), 59 * 60.0
    keep(journal, replace(GIVEN, turn="t2"))
    assert ["t1", "t2"] == turns(where)
    clock[:] = later + SETTLE, SETTLE.total_seconds()

    until(lambda: turns(where) == ["t2"])


@pytest.mark.usefixtures("quick")
def test_started_with_a_clock_that_looks_wrong_it_waits_as_well(
    where: str, opened: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The newest row is a year old: perhaps the clinic was closed, perhaps the date is wrong.
    """
    first = opened(where, now=lambda: NOON)
    keep(first)
    first.close()
    clock = [NOON + timedelta(days=365), 0.0]
    opened(where, now=lambda: clock[0], steady=lambda: clock[1]).start()
    until(lambda: "365 days away from today" in caplog.text)
    assert ["t1"] == turns(where)
    clock[:] = clock[0] + SETTLE, SETTLE.total_seconds()

    until(lambda: turns(where) == [])


def test_what_has_gone_is_overwritten(tmp_path: Path, opened: Opener) -> None:
    """
    No file in the folder holds the words of a row whose time has passed.
    """
    where = str(tmp_path / "journal.sqlite")
    journal = opened(where, now=lambda: NOON)
    keep(journal)
    journal.close()
    assert any(b"my secret" in path.read_bytes() for path in tmp_path.iterdir())
    with Database.open(where).begin() as connection:
        purge(connection, NOON + timedelta(days=2), 1)

    assert not any(b"my secret" in path.read_bytes() for path in tmp_path.iterdir())


# ---------------------------------------------------------------- what can go wrong


@pytest.mark.usefixtures("quick")
def test_a_server_that_is_stopped_costs_no_answer_and_no_row(
    postgres: Postgres, opened: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Rows of answers wait until it is there again, each is written once; a click is told at once.
    """
    where = postgres.new_database()
    journal = opened(where)
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


@pytest.mark.usefixtures("quick")
def test_a_server_that_hangs_holds_no_answer_up(postgres: Postgres, opened: Opener) -> None:
    """
    It takes what is sent and never replies: answers go on; what waited is kept in the end.
    """
    where = postgres.new_database()
    journal = opened(where)
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


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_cannot_be_written_costs_no_answer_and_no_row(
    tmp_path: Path, opened: Opener, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Locked, on a full disk, or on a disk that is not there: the same as a server that is stopped.
    """
    (tmp_path / "data").mkdir()
    where = str(tmp_path / "data" / "journal.sqlite")
    journal = opened(where)
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
    tmp_path: Path, opened: Opener, quick: None
) -> None:
    """
    The server starts before its disk is there.
    """
    folder = tmp_path / "disk"
    journal = opened(str(folder / "journal.sqlite"))
    journal.start()
    journal.answered(answer_to("How often?"), 5, "chat")
    failing(journal)
    folder.mkdir()
    until(lambda: journal.state.written == 1)

    assert None is journal.state.problem


def test_closed_it_writes_what_waits(where: str, opened: Opener) -> None:
    """
    A server that is stopped in order leaves no row behind.
    """
    journal = opened(where)
    for milliseconds in range(250):  # more than one transaction takes
        journal.answered(answer_to("How often?"), milliseconds, "chat")
    journal.close()
    journal.answered(answer_to("How often?"), 999, "chat")

    assert list(range(250)) == [row["milliseconds"] for row in rows(where)]
    assert 1 == journal.state.lost
    assert journal.feedback(GIVEN).cancelled()


def test_off_no_click_can_be_kept(opened: Opener) -> None:
    """
    Whatever calls it is told.
    """
    result: Future[bool] = opened("x", "off").feedback(GIVEN)
    with pytest.raises(QAError, match="QA_JOURNAL is off"):
        result.result(LIMIT)


# ---------------------------------------------------------------- crashes

CHILD = """
import sys, time
from qa.config import Settings
from qa.journal.store import Journal
from tests.test_journal import GIVEN
from tests.fake_engine import answer_to

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
    postgres: Postgres, opened: Opener
) -> None:
    """
    The same from the other side.
    """
    where = postgres.new_database()
    keep(opened(where))
    with postgres.stopped(kill=True):
        pass
    assert ["t1"] == turns(where)


def test_the_clock_is_utc(where: str, opened: Opener) -> None:
    """
    The day of a row does not depend on the machine's time zone.
    """
    keep(opened(where))
    (row,) = rows(where, FeedbackRow)
    today = datetime.now(UTC).date()
    assert row["day"] in (today, today - timedelta(days=1))
    assert isinstance(row["day"], date)
