"""Signing in and out over HTTP, and what the desk does without its database."""

from __future__ import annotations

import re
import sqlite3
from asyncio import create_task, gather, sleep
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from qa.desk import backoff, door, known, login
from qa.desk.accounts import Account, Role
from qa.desk.backoff import Backoff, Seen
from qa.desk.door import Lane
from qa.desk.frame import COOKIE
from qa.web.limits import Full
from tests import served
from tests.chat_client import Client
from tests.desk_app import HERE, PASSWORD, DeskApp, desk_app
from tests.loops import run

SAID = "That name and password were not accepted."


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskApp:
    """With kim's account; failed tries are answered at once."""
    monkeypatch.setattr(login, "REFUSED_SECONDS", 0.0)
    made = desk_app(tmp_path)
    made.desk.accounts.add("kim", Role.MAINTAINER, PASSWORD)
    return made


def test_the_cookie_is_for_the_desk_alone(desk: DeskApp) -> None:
    """No script reads it, no other page sends it, and over https it never leaves in the clear."""
    plain = desk.person().sign_in("kim")
    secure = desk.person(url="https://localhost").sign_in("kim")
    login_form = rf"{COOKIE}=[\w-]{{43}}; HttpOnly; Path=/staff; SameSite=strict"
    known_form = (
        rf"{known.COOKIE}=[0-9a-f]{{32}}\.[0-9a-f]{{64}}; HttpOnly; "
        r"Max-Age=7776000; Path=/staff/login; SameSite=strict"
    )

    assert (303, "/staff") == (plain.status_code, plain.headers["location"])
    for form, bare, safe in zip(
        (login_form, known_form), cookies(plain), cookies(secure), strict=True
    ):
        assert re.fullmatch(form, bare)
        assert re.fullmatch(f"{form}; Secure", safe)


def test_signing_in_again_gives_another_token(desk: DeskApp) -> None:
    """And ends the one before: nobody can be given a token in advance."""
    person = desk.person()
    person.sign_in("kim")
    before = person.client.cookies[COOKIE]
    person.sign_in("kim")
    other = desk.person()
    other.client.headers["Cookie"] = f"{COOKIE}={before}"

    assert before != person.client.cookies[COOKIE]
    assert (200, 303) == (person.get("/staff").status_code, other.get("/staff").status_code)


def test_every_wrong_try_is_answered_alike(desk: DeskApp) -> None:
    """Unknown name, wrong password, disabled, shut: one page, word for word."""
    accounts = desk.desk.accounts
    for name in ("lee", "sam"):
        accounts.add(name, Role.REVIEWER, PASSWORD)
    accounts.set_disabled("lee", disabled=True)
    for _ in range(5):
        accounts.check("sam", "wrong")
    tries = [("nobody", PASSWORD), ("kim", "wrong"), ("lee", PASSWORD), ("sam", PASSWORD), ("", "")]
    answers = [desk.person().sign_in(name, password) for name, password in tries]

    assert [403] * 5 == [answer.status_code for answer in answers]
    assert 1 == len({answer.text for answer in answers})
    assert SAID in answers[0].text
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_one_client_that_is_shut_shuts_no_other(desk: DeskApp) -> None:
    """It is told for how long, whatever it sends, and no password is compared; another gets in."""
    for _ in range(backoff.FREE):
        desk.person("127.0.0.9").sign_in("nobody", "x")
    desk.desk.accounts.check = not_called  # type: ignore[method-assign]
    answers = [desk.person("127.0.0.9").sign_in(n, p) for n, p in (("kim", PASSWORD), ("x", "x"))]
    del desk.desk.accounts.check

    assert [429] * 2 == [answer.status_code for answer in answers]
    assert ["15"] * 2 == [answer.headers["retry-after"] for answer in answers]
    assert 1 == len({answer.text for answer in answers})
    assert "Try again in 15 seconds." in answers[0].text
    assert 303 == desk.person("127.0.0.8").sign_in("kim").status_code


# ---------------------------------------------------------------- what strangers cannot do


