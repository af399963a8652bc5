"""qa.journal: rows go after their days, and whether the clock is believed when they do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from qa.errors import QAError
from qa.journal.clock import SETTLE
from qa.journal.database import Database
from qa.journal.retention import purge
from qa.journal.tables import AnswerRow, FeedbackRow, LoginRow, MarkRow
from tests.fake_engine import answer_to
from tests.journals import DAY, GIVEN, NOON, Opener, answer_row, keep, rows, turns
from tests.waiting import until


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


@pytest.mark.usefixtures("quick_tries")
def test_rows_go_also_when_none_comes(where: str, open_journal: Opener) -> None:
    """
    Once a day, at the day's first look, in a server that runs on without a visitor.
    """
    clock = [NOON, 0.0]
    journal = open_journal(where, days=1, now=lambda: clock[0], steady=lambda: clock[1])
    keep(journal)
    for hours in range(1, 36):  # midnight: the row is one day old
        clock[:] = NOON + timedelta(hours=hours), hours * 3600.0
    keep(journal, replace(GIVEN, turn="t2"))
    assert ["t1", "t2"] == turns(where)
    clock[:] = NOON + timedelta(hours=36), 36 * 3600.0

    until(lambda: turns(where) == ["t2"])


def test_switched_off_the_days_still_hold(where: str, open_journal: Opener) -> None:
    """
    What people left while it was on goes when they were told; nothing new is kept.
    """
    first = open_journal(where, now=lambda: NOON)
    keep(first)
    keep(first, replace(GIVEN, turn="t2"))
    first.close()
    with Database.open(where).begin() as connection:
        old = FeedbackRow.turn == "t1"
        connection.execute(update(FeedbackRow).where(old).values(day=DAY - timedelta(days=91)))
    journal = open_journal(where, "off", now=lambda: NOON)
    journal.start()
    until(lambda: turns(where) == ["t2"])
    journal.answered(answer_to("How often?"), 5, "chat")
    with pytest.raises(QAError, match="QA_JOURNAL is off"):
        keep(journal, replace(GIVEN, turn="t3"))

    assert (["t2"], []) == (turns(where), rows(where))


@pytest.mark.usefixtures("quick_tries")
def test_a_clock_that_jumps_deletes_nothing_at_once(
    where: str, open_journal: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Ten years ahead by mistake: rows stay, the log says so; after an hour the clock is believed.
    """
    clock = [NOON, 0.0]
    journal = open_journal(where, now=lambda: clock[0], steady=lambda: clock[1])
    keep(journal)
    until(lambda: journal._purged == DAY)
    clock[0] = later = NOON + timedelta(days=3650)
    until(lambda: "the machine's clock was set" in caplog.text)
    clock[:] = later + timedelta(minutes=59), 59 * 60.0
    keep(journal, replace(GIVEN, turn="t2"))
    assert ["t1", "t2"] == turns(where)
    clock[:] = later + SETTLE, SETTLE.total_seconds()

    until(lambda: turns(where) == ["t2"])


@pytest.mark.usefixtures("quick_tries")
def test_started_with_a_clock_that_looks_wrong_it_waits_as_well(
    where: str, open_journal: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The newest row is a year old: perhaps the clinic was closed, perhaps the date is wrong.
    """
    first = open_journal(where, now=lambda: NOON)
    keep(first)
    first.close()
    clock = [NOON + timedelta(days=365), 0.0]
    open_journal(where, now=lambda: clock[0], steady=lambda: clock[1]).start()
    until(lambda: "365 days away from today" in caplog.text)
    assert ["t1"] == turns(where)
    clock[:] = clock[0] + SETTLE, SETTLE.total_seconds()

    until(lambda: turns(where) == [])


def test_what_has_gone_is_overwritten(tmp_path: Path, open_journal: Opener) -> None:
    """
    No file in the folder holds the words of a row whose time has passed.
    """
    where = str(tmp_path / "journal.sqlite")
    journal = open_journal(where, now=lambda: NOON)
    keep(journal)
    journal.close()
    assert any(b"my secret" in path.read_bytes() for path in tmp_path.iterdir())
    with Database.open(where).begin() as connection:
        purge(connection, NOON + timedelta(days=2), 1)

    assert not any(b"my secret" in path.read_bytes() for path in tmp_path.iterdir())
