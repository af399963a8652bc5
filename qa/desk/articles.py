"""The articles: the list, each article with what is known of it, and setting its status.

A status that is set holds from the next answer. It is set with a reason, and undone with one click.
"""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from qa.articles import is_overdue
from qa.desk import article_facts as facts
from qa.desk.accounts import Role
from qa.desk.actions import record
from qa.desk.frame import Desk, NotAllowed, Nothing, need, sent, signed_in
from qa.journal.database import DatabaseUnavailable
from qa.journal.reading import SourceCount, asked, source_counts
from qa.records import STATUSES, Document
from qa.statuses import name_of, read_statuses, set_status, standing_of

logger = logging.getLogger(__name__)

LONGEST_REASON = 500
MOST_ROWS = 500
MOST_QUESTIONS = 100
UNDONE = "Undone."
CHOICES = {
    "all": "All",
    "overdue": "Review overdue",
    "retired": "Superseded or withdrawn",
    "findings": "With findings",
}


def router(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/articles")
    def listing(request: Request, show: str = "all", q: str = "") -> HTMLResponse:
        return _list(desk, request, show if show in CHOICES else "all", q)

    @routes.get("/articles/{doc_id}")
    def article(request: Request, doc_id: str, was: str = "", note: str = "") -> HTMLResponse:
        return _article(desk, request, _document(desk, doc_id), was, note)

    @routes.post("/articles/{doc_id}/status")
    def status(request: Request, doc_id: str) -> Response:
        need(request, Role.MAINTAINER)
        return _set(desk, request, _document(desk, doc_id))

    return routes


def _list(desk: Desk, request: Request, show: str, q: str) -> HTMLResponse:
    engine = desk.live.engine
    rows = facts.rows_of(engine, desk.settings, desk.today)
    kept = [row for row in rows if _is_shown(row, show) and _matches(row, q)]
    return desk.page(
        request,
        "articles.html",
        rows=kept[:MOST_ROWS],
        found=len(kept),
        total=len(rows),
        choices=CHOICES,
        show=show,
        q=q,
        refused=engine.snapshot.refused,
    )


def _is_shown(row: facts.Row, show: str) -> bool:
    return {
        "overdue": row.article.overdue,
        "retired": row.article.status != "current",
        "findings": row.findings > 0,
    }.get(show, True)


def _matches(row: facts.Row, q: str) -> bool:
    text = f"{row.article.title} {row.article.source} {row.article.publisher or ''}".casefold()
    return all(word in text for word in q.casefold().split())


def _document(desk: Desk, doc_id: str) -> Document:
    document = desk.live.documents.get(doc_id)
    if document is None:
        raise Nothing("No article of this address is served now. It may have changed since.")
    return document


def _article(desk: Desk, request: Request, document: Document, was: str, note: str) -> HTMLResponse:
    engine, source = desk.live.engine, document.source
    questions = [a for a in asked(desk.database) if a.source == source]
    return desk.page(
        request,
        "article.html",
        document=document,
        about=document.metadata,
        overdue=is_overdue(document, desk.today),
        standing=standing_of(document, read_statuses(desk.settings.index)),
        statuses=STATUSES,
        was=was if was in STATUSES else "",
        unwritten=note == "unwritten",
        may_set=signed_in(request).role is Role.MAINTAINER,
        longest_reason=LONGEST_REASON,
        findings=facts.findings_of(engine, document, desk.today),
        places=facts.places_of(engine, document),
        golden=facts.golden_of(desk.settings, source),
        golden_file=desk.settings.golden,
        counts=_counts(desk, source),
        questions=questions[:MOST_QUESTIONS],
        more_questions=max(0, len(questions) - MOST_QUESTIONS),
        journal=desk.settings.journal,
    )


def _counts(desk: Desk, source: str) -> SourceCount:
    found = [c for c in source_counts(desk.database) if c.source == source]
    return found[0] if found else SourceCount(source, 0, 0, 0)


def _set(desk: Desk, request: Request, document: Document) -> Response:
    """The status first: it holds even if it cannot be written into the list of actions."""
    form, account = sent(request), signed_in(request)
    status, why = form.get("status", ""), " ".join(form.get("why", "").split())
    if status not in STATUSES or not why or len(why) > LONGEST_REASON:
        raise NotAllowed(
            f"Choose a status and give a reason of at most {LONGEST_REASON} characters."
        )
    name, before = name_of(document), document.metadata.status
    set_status(desk.settings.index, name, status, account.name, why)
    told = {"was": before} if why != UNDONE else {}
    try:
        with desk.database.begin() as connection:
            detail = f"{before} -> {status}: {why}"
            record(connection, desk.clock(), account.name, "status set", name, detail)
    except DatabaseUnavailable as problem:
        logger.error("a status was set, but not written down: %s", problem)
        told["note"] = "unwritten"
    query = f"?{urlencode(told)}" if told else ""
    return desk.go(f"/staff/articles/{document.doc_id}{query}")
