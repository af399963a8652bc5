"""What goes when its days have passed: yes and no, answers, and marks made of a patient's words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, delete

from qa.journal.tables import AnswerRow, FeedbackRow, LoginRow, MarkRow


def purge(connection: Connection, oldest: date, now: datetime) -> dict[str, int]:
    """Deletes what is from before the day `oldest`; gives the rows that went, by table.

    What a reviewer made a golden question of stays. Logins go when they have expired.
    """
    first = datetime.combine(oldest, time(), UTC)
    from_patient = (MarkRow.feedback_id.is_not(None), MarkRow.golden.is_(False))
    statements = {
        "feedback": delete(FeedbackRow).where(FeedbackRow.day < oldest),
        "answer": delete(AnswerRow).where(AnswerRow.at < first),
        "mark": delete(MarkRow).where(MarkRow.at < first, *from_patient),
        "login": delete(LoginRow).where(LoginRow.expires < now),
    }
    return {name: connection.execute(gone).rowcount for name, gone in statements.items()}
