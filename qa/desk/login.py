"""Signing in and out. Whatever is wrong with a try, the answer is the same, and takes as long.

A client that failed often is told so at once, and a stranger too where many try: neither says
anything of an account. What strangers do holds no known browser back (qa.desk.known).
"""

from __future__ import annotations

import re
from asyncio import sleep
from functools import partial
from math import ceil
from time import monotonic
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from qa.desk import known
from qa.desk.accounts import Account
from qa.desk.backoff import Backoff, Seen
from qa.desk.door import A_MINUTE, Lane
from qa.desk.frame import COOKIE, HOME, STATIC, Desk, read_form
from qa.desk.passwords import LONGEST
from qa.web.limits import Full

REFUSED_SECONDS = 1.0  # from a name and password that are not right to the answer, always
FULL_SECONDS = 5.0  # after which it is worth trying again where many try
_NEXT = re.compile(r"/staff(?:/[\w.-]+)*", re.ASCII)


def open_router(desk: Desk) -> APIRouter:
    """What can be reached without a login: the login page, its form and the style sheet."""
    routes = APIRouter()
    backoff, seen = Backoff(), Seen()
    strangers, browsers = Lane(A_MINUTE), Lane()

    @routes.get("/login")
    def login(request: Request, next: str = HOME) -> HTMLResponse:
        desk.database_is_there()
        return _page(desk, request, next)

    @routes.post("/login")
    async def sign_in(request: Request) -> Response:
        started = monotonic()
        form = read_form(await request.body())
        next, client = form.get("next", HOME), cast(str, request.state.client)
        browser = await run_in_threadpool(_browser, desk, request, form.get("name", ""))
        lane, who = (browsers, browser) if browser else (strangers, client)
        if wait := backoff.wait(who):
            return _later(desk, request, next, wait, status=429)
        try:
            async with lane.place(who):
                async with lane.turn():
                    account = await run_in_threadpool(
                        desk.accounts.check,
                        form.get("name", ""),
                        form.get("password", "")[: 2 * LONGEST],
                        is_known=browser is not None,
                        is_new=partial(seen.is_new, client),
                    )
                if account is None:
                    backoff.failed(who)
                    await sleep(REFUSED_SECONDS - (monotonic() - started))
                    return _page(desk, request, next, refused=True)
        except Full:
            return _later(desk, request, next, FULL_SECONDS, status=503)
        return await run_in_threadpool(_signed_in, desk, request, account, next)

    @routes.get("/style/desk.css")
    def style() -> FileResponse:
        return FileResponse(STATIC / "desk.css", media_type="text/css")

    return routes


def router(desk: Desk) -> APIRouter:
    """Signing out is for who is signed in: a form of their own."""
    routes = APIRouter()

    @routes.post("/logout")
    def logout(request: Request) -> Response:
        desk.logins.close(request.state.token)
        response = desk.go("/staff/login")
        response.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="strict")
        return response

    return routes


def _page(desk: Desk, request: Request, next: str, *, refused: bool = False) -> HTMLResponse:
    status = 403 if refused else 200
    return desk.page(
        request, "login.html", status=status, next=_safe(next), refused=refused, later=""
    )


def _later(desk: Desk, request: Request, next: str, wait: float, *, status: int) -> HTMLResponse:
    """Nothing was compared: this client failed often (429), or many others try (503)."""
    seconds = max(1, ceil(wait))
    why = "This address failed several times in a row." if status == 429 else "Many are signing in."
    page = desk.page(
        request,
        "login.html",
        status=status,
        next=_safe(next),
        refused=False,
        later=f"{why} The password was not looked at. Try again in {_in_words(seconds)}.",
    )
    page.headers["Retry-After"] = str(seconds)
    return page


def _in_words(seconds: int) -> str:
    """
    >>> _in_words(1), _in_words(90), _in_words(900)
    ('1 second', '90 seconds', '15 minutes')
    """
    if seconds >= 120:
        return f"{ceil(seconds / 60)} minutes"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def _browser(desk: Desk, request: Request, name: str) -> str | None:
    cookie = request.cookies.get(known.COOKIE, "")
    return desk.accounts.browser(name, cookie) if cookie else None


def _signed_in(desk: Desk, request: Request, account: Account, next: str) -> Response:
    """A fresh token; the one that was there before ends."""
    before = request.cookies.get(COOKIE)
    if before:
        desk.logins.close(before)
    response = desk.go(_safe(next))
    response.set_cookie(
        COOKIE,
        desk.logins.open(account),
        path=HOME,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    response.set_cookie(
        known.COOKIE,
        desk.accounts.cookie(account),
        max_age=known.DAYS * 24 * 3600,
        path=known.PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return response


def _safe(next: str) -> str:
    """A page of the desk, whatever was asked for.

    >>> _safe("/staff/articles"), _safe("//example.org"), _safe("/staff/../x\\n")
    ('/staff/articles', '/staff', '/staff')
    """
    return next if _NEXT.fullmatch(next) and ".." not in next else HOME
