"""Journals to write into, and what then stands in their database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from qa.config import Settings
from qa.journal.database import Database
from qa.journal.feedback import Feedback, Verdict
from qa.journal.store import Journal, JournalState
from qa.journal.tables import AnswerRow, FeedbackRow
from qa.records import Status
from tests.waiting import until

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
LIMIT = 60.0  # seconds for what is waited for; then something is broken, not slow

Opener = Callable[..., Journal]


@contextmanager
def opening() -> Iterator[Opener]:
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


def failing(journal: Journal) -> JournalState:
    """Its state once it has noticed that nothing can be kept."""
    until(lambda: journal.state.problem is not None)
    return journal.state


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
