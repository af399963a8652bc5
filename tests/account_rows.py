"""Rows of one table, written and read: enough to see what a database does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from qa.journal.database import Database
from qa.journal.tables import AccountRow

MADE = datetime(2026, 11, 22, 12, 30, 1, 250_000, UTC)
ACCOUNT: dict[str, Any] = {"name": "ada", "role": "reviewer", "password": "x", "made": MADE}


def names(where: str) -> list[str]:
    with Database.open(where).read() as connection:
        return list(connection.execute(select(AccountRow.name).order_by(AccountRow.id)).scalars())


def add(where: str | Database, **changes: object) -> None:
    database = Database.open(where) if isinstance(where, str) else where
    with database.begin() as connection:
        connection.execute(insert(AccountRow).values(**{**ACCOUNT, **changes}))
