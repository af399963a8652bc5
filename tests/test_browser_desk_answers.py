"""The pages that look closely at answers, in a real Chromium: axe-core, a narrow screen, a mark."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import uvicorn

from qa.desk.accounts import Role
from qa.evaluate.kept import keep
from qa.golden import read_golden
from tests.axe import violations
from tests.browsing import PATIENCE, SIZES
from tests.desk_app import PASSWORD, DeskApp, desk_app
from tests.small_corpus import QUESTION
from tests.test_desk_queue import FLYING, answered, at, leave, report


class Quiet(uvicorn.Server):
    """Runs beside the tests and says where."""

    def address(self, thread: threading.Thread) -> str:
        while not self.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DeskApp, str]]:
    """A desk with something in its queue and two evaluations, and where it is served."""
    made = desk_app(tmp_path_factory.mktemp("desk"), lambda s: replace(s, journal="text"))
    made.desk.accounts.add("kim", Role.REVIEWER, PASSWORD)
    leave(made, FLYING)
    leave(made, "Is it good?", status="answered")
    answered(made, status="answered", reason=None, support=made.live.engine.minimum_support)
    for day in (1, 2):
        keep(report("a" * 16, 5 + day), made.settings.index, at(day))
    server = Quiet(uvicorn.Config(made.app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield made, server.address(thread)
    server.should_exit = True
    thread.join()


@pytest.fixture
def page(browser: Any, desk: tuple[DeskApp, str], size: str) -> Iterator[Any]:
    """Somebody who is signed in. Pages allow no script, so axe needs their policy set aside."""
    context = browser.new_context(viewport=SIZES[size], bypass_csp=True, base_url=desk[1])
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.goto("/staff/login")
    opened.get_by_label("Name").fill("kim")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.get_by_role("button", name="Sign in").click()
    opened.wait_for_url("**/staff")
    yield opened
    context.close()


def ask(page: Any, path: str, label: str, text: str, button: str) -> None:
    page.goto(path)
    page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()


def is_sound(page: Any) -> None:
    """Nothing that axe finds, and nothing beyond the side of the screen."""
    assert [] == violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_each_page_is_sound(page: Any) -> None:
    """
    An answer, a silence, a sentence's articles, the queue and the figures.
    """
    for question in (QUESTION, "zebra quagga bongo", "I want to kill myself"):
        ask(page, "/staff/check", "Question", question, "Check")
        is_sound(page)
    ask(page, "/staff/says", "A sentence, as a statement", QUESTION.replace("?", "."), "Look")
    is_sound(page)
    for path in ("/staff/queue", "/staff/quality"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        is_sound(page)
    drawn = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
    assert page.evaluate(drawn)


@pytest.mark.parametrize("size", ["phone"])
def test_every_file_can_be_fetched_on_a_phone(page: Any) -> None:
    """
    No button lies where only scrolling sideways shows it.
    """
    page.goto("/staff/export")
    boxes = [link.bounding_box() for link in page.locator(".exports .button").all()]
    assert len(boxes) >= 2
    assert all(box["x"] + box["width"] <= SIZES["phone"]["width"] for box in boxes)


@pytest.mark.parametrize("size", ["desktop"])
def test_the_article_is_open_at_the_mark(page: Any) -> None:
    """
    The quote is in view in the article's own frame; the page itself stays at its top.
    """
    ask(page, "/staff/check", "Question", QUESTION, "Check")
    if not page.evaluate("CSS.supports('scroll-initial-target', 'nearest')"):
        pytest.skip("this Chromium is too old to open a frame at a mark")
    frame, mark = page.locator(".panel").bounding_box(), page.locator(".panel mark").first
    top = mark.bounding_box()["y"]
    assert frame["y"] <= top < frame["y"] + frame["height"]
    assert 0 == page.evaluate("window.scrollY")


def test_from_the_queue_to_a_golden_question(page: Any, desk: tuple[DeskApp, str]) -> None:
    """
    Opened in check, marked by clicks alone, and gone from the queue.
    """
    page.goto("/staff/queue")
    page.get_by_role("button", name=f"Check: {FLYING}").click()
    page.get_by_label("the question needs an article").check()
    page.get_by_text("Which sentence is right?").click()
    page.get_by_label("No sentence of the articles: silence is right").check()
    page.get_by_label("Make it a golden question: later snapshots are held to it").check()
    page.get_by_role("button", name="Keep this mark").click()
    page.wait_for_url("**/staff/check/marks/1")
    assert FLYING in page.inner_text("main")
    page.get_by_role("link", name="Back to the queue").click()
    page.wait_for_url("**/staff/queue")
    assert FLYING not in page.inner_text("main")
    assert [FLYING] == [golden.question for golden in read_golden(desk[0].settings.golden)]
