"""Nothing of /staff can be reached without a login: every route that exists, one by one.

The routes are read from the app, so that a page that is added later is asked too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from qa.desk.accounts import Role
from qa.desk.frame import COOKIE
from qa.journal.tables import ActionRow, MarkRow
from qa.statuses import read_statuses
from qa.web.endpoints import OPEN, Kind, find
from tests import served
from tests.chat_client import Client
from tests.desk_app import HERE, DeskApp, Person, desk_app
from tests.route_table import routes_of

# The login page, its form and its style sheet. Nothing else may ever stand here.
PUBLIC = {
    ("GET", "/staff/login"),
    ("POST", "/staff/login"),
    ("GET", "/staff/style/desk.css"),
}
SAMPLES = {"name": "articles", "form": "csv", "number": "1"}


@pytest.fixture
def desk(tmp_path: Path) -> DeskApp:
    return desk_app(tmp_path)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """The whole app, gradio's routes included."""
    folder = tmp_path_factory.mktemp("closed")
    with served.fake(folder, database=folder / "desk.sqlite") as running:
        yield running


def staff_routes(desk: DeskApp) -> list[tuple[str, str]]:
    """(method, path with its parts filled in) of every route below /staff but the public ones."""
    doc_id = next(iter(desk.live.documents))
    found = []
    for method, path in sorted(set(routes_of(desk.app))):
        if path.startswith("/staff") and (method, path) not in PUBLIC:
            filled = re.sub(r"\{(\w+)\}", lambda m: SAMPLES.get(m[1], doc_id), path)
            found.append((method, filled))
    return found


def call(person: Person, method: str, path: str, form: dict[str, str] | None = None) -> tuple:  # type: ignore[type-arg]
    """Status and where it leads to."""
    sent = form if form is not None else {"status": "withdrawn", "why": "x", "question": "x"}
    answer = person.get(path) if method == "GET" else person.post(path, sent)
    return answer.status_code, answer.headers.get("location", "").partition("?")[0]


def nothing_was_done(desk: DeskApp) -> bool:
    with desk.database.read() as connection:
        marks = connection.execute(select(func.count()).select_from(MarkRow)).scalar_one()
        what = set(connection.execute(select(ActionRow.what)).scalars())
    return (
        not marks
        and not read_statuses(desk.settings.index)
        and what
        <= {
            "account added",
            "signed in",
        }
    )


def test_the_walk_sees_the_pages(desk: DeskApp) -> None:
    """Without them the next tests would prove nothing."""
    routes = staff_routes(desk)

    assert ("GET", "/staff") in routes
    assert ("GET", "/staff/articles") in routes
    assert ("POST", "/staff/logout") in routes
    assert PUBLIC <= set(routes_of(desk.app))


def test_every_route_of_the_desk_passes_the_guard(desk: DeskApp) -> None:
    """Each is on the list of endpoints, as one of the staff, so that the gate is what closes it."""
    kinds = {(m, p): e.kind for m, p in staff_routes(desk) if (e := find(m, p))}

    assert {(m, p): Kind.STAFF for m, p in staff_routes(desk)} == kinds


def test_no_page_opens_without_a_login(desk: DeskApp) -> None:
    """Each leads to the login page, and does nothing."""
    for method, path in staff_routes(desk):
        assert (303, "/staff/login") == call(desk.person(), method, path), (method, path)
    assert nothing_was_done(desk)


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "\"'; DROP TABLE login", "%00", "~;"])
def test_no_page_opens_with_a_token_that_nobody_has(desk: DeskApp, token: str) -> None:
    """A made-up cookie is nobody's."""
    desk.signed_in()
    for method, path in staff_routes(desk):
        person = desk.person()
        person.client.headers["Cookie"] = f"{COOKIE}={token}"
        assert (303, "/staff/login") == call(person, method, path), (method, path)
    assert nothing_was_done(desk)


@pytest.mark.parametrize(
    "end", ["idle", "absolute", "logout", "disabled", "password", "removed", "clock set back"]
)
def test_no_page_opens_with_a_login_that_has_ended(desk: DeskApp, end: str) -> None:
    """However it ended, and on each page."""
    person, accounts, name = desk.signed_in(), desk.desk.accounts, "the-maintainer"
    if end == "idle":
        desk.clock.pass_by(minutes=30)
    elif end == "absolute":
        for _ in range(36):
            desk.clock.pass_by(minutes=20)
            person.get("/staff")
    elif end == "clock set back":
        desk.clock.now -= timedelta(days=1)
    elif end == "logout":
        token = person.client.cookies[COOKIE]
        person.send("/staff/logout")
        person.client.headers["Cookie"] = f"{COOKIE}={token}"
    elif end == "disabled":
        accounts.set_disabled(name, disabled=True)
    elif end == "password":
        accounts.set_password(name, "another four words")
    else:
        accounts.remove(name)
    for method, path in staff_routes(desk):
        assert (303, "/staff/login") == call(person, method, path), (method, path)


