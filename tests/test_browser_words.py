"""Terms explained in a quote, in a real Chromium: mouse, finger, keyboard; letters unchanged."""

from __future__ import annotations

from typing import Any

import pytest

from tests import served
from tests.axe import FLAT, violations
from tests.browsing import EACH_SIZE, SIZES, Visit
from tests.fake_engine import ASLEEP, EVIL, LISTED, OFTEN

pytestmark = pytest.mark.browser

MEANING = "A treatment that uses brief electrical pulses to relieve severe depression."
SELECTED = """quote => { const range = document.createRange(); range.selectNodeContents(quote);
getSelection().removeAllRanges(); getSelection().addRange(range); return `${getSelection()}`; }"""


def opened(visit: Visit) -> list[str]:
    """The meanings that are to be seen."""
    visit.page.wait_for_timeout(100)
    return [str(m.inner_text()) for m in visit.page.locator(".meaning:popover-open").all()]


def test_the_words_of_a_quote_are_the_source_s_also_when_they_are_copied(visit: Visit) -> None:
    """As text content, as a selection and from the clipboard; each quote explains its first ECT."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = visit.ask("How often is ECT given?", 1)
    lead = turn.locator(".lead blockquote")

    assert [q.text for q in (OFTEN, ASLEEP, LISTED, EVIL)] == visit.quotes(turn)
    assert ["ECT", "ECT"] == turn.locator("blockquote .term").all_text_contents()
    assert OFTEN.text == lead.inner_text()
    assert OFTEN.text == lead.evaluate(SELECTED)
    visit.page.keyboard.press("Control+c")
    visit.box.fill("")
    visit.box.press("Control+v")
    assert OFTEN.text == visit.box.input_value()


@EACH_SIZE
def test_a_click_opens_the_meaning_and_nothing_moves(visit: Visit) -> None:
    """It lies within the window, over the page; a click elsewhere closes it."""
    turn = visit.ask("How often is ECT given?", 1)
    term = turn.locator(".lead .term")
    before = turn.locator(".lead").bounding_box(), visit.page.evaluate("scrollY")
    assert [] == opened(visit)
    term.click()
    (shown,) = opened(visit)
    box = visit.page.locator(".meaning:popover-open").bounding_box()

    assert MEANING in shown
    assert before == (turn.locator(".lead").bounding_box(), visit.page.evaluate("scrollY"))
    assert min(box["x"], box["y"]) >= 0
    assert box["x"] + box["width"] <= visit.page.viewport_size["width"]
    assert box["y"] + box["height"] <= visit.page.viewport_size["height"]
    assert not visit.is_too_wide()
    turn.locator("h2").click()
    assert [] == opened(visit)


def test_a_finger_opens_the_meaning(browser: Any, server: served.Served) -> None:
    """A tap does what a click does."""
    visit = Visit(browser, server, viewport=SIZES["phone"], has_touch=True).open()
    turn = visit.ask("How often is ECT given?", 1)
    turn.locator(".lead .term").tap()

    assert MEANING in opened(visit)[0]
    turn.locator("h2").tap()
    assert [] == opened(visit)
    assert [] == visit.problems
    visit.context.close()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_opens_the_meaning_and_escape_closes_it(visit: Visit, key: str) -> None:
    """The term is the first stop after the question, with an outline; Escape leaves the focus on it
    and the page where it is.
    """
    turn = visit.ask("How often is ECT given?", 1)
    turn.locator("h2").evaluate("e => { e.tabIndex = -1; e.focus(); }")
    visit.page.keyboard.press("Tab")
    term = turn.locator(".lead .term")
    assert term.evaluate("e => e === document.activeElement")
    assert "none" != term.evaluate("e => getComputedStyle(e).outlineStyle")
    visit.page.keyboard.press(key)
    assert MEANING in opened(visit)[0]
    visit.page.keyboard.press("Escape")

    assert [] == opened(visit)
    assert term.evaluate("e => e === document.activeElement")
    assert turn.is_visible()


def test_escape_that_closes_meanings_does_not_leave(visit: Visit) -> None:
    """Three in a row leave the page; a click between two of them begins anew."""
    turn = visit.ask("How often is ECT given?", 1)
    for _ in range(3):
        turn.locator(".lead .term").click()
        visit.page.keyboard.press("Escape")

    assert [] == opened(visit)
    assert visit.page.url.startswith(visit.url)
    assert turn.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_a_meaning_open(
    browser: Any, server: served.Served, scheme: str
) -> None:
    """On a phone and at 320 pixels, above an answer with an emergency notice."""
    visit = Visit(browser, server, color_scheme=scheme, viewport=SIZES["phone"]).open()
    visit.page.add_style_tag(content=FLAT)
    turn = visit.ask("a seizure, stop, differ, ECT", 1)
    found = {}
    for size in ("phone", "narrow"):
        visit.page.set_viewport_size(SIZES[size])
        turn.locator(".lead .term").click()
        assert 1 == len(opened(visit))
        found[size] = violations(visit.page)
        assert not visit.is_too_wide()
        visit.page.keyboard.press("Escape")

    assert {"phone": [], "narrow": []} == found
    assert [] == visit.problems
    visit.context.close()


def test_paper_lists_what_the_terms_mean(visit: Visit) -> None:
    """Printed, nothing has to be opened."""
    turn = visit.ask("How often is ECT given?", 1)
    assert not turn.locator(".meaning").is_visible()
    visit.page.emulate_media(media="print")

    assert MEANING in turn.locator(".meaning").inner_text()
