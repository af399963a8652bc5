"""Check an answer: a question, the answer in the patient's own markup, and everything behind it.

The question is posted, so that it stands in no address and in no log. What a reviewer marks is kept
as a row; a mark can become a golden question. Of a message that speaks of a crisis nothing is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from markupsafe import Markup

from qa.desk.frame import STATIC, Desk, NotAllowed, Nothing, sent, signed_in
from qa.desk.marking import NOTHING, VERDICTS, Choice, Mark, chosen, keep, mark_of
from qa.explain import Explanation, Judged, explain
from qa.records import Answer, Span, Status, Turn
from qa.render import place, source_href
from qa.web.article import article_html
from qa.web.markup import answer_html
from qa.web.patient import BOX_CHARS

MOST_SENTENCES = 12
MOST_PASSAGES = 20
_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)  # of a row


@dataclass(frozen=True, slots=True)
class Asked:
    """What was put into the form."""

    question: str
    before: str  # a question that was asked before it, or ""
    feedback: str  # the number of a patient's row, or ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Asked:
        """At most what a patient can send; a number that no row can have is none."""
        question, before = (form.get(name, "")[:BOX_CHARS] for name in ("question", "before"))
        number = form.get("feedback", "")
        return cls(question, before, number if _NUMBER.fullmatch(number) else "")


def router(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/check")
    def empty(request: Request) -> HTMLResponse:
        return desk.page(request, "check.html", problem="", asked=Asked("", "", ""), why=None)

    @routes.post("/check")
    def check(request: Request) -> HTMLResponse:
        return _page(desk, request, Asked.of(sent(request)))

    @routes.post("/check/mark")
    def mark(request: Request) -> Response:
        asked = Asked.of(sent(request))
        try:
            return _mark(desk, request, asked)
        except NotAllowed as problem:  # the form again, so that nothing has to be looked for anew
            return _page(desk, request, asked, problem=str(problem))

    @routes.get("/check/marks/{number}")
    def marked(request: Request, number: int) -> HTMLResponse:
        found = mark_of(desk.database, number)
        if found is None:
            raise Nothing("There is no such mark.")
        return desk.page(request, "marked.html", mark=found, verdicts=VERDICTS)

    @routes.get("/style/review.css")
    def style() -> FileResponse:
        return FileResponse(STATIC / "review.css", media_type="text/css")

    return routes


def history_of(desk: Desk, before: str) -> tuple[Turn, ...]:
    """The exchange before the question, with the answer that is given now."""
    if not before.strip():
        return ()
    answer = desk.live.ask(before)
    said = answer.quotes[0].text if answer.quotes else "The articles do not answer this."
    return (Turn("user", before), Turn("assistant", said))


def _is_of_crisis(desk: Desk, before: str) -> bool:
    """Whether what was asked before is a message of which nothing is kept."""
    return bool(before.strip()) and desk.live.ask(before).crisis is not None


def _page(desk: Desk, request: Request, asked: Asked, problem: str = "") -> HTMLResponse:
    engine = desk.live.engine
    why = explain(engine, asked.question, history_of(desk, asked.before))
    return desk.page(
        request,
        "check.html",
        status=403 if problem else 200,
        problem=problem,
        asked=asked,
        why=why,
        patient=_patient(desk, why.answer),
        sentences=[_sentence(j) for j in why.judged[:MOST_SENTENCES]],
        more=max(0, len(why.judged) - MOST_SENTENCES),
        passages=why.candidates[:MOST_PASSAGES],
        decision=decision(why),
        article=_article(why),
        may_mark=why.answer.crisis is None
        and bool(asked.question.strip())
        and not _is_of_crisis(desk, asked.before),
        answered=why.answer.status is Status.ANSWERED,
    )


def _patient(desk: Desk, answer: Answer) -> Markup:
    """The answer as the chat shows it, its links too; escaped where it is made."""
    documents = desk.live.documents
    return Markup(answer_html(answer, "answer", helping=desk.helping, documents=documents))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A judged sentence with where it stands and how a form names it."""

    judged: Judged
    where: str
    href: str
    value: str


def _sentence(judged: Judged) -> Sentence:
    choice = Choice(judged.hit.document.doc_id, judged.span)
    return Sentence(judged, place(judged.quote), source_href(judged.quote), choice.value)


def decision(why: Explanation) -> str:
    """Why something is quoted or nothing, in one sentence."""
    answer, best = why.answer, max((j.score for j in why.judged), default=None)
    if answer.status is Status.CRISIS:
        return "The help card is shown, and nothing is quoted."
    if answer.status is Status.ANSWERED:
        return f"Quoted, because the best sentence ({best:.2f}) reaches {why.threshold:.2f}."
    if best is None:
        return "Nothing was searched: the message itself is the reason."
    fit = "no sentence is left that fits the question" if best == 0 else f"the best has {best:.2f}"
    return f"Silent, because {fit}, and {why.threshold:.2f} is needed."


def _article(why: Explanation) -> Mapping[str, object] | None:
    """The article of the first quote, or of the sentence that came nearest, with its mark."""
    quotes = (*why.answer.quotes, *why.answer.related)
    if not quotes:
        return None
    document, span = quotes[0].document, quotes[0].span
    return {
        "title": document.metadata.title,
        "html": article_html(document, Span(span.start, span.end)),
        "href": source_href(quotes[0]),
        "doc_id": document.doc_id,
    }


def _mark(desk: Desk, request: Request, asked: Asked) -> Response:
    account, form = signed_in(request), sent(request)
    history = history_of(desk, asked.before)
    answer = desk.live.ask(asked.question, history)
    if answer.crisis is not None or _is_of_crisis(desk, asked.before):
        raise NotAllowed("Nothing is kept of a message that speaks of a crisis.")
    longest = desk.settings.max_question_chars
    if not asked.question.strip() or len(asked.question) > longest:
        raise NotAllowed(f"A question of 1 to {longest} characters can be marked.")
    verdict, named = form.get("verdict", ""), form.get("right", "")
    right = chosen(named, verdict, answer, desk.live.documents)
    mark = Mark(
        question=asked.question,
        verdict=verdict,
        snapshot=answer.snapshot,
        right=right,
        nothing=named == NOTHING or (verdict == "right" and right is None),
        golden="golden" in form,
        feedback=int(asked.feedback) if asked.feedback else None,
    )
    number = keep(desk, account.name, mark, history)
    return desk.go(f"/staff/check/marks/{number}")
