"""What every page of the desk has in common: who is signed in, the frame around it, refusals.

A page is a module with `router(desk) -> APIRouter` that `routes` lists. Its functions are plain
ones (`def page(request: Request)`), begin with `signed_in(request)`, and end with
`desk.page(request, "name.html", ...)`. A form holds `{{ token }}` and is
read with `sent(request)`; after it was done, `desk.go("/staff/...")`. Who may write is asked
with `need(request, Role.MAINTAINER)`. Nothing of that needs to think of logins: `Desk.gate` stands
before all of them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, quote

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from qa.config import Settings
from qa.desk.accounts import Account, Accounts, Role
from qa.desk.actions import Clock, utc_now
from qa.desk.logins import Logins, form_token, is_form_token
from qa.errors import QAError
from qa.help_lines import open_help
from qa.journal.database import Database
from qa.render import date_in_words
from qa.web.escaping import escape
from qa.web.pages import shown

if TYPE_CHECKING:
    from qa.live import Live

logger = logging.getLogger(__name__)

COOKIE = "wellsourced_staff"
HOME = "/staff"
STATIC = Path(__file__).parent / "static"
PAGES = (
    ("/staff/check", "Check"),
    ("/staff/articles", "Articles"),
    ("/staff/queue", "Queue"),
    ("/staff/quality", "Quality"),
    ("/staff/export", "Export"),
)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
MOST_FIELDS = 200
_TOKEN = Markup('<input type="hidden" name="csrf" value="{}">')
_TEMPLATES = Path(__file__).parent / "templates"


class NotSignedIn(Exception):
    """The login page comes first."""


class NotAllowed(Exception):
    """Signed in, but not for this; the message is for the person."""


class Nothing(Exception):
    """There is no such page; the message is for the person."""


class Desk:
    """The desk of one running app."""

    def __init__(
        self,
        live: Live,
        settings: Settings,
        database: Database,
        accounts: Accounts | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.live = live
        self.settings = settings
        self.database = database
        self.accounts = accounts or Accounts(database, clock=clock)
        self.logins = Logins(database, clock)
        self.clock = clock
        self.helping = open_help(settings)  # as the patient sees it
        self.environment = _environment(settings)

    @property
    def today(self) -> date:
        return self.clock().astimezone().date()

    def database_is_there(self) -> None:
        """Raises DatabaseUnavailable, so that nobody types a password in vain."""
        with self.database.read():
            pass

    async def gate(self, request: Request) -> None:
        """Lets through who is signed in; a form must carry the token of this very login."""
        token = request.cookies.get(COOKIE, "")
        account = await run_in_threadpool(self.logins.find, token) if token else None
        if account is None:
            raise NotSignedIn
        request.state.account, request.state.token = account, token
        if request.method != "GET":
            form = read_form(await request.body())
            if not is_form_token(token, form.get("csrf", "")):
                raise NotAllowed("This form was made for another login. Load the page again.")
            request.state.form = form

    def page(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page in the frame; the template extends `frame.html` and fills its blocks."""
        account: Account | None = getattr(request.state, "account", None)
        state = self.live.state
        html = self.environment.get_template(template).render(
            account=account,
            token=_TOKEN.format(form_token(request.state.token)) if account else "",
            pages=PAGES if account else (),
            path=request.url.path,
            state=state if account else None,
            **values,
        )
        return HTMLResponse(html, status, HEADERS)

    def go(self, path: str) -> Response:
        """To another page of the desk, once something was done."""
        return RedirectResponse(path, 303, {"Cache-Control": "no-store"})

    def install(self, app: FastAPI) -> None:
        """What the pages raise becomes a page; routes are added by `routes`."""
        app.add_exception_handler(NotSignedIn, self._to_login)
        app.add_exception_handler(NotAllowed, self._refused)
        app.add_exception_handler(Nothing, self._refused)
        app.add_exception_handler(QAError, self._failed)

    def _to_login(self, request: Request, _: Exception) -> Response:
        path = request.url.path
        wanted = f"?next={quote(path)}" if request.method == "GET" and path != HOME else ""
        return self.go(f"/staff/login{wanted}")

    def _refused(self, request: Request, problem: Exception) -> Response:
        status = 404 if isinstance(problem, Nothing) else 403
        title = "There is nothing here" if status == 404 else "Not allowed"
        return self.page(
            request, "refused.html", status=status, heading=title, said=str(problem), detail=""
        )

    def _failed(self, request: Request, problem: Exception) -> Response:
        """A database or a file that cannot be used; outside the desk it is the guard's matter."""
        if request.url.path != HOME and not request.url.path.startswith(f"{HOME}/"):
            raise problem
        logger.error("the staff desk: %s", problem)
        account = getattr(request.state, "account", None)
        return self.page(
            request,
            "refused.html",
            status=503,
            heading="The staff desk cannot be used just now",
            said="The patients' page is not affected. Please try again in a while.",
            detail=str(problem) if account else "",
        )


def signed_in(request: Request) -> Account:
    """Who asks for this page; the gate has let nobody else through."""
    return cast(Account, request.state.account)


def need(request: Request, role: Role) -> Account:
    """The same, for what only a role may do; a maintainer may do everything."""
    account = signed_in(request)
    if account.role is not Role.MAINTAINER and account.role is not role:
        raise NotAllowed(f"This is for a {role}. You are signed in as a {account.role}.")
    return account


def sent(request: Request) -> Mapping[str, str]:
    """The fields of the form that was sent."""
    return cast(Mapping[str, str], request.state.form)


def read_form(body: bytes) -> Mapping[str, str]:
    """
    >>> read_form(b"name=Kim&why=a+%26+b")
    {'name': 'Kim', 'why': 'a & b'}
    """
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise NotAllowed("This form could not be read. Load the page again.") from None
    return dict(pairs)


def moment(at: datetime | None) -> str:
    """
    >>> moment(datetime(2026, 11, 22, 9, 5, tzinfo=UTC))
    '2026-11-22 09:05 UTC'
    """
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _environment(settings: Settings) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = lambda text: escape(shown(text))
    environment.filters["verbatim"] = escape
    environment.filters["in_words"] = date_in_words
    environment.filters["moment"] = moment
    environment.globals.update(clinic=settings.clinic)
    return environment
