"""What somebody of the staff did, as a row: who, when, what and to which article or account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from qa.journal.tables import ActionRow

COMMAND_LINE = "(command line)"  # no name of an account can be this
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def record(
    connection: Connection, at: datetime, account: str, what: str, subject: str, detail: str = ""
) -> None:
    """Part of the transaction that does it; nothing of a patient stands in it."""
    connection.execute(
        insert(ActionRow).values(at=at, account=account, what=what, subject=subject, detail=detail)
    )
