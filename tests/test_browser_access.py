"""The chat for everyone in a real Chromium: keyboard, screen reader, size, colours, axe-core."""

from __future__ import annotations

from typing import Any

import pytest

from tests import served
from tests.axe import FLAT, violations
from tests.browsing import SIZES, Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Any, server: served.Served, scheme: str) -> None:
    """WCAG 2.2 A and AA on the chat empty, answered, not found, asked back, in a crisis, and on
    the sheet to take along.
    """
    visit = Visit(browser, server, color_scheme=scheme, viewport=SIZES["phone"]).open()
    visit.page.add_style_tag(content=FLAT)
    visit.page.locator("#suggestions button").first.wait_for()
    found = {"empty": violations(visit.page)}
    for number, question in enumerate(("stop, differ, ECT", "flying", "vague", "i die"), start=1):
        turn = visit.ask(question, number)
        for folded in turn.locator("details").all():
            folded.evaluate("e => e.open = true")
        found[question] = violations(visit.page)
    visit.page.locator("#take").click()
    found["sheet"] = violations(visit.page)

    assert {} == {where: lines for where, lines in found.items() if lines}
    assert [] == visit.problems
    visit.context.close()


def test_answers_are_announced_once(visit: Visit) -> None:
    """One polite log takes whole turns; a second question adds one node and changes no other."""
    log = visit.page.get_by_role("log")
    visit.ask("How often?", 1)
    visit.page.evaluate(
        """() => { window.seen = [];
        new MutationObserver(list => list.forEach(m => window.seen.push(
            [m.type, m.addedNodes.length, m.removedNodes.length])))
        .observe(document.querySelector('[role=log]'),
                 {childList: true, subtree: true, characterData: true}); }"""
    )
    visit.ask("How often?", 2)

    assert 1 == log.count()
    assert "polite" == log.get_attribute("aria-live")
    assert [["childList", 1, 0]] == visit.page.evaluate("window.seen")


def test_help_is_there_before_the_chat_and_without_scripts(
    browser: Any, server: served.Served
) -> None:
    """The strip can be used while the page loads, and where scripts are off; then it is there once,
    and it is said why there is no chat.
    """
    blocked = browser.new_context(java_script_enabled=False, viewport=SIZES["phone"])
    page = blocked.new_page()
    page.goto(server.url)
    assert "tel:988" == page.locator(".help a:visible").first.get_attribute("href")
    assert "switched off" in page.locator(".early").inner_text()
    blocked.close()
    visit = Visit(browser, server, viewport=SIZES["phone"]).open()
    assert 1 == visit.page.locator(".help:visible").count()
    assert not visit.page.locator(".early").is_visible()
    assert [] == visit.problems
    visit.context.close()


def focused(visit: Visit) -> str:
    """The id of what has the focus, or its text."""
    return str(
        visit.page.evaluate(
            "document.activeElement.id || document.activeElement.textContent.slice(0, 30)"
        )
    )


def test_the_keyboard_is_enough(visit: Visit) -> None:
    """From the box through everything below it, with a visible focus, and into the sheet."""
    visit.box.focus()
    visit.page.keyboard.type("How often?")
    visit.page.keyboard.press("Tab")
    assert "send" == focused(visit)
    visit.page.keyboard.press("Enter")
    visit.turn(1)
    reached = []
    for _ in range(3):
        visit.page.keyboard.press("Tab")
        style = visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert "none" != style, focused(visit)
        reached.append(focused(visit))
    assert ["take", "clear", "Leave quickly (or press Escape"] == reached

    visit.page.locator("#take").focus()
    visit.page.keyboard.press("Enter")
    assert "takeaway-title" == focused(visit)
    visit.page.keyboard.press("Tab")
    assert "note-general" == focused(visit)
    visit.page.locator("#back").focus()
    visit.page.keyboard.press("Enter")
    assert "take" == focused(visit)


def test_the_focus_follows_the_person(visit: Visit) -> None:
    """Who types stays in the box; who taps a question goes on at its answer, as its button is
    gone or out of sight.
    """
    visit.ask("How often?", 1)
    assert visit.box.evaluate("e => e === document.activeElement")
    visit.ask("vague", 2).locator("button.choice").first.click()
    visit.turn(3)

    assert "turn-3-asked" == focused(visit)


def test_larger_text_grows_everything_and_still_fits(visit: Visit) -> None:
    """Every step makes the quote larger; at the largest a phone needs no sideways scrolling."""
    visit.ask("How often?", 1)
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    quote = visit.page.locator("#turn-1 blockquote").first
    before = quote.evaluate(size)
    for _ in range(5):
        visit.page.locator("#larger").click()

    assert 2 * before == quote.evaluate(size)
    assert "true" == visit.page.locator("#larger").get_attribute("aria-disabled")
    assert not visit.is_too_wide()
    visit.page.locator("#smaller").click()
    assert 1.75 * before == quote.evaluate(size)


def test_a_narrow_window_reflows(browser: Any, server: served.Served) -> None:
    """At 320 pixels nothing scrolls sideways, neither chat nor sheet."""
    visit = Visit(browser, server, viewport=SIZES["narrow"]).open()
    assert not visit.is_too_wide()
    visit.ask("How often, differ, stop", 1)
    visit.ask("flying", 2)
    assert not visit.is_too_wide()
    visit.page.locator("#take").click()
    assert not visit.is_too_wide()
    visit.page.locator("#back").click()
    for _ in range(5):
        visit.page.locator("#larger").click()
    assert not visit.is_too_wide()
    assert "en" == visit.page.locator("html").get_attribute("lang")
    visit.context.close()


def test_the_page_can_be_made_dark_against_the_system(visit: Visit) -> None:
    """The control changes the paper at once, and says what it would do next."""
    paper = "getComputedStyle(document.querySelector('.gradio-container')).backgroundColor"
    light = visit.page.evaluate(paper)
    button = visit.page.locator("#shade")
    assert "Dark" == button.inner_text()
    button.click()

    assert light != visit.page.evaluate(paper)
    assert "Light" == button.inner_text()
    button.click()
    assert light == visit.page.evaluate(paper)


def test_targets_are_large_enough(visit: Visit) -> None:
    """Links and buttons are at least 24 pixels high and wide (WCAG 2.2, 2.5.8)."""
    visit.ask("stop, differ", 1)
    visit.ask("i want to die", 2)
    for target in visit.page.locator("a:visible, button:visible, summary:visible").all():
        box = target.bounding_box()
        assert box["height"] >= 24, target.inner_text()
        assert box["width"] >= 24, target.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(browser: Any, server: served.Served, scheme: str) -> None:
    """The page follows the system: light paper with dark ink, or the reverse."""
    visit = Visit(browser, server, color_scheme=scheme, viewport=SIZES["phone"]).open()
    visit.ask("How often?", 1)
    brightness = "c => c.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    paper, ink = (
        visit.page.evaluate(f"({brightness})(getComputedStyle(document.querySelector('{s}')).{p})")
        for s, p in ((".gradio-container", "backgroundColor"), ("blockquote", "color"))
    )

    assert (scheme == "light") == (paper > ink)
    assert abs(paper - ink) > 400
    visit.context.close()
