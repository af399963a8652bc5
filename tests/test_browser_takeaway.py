"""The sheet to take to an appointment, in a real Chromium: made in the browser, fit for paper."""

from __future__ import annotations

from io import BytesIO

import pypdf
import pytest

from tests.browsing import EACH_SIZE, Visit
from tests.fake_engine import ASLEEP, EVIL, HOSTILE_TITLE, LISTED, OFTEN

pytestmark = pytest.mark.browser


@EACH_SIZE
def test_the_sheet_holds_the_quotes_with_sources_and_dates(visit: Visit) -> None:
    """Word for word, folded ones too; what was not answered stands as a question to ask; what was
    said in a crisis is left out.
    """
    visit.ask("How often?", 1)
    visit.ask("May I go flying?", 2)
    visit.ask("i want to die", 3)
    before = len(visit.requests)
    visit.page.locator("#take").click()
    sheet = visit.page.locator("#takeaway section")

    assert [q.text for q in (OFTEN, ASLEEP, LISTED, EVIL)] == visit.quotes(sheet)
    assert ["How often?", "May I go flying?"] == sheet.locator("h3").all_inner_texts()
    assert HOSTILE_TITLE == sheet.locator("cite").nth(3).text_content()
    assert "Wellsourced, 22 November 2026" in sheet.inner_text()
    assert "You could ask it at your appointment." in sheet.inner_text()
    assert 0 == sheet.locator("a, .quote button").count()
    assert not visit.page.locator("#transcript").is_visible()
    assert visit.page.locator(".help:visible").is_visible()
    assert not visit.is_too_wide()
    assert before == len(visit.requests)  # nothing was sent


def test_notes_are_printed_whole(visit: Visit) -> None:
    """On paper a note is text, buttons and the box are gone; notes outlive a look at the chat."""
    visit.ask("How often?", 1)
    visit.page.locator("#take").click()
    note = "Ask about memory.\n" * 8
    visit.page.locator("#note-turn-1").fill(note)
    visit.page.locator("#back").click()
    visit.ask("Is it safe?", 2)
    visit.page.locator("#take").click()
    visit.page.emulate_media(media="print")
    sheet = visit.page.locator("#takeaway section")

    assert note.strip() == sheet.locator(".entries .written").first.inner_text().strip()
    assert 2 == sheet.locator("h3").count()
    assert 0 == visit.page.locator("textarea:visible, button:visible").count()
    assert "For my next appointment" == visit.page.title()


def test_what_the_sheet_is_stands_on_its_first_page(visit: Visit) -> None:
    """At its end it would stand on a page of its own as soon as the last note fills one."""
    visit.ask("May I go flying?", 1)
    visit.page.locator("#take").click()
    visit.page.locator("#note-turn-1").fill("Ask about this.\n" * 40)
    printed = pypdf.PdfReader(BytesIO(visit.page.pdf(width="600px", height="420px")))
    first, *others = [" ".join(sheet.extract_text().split()) for sheet in printed.pages]

    said = "They are general information and do not replace advice from a care team."
    assert said in first
    assert others
    assert [] == [text for text in others if said in text or "Ask about this." not in text]


def test_an_entry_can_be_left_out(visit: Visit) -> None:
    """It does not come back when the sheet is opened again."""
    visit.ask("How often?", 1)
    visit.ask("flying", 2)
    visit.page.locator("#take").click()
    visit.page.get_by_role("button", name="Leave this out").first.click()
    visit.page.locator("#back").click()
    visit.page.locator("#take").click()

    assert ["flying"] == visit.page.locator("#takeaway h3").all_inner_texts()
