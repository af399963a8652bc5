"""The journal: what is kept of answers and of a person's yes or no, and for how many days.

`off` keeps nothing, `counts` no words, `text` a question where the person ticked the box. Of a
message that speaks of a crisis nothing is kept. Nothing here holds an answer up, or fails it.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy import delete, insert
from sqlalchemy.exc import DataError, IntegrityError

from qa.config import Settings
from qa.errors import QAError
from qa.journal.clock import Clock
from qa.journal.database import Database
from qa.journal.feedback import Feedback
from qa.journal.retention import newest_day, purge
from qa.journal.tables import AnswerRow, FeedbackRow
from qa.journal.writer import Row, Writer
from qa.records import Answer, Status

logger = logging.getLogger(__name__)

Channel = Literal["chat", "api"]
_UNKEPT = frozenset({"help_line"})  # it tells that a crisis was spoken of before


@dataclass(frozen=True, slots=True)
class JournalState:
    """How the journal does; `problem` says why nothing can be kept now, None if it can."""

    mode: str
    written: int  # rows of answers since the start
    lost: int
    waiting: int
    problem: str | None


def utc_now() -> datetime:
    return datetime.now(UTC)


class Journal:
    """Rows in, and out after `days`; safe to use from several threads."""

    def __init__(
        self,
        database: Database | None,
        mode: str,
        days: int,
        now: Callable[[], datetime] = utc_now,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._mode = mode
        self._days = days
        self._now = now
        self._clock = Clock(now, steady)
        self._compared = False
        self._purged: date | None = None
        self._writer = Writer(self._keep, self._purge_daily)

    @classmethod
    def open(
        cls,
        settings: Settings,
        now: Callable[[], datetime] = utc_now,
        steady: Callable[[], float] = time.monotonic,
    ) -> Journal:
        """The journal as it is set; the database is reached for by `start`, or with the first row.

        Raises QAError where QA_DATABASE is neither a file nor a URL.
        """
        database = Database.open(settings.database)
        used = settings.journal != "off" or _was_used(database)
        return cls(database if used else None, settings.journal, settings.journal_days, now, steady)

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self._mode != "off"

    @property
    def keeps_text(self) -> bool:
        """Whether a person may have the question kept."""
        return self._mode == "text"

    @property
    def state(self) -> JournalState:
        state = self._writer.state
        return JournalState(self._mode, state.written, state.lost, state.waiting, state.problem)

    def start(self) -> None:
        """From now on rows go after their days: when none comes too, and those of a journal that
        has been switched off.
        """
        if self._database is not None:
            self._writer.start()

    def close(self) -> None:
        """Rows that wait are tried once more, for a short time."""
        self._writer.close()

    def answered(self, answer: Answer, milliseconds: int, channel: Channel) -> None:
        """Keeps that it was given. Never raises, and waits a quarter of a second at the most."""
        if not self.keeps or answer.crisis is not None or answer.status is Status.CRISIS:
            return
        try:
            self._writer.put(_answer_row(answer, milliseconds, channel, self._now()))
        except Exception as problem:
            logger.error("an answer was not kept: %s", type(problem).__name__)

    def feedback(self, given: Feedback) -> Future[bool]:
        """True once it is on the disk; False: this turn was kept before. Else a QAError."""
        return self._writer.call(lambda: self._keep_feedback(given))

    def _keep_feedback(self, given: Feedback) -> bool:
        if not self.keeps:
            raise QAError("nothing is kept: QA_JOURNAL is off. Set it to counts or text.")
        database = self._opened()
        try:
            with database.begin() as connection:
                connection.execute(insert(FeedbackRow).values(**self._feedback_row(given)))
        except IntegrityError:
            return False
        except DataError as problem:
            raise QAError(_refused(problem)) from None
        return True

    def _feedback_row(self, given: Feedback) -> Row:
        return {
            "turn": given.turn,
            "day": self._now().date(),
            "snapshot": given.snapshot,
            "status": str(given.status),
            "reason": None if given.reason is None else str(given.reason),
            "verdict": str(given.verdict),
            "passage": given.passage,
            "source": given.source,
            "question": given.question if self.keeps_text else None,
        }

    def _keep(self, rows: Sequence[Row], again: bool) -> int:
        """After an error nobody knows whether they are there already: each is written once."""
        try:
            with self._opened().begin() as connection:
                if again:
                    turns = [row["turn"] for row in rows]
                    connection.execute(delete(AnswerRow).where(AnswerRow.turn.in_(turns)))
                connection.execute(insert(AnswerRow), [dict(row) for row in rows])
        except (IntegrityError, DataError) as problem:  # would be refused each time
            if len(rows) > 1:  # one of them: the others are kept
                return sum(self._keep([row], again) for row in rows)
            logger.error("%s", _refused(problem))
            return 0
        return len(rows)

    def _purge_daily(self) -> bool:
        if not self._compared:
            with self._opened().begin() as connection:
                self._clock.compare(newest_day(connection))
            self._compared = True
        now = self._clock.believed()
        if now is None or self._purged == now.date():
            return False
        with self._opened().begin() as connection:
            purge(connection, now, self._days)
        self._purged = now.date()
        return True

    def _opened(self) -> Database:
        assert self._database is not None, "there is one wherever something is kept or goes"
        return self._database


def _was_used(database: Database) -> bool:
    """Whether rows may be in it: looking must not make a file."""
    return database.file is None or database.file.exists()


def _answer_row(answer: Answer, milliseconds: int, channel: Channel, at: datetime) -> Row:
    """Nothing of it is the person's own: ids and names, a time, how sure and how fast."""
    return {
        "turn": secrets.token_hex(8),  # leads to nobody; known again when the row is tried twice
        "at": at,
        "snapshot": answer.snapshot,
        "status": str(answer.status),
        "reason": None if answer.reason is None else str(answer.reason),
        "support": float(answer.support),
        "notices": json.dumps([notice for notice in answer.notices if notice not in _UNKEPT]),
        "passages": json.dumps([quote.passage_id for quote in answer.quotes]),
        "sources": json.dumps(list(dict.fromkeys(q.document.source for q in answer.quotes))),
        "milliseconds": max(0, int(milliseconds)),
        "channel": channel,
    }


def _refused(problem: Exception) -> str:
    return f"the database refused a row ({type(problem).__name__}); a defect in the program"
