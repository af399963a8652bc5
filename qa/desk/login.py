"""Signing in and out. Whatever is wrong, the answer is the same, and takes as long."""

from __future__ import annotations

import re
from asyncio import sleep
from time import monotonic

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from qa.desk.accounts import Account
from qa.desk.backoff import Backoff
from qa.desk.frame import COOKIE, HOME, STATIC, Desk, read_form
from qa.desk.passwords import LONGEST

REFUSED_SECONDS = 1.0  # from a name and password that are not right to the answer, always
_NEXT = re.compile(r"/staff(?:/[\w.-]+)*", re.ASCII)


def open_router(desk: Desk) -> APIRouter:
    """What can be reached without a login: the login page, its form and the style sheet."""
    routes = APIRouter()
    backoff = Backoff()

    @routes.get("/login")
    def login(request: Request, next: str = HOME) -> HTMLResponse:
        desk.database_is_there()
        return _page(desk, request, next)

    @routes.post("/login")
    async def sign_in(request: Request) -> Response:
        started = monotonic()
        form = read_form(await request.body())
        client: str = request.state.client
        account = None
        if not backoff.wait(client):
            account = await run_in_threadpool(
                desk.accounts.check, form.get("name", ""), form.get("password", "")[: 2 * LONGEST]
            )
        if account is None:
            backoff.failed(client)
            await sleep(REFUSED_SECONDS - (monotonic() - started))
            return _page(desk, request, form.get("next", HOME), refused=True)
        return await run_in_threadpool(_signed_in, desk, request, account, form.get("next", HOME))

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
    return desk.page(request, "login.html", status=status, next=_safe(next), refused=refused)


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
    return response


def _safe(next: str) -> str:
    """A page of the desk, whatever was asked for.

    >>> _safe("/staff/articles"), _safe("//example.org"), _safe("/staff/../x\\n")
    ('/staff/articles', '/staff', '/staff')
    """
    return next if _NEXT.fullmatch(next) and ".." not in next else HOME
