"""Yes and no below an answer in a real Chromium: by mouse, by keyboard, and switched off."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from qa.journal.database import Database
from tests import served
from tests.axe import FLAT, violations
from tests.browsing import SIZES, Visit

pytestmark = pytest.mark.browser

# Counts how often the words of the live region change, as a screen reader would say them.
LISTEN = """() => {
  window.heard = [];
  const said = document.querySelector("#turn-1 .feedback .said");
  new MutationObserver(() => said.textContent && window.heard.push(said.textContent))
    .observe(said, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[served.Served]:
    """The chat of a clinic that keeps yes and no, and questions where the patient agrees."""
    assert None is Database.open(str(folder / "journal.sqlite")).reachable()  # tables to look into
    with served.fake(folder, database=folder / "journal.sqlite", journal="text") as running:
        yield running


def last_row(folder: Path) -> tuple[object, ...]:
    with closing(sqlite3.connect(folder / "journal.sqlite")) as connection:
        asked = connection.execute(
            "select count(*) over (), verdict, question from feedback order by id desc"
        )
        return tuple(asked.fetchone() or (0, None, None))


def test_a_click_is_kept_and_thanked_for_once(visit: Visit, folder: Path) -> None:
    """More clicks, on the other button as well, send and say nothing more; no question goes."""
    before = last_row(folder)[0]
    feedback = visit.ask("How often is ECT given?", 1).locator(".feedback")
    visit.page.evaluate(LISTEN)
    feedback.get_by_role("button", name="Yes").click()
    visit.page.get_by_text("Thank you.").wait_for()
    for name in ("Yes", "No"):
        feedback.get_by_role("button", name=name).click(force=True)
    visit.page.wait_for_timeout(300)

    assert ["Thank you."] == visit.page.evaluate("window.heard")
    assert 1 == len([r for r in visit.requests if r.url.endswith("/feedback")])
    assert (before + 1, "yes", None) == last_row(folder)
    assert "true" == feedback.get_by_role("button", name="Yes").get_attribute("aria-pressed")
    assert None is feedback.get_by_role("button", name="No").get_attribute("aria-pressed")


def test_by_keyboard_with_the_question_kept(visit: Visit, folder: Path) -> None:
    """Buttons, then the box that is not ticked; the focus stays where it was."""
    feedback = visit.ask("Is flying safe?", 1).locator(".feedback")
    feedback.get_by_role("button", name="Yes").focus()
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Tab")
    tick = feedback.get_by_label("Keep my question too")
    assert tick.evaluate("e => e === document.activeElement")
    assert not tick.is_checked()
    visit.page.keyboard.press("Space")
    visit.page.keyboard.press("Shift+Tab")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_text("Thank you.").wait_for()

    assert ("no", "Is flying safe?") == last_row(folder)[1:]
    no = feedback.get_by_role("button", name="No")
    assert no.evaluate("e => e === document.activeElement")


@pytest.mark.parametrize("size", ["desktop", "narrow"])
def test_it_can_be_hit_and_breaks_no_rule(visit: Visit) -> None:
    """At least 24 pixels each, no sideways scrolling, nothing that axe finds."""
    feedback = visit.ask("How often is ECT given?", 1).locator(".feedback")
    feedback.get_by_role("button", name="No").click()
    visit.page.get_by_text("Thank you.").wait_for()
    for control in feedback.locator("button, input").all():
        area = control.bounding_box()
        assert area["width"] >= 24
        assert area["height"] >= 24

    assert not visit.is_too_wide()
    visit.page.add_style_tag(content=FLAT)
    assert [] == violations(visit.page)


def test_what_cannot_be_kept_is_said_and_can_be_tried_again(visit: Visit, folder: Path) -> None:
    """One calm sentence beside the buttons; the answer stays; a later click is kept."""
    before = last_row(folder)[0]
    turn = visit.ask("How often is ECT given?", 1)
    visit.context.route("**/feedback", lambda route: route.abort())
    turn.get_by_role("button", name="Yes", exact=True).click()
    turn.get_by_text("This could not be kept just now.").wait_for()
    assert visit.quotes(turn)
    assert before == last_row(folder)[0]
    visit.context.unroute("**/feedback")
    turn.get_by_role("button", name="No", exact=True).click()
    turn.get_by_text("Thank you.").wait_for()

    assert (before + 1, "no", None) == last_row(folder)
    visit.problems[:] = [p for p in visit.problems if "ERR_FAILED" not in p]


def test_nobody_is_asked_in_a_crisis(visit: Visit) -> None:
    """The help card stands alone; the foot says what may be kept."""
    turn = visit.ask("I want to die", 1)

    assert 0 == turn.locator(".feedback").count()
    assert visit.page.get_by_text("Nothing you type is kept unless you say so.").is_visible()


def test_by_default_the_page_asks_nothing(browser: Any, tmp_path: Path) -> None:
    """No buttons, no script that would send anything."""
    with served.fake(tmp_path) as running:
        visit = Visit(browser, running, viewport=SIZES["phone"]).open()
        visit.ask("How often is ECT given?", 1)

        assert 0 == visit.page.locator(".feedback").count()
        assert "/feedback" not in visit.page.content()
        assert [] == visit.problems
        visit.context.close()
