"""qa.journal.store: what is kept of answers and of yes and no, and of whom nothing is."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from qa.config import Settings
from qa.errors import QAError
from qa.journal.feedback import Feedback, Verdict
from qa.journal.store import JournalState
from qa.journal.tables import FeedbackRow
from qa.records import Reason, Status
from tests.fake_engine import ECT, HOSTILE, answer_to
from tests.journals import DAY, GIVEN, LIMIT, NOON, Opener, answer_row, keep, rows
from tests.waiting import until


def test_a_yes_or_no_holds_what_was_given_and_the_day(where: str, open_journal: Opener) -> None:
    """
    From nothing: the tables are made; of the time the day alone is kept.
    """
    journal = open_journal(where, now=lambda: NOON)
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


def test_a_turn_is_kept_once(where: str, open_journal: Opener) -> None:
    """
    A second click, on the other button as well, changes nothing.
    """
    journal = open_journal(where)
    clicks = (GIVEN, GIVEN, replace(GIVEN, verdict=Verdict.NO))

    assert [True, False, False] == [keep(journal, given) for given in clicks]
    assert ["yes"] == [row["verdict"] for row in rows(where, FeedbackRow)]


def test_an_answer_leaves_ids_and_figures_and_not_a_word(where: str, open_journal: Opener) -> None:
    """
    Time, snapshot, status, passages and sources (each once); of two answers, two rows.
    """
    journal = open_journal(where, now=lambda: NOON)
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
def test_of_a_crisis_nothing_is_kept(where: str, open_journal: Opener, mode: str) -> None:
    """
    Neither where help stands alone nor where it stands above an answer; what comes after is.
    """
    journal = open_journal(where, mode)
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


def test_with_counts_no_question_is_kept(where: str, open_journal: Opener) -> None:
    """
    Even if one came: the clinic has not agreed to it.
    """
    journal = open_journal(where, "counts")
    keep(journal)

    assert [None] == [row["question"] for row in rows(where, FeedbackRow)]
    assert (True, False) == (journal.keeps, journal.keeps_text)


def test_off_it_opens_and_keeps_nothing(
    tmp_path: Path, open_journal: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    No file, no folder, no thread.
    """
    monkeypatch.chdir(tmp_path)
    before = threading.active_count()
    journal = open_journal(Settings().database, "off")
    journal.start()
    journal.answered(answer_to("How often?"), 5, "chat")
    assert JournalState("off", 0, 0, 0, None) == journal.state
    assert (False, False) == (journal.keeps, journal.keeps_text)
    assert before == threading.active_count()
    assert [] == list(tmp_path.iterdir())


def test_off_no_click_can_be_kept(open_journal: Opener) -> None:
    """
    Whatever calls it is told.
    """
    result = open_journal("x", "off").feedback(GIVEN)
    with pytest.raises(QAError, match="QA_JOURNAL is off"):
        result.result(LIMIT)


def test_a_row_that_is_refused_takes_no_other_with_it(where: str, open_journal: Opener) -> None:
    """
    Of three that are written together the two good ones are kept.
    """
    good, bad, other = answer_row("a", NOON), answer_row("b", NOON), answer_row("c", NOON)

    assert 2 == open_journal(where)._keep([good, {**bad, "snapshot": None}, other], False)
    assert ["a", "c"] == sorted(row["turn"] for row in rows(where))


def test_nothing_kept_tells_that_a_crisis_was_spoken_of_before(
    where: str, open_journal: Opener
) -> None:
    """
    The pointer to the help line, that a question after it gets, is in no row.
    """
    journal = open_journal(where, now=lambda: NOON)
    journal.start()
    noticed = replace(answer_to("How often is ECT given?"), notices=("help_line", "overdue_source"))
    journal.answered(noticed, 5, "chat")
    until(lambda: journal.state.written == 1)

    assert ['["overdue_source"]'] == [row["notices"] for row in rows(where)]


def test_any_question_a_browser_sends_can_be_kept(where: str, open_journal: Opener) -> None:
    """
    Quotes, backslashes, other scripts, signs that no database takes.
    """
    asked = "'; DROP TABLE feedback; -- \\ \u202e \U0001f48a \0 \udc80"
    keep(open_journal(where), replace(GIVEN, question=asked))

    kept = "'; DROP TABLE feedback; -- \\ \u202e \U0001f48a \ufffd \ufffd"
    assert [kept] == [row["question"] for row in rows(where, FeedbackRow)]


def test_the_clock_is_utc(where: str, open_journal: Opener) -> None:
    """
    The day of a row does not depend on the machine's time zone.
    """
    keep(open_journal(where))
    (row,) = rows(where, FeedbackRow)
    today = datetime.now(UTC).date()
    assert row["day"] in (today, today - timedelta(days=1))
    assert isinstance(row["day"], date)
