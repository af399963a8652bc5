"""What goes when its days have passed: yes and no, answers, and marks made of a patient's words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, delete, func, select

from qa.journal.tables import AnswerRow, FeedbackRow, LoginRow, MarkRow

EVERYTHING = -1  # days, for `purge`


def purge(connection: Connection, now: datetime, days: int) -> dict[str, int]:
    """Deletes what is older than so many days; gives the rows that went, by table.

    What a reviewer made a golden question of stays. Logins go when they have expired.
    """
    oldest = now.date() - timedelta(days=days)
    first = datetime.combine(oldest, time(), UTC)
    from_patient = (MarkRow.feedback_id.is_not(None), MarkRow.golden.is_(False))
    statements = {
        "feedback": delete(FeedbackRow).where(FeedbackRow.day < oldest),
        "answer": delete(AnswerRow).where(AnswerRow.at < first),
        "mark": delete(MarkRow).where(MarkRow.at < first, *from_patient),
        "login": delete(LoginRow).where(LoginRow.expires < now),
    }
    return {name: connection.execute(gone).rowcount for name, gone in statements.items()}


def newest_day(connection: Connection) -> date | None:
    """When something was last kept."""
    answered = connection.execute(select(func.max(AnswerRow.at))).scalar()
    said = connection.execute(select(func.max(FeedbackRow.day))).scalar()
    days = [day for day in (said, None if answered is None else answered.date()) if day is not None]
    return max(days, default=None)
