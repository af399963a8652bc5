"""Which articles say this: any sentence, and every article that supports it or says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from qa.desk.frame import Desk, sent
from qa.render import place, provenance, source_href
from qa.says import Relation, Said, says


@dataclass(frozen=True, slots=True)
class Shown:
    """One sentence of an article with where it stands."""

    said: Said
    by: str
    where: str
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """All sentences with one label."""

    relation: Relation
    shown: Sequence[Shown]


def router(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/says")
    def empty(request: Request) -> HTMLResponse:
        return desk.page(request, "says.html", sentence="", groups=None, summary="")

    @routes.post("/says")
    def search(request: Request) -> HTMLResponse:
        sentence = sent(request).get("sentence", "").strip()
        groups = _groups(says(desk.live.engine, sentence[: desk.settings.max_question_chars]))
        return desk.page(
            request, "says.html", sentence=sentence, groups=groups, summary=summary(groups)
        )

    return routes


def _groups(found: Sequence[Said]) -> list[Group]:
    by_label = {r: [_shown(s) for s in found if s.relation is r] for r in Relation}
    return [Group(relation, shown) for relation, shown in by_label.items() if shown]


def _shown(said: Said) -> Shown:
    quote = said.quote
    return Shown(said, provenance(quote.document), place(quote), source_href(quote))


def summary(groups: Sequence[Group]) -> str:
    """How many articles stand on which side, in words."""
    counts = {g.relation: len({s.said.quote.document.doc_id for s in g.shown}) for g in groups}
    if not counts:
        return (
            "No sentence was found that is near to it. An article may still say it in other words."
        )
    said = [
        f"{n} {'article' if n == 1 else 'articles'} {_many(relation, n)}"
        for relation, n in counts.items()
    ]
    return f"{', '.join(said)}."


def _many(relation: Relation, n: int) -> str:
    """
    >>> _many(Relation.SAME, 2)
    'say the same'
    """
    verb, rest = relation.value.split(" ", 1)
    return relation.value if n == 1 else f"{verb.removesuffix('s')} {rest}"
