"""The desk in a real Chromium: signing in and out, withdrawing an article, with axe, by keys."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from qa.desk import known
from qa.desk.accounts import Role
from qa.desk.frame import COOKIE
from tests.axe import violations
from tests.browsing import PATIENCE, SIZES
from tests.desk_app import PASSWORD, DeskApp, desk_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DeskApp, str]]:
    """A desk with kim's account, and where it is served."""
    made = desk_app(tmp_path_factory.mktemp("desk"))
    made.desk.accounts.add("kim", Role.MAINTAINER, PASSWORD)
    server = uvicorn.Server(uvicorn.Config(made.app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    yield made, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def page(
    browser: Any, desk: tuple[DeskApp, str], size: str, request: pytest.FixtureRequest
) -> Iterator[Any]:
    """A stranger's window, without JavaScript unless axe needs it; nothing goes wrong in it."""
    scripts = "axe" in request.node.name
    context = browser.new_context(
        viewport=SIZES[size],
        base_url=desk[1],
        java_script_enabled=scripts,
        bypass_csp=scripts,  # the pages allow no script, and axe is one
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    opened, problems = context.new_page(), []
    opened.on("console", lambda said: problems.append(said.text))
    yield opened
    assert [] == [said for said in problems if "status of 40" not in said]  # a page that refuses
    context.close()


def sign_in(page: Any, path: str = "/staff") -> None:
    page.goto(path)
    page.get_by_label("Name").fill("kim")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def test_an_article_is_withdrawn_and_brought_back(page: Any, desk: tuple[DeskApp, str]) -> None:
    """Without JavaScript, from the login page to the list; each step is said on the page."""
    sign_in(page, "/staff/articles")
    assert page.url.endswith("/staff/articles"), "the page that was asked for"
    page.get_by_role("link", name="Electroconvulsive therapy").click()
    page.get_by_role("radio", name="withdrawn").check()
    page.get_by_label("Reason, for your colleagues").fill("The dose is wrong")
    page.get_by_role("button", name="Set the status").click()
    said = page.get_by_role("status").text_content()
    assert "This article is now withdrawn; it was current." in said
    (ect,) = [d for d in desk[0].live.documents.values() if d.source == "ect.md"]
    assert "withdrawn" == ect.metadata.status
    page.get_by_role("button", name="Undo: current again").click()
    page.get_by_text("Set to current by kim").wait_for()
    (ect,) = [d for d in desk[0].live.documents.values() if d.source == "ect.md"]
    assert "current" == ect.metadata.status


def test_signing_out_leaves_no_login_behind(page: Any) -> None:
    """Only the cookie of a known browser, which opens nothing: the page before it stays shut."""
    sign_in(page)
    assert {COOKIE, known.COOKIE} == {cookie["name"] for cookie in page.context.cookies()}
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert [known.COOKIE] == [cookie["name"] for cookie in page.context.cookies()]
    page.go_back()
    page.get_by_role("heading", name="Sign in").wait_for()


def test_the_keyboard_is_enough(page: Any) -> None:
    """From the address to the list of articles with Tab and Enter alone."""
    page.goto("/staff/login")
    for _ in range(3):  # the skip link, the desk, the name
        page.keyboard.press("Tab")
    page.keyboard.type("kim")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip to the content
    assert page.url.endswith("#main")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the number of articles leads to the list
    page.get_by_role("heading", name="Articles", exact=True).wait_for()


def test_a_file_is_taken_away(page: Any) -> None:
    """The browser saves it under the name of the table and the day."""
    sign_in(page, "/staff/export")
    with page.expect_download() as taken:
        page.get_by_role("link", name="articles as CSV").click()

    assert "wellsourced-articles-2026-11-22.csv" == taken.value.suggested_filename


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_axe_finds_nothing(page: Any, desk: tuple[DeskApp, str]) -> None:
    """On the login page, refused too, and every page of this part, at both sizes."""
    page.goto("/staff/login")
    assert [] == violations(page)
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("x")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    assert [] == violations(page)
    sign_in(page)
    doc_id = next(d.doc_id for d in desk[0].live.documents.values() if d.source == "ect.md")
    articles = "/staff/articles"
    for path in ("/staff", articles, f"{articles}/{doc_id}?was=withdrawn", "/staff/export"):
        page.goto(path)
        assert [] == violations(page), path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    page.goto(f"{articles}/{'0' * 16}")
    assert [] == violations(page)
