"""`python -m qa journal ...`: what is kept, as counts, and what has had its days deleted."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime

from qa.config import Settings
from qa.console import write, write_json
from qa.errors import QAError
from qa.journal import reading
from qa.journal.database import Database
from qa.journal.retention import EVERYTHING, purge


def show(settings: Settings, *, as_json: bool) -> int:
    """Counts alone: no question, and no account."""
    database = _there(settings)
    rows = reading.table_counts(database)
    if as_json:
        write_json(
            {
                "mode": settings.journal,
                "days": settings.journal_days,
                "database": database.name,
                "rows": rows,
                "answers": [_plain(count) for count in reading.answer_counts(database)],
                "feedback": [_plain(count) for count in reading.feedback_counts(database)],
                "sources": [asdict(count) for count in reading.source_counts(database)],
            }
        )
        return 0
    write(f"QA_JOURNAL is {settings.journal}; rows go after {settings.journal_days} days\n")
    write(f"in {database.name}:\n")
    for name, count in rows.items():
        write(f"{count:9} {name}\n")
    return 0


def delete(settings: Settings, *, everything: bool, as_json: bool, quiet: bool) -> int:
    """What is older than QA_JOURNAL_DAYS, at once; with `everything`, whatever its age."""
    days = EVERYTHING if everything else settings.journal_days
    with _there(settings).begin() as connection:
        gone = purge(connection, datetime.now(UTC), days)
    if as_json:
        write_json(gone)
    elif not quiet:
        sys.stderr.write(f"deleted: {', '.join(f'{n} {name}' for name, n in gone.items())}\n")
    return 0


def _there(settings: Settings) -> Database:
    """The database, which looking at it does not make."""
    database = Database.open(settings.database)
    if database.file is not None and not database.file.exists():
        raise QAError(
            f"there is no database {database.file}. Nothing was kept yet, or QA_DATABASE names "
            "another one where the app runs."
        )
    return database


def _plain(count: reading.AnswerCount | reading.FeedbackCount) -> dict[str, object]:
    return {**asdict(count), "day": count.day.isoformat()}
