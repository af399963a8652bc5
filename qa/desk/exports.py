"""Everything the desk shows as CSV and JSON: `/staff/export`, and a file for each table.

A table is a name, columns and rows that are made while they are sent. Rows of the database come
some at a time, each time in a transaction of its own, so that a slow line holds nothing up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from sqlalchemy import select

from qa.check import check_documents
from qa.desk import article_facts as facts
from qa.desk.accounts import Role
from qa.desk.actions import record
from qa.desk.frame import Desk, Nothing, need, signed_in
from qa.desk.tabular import Value, csv_pieces, json_pieces
from qa.golden import read_golden
from qa.journal.reading import TABLES, table_counts

Rows = Iterator[Sequence[Value]]
AT_A_TIME = 500
FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_LISTS = frozenset({"notices", "passages", "sources"})  # kept as JSON


@dataclass(frozen=True, slots=True)
class Export:
    """One table."""

    name: str
    what: str
    columns: tuple[str, ...]
    rows: Callable[[Desk], Rows]
    role: Role = Role.REVIEWER  # who may have it


def router(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/export")
    def listing(request: Request) -> HTMLResponse:
        account = signed_in(request)
        allowed = [e for e in EXPORTS if account.role in (Role.MAINTAINER, e.role)]
        counts = table_counts(desk.database)
        return desk.page(request, "export.html", exports=allowed, counts=_by_export(counts))

    @routes.get("/export/{name}.{form}")
    def export(request: Request, name: str, form: str) -> Response:
        found = {e.name: e for e in EXPORTS}.get(name)
        if found is None or form not in FORMATS:
            raise Nothing("There is no such file. The export page lists those that there are.")
        account = need(request, found.role)
        with desk.database.begin() as connection:
            record(connection, desk.clock(), account.name, "exported", f"{name}.{form}")
        pieces = csv_pieces if form == "csv" else json_pieces
        named = f'attachment; filename="wellsourced-{name}-{desk.today.isoformat()}.{form}"'
        headers = {"Content-Disposition": named, "Cache-Control": "no-store"}
        rows = found.rows(desk)
        return StreamingResponse(
            pieces(found.columns, rows), media_type=FORMATS[form], headers=headers
        )

    return routes


def _by_export(counts: Mapping[str, int]) -> dict[str, int]:
    return {e.name: counts[_TABLES[e.name]] for e in EXPORTS if e.name in _TABLES}


# ---------------------------------------------------------------- articles


def _articles(desk: Desk) -> Rows:
    for row in facts.rows_of(desk.live.engine, desk.settings, desk.today):
        a, s = row.article, row.standing
        about = desk.live.documents[a.doc_id].metadata if a.doc_id in desk.live.documents else None
        yield (
            *(a.doc_id, a.source, a.title, a.publisher, a.status),
            *((s.status, s.by, s.at, s.why) if s else (None,) * 4),
            *(row.kind, a.published, a.reviewed, a.review_due, a.overdue),
            *((about.language, about.url) if about else (None, None)),
            *(a.passages, row.findings),
        )


def _passages(desk: Desk) -> Rows:
    snapshot = desk.live.engine.snapshot
    for p in snapshot.passages:
        d = snapshot.documents[p.doc_id]
        heading = " > ".join(p.heading_path)
        page = d.page_of(p.span.start)
        text = p.span.of(d.text)
        yield p.passage_id, d.doc_id, d.source, heading, page, p.span.start, p.span.end, text


def _findings(desk: Desk) -> Rows:
    snapshot = desk.live.engine.snapshot
    for refusal in snapshot.refused:
        yield "error", "refused", refusal.source, f"{refusal.reason}. {refusal.advice}"
    for f in check_documents(snapshot.documents.values(), snapshot.passages, desk.today):
        yield f.level, f.kind, f.source, f.message


def _golden(desk: Desk) -> Rows:
    for g in read_golden(desk.settings.golden):
        shown = facts.shown_question(g)
        for answer in g.answers:
            yield g.question_id, shown, answer.source, answer.text, g.by, g.at
        if not g.answers:
            yield g.question_id, shown, None, None, g.by, g.at


# ---------------------------------------------------------------- the database


def _table(name: str, columns: Sequence[str]) -> Callable[[Desk], Rows]:
    row = TABLES[name]
    wanted = [row.id, *(getattr(row, column) for column in columns)]

    def rows(desk: Desk) -> Rows:
        last = 0
        while True:
            some = select(*wanted).where(row.id > last).order_by(row.id).limit(AT_A_TIME)
            with desk.database.read() as connection:
                found = connection.execute(some).all()
            for values in found:
                last = values[0]
                yield [
                    json.loads(v) if c in _LISTS else v
                    for c, v in zip(columns, values[1:], strict=True)
                ]
            if len(found) < AT_A_TIME:
                return

    return rows


def _of_table(name: str, table: str, what: str, columns: str, role: Role = Role.REVIEWER) -> Export:
    names = tuple(columns.split())
    return Export(name, what, names, _table(table, names), role)


_TABLES = {
    "answers": "answer",
    "feedback": "feedback",
    "marks": "mark",
    "actions": "action",
    "accounts": "account",
}
EXPORTS = (
    Export(
        "articles",
        "Every article with its status, who set it and why, dates, passages and findings.",
        tuple(
            "id source title publisher status set_to set_by set_at set_why kind published reviewed "
            "review_due overdue language url passages findings".split()
        ),
        _articles,
    ),
    Export(
        "passages",
        "Every passage that can be quoted, word for word, and where it stands.",
        ("id", "article", "source", "heading", "page", "start", "end", "text"),
        _passages,
    ),
    Export(
        "findings",
        "What checks of the articles found, and files that could not be taken.",
        ("level", "kind", "source", "message"),
        _findings,
    ),
    Export(
        "golden",
        "The clinic's golden questions, a line for each text that answers one.",
        ("id", "question", "source", "text", "by", "at"),
        _golden,
    ),
    _of_table(
        "answers",
        "answer",
        "Each answer that was given: when, from which snapshot, what was quoted; nobody's words.",
        "turn at snapshot status reason support notices passages sources milliseconds channel",
    ),
    _of_table(
        "feedback",
        "feedback",
        "Each yes or no, with the question where the clinic and the person agreed to keep it.",
        "turn day snapshot status reason verdict passage source question",
    ),
    _of_table(
        "marks",
        "mark",
        "What reviewers said of answers.",
        "id at account question verdict snapshot feedback_id source doc_id start end quote golden",
    ),
    _of_table(
        "actions",
        "action",
        "What was done at this desk and on the command line, and by whom.",
        "id at account what subject detail",
        Role.MAINTAINER,
    ),
    _of_table(
        "accounts",
        "account",
        "The accounts of the staff; never how a password is kept.",
        "name role made disabled failures locked_until",
        Role.MAINTAINER,
    ),
)
