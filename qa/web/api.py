"""The API for programs: the same questions, quotes and articles as the chat, as JSON.

What comes in has passed the guard, which checks token, size, rate, time and form of a request
(`qa/web/guard.py`). Refusals and errors are `{"error": {"code", "message"}}`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from qa.articles import list_articles
from qa.config import Settings
from qa.errors import where
from qa.listing import hit_object
from qa.quote_ids import QuoteId, place
from qa.records import Passage, Quote, Span, Turn
from qa.render import answer_object, quote_object, source_href
from qa.web.api_errors import ApiRefused, api_error, invalid
from qa.web.api_schema import (
    MOST_HITS,
    AnswerOut,
    ErrorOut,
    PlacedOut,
    QuestionIn,
    QuoteName,
    SearchOut,
    SourcesOut,
)
from qa.web.refusals import FAILED, Refused
from qa.web.workers import Workers

if TYPE_CHECKING:
    from qa.live import Live
    from qa.records import Answer

logger = logging.getLogger(__name__)

Answered = Callable[["Answer", int], None]  # an answer and the milliseconds that it took
HISTORY_TURNS = 20  # read of a conversation, as in the chat
KEPT_CHARS = 1_000  # of each of its messages
EVERY_ERROR: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorOut, "description": "not served; the message says why"},
    "5XX": {"model": ErrorOut, "description": "not served; try again later"},
}
GONE = (
    "No article holds these words now: the article was changed or withdrawn since, or they never "
    "stood there. Do not show the quote any more."
)


class _Route(APIRoute):
    """Every refusal on the way has the one form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as problem:
                return api_error(invalid(problem.errors()))
            except Refused as refused:
                return api_error(refused)
            except HTTPException as problem:
                return api_error(Refused(problem.status_code, ""))
            except Exception as problem:  # the edge: its message may hold the question
                logger.error("a request of a program failed: %s", where(problem))
                return api_error(Refused(500, FAILED))

        return handled


def api_router(live: Live, settings: Settings, workers: Workers, answered: Answered) -> APIRouter:
    """Everything below /api/; `answered` is told of each answer."""
    router = APIRouter(prefix="/api", route_class=_Route, responses=EVERY_ERROR)

    @router.post("/ask", response_model=AnswerOut, summary="One answer")
    async def ask(asked: QuestionIn) -> JSONResponse:
        """Quotes that answer, or none with a reason. A message that speaks of self-harm has
        `status` "crisis" or a help card in `crisis`: show it before anything else."""
        turns = [Turn(t.role, t.content[:KEPT_CHARS]) for t in asked.history or ()]

        def work() -> Answer:
            began = time.monotonic()
            answer = live.ask(asked.question, turns[-HISTORY_TURNS:])
            answered(answer, round((time.monotonic() - began) * 1000))
            return answer

        return JSONResponse(answer_object(await workers.run(work), asked.id))

    @router.get("/search", response_model=SearchOut, summary="Ranked passages")
    async def search(
        q: str = Query(min_length=1, max_length=settings.max_question_chars),
        k: int = Query(10, ge=1, le=MOST_HITS),
    ) -> JSONResponse:
        """What stands nearest in the articles, for staff and programs; it is no answer, and no
        message is recognised as a crisis here."""
        engine = live.engine
        hits = await workers.run(lambda: engine.search(q, k))
        found = [hit_object(hit) for hit in hits]
        return JSONResponse({"query": q, "snapshot": engine.snapshot.snapshot_id, "hits": found})

    @router.get("/sources", response_model=SourcesOut, summary="The articles")
    async def sources() -> JSONResponse:
        """Each article with its status, dates and number of passages."""
        snapshot = live.engine.snapshot
        rows = list_articles(snapshot.documents.values(), snapshot.passages, date.today())
        listed = [asdict(row) for row in rows]
        return JSONResponse({"snapshot": snapshot.snapshot_id, "sources": listed})

    @router.get("/quote/{quote_id}", response_model=PlacedOut, summary="Does the quote stand?")
    async def quote(quote_id: QuoteName) -> JSONResponse:
        """Where the words of a quote stand now; 404 with code "gone" where no article that counts
        holds them."""
        wanted = QuoteId.read(quote_id)
        if wanted is None:  # it ends before it begins
            raise ApiRefused(404, "gone", GONE)
        return JSONResponse(await workers.run(lambda: _placed(live, wanted)))

    described: dict[str, Any] = {}

    @router.get("/openapi.json", include_in_schema=False)
    async def openapi() -> JSONResponse:
        """What there is, in the form of OpenAPI 3.1."""
        if not described:
            described.update(description(router, settings))
        return JSONResponse(described)

    return router


def description(router: APIRouter, settings: Settings) -> dict[str, Any]:
    """The OpenAPI description; it asks for a token only where one is set."""
    made = get_openapi(
        title="Wellsourced",
        version="1",
        openapi_version="3.1.0",
        summary="Answers by quoting published articles word for word.",
        routes=router.routes,
    )
    if settings.api_token:
        made.setdefault("components", {})["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"}
        }
        made["security"] = [{"token": []}]
    return made


def _placed(live: Live, wanted: QuoteId) -> dict[str, Any]:
    snapshot = live.engine.snapshot
    found = place(wanted, snapshot.documents, snapshot.passages)
    if found is None:
        raise ApiRefused(404, "gone", GONE)
    passage = _passage_at(snapshot.passages, found.document.doc_id, found.span)
    heading = passage.heading_path[-1] if passage and passage.heading_path else None
    quote = Quote(found.document, found.span, heading, 0.0, passage.passage_id if passage else "")
    shown = quote_object(quote)
    return {
        "id": str(wanted),
        "state": "moved" if found.moved else "here",
        "now": shown["id"],
        **{name: shown[name] for name in ("text", "start", "end", "page", "heading")},
        "document": {**shown["document"], "status": found.document.metadata.status},
        "passage": shown["passage"] or None,
        "link": source_href(quote),
        "snapshot": snapshot.snapshot_id,
    }


def _passage_at(passages: tuple[Passage, ...], doc_id: str, span: Span) -> Passage | None:
    """The first passage in which the quote begins."""
    inside = (p for p in passages if p.doc_id == doc_id and p.span.start <= span.start < p.span.end)
    return next(inside, None)
