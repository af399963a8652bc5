"""The pages of the desk, one line each, and the gate before all but the login page."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI

from qa.desk import home, login
from qa.desk.frame import HOME, Desk

# To add a page: its module here, its endpoints in qa/web/endpoints.py and docs/endpoints.md, and
# its name in frame.PAGES if it stands in the navigation.
CLOSED = (home.router, login.router)


def add_desk(app: FastAPI, desk: Desk) -> None:
    """Everything below /staff."""
    desk.install(app)
    app.include_router(login.open_router(desk), prefix=HOME)
    closed = APIRouter(dependencies=[Depends(desk.gate)])
    for router in CLOSED:
        closed.include_router(router(desk), prefix=HOME)
    app.include_router(closed)
