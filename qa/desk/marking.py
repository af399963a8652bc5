"""What a reviewer says of an answer: right, wrong with the span that is right, or needs an article.

A mark is one row. As a golden question it is written first into the file of golden questions, so
that no row claims what the file lacks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from qa.desk.actions import record
from qa.desk.frame import Desk, NotAllowed
from qa.golden import GoldenQuestion, Listed, append_golden, golden_id
from qa.journal.database import Database
from qa.journal.tables import MarkRow
from qa.records import Answer, Document, Span, Turn

VERDICTS = {"right": "right", "wrong": "wrong", "needs_article": "needs an article"}
NOTHING = "nothing"  # in place of a span: no sentence answers, silence is right
_VALUE = re.compile(r"([0-9a-f]{16}):(\d{1,9}):(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choice:
    """A span of an article as a form names it."""

    doc_id: str
    span: Span

    @property
    def value(self) -> str:
        """
        >>> Choice("0123456789abcdef", Span(3, 9)).value
        '0123456789abcdef:3:9'
        """
        return f"{self.doc_id}:{self.span.start}:{self.span.end}"


@dataclass(frozen=True, slots=True)
class Right:
    """The text that answers, cut from its article."""

    document: Document
    span: Span

    @property
    def text(self) -> str:
        return self.span.of(self.document.text)


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict on one answer."""

    question: str
    verdict: str
    snapshot: str
    right: Right | None
    nothing: bool  # no sentence of the articles answers: silence is right
    golden: bool
    feedback: int | None


@dataclass(frozen=True, slots=True)
class KeptMark:
    """A mark as it stands in the database."""

    question: str
    verdict: str
    by: str
    source: str | None
    quote: str | None
    golden: bool


def chosen(
    value: str, verdict: str, answer: Answer, documents: Mapping[str, Document]
) -> Right | None:
    """The span that a form names; where it names none, the first quote of a right answer alone.

    Raises NotAllowed.
    """
    if value == "" and verdict == "right" and answer.quotes:
        return Right(answer.quotes[0].document, answer.quotes[0].span)
    if value in ("", NOTHING):
        return None
    named = _VALUE.fullmatch(value)
    document = documents.get(named[1]) if named else None
    if named is None or document is None:
        raise NotAllowed("That sentence is not there now. Check the question again.")
    start, end = int(named[2]), int(named[3])
    if not start < end <= len(document.text):
        raise NotAllowed("That sentence is not there now. Check the question again.")
    return Right(document, Span(start, end))


def keep(desk: Desk, account: str, mark: Mark, history: Sequence[Turn]) -> int:
    """Writes the golden question, if it is to become one, and the row; the number of the row."""
    if mark.verdict not in VERDICTS:
        raise NotAllowed("Choose whether the answer is right, wrong or needs an article.")
    at, right = desk.clock(), mark.right
    if mark.golden:
        append_golden(desk.settings.golden, _golden(mark, account, at.isoformat(), history))
    values = {
        "at": at,
        "account": account,
        "question": mark.question,
        "verdict": mark.verdict,
        "snapshot": mark.snapshot,
        "feedback_id": mark.feedback,
        "source": right.document.source if right else None,
        "doc_id": right.document.doc_id if right else None,
        "start": right.span.start if right else None,
        "end": right.span.end if right else None,
        "quote": right.text if right else None,
        "golden": mark.golden,
    }
    with desk.database.begin() as connection:
        found = connection.execute(insert(MarkRow).values(**values).returning(MarkRow.id))
        number: int = found.scalar_one()
        record(connection, at, account, "marked", f"mark {number}", mark.verdict)
    return number


def _golden(mark: Mark, account: str, at: str, history: Sequence[Turn]) -> GoldenQuestion:
    """Raises NotAllowed where the mark does not say what is right."""
    if mark.right is None and not (mark.nothing or mark.verdict == "needs_article"):
        raise NotAllowed("A golden question needs the sentence that answers, or that none does.")
    return GoldenQuestion(
        question_id=golden_id(mark.question, history),
        question=mark.question,
        answers=(Listed(mark.right.document.source, mark.right.text),) if mark.right else (),
        history=tuple(history),
        by=account,
        at=at,
    )


def mark_of(database: Database, number: int) -> KeptMark | None:
    """One mark by its number."""
    columns = (MarkRow.question, MarkRow.verdict, MarkRow.account)
    more = (MarkRow.source, MarkRow.quote, MarkRow.golden)
    with database.read() as connection:
        row = connection.execute(select(*columns, *more).where(MarkRow.id == number)).one_or_none()
    return None if row is None else KeptMark(*row)
