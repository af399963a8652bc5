"""qa.journal.reading and `python -m qa journal`: counts that add up, and no word of a patient."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from qa.cli import main
from qa.journal import reading
from qa.journal.database import Database
from qa.journal.reading import AnswerCount, Asked, FeedbackCount, SourceCount
from qa.journal.tables import AnswerRow, FeedbackRow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATE = datetime(2026, 11, 21, 23, 59, 59, 999_999, UTC)
TODAY, BEFORE = NOON.date(), LATE.date()
BOTH, ONE = ("ect.md", "tms.md"), ("ect.md",)


def answer(turn: str, at: datetime, sources: tuple[str, ...], **more: object) -> dict[str, Any]:
    return {
        "turn": turn,
        "at": at,
        "snapshot": "s",
        "status": "answered" if sources else "not_found",
        "reason": None if sources else "off_topic",
        "support": 0.9 if sources else 0.1,
        "notices": "[]",
        "passages": json.dumps([f"p-{source}" for source in sources]),
        "sources": json.dumps(sources),
        "milliseconds": 5,
        "channel": "chat",
        **more,
    }


def said(turn: str, day: date, verdict: str, source: str | None, question: str | None) -> Any:
    status, reason = ("answered", None) if source else ("not_found", "not_in_sources")
    kept = {"turn": turn, "day": day, "snapshot": "s", "status": status, "reason": reason}
    return {**kept, "verdict": verdict, "passage": None, "source": source, "question": question}


@pytest.fixture
def database(where: str) -> Database:
    """Five answers of two days and four clicks, one with its question."""
    filled = Database.open(where)
    answers = [
        answer("a", LATE, BOTH),
        answer("b", NOON, ONE),
        answer("c", NOON, ONE, support=0.4),
        answer("d", NOON, (), notices='["medicine_change"]'),
        answer("e", NOON, ONE, channel="api"),
    ]
    clicks = [
        said("a", BEFORE, "yes", "ect.md", None),
        said("b", TODAY, "no", "ect.md", "my own words"),
        said("c", TODAY, "no", "ect.md", None),
        said("d", TODAY, "no", None, None),
    ]
    with filled.begin() as connection:
        connection.execute(insert(AnswerRow), answers)
        connection.execute(insert(FeedbackRow), clicks)
    return filled


def test_answers_are_counted_by_day_and_kind(database: Database) -> None:
    """
    A day ends at midnight UTC.
    """
    assert [
        AnswerCount(TODAY, "answered", None, "api", 1),
        AnswerCount(TODAY, "answered", None, "chat", 2),
        AnswerCount(TODAY, "not_found", "off_topic", "chat", 1),
        AnswerCount(BEFORE, "answered", None, "chat", 1),
    ] == reading.answer_counts(database)
    assert 5 == sum(count.count for count in reading.answer_counts(database))


def test_clicks_are_counted_by_day_kind_and_source(database: Database) -> None:
    """
    Two that are alike are one line.
    """
    assert [
        FeedbackCount(TODAY, "answered", None, "ect.md", "no", 2),
        FeedbackCount(TODAY, "not_found", "not_in_sources", None, "no", 1),
        FeedbackCount(BEFORE, "answered", None, "ect.md", "yes", 1),
    ] == reading.feedback_counts(database)


def test_sources_are_counted_over_all_answers_that_quote_them(database: Database) -> None:
    """
    ect.md in a, b, c and e; tms.md in a alone, and nothing was said of it.
    """
    assert [
        SourceCount("ect.md", answers=4, yes=1, no=2),
        SourceCount("tms.md", answers=1, yes=0, no=0),
    ] == reading.source_counts(database)


def test_only_questions_that_were_left_are_read(database: Database) -> None:
    """
    One has its words; all four can be listed without.
    """
    (left,) = reading.asked(database)
    words = left.question
    assert ("my own words", "no", TODAY, "ect.md") == (words, left.verdict, left.day, left.source)
    assert "my own" not in repr(left)
    listed = reading.asked(database, with_text=False)
    assert [("no", None), ("no", "ect.md"), ("no", "ect.md"), ("yes", "ect.md")] == [
        (each.verdict, each.source) for each in listed
    ]
    assert all(isinstance(each, Asked) for each in listed)


def test_answers_are_listed_newest_first(database: Database) -> None:
    """
    With their lists as they were; those with little support, or of one status, alone.
    """
    every = reading.given(database)
    assert [("ect.md",), (), ("ect.md",), ("ect.md",), ("ect.md", "tms.md")] == [
        each.sources for each in every
    ]
    assert (LATE, ("p-ect.md", "p-tms.md")) == (every[-1].at, every[-1].passages)
    assert ("medicine_change",) == every[1].notices
    assert [0.1, 0.4] == [each.support for each in reading.given(database, below=0.5)]
    assert [0.1] == [each.support for each in reading.given(database, status="not_found")]
    assert every[:2] == reading.given(database, limit=2)


def test_rows_are_counted_by_table(database: Database) -> None:
    """
    All that the program keeps, empty or not.
    """
    counts = {"answer": 5, "feedback": 4, "mark": 0, "action": 0, "account": 0, "login": 0}
    assert counts == reading.table_counts(database)


# ---------------------------------------------------------------- the command


@pytest.fixture
def at(where: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("QA_DATABASE", where)
    monkeypatch.setenv("QA_JOURNAL", "text")
    return where


@pytest.mark.usefixtures("database")
def test_the_command_shows_counts_and_no_words(at: str, capsys: pytest.CaptureFixture[str]) -> None:
    """
    As JSON for machines, as lines for people.
    """
    assert 0 == main(["journal", "show", "--json"])
    shown = json.loads(capsys.readouterr().out)
    assert ("text", 90, 5) == (shown["mode"], shown["days"], shown["rows"]["answer"])
    assert {"source": "tms.md", "answers": 1, "yes": 0, "no": 0} in shown["sources"]
    assert 4 == sum(count["count"] for count in shown["feedback"])
    assert {"2026-11-21", "2026-11-22"} == {count["day"] for count in shown["answers"]}
    assert 0 == main(["journal", "show"])
    words = capsys.readouterr().out
    assert "        5 answer\n" in words
    assert "my own" not in f"{shown}{words}"


def test_the_command_deletes_at_once(
    at: str, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    With --all whatever its age; else what has had its days.
    """
    assert 0 == main(["journal", "purge", "--all", "--json"])
    assert 5 == json.loads(capsys.readouterr().out)["answer"]
    assert [] == [*reading.given(database), *reading.asked(database, with_text=False)]
    ancient = answer("ancient", datetime(2001, 1, 1, tzinfo=UTC), ONE)
    young = answer("young", datetime.now(UTC), ONE)
    with database.begin() as connection:
        connection.execute(insert(AnswerRow), [ancient, young])
    assert 0 == main(["journal", "purge", "-q"])
    assert "" == capsys.readouterr().err
    assert [datetime.now(UTC).year] == [each.at.year for each in reading.given(database)]


def test_looking_makes_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    In the wrong folder the command says so, and leaves nothing behind.
    """
    monkeypatch.chdir(tmp_path)
    for action in ("show", "purge"):
        assert 1 == main(["journal", action])
        assert "there is no database data/wellsourced.sqlite" in capsys.readouterr().err
    assert [] == list(tmp_path.iterdir())


def test_the_place_is_shown_without_its_password() -> None:
    """
    As `journal show` writes it.
    """
    shown = Database.open("postgresql+psycopg://ada:hunter2@db/wellsourced").name
    assert "postgresql+psycopg://ada:***@db/wellsourced" == shown