def test_a_login_that_is_used_lasts(desk: DeskApp) -> None:
    """The control of the test above: 11 hours with a page every 20 minutes."""
    person = desk.signed_in()
    for _ in range(33):
        desk.clock.pass_by(minutes=20)
        assert 200 == person.get("/staff").status_code


@pytest.mark.parametrize("token", [None, "", "0" * 64, "of another login"])
def test_no_form_is_taken_without_its_token(desk: DeskApp, token: str | None) -> None:
    """Each form of the desk, from a browser that is signed in."""
    person, other = desk.signed_in(), desk.signed_in()
    if token == "of another login":
        token = other.token()
    form = {"status": "withdrawn", "why": "x"} | ({} if token is None else {"csrf": token})
    forms = [path for method, path in staff_routes(desk) if method == "POST"]

    assert {403} == {call(person, "POST", path, form)[0] for path in forms}
    assert nothing_was_done(desk)
    assert 200 == person.get("/staff").status_code, "also signing out was a form"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "", "Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": "", "Origin": ""},
    ],
)
def test_no_form_of_another_page_is_taken(desk: DeskApp, headers: dict[str, str]) -> None:
    """Not even with the right token; nor one that does not say where it comes from."""
    person = desk.signed_in()
    token = person.token()
    for method, path in [*staff_routes(desk), ("POST", "/staff/login")]:
        if method == "POST":
            answer = person.post(path, {"csrf": token}, **headers)
            assert 403 == answer.status_code, path
    assert nothing_was_done(desk)


def test_a_form_is_a_form(desk: DeskApp) -> None:
    """What is no form, or too large for one, is not read."""
    person = desk.signed_in()
    path, origin = "/staff/logout", {"Origin": HERE}

    assert 415 == person.client.post(path, json={"csrf": "x"}, headers=origin).status_code
    long = {"csrf": "x" * 300_000}
    assert 413 == person.client.post(path, data=long, headers=origin).status_code


def test_a_reviewer_does_not_do_what_a_maintainer_does(desk: DeskApp) -> None:
    """Setting a status, and the files that tell of colleagues."""
    person = desk.signed_in(Role.REVIEWER)
    doc_id = next(iter(desk.live.documents))
    refused = person.send(f"/staff/articles/{doc_id}/status", status="withdrawn", why="x")

    assert 403 == refused.status_code
    assert "for a maintainer" in refused.text
    assert {403} == {
        person.get(f"/staff/export/{name}.json").status_code for name in ("accounts", "actions")
    }
    assert nothing_was_done(desk)


def test_the_desk_can_be_switched_off(tmp_path: Path) -> None:
    """Then nothing of it is there, the login page included."""
    from dataclasses import replace

    desk = desk_app(tmp_path, lambda settings: replace(settings, staff=False))
    for method, path in [*staff_routes(desk), ("GET", "/staff/login"), ("POST", "/staff/login")]:
        assert 404 == call(desk.person(), method, path)[0], path


def test_the_served_app_closes_every_route_below_staff(server: served.Served) -> None:
    """Over HTTP, with gradio mounted behind it: what is no page of the desk is nothing at all."""
    client = Client(server.url)
    routes = [(method, path) for method, path in json.loads(server.routes.read_text())]
    ours = {(m, p) for m, p in routes if p.startswith("/staff")}

    assert PUBLIC < ours
    for method, path in ours - PUBLIC:
        filled = re.sub(r"\{(\w+)\}", lambda m: SAMPLES.get(m[1], "0" * 16), path)
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url}
        body = b"csrf=x" if method == "POST" else None
        answer = client.fetch(filled, method, body, form if body else None)
        assert (303, "/staff/login") == (
            answer.status,
            answer.headers["location"].partition("?")[0],
        ), (method, path)
        assert "" == answer.text
    for path in (
        "/staff/",
        "/staff/config",
        "/staff/gradio_api/info",
        "/staff/..",
        "/staff/login/",
    ):
        assert 404 == client.fetch(path).status, path


def test_gradios_own_login_stays_closed(server: served.Served) -> None:
    """Its login, logout and user routes lead nowhere, whoever asks."""
    client = Client(server.url)
    routes = {p for _, p in json.loads(server.routes.read_text()) if not p.startswith("/staff")}
    about_logins = {p for p in routes if re.search(r"login|logout|user|token|auth", p)}

    assert about_logins
    for path in about_logins:
        assert {404} == {client.fetch(path, method).status for method in ("GET", "POST")}, path


def test_no_cookie_leaves_the_desk(server: served.Served) -> None:
    """Pages for patients set none; the list of endpoints says which is which."""
    client = Client(server.url)
    for endpoint in OPEN:
        if endpoint.kind is not Kind.STAFF:
            path = endpoint.path.pattern.replace("\\", "")
            assert "set-cookie" not in client.fetch(path, endpoint.method).headers
