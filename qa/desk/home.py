"""The first page after the login: what serves, and what needs somebody's eyes."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from qa.articles import is_overdue
from qa.desk.frame import Desk


def router(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("")
    def home(request: Request) -> HTMLResponse:
        documents = desk.live.documents.values()
        standing = [d.metadata.status for d in documents]
        return desk.page(
            request,
            "home.html",
            articles=len(standing),
            withdrawn=sum(d.is_withdrawn for d in documents),
            superseded=standing.count("superseded"),
            overdue=sum(is_overdue(d, desk.today) for d in documents),
        )

    return routes