def test_four_addresses_cannot_shut_an_account(desk: DeskApp) -> None:
    """However often each fails; a fifth can, for strangers, but not for who was there before."""
    known_before = desk.person("127.0.0.1")
    known_before.sign_in("kim")
    for address in ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"):
        assert {403} == {
            desk.person(address).sign_in("kim", "wrong").status_code for _ in range(backoff.FREE)
        }
    from_elsewhere = desk.person("127.0.0.7")
    assert 303 == from_elsewhere.sign_in("kim").status_code
    for n in range(10, 15):
        desk.person(f"127.0.0.{n}").sign_in("kim", "wrong")

    assert 403 == desk.person("127.0.0.8").sign_in("kim").status_code
    assert 303 == known_before.sign_in("kim").status_code


def test_a_known_browser_has_tries_of_its_own(desk: DeskApp) -> None:
    """Its address may be shut by others; its own failures shut it, not the account."""
    person = desk.person()
    person.sign_in("kim")
    for _ in range(backoff.FREE):
        desk.person().sign_in("nobody", "x")

    assert 429 == desk.person().sign_in("kim").status_code
    assert 429 == person.sign_in("lee").status_code, "it is known for one account alone"
    assert 303 == person.sign_in("kim").status_code
    for _ in range(backoff.FREE):
        assert 403 == person.sign_in("kim", "wrong").status_code
    assert 429 == person.sign_in("kim").status_code
    assert 303 == desk.person("127.0.0.8").sign_in("kim").status_code


def test_a_browser_is_known_until_the_password_changes(desk: DeskApp) -> None:
    """Nor is one known whose cookie was made up, or whose account is disabled."""
    accounts, person = desk.desk.accounts, desk.person()
    cookie = cookies(person.sign_in("kim"))[1].partition(";")[0].partition("=")[2]
    number = cookie.partition(".")[0]

    assert number == accounts.browser(" Kim", cookie)
    assert [None] * 4 == [
        accounts.browser(name, sent)
        for name, sent in (("lee", cookie), ("kim", number), ("kim", f"{cookie}0"), ("\0", "é.é"))
    ]
    accounts.set_disabled("kim", disabled=True)
    assert accounts.browser("kim", cookie) is None
    accounts.set_disabled("kim", disabled=False)
    accounts.set_password("kim", "another four words")
    assert accounts.browser("kim", cookie) is None


