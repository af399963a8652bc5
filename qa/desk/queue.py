"""The queue: what patients asked that nothing answered, alike questions together, and answers that
did not help.

Questions are there only where the clinic keeps them and the person agreed; messages that speak of
a crisis are kept nowhere. Without questions there are counts by reason and article.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from qa.desk.alike import Embeddings, grouped
from qa.desk.frame import Desk
from qa.journal.database import Database
from qa.journal.reading import Asked, answer_counts, asked, feedback_counts, given
from qa.journal.tables import MarkRow
from qa.records import Status

NEWEST = 300  # questions that are grouped; each is embedded once for it
LOW = 0.15  # support above the threshold by less than this is low
REASONS = {
    "off_topic": "About something else",
    "not_in_sources": "On the subject, but in no article",
    "too_vague": "Too vague, asked back",
    "empty": "Empty",
    "too_long": "Too long",
}


@dataclass(frozen=True, slots=True)
class Count:
    """A number with what it counts."""

    what: str
    count: int


def router(desk: Desk) -> APIRouter:
    routes, embeddings = APIRouter(), Embeddings()

    @routes.get("/queue")
    def queue(request: Request) -> HTMLResponse:
        engine, mode = desk.live.engine, desk.settings.journal
        embed = partial(embeddings.of, engine)
        open_rows, done = _open(desk.database) if mode == "text" else ([], 0)
        return desk.page(
            request,
            "queue.html",
            mode=mode,
            unanswered=grouped([r for r in open_rows if r.status == Status.NOT_FOUND], embed),
            unhelpful=grouped([r for r in open_rows if _unhelpful(r)], embed),
            done=done,
            reasons=_reasons(desk.database),
            sources=_unhelpful_sources(desk.database),
            low=_low(desk.database, engine.minimum_support + LOW),
            low_below=engine.minimum_support + LOW,
            words=REASONS,
        )

    return routes


def _unhelpful(row: Asked) -> bool:
    return row.status == Status.ANSWERED and row.verdict == "no"


def _open(database: Database) -> tuple[list[Asked], int]:
    """The newest questions that nobody has marked yet, and how many of them were marked."""
    rows = [r for r in asked(database) if r.status == Status.NOT_FOUND or _unhelpful(r)][:NEWEST]
    with database.read() as connection:
        marks = connection.execute(select(MarkRow.feedback_id, MarkRow.question)).all()
    numbers = {number for number, _ in marks}
    questions = {_same(question) for _, question in marks}
    kept = [
        r for r in rows if r.feedback_id not in numbers and _same(r.question or "") not in questions
    ]
    return kept, len(rows) - len(kept)


def _same(question: str) -> str:
    return " ".join(question.split()).casefold()


def _reasons(database: Database) -> list[Count]:
    """Answers that were none, by reason."""
    counts: Counter[str] = Counter()
    for row in answer_counts(database):
        if row.status == Status.NOT_FOUND:
            counts[row.reason or ""] += row.count
    return [Count(REASONS.get(reason, reason), n) for reason, n in counts.most_common()]


def _unhelpful_sources(database: Database) -> list[Count]:
    """How often an answer that an article led was said not to help."""
    counts: Counter[str] = Counter()
    for row in feedback_counts(database):
        if row.verdict == "no" and row.source:
            counts[row.source] += row.count
    return [Count(source, n) for source, n in counts.most_common()]


def _low(database: Database, below: float) -> list[Count]:
    """Answers that were given with little support, by the article quoted first."""
    rows = given(database, below=below, status=Status.ANSWERED)
    counts = Counter(row.sources[0] for row in rows if row.sources)
    return [Count(source, n) for source, n in counts.most_common()]
