"""The chat for everyone in a real Chromium: keyboard, screen reader, size, colours, axe-core."""

from __future__ import annotations

from typing import Any

import pytest

from tests import served
from tests.browsing import SIZES, Visit

pytestmark = pytest.mark.browser


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


def test_the_keyboard_is_enough(visit: Visit) -> None:
    """From the box: question, send, back through the answer's link, with a visible focus."""
    visit.box.focus()
    visit.page.keyboard.type("How often?")
    visit.page.keyboard.press("Tab")
    assert "send" == visit.page.evaluate("document.activeElement.id")
    visit.page.keyboard.press("Enter")
    visit.turn(1)
    visit.page.keyboard.press("Tab")
    assert "clear" == visit.page.evaluate("document.activeElement.id")
    assert "none" != visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")


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