def test_a_crowd_of_strangers_leaves_room(desk: DeskApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing hangs for four addresses; who is known gets in, and pages of the desk open."""
    monkeypatch.setattr(door, "WAIT_SECONDS", 600.0)
    person = desk.person()
    person.sign_in("kim")
    began, go_on, check = Event(), Event(), desk.desk.accounts.check

    def slow(name: str, password: str, **how: Any) -> Account | None:
        if password == "wrong":
            began.set()
            assert go_on.wait(600)
        return check(name, password, **how)

    monkeypatch.setattr(desk.desk.accounts, "check", slow)

    async def crowd() -> tuple[list[int], int, int, list[int]]:
        addresses = [f"127.0.0.{n}" for n in range(2, 6)]
        tries = [create_task(sent(desk, a, "wrong")) for a in addresses for _ in range(3)]
        while not began.is_set() or sum(t.done() for t in tries) < 4:
            await sleep(0.001)
        turned_away = [t.result() for t in tries if t.done()]
        jar = dict(person.client.cookies)
        page = await sent(desk, "127.0.0.2", None, jar)  # signing in again ends this login
        inside = await sent(desk, "127.0.0.5", PASSWORD, jar)
        go_on.set()
        return turned_away, inside, page, await gather(*tries)

    turned_away, inside, page, all_of_them = run(crowd())

    assert [503] * 4 == turned_away
    assert (303, 200) == (inside, page)
    assert {403: 8, 503: 4} == Counter(all_of_them)


async def sent(
    desk: DeskApp, address: str, password: str | None, jar: dict[str, str] | None = None
) -> int:
    """The status of a try to sign in as kim, or of the desk's first page."""
    transport = ASGITransport(desk.app, client=(address, 50000))
    head = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
    async with AsyncClient(transport=transport, base_url=HERE, cookies=jar, headers=head) as client:
        if password is None:
            return (await client.get("/staff")).status_code
        form = {"name": "kim", "password": password}
        return (await client.post("/staff/login", data=form)).status_code


def test_a_lane_holds_so_many_and_says_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of a client, eight in all, one at a time, and strangers only so often."""
    monkeypatch.setattr(door, "WAIT_SECONDS", 0.0)

    async def tried() -> list[str]:
        lane, found = Lane(), list[str]()

        async def enter(stack: AsyncExitStack, client: str) -> None:
            try:
                await stack.enter_async_context(lane.place(client))
                found.append(client)
            except Full as full:
                found.append("own" if full.own else "full")

        async with AsyncExitStack() as stack:
            for client in "aaabbccdde":
                await enter(stack, client)
        async with AsyncExitStack() as stack:
            await enter(stack, "f")
            async with lane.turn():
                with pytest.raises(Full):
                    async with lane.turn():
                        found.append("two at once")
            async with lane.turn():
                found.append("turn")
        now = [0.0]
        lane = Lane(2, lambda: now[0])
        for passed in (0.0, 0.0, 0.0, 30.0):
            now[0] += passed
            async with AsyncExitStack() as stack:
                await enter(stack, "g")
        return found

    assert [*"aa", "own", *"bbccdd", "full", "f", "turn", "g", "g", "full", "g"] == run(tried())


def test_pairs_are_remembered_of_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ones met last stay."""
    monkeypatch.setattr(backoff, "MOST_CLIENTS", 2)
    seen = Seen()

    met = [("a", "kim"), ("b", "kim"), ("a", "kim"), ("c", "kim"), ("a", "kim"), ("b", "kim")]
    assert [True, True, False, True, False, True] == [seen.is_new(*pair) for pair in met]


def cookies(answer: Any) -> list[str]:
    return list(answer.headers.get_list("set-cookie"))


def not_called(*args: Any, **options: Any) -> None:
    raise AssertionError("a password was compared")


def test_a_client_backs_off() -> None:
    """Ten tries are free; then 15 seconds, doubled with each failure, 15 minutes at most."""
    now = [0.0]
    tries = Backoff(lambda: now[0])
    waits = []
    for _ in range(18):
        tries.failed("a")
        waits.append(tries.wait("a"))

    assert [0.0] * 9 + [15, 30, 60, 120, 240, 480, 900, 900, 900] == waits
    now[0] = 899.0
    assert 1.0 == tries.wait("a")
    now[0] = 900.0
    assert 0.0 == tries.wait("a")
    tries.failed("a")
    assert 900.0 == tries.wait("a"), "what was shut is shut again at once"
    now[0] += 1801.0
    tries.failed("a")
    assert 0.0 == tries.wait("a"), "after half an hour it is forgotten"


def test_failures_are_remembered_of_so_many_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory is bounded; the ones that failed last stay."""
    monkeypatch.setattr(backoff, "MOST_CLIENTS", 3)
    tries = Backoff(lambda: 0.0)
    for name in "abcd":
        for _ in range(backoff.FREE):
            tries.failed(name)

    assert 3 == len(tries)
    assert [0.0, 15.0, 15.0, 15.0] == [tries.wait(name) for name in "abcd"]


def test_a_wrong_try_takes_as_long_as_it_is_set_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each waits out the rest of the same second; a right one waits for nothing."""
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(login, "sleep", note)
    monkeypatch.setattr(login, "monotonic", iter([10.0, 10.25, 20.0, 20.5, 30.0]).__next__)
    desk = desk_app(tmp_path)
    desk.desk.accounts.add("kim", Role.REVIEWER, PASSWORD)
    for name, password in (("nobody", "x"), ("kim", "wrong"), ("kim", PASSWORD)):
        desk.person().sign_in(name, password)

    assert [0.75, 0.5] == waited


@pytest.mark.parametrize(
    ("next", "where"),
    [
        ("/staff/articles", "/staff/articles"),
        ("/staff/articles/0123456789abcdef", "/staff/articles/0123456789abcdef"),
        ("//evil.example", "/staff"),
        ("/staff//evil.example", "/staff"),
        ("https://evil.example/staff", "/staff"),
        ("/staff/../source", "/staff"),
        ("/staffx", "/staff"),
        ("/staff\\@evil.example", "/staff"),
        ("/staff/a\r\nSet-Cookie: a=b", "/staff"),
        ("", "/staff"),
    ],
)
def test_a_login_leads_into_the_desk(desk: DeskApp, next: str, where: str) -> None:
    """To the page that was asked for, and never anywhere else."""
    assert where == desk.person().sign_in("kim", next=next).headers["location"]


def test_the_page_that_was_asked_for_comes_after_the_login(desk: DeskApp) -> None:
    """Its address, without what was asked of it, is carried through the form."""
    person = desk.person()
    asked = person.get("/staff/articles?q=words+of+a+patient")
    page = person.get(asked.headers["location"])

    assert "/staff/login?next=/staff/articles" == asked.headers["location"]
    assert '<input type="hidden" name="next" value="/staff/articles">' in page.text


def test_signing_out_takes_the_cookie_away(desk: DeskApp) -> None:
    """On the browser too."""
    answer = desk.signed_in().send("/staff/logout")

    assert (303, "/staff/login") == (answer.status_code, answer.headers["location"])
    assert 'wellsourced_staff=""' in answer.headers["set-cookie"]
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_no_page_of_the_desk_is_kept_or_framed(desk: DeskApp) -> None:
    """Neither by a cache nor in another page; nothing foreign runs or is sent anywhere."""
    person = desk.signed_in()
    for path in ("/staff", "/staff/articles", "/staff/export", "/staff/login", "/staff/export.x"):
        headers = person.get(path).headers
        assert "no-store" == headers["cache-control"]
        assert "DENY" == headers["x-frame-options"]
    policy = person.get("/staff").headers["content-security-policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    } == parts


def test_names_are_shown_as_they_are(desk: DeskApp) -> None:
    """The clinic's name is text, also where it looks like a page."""
    text = desk.person().get("/staff/login").text

    assert "Clinic &lt;b&gt;One&lt;/b&gt;" in text
    assert "<b>One" not in text


# ---------------------------------------------------------------- without a database


def broken(folder: Path, how: str) -> str:
    """A database that cannot be used."""
    path = folder / "broken.sqlite"
    if how == "no database":
        path.write_bytes(b"this is no database, though as long as a page" * 99)
    elif how == "gone":
        return str(folder / "not" / "there.sqlite")
    elif how == "folder":
        path.mkdir()
    else:
        return "postgresql+psycopg://nobody:secret-word@127.0.0.1:1/none"
    return str(path)


@pytest.mark.parametrize("how", ["no database", "gone", "folder", "server down"])
def test_without_its_database_the_desk_is_shut_and_nothing_else(tmp_path: Path, how: str) -> None:
    """A plain page says so, without telling a stranger why; the patients' page goes on."""
    where = broken(tmp_path, how)
    desk = desk_app(tmp_path, lambda settings: replace(settings, database=where))
    person = desk.person()
    person.client.headers["Cookie"] = f"{COOKIE}={'a' * 43}"
    answers = [person.get("/staff/login"), person.get("/staff"), person.get("/staff/articles")]
    answers += [person.sign_in("kim")]

    assert [503] * 4 == [answer.status_code for answer in answers]
    for answer in answers:
        assert "The staff desk cannot be used just now" in answer.text
        assert "patients' page is not affected" in answer.text.replace("&#39;", "'")
        assert "sqlite" not in answer.text
        assert "secret-word" not in answer.text
    assert 200 == person.get("/").status_code


def test_a_database_that_comes_back_opens_the_desk_again(desk: DeskApp, tmp_path: Path) -> None:
    """Locked in between: who was signed in still is."""
    person = desk.signed_in()
    desk.clock.pass_by(minutes=2)  # so that the login would be written down
    with closing(sqlite3.connect(tmp_path / "desk.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        shut = person.get("/staff")
        other.execute("ROLLBACK")

    assert (503, 200) == (shut.status_code, person.get("/staff").status_code)


@pytest.fixture(scope="module")
def without_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """The whole app, with a database that is none."""
    folder = tmp_path_factory.mktemp("without")
    with served.fake(folder, database=broken(folder, "no database")) as running:
        yield running


def test_the_chat_answers_without_a_database(without_database: served.Served) -> None:
    """The served app: the desk is shut, a question is answered as always."""
    client = Client(without_database.url)

    assert 503 == client.fetch("/staff/login").status
    assert "two to three times a week" in client.ask("How often is ECT given?")
    assert 200 == client.fetch("/").status


def test_the_style_sheet_needs_nobody(desk: DeskApp) -> None:
    """The login page is readable; the same for everybody, so it may be kept."""
    answer = desk.person().get("/staff/style/desk.css")

    assert (200, "text/css; charset=utf-8") == (
        answer.status_code,
        answer.headers["content-type"],
    )
