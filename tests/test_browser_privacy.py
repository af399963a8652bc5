"""What is left of a conversation in a real Chromium: nothing, however it ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests import served
from tests.browsing import SIZES, Visit

pytestmark = pytest.mark.browser

STORED = """async () => {
  const databases = indexedDB.databases ? await indexedDB.databases() : [];
  return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, databases,
                         await caches.keys()]);
}"""


def text_of_everything(visit: Visit) -> str:
    """What the document holds, shown or not, with what stands in boxes."""
    return str(
        visit.page.evaluate(
            "document.documentElement.outerHTML"
            " + [...document.querySelectorAll('input, textarea')].map(e => e.value)"
        )
    )


def test_clear_wipes_the_conversation(visit: Visit) -> None:
    """Page, box, sheet and the state that travels with the next question know nothing of it."""
    visit.ask("My secret: how often is ECT given?", 1)
    visit.page.locator("#take").click()
    visit.page.locator("#note-general").fill("secret note")
    visit.page.locator("#back").click()
    visit.box.fill("secret half")
    visit.page.locator("#clear").click()
    visit.page.locator("#turn-1").wait_for(state="detached")

    assert "secret" not in text_of_everything(visit).lower()
    assert visit.page.locator("#suggestions button").first.is_visible()
    turn = visit.ask("is it safe", 1)
    assert 0 == turn.locator(".understood").count()


def test_an_answer_that_comes_after_clear_is_dropped(visit: Visit) -> None:
    """Cleared while the articles are searched: the answer is not shown, the next one is."""
    visit.page.evaluate("document.body.classList.remove('asking')")
    visit.box.fill("My secret: how often?")
    visit.box.press("Enter")
    visit.page.evaluate("document.dispatchEvent(new Event('qa:wipe'))")
    visit.page.wait_for_timeout(3_000)

    assert 0 == visit.page.locator(".turn").count()
    assert 0 == visit.ask("is it safe", 1).locator(".understood").count()


@pytest.mark.parametrize("way", ["button", "escape", "sheet"])
def test_leaving_quickly_wipes_and_takes_the_chat_out_of_the_history(
    visit: Visit, way: str
) -> None:
    """Back from the neutral page does not lead to the chat."""
    visit.ask("My secret: how often?", 1)
    if way == "sheet":
        visit.page.locator("#take").click()
    if way == "escape":
        for _ in range(3):
            visit.page.keyboard.press("Escape")
    else:
        visit.page.locator(".leave:visible").click()
    visit.page.wait_for_url("about:blank")

    assert "secret" not in visit.page.content()
    visit.page.go_back()
    assert not visit.page.url.startswith(visit.url)


def test_the_conversation_is_wiped_after_a_time_without_use(
    browser: Any, server: served.Served
) -> None:
    """A minute before, the page asks; keeping it starts the time anew; else all is gone."""
    visit = Visit(browser, server, viewport=SIZES["phone"])
    visit.page.clock.install()
    visit.open()
    visit.ask("My secret: how often?", 1)
    status = visit.page.locator("#idle [role=status]")
    visit.page.clock.fast_forward("13:50")
    assert "" == status.inner_text()
    visit.page.clock.fast_forward("00:20")
    assert "cleared in a minute" in status.inner_text()
    visit.page.get_by_role("button", name="Keep it").click()
    visit.page.clock.fast_forward("13:50")
    assert 1 == visit.page.locator("#turn-1").count()
    visit.page.clock.fast_forward("10:00")  # as after a sleep, past the warning

    assert 0 == visit.page.locator("#turn-1").count()
    assert "secret" not in text_of_everything(visit).lower()
    assert "has been cleared" in status.inner_text()
    assert [] == visit.problems
    visit.context.close()


def test_a_page_that_comes_back_from_the_history_is_empty(visit: Visit) -> None:
    """Whether or not the browser kept the page alive."""
    visit.ask("My secret: how often?", 1)
    visit.page.goto("about:blank")
    visit.page.go_back()
    visit.box.wait_for(state="visible")

    assert "secret" not in text_of_everything(visit).lower()
    visit.page.evaluate(
        "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    )
    visit.box.wait_for(state="visible")
    # Leaving a page cuts off what it was still fetching, and gradio says so.
    cut_off = ("AbortError", "errored out")
    visit.problems[:] = [p for p in visit.problems if not any(sign in p for sign in cut_off)]


def test_nothing_of_a_question_is_stored_or_sent_elsewhere(visit: Visit) -> None:
    """Storage, cookies and addresses hold no question; every request went to this server."""
    visit.ask("My secret: how often is ECT given?", 1)
    visit.page.locator("#turn-1 a.open").first.click()
    visit.page.wait_for_timeout(500)  # what would be written late

    assert "secret" not in visit.page.evaluate(STORED).lower()
    assert [] == visit.context.cookies()
    assert [] == [r.url for r in visit.requests if "secret" in r.url.lower()]
    assert all(r.url.startswith((visit.url, "data:", "blob:")) for r in visit.requests)


def test_two_windows_have_two_conversations(browser: Any, server: served.Served) -> None:
    """A follow-up in one window is not read in the light of the other's question."""
    one, two = (Visit(browser, server, viewport=SIZES["phone"]).open() for _ in range(2))
    one.ask("How often is ECT given?", 1)

    assert 0 == two.ask("is it safe", 1).locator(".understood").count()
    assert 1 == one.ask("is it safe", 2).locator(".understood").count()
    one.context.close()
    two.context.close()
