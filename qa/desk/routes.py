"""The pages of the desk, one line each, and the gate before all but the login page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, FastAPI

from qa.config import Settings
from qa.desk import articles, check, exports, home, login, quality, queue, says
from qa.desk.frame import HOME, Desk
from qa.journal.database import Database

if TYPE_CHECKING:
    from qa.live import Live

# To add a page: its module here, its endpoints in qa/web/endpoints.py and docs/endpoints.md, and
# its name in frame.PAGES if it stands in the navigation.
CLOSED = (
    home.router,
    login.router,
    check.router,
    says.router,
    articles.router,
    queue.router,
    quality.router,
    exports.router,
)


def staff_desk(live: Live, settings: Settings) -> Callable[[FastAPI], None] | None:
    """What adds the desk to an app; None where the clinic has switched it off.

    Raises QAError where QA_DATABASE is neither a file nor a URL; it is reached for by the first
    visitor of the desk.
    """
    if not settings.staff:
        return None
    return partial(add_desk, desk=Desk(live, settings, Database.open(settings.database)))


def add_desk(app: FastAPI, desk: Desk) -> None:
    """Everything below /staff."""
    desk.install(app)
    app.include_router(login.open_router(desk), prefix=HOME)
    closed = APIRouter(dependencies=[Depends(desk.gate)])
    for router in CLOSED:
        closed.include_router(router(desk), prefix=HOME)
    app.include_router(closed)
