"""What goes when its days have passed: yes and no, answers, and marks made of a patient's words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    and_,
    delete,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from qa.journal.tables import AnswerRow, FeedbackRow, LoginRow, MarkRow

EVERYTHING = -1  # days, for `purge`


def purge(connection: Connection, now: datetime, days: int) -> dict[str, int]:
    """Deletes what is older than so many days; gives the rows that went, by table.

    What a reviewer made a golden question of stays. Logins go when they have expired.
    """
    from_patient = and_(MarkRow.feedback_id.is_not(None), MarkRow.golden.is_(False))
    there = select(FeedbackRow.id).where(FeedbackRow.id == MarkRow.feedback_id).exists()
    statements = {
        "feedback": delete(FeedbackRow).where(_has_passed(FeedbackRow.day, now, days)),
        "answer": delete(AnswerRow).where(_has_passed(AnswerRow.at, now, days)),
        "mark": delete(MarkRow).where(from_patient, ~there),  # with the row it was made of
        "login": delete(LoginRow).where(LoginRow.expires < now),
    }
    return {name: connection.execute(gone).rowcount for name, gone in statements.items()}


def _has_passed(day: InstrumentedAttribute[Any], now: datetime, days: int) -> ColumnElement[bool]:
    """Whether a row was written before every one that has days to live.

    A row that was dated while the clock was set back (or ahead) has a wrong day, but a right place
    among the others: it goes with those that were written before and after it.
    """
    if days == EVERYTHING:
        return true()
    oldest, ahead = now.date() - timedelta(days=days), now.date() + timedelta(days=2)
    if isinstance(day.type, Date):
        first, last = oldest, ahead
    else:
        first, last = datetime.combine(oldest, time(), UTC), datetime.combine(ahead, time(), UTC)
    row = day.class_.id
    living = select(func.min(row)).where(day >= first, day < last)
    alive = living.correlate(None).scalar_subquery()
    return or_(row < alive, and_(alive.is_(None), day < first))


def newest_day(connection: Connection) -> date | None:
    """When something was last kept."""
    answered = connection.execute(select(func.max(AnswerRow.at))).scalar()
    said = connection.execute(select(func.max(FeedbackRow.day))).scalar()
    days = [day for day in (said, None if answered is None else answered.date()) if day is not None]
    return max(days, default=None)
