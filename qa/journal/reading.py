"""What the journal holds, as counts, and the rows whose question a person left for the staff."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from qa.journal.database import Database
from qa.journal.tables import AccountRow, ActionRow, AnswerRow, FeedbackRow, LoginRow, MarkRow

TABLES = {
    row.__tablename__: row
    for row in (AnswerRow, FeedbackRow, MarkRow, ActionRow, AccountRow, LoginRow)
}


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How many answers of one kind were given on a day."""

    day: date
    status: str
    reason: str | None
    channel: str
    count: int


@dataclass(frozen=True, slots=True)
class FeedbackCount:
    """How often one kind of answer was said yes or no to on a day; `source` of the lead quote."""

    day: date
    status: str
    reason: str | None
    source: str | None
    verdict: str
    count: int


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How many answers quoted a source, and what was said of those that it led."""

    source: str
    answers: int
    yes: int
    no: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A yes or no; `question` where clinic and person agreed that it is kept."""

    feedback_id: int
    day: date
    snapshot: str
    status: str
    reason: str | None
    verdict: str
    passage: str | None
    source: str | None
    question: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """One answer that was given, without what was asked."""

    at: datetime
    snapshot: str
    status: str
    reason: str | None
    support: float
    notices: tuple[str, ...]
    passages: tuple[str, ...]
    sources: tuple[str, ...]
    milliseconds: int
    channel: str


def table_counts(database: Database) -> dict[str, int]:
    """Rows of each table."""
    with database.read() as connection:
        return {name: _count(connection, row) for name, row in TABLES.items()}


def answer_counts(database: Database) -> list[AnswerCount]:
    """Newest day first."""
    day = func.date(AnswerRow.at)
    kind = (AnswerRow.status, AnswerRow.reason, AnswerRow.channel)
    query = select(day, *kind, func.count()).group_by(day, *kind).order_by(day.desc(), *kind)
    with database.read() as connection:
        rows = connection.execute(query).all()
    return [AnswerCount(date.fromisoformat(str(row[0])), *row[1:]) for row in rows]


def feedback_counts(database: Database) -> list[FeedbackCount]:
    """Newest day first."""
    kind = (FeedbackRow.status, FeedbackRow.reason, FeedbackRow.source, FeedbackRow.verdict)
    query = select(FeedbackRow.day, *kind, func.count()).group_by(FeedbackRow.day, *kind)
    with database.read() as connection:
        rows = connection.execute(query.order_by(FeedbackRow.day.desc(), *kind)).all()
    return [FeedbackCount(*row) for row in rows]


def source_counts(database: Database) -> list[SourceCount]:
    """Every source that was quoted or said something of, by name."""
    answers: Counter[str] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    quoted = select(AnswerRow.sources, func.count()).group_by(AnswerRow.sources)
    verdicts = (FeedbackRow.source, FeedbackRow.verdict)
    with database.read() as connection:
        for sources, count in connection.execute(quoted):
            answers.update(dict.fromkeys(json.loads(sources), count))
        for source, verdict, count in connection.execute(
            select(*verdicts, func.count())
            .where(FeedbackRow.source.is_not(None))
            .group_by(*verdicts)
        ):
            said[str(source), verdict] += count
    names = sorted({*answers, *(source for source, _ in said)})
    return [SourceCount(n, answers[n], said[n, "yes"], said[n, "no"]) for n in names]


def asked(database: Database, *, with_text: bool = True) -> list[Asked]:
    """Newest first; `with_text`: only those with their question."""
    columns = (FeedbackRow.id, FeedbackRow.day, FeedbackRow.snapshot, FeedbackRow.status)
    more = (FeedbackRow.reason, FeedbackRow.verdict, FeedbackRow.passage, FeedbackRow.source)
    query = select(*columns, *more, FeedbackRow.question).order_by(FeedbackRow.id.desc())
    if with_text:
        query = query.where(FeedbackRow.question.is_not(None))
    with database.read() as connection:
        return [Asked(*row) for row in connection.execute(query)]


def given(
    database: Database, *, below: float | None = None, status: str | None = None, limit: int = 1000
) -> list[Given]:
    """The newest answers; `below`: with less support than that."""
    query = select(*_GIVEN).order_by(AnswerRow.id.desc()).limit(limit)
    if below is not None:
        query = query.where(AnswerRow.support < below)
    if status is not None:
        query = query.where(AnswerRow.status == status)
    with database.read() as connection:
        rows = connection.execute(query).all()
    return [_given(*row) for row in rows]


def _given(*values: Any) -> Given:
    lists = (tuple(json.loads(value)) for value in values[5:8])
    return Given(*values[:5], *lists, *values[8:])


_GIVEN = (
    AnswerRow.at,
    AnswerRow.snapshot,
    AnswerRow.status,
    AnswerRow.reason,
    AnswerRow.support,
    AnswerRow.notices,
    AnswerRow.passages,
    AnswerRow.sources,
    AnswerRow.milliseconds,
    AnswerRow.channel,
)


def _count(connection: Connection, row: type[object]) -> int:
    return connection.execute(select(func.count()).select_from(row)).scalar_one()
