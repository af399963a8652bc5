"""Asking in a real Chromium, desktop and phone: what comes, where it stands, how it reads."""

from __future__ import annotations

from typing import Any

import pytest

from tests import served
from tests.browsing import EACH_SIZE, SIZES, Visit
from tests.fake_engine import (
    ASLEEP,
    CROSSING,
    ECT,
    EVIL,
    HOSTILE_TITLE,
    LISTED,
    OFTEN,
)

pytestmark = pytest.mark.browser

CLOSE_TO_TOP = 250  # pixels: a new answer begins in the upper part of the window


@EACH_SIZE
def test_a_question_is_answered_with_the_stored_words(visit: Visit) -> None:
    """The quotes in the page are the stored quotes, the lead one is in view, nothing overflows."""
    turn = visit.ask("How often is ECT given?", 1)

    assert [q.text for q in (OFTEN, ASLEEP, LISTED, EVIL)] == visit.quotes(turn)
    assert turn.locator("blockquote").first.is_visible()
    assert not turn.locator("blockquote").nth(1).is_visible()  # folded
    turn.locator(".more > summary").click()
    assert turn.locator("blockquote").nth(1).is_visible()
    assert "" == visit.box.input_value()
    assert not visit.is_too_wide()


@EACH_SIZE
def test_the_page_itself_scrolls_and_a_new_answer_is_in_view(visit: Visit) -> None:
    """No box with a scroll bar of its own; the box for the question stays in reach."""
    for number in range(1, 5):
        visit.ask("How often, and do they differ?", number)
    top = visit.page.locator("#turn-4").bounding_box()["y"]
    boxes = visit.page.evaluate(
        "[...document.querySelectorAll('#transcript, #transcript *')].filter("
        "e => e.checkVisibility() && /auto|scroll/.test(getComputedStyle(e).overflowY)).length"
    )

    assert 0 <= top <= CLOSE_TO_TOP
    assert 0 == boxes
    assert visit.page.evaluate("document.documentElement.scrollHeight > innerHeight")
    assert visit.box.is_visible()
    assert visit.box.bounding_box()["y"] < visit.page.viewport_size["height"]


def test_hostile_words_are_shown_as_they_are(visit: Visit) -> None:
    """Markup, Markdown, LaTeX and templates in article, title and question run nowhere."""
    visit.page.evaluate("void (window.hit = () => { window.wasHit = true; })")
    question = 'hostile <img src=x onerror="hit()"> *a* $$x$$ ${hit()} {{hit}}'
    turn = visit.ask(question, 1)

    assert EVIL.text == visit.quotes(turn)[0]
    assert HOSTILE_TITLE == turn.locator("cite").first.text_content()
    assert question == turn.locator("h2").text_content()
    assert 0 == turn.locator("img, script, b, em").count()
    assert visit.page.evaluate("window.wasHit === undefined")


@EACH_SIZE
def test_one_click_opens_the_article_at_the_quote(visit: Visit) -> None:
    """The page opens beside the chat with the quote marked and in view; the chat stays."""
    turn = visit.ask("How often is ECT given?", 1)
    with visit.context.expect_page() as opened:
        turn.get_by_role("link", name="Read it in the article").first.click()
    article = opened.value
    mark = article.locator("mark")
    mark.wait_for(state="visible")

    assert OFTEN.text == mark.text_content()
    assert mark.evaluate(
        "e => { const b = e.getBoundingClientRect();"
        " return b.top >= 0 && b.bottom <= innerHeight; }"
    )
    assert ECT.metadata.title == article.locator("h1").text_content()
    assert f"{OFTEN.text} A full course is six to 18 sessions." == (
        article.locator("p:has(mark)").text_content()
    )
    assert article.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert turn.is_visible()


def test_a_follow_up_is_read_in_the_light_of_the_conversation(visit: Visit) -> None:
    """The earlier turn travels with the new question; another window has its own."""
    visit.ask("How often is ECT given?", 1)
    turn = visit.ask("is it safe", 2)

    assert "Looked for: How often is ECT given and is it safe?" == (
        turn.locator(".understood").text_content()
    )


def test_silence_is_said_with_what_is_missing_and_what_is_near(visit: Visit) -> None:
    """The words that nothing covers, a label on what is near, and whom to ask."""
    turn = visit.ask("May I go flying?", 1)
    said = turn.locator(".silence").inner_text()

    assert "The articles here do not answer this question." in said
    assert "do not speak of “flying”" in said
    assert "Your doctor, nurse or pharmacist" in said
    assert "They do not answer your question." in turn.locator(".related h3").inner_text()
    assert [CROSSING.text, ASLEEP.text] == visit.quotes(turn)
    assert 0 == turn.locator(".lead").count()


@EACH_SIZE
def test_help_is_always_in_view_and_comes_first_in_a_crisis(visit: Visit) -> None:
    """The strip stays at the top while the page scrolls; the card has links a phone can follow."""
    strip = visit.page.locator(".help:visible")
    for number in range(1, 4):
        visit.ask("differ", number)
    turn = visit.ask("i want to die", 4)

    assert 0 == round(strip.bounding_box()["y"])
    assert ["tel:988", "sms:988"] == [
        link.get_attribute("href") for link in turn.locator(".crisis a").all()
    ]
    assert 0 == turn.locator("blockquote").count()


def test_the_numbers_of_the_emergency_notice_can_be_called(visit: Visit) -> None:
    """Each stands above the answer as a link that a phone follows, large enough for a thumb."""
    links = visit.ask("I have a seizure", 1).locator(".notice a")

    assert ["tel:911", "tel:999", "tel:112"] == [a.get_attribute("href") for a in links.all()]
    for link in links.all():
        box = link.bounding_box()
        assert min(box["width"], box["height"]) >= 24, link.inner_text()
        assert "underline" in link.evaluate("e => getComputedStyle(e).textDecorationLine")


def test_an_empty_message_is_not_sent_but_one_line_says_so(visit: Visit) -> None:
    """By Enter and by the button, again at every try; no turn, and typing takes the line away."""
    visit.page.locator("#suggestions button").first.wait_for()
    visit.page.evaluate(
        """() => { window.said = [];
        const status = document.querySelector('#idle [role=status]');
        new MutationObserver(() => status.textContent && window.said.push(status.textContent))
        .observe(status, {childList: true}); }"""
    )
    before = len(visit.requests)
    visit.box.fill(" ")
    visit.box.press("Enter")
    visit.page.locator("#send").click()
    line = visit.page.locator("#idle")

    assert "Please type your question first." == line.inner_text()
    assert 2 == len(visit.page.evaluate("window.said"))
    assert visit.box.evaluate("e => e === document.activeElement")
    assert 0 == visit.page.locator(".turn").count()
    assert before == len(visit.requests)
    visit.ask("How often?", 1)
    assert not line.is_visible()


@EACH_SIZE
def test_a_suggestion_is_one_click(visit: Visit) -> None:
    """Clicking asks it; the suggestions then make room."""
    button = visit.page.locator("#suggestions button").first
    wanted = button.inner_text()
    button.click()
    turn = visit.turn(1)

    assert wanted == turn.locator("h2").text_content()
    assert not button.is_visible()


def test_a_failure_is_said_and_the_chat_goes_on(visit: Visit) -> None:
    """An error of ours shows fixed words; the next question is answered."""
    assert "Something went wrong on our side." in visit.ask("crash", 1).inner_text()
    assert OFTEN.text == visit.quotes(visit.ask("How often?", 2))[0]


def test_what_is_unfolded_stays_so_when_the_next_answer_comes(visit: Visit) -> None:
    """New turns are added; nothing of the earlier ones is drawn again."""
    first = visit.ask("How often?", 1)
    first.locator(".more > summary").click()
    visit.ask("How often?", 2)

    assert first.locator("details.more").evaluate("e => e.open")


def test_the_article_page_works_without_javascript(browser: Any, server: served.Served) -> None:
    """Text, mark and contents need no script; narrow windows do not overflow."""
    visit = Visit(browser, server, java_script_enabled=False, viewport=SIZES["narrow"])
    span = OFTEN.span
    visit.page.goto(f"{server.url}/source/{ECT.doc_id}?start={span.start}&end={span.end}#quote")

    assert OFTEN.text == visit.page.locator("mark").text_content()
    visit.page.locator("summary").click()
    assert visit.page.locator(".contents a").first.is_visible()
    width = visit.page.locator("body").bounding_box()["width"]
    assert 320 == width
    assert [] == visit.problems
    visit.context.close()


def test_a_choice_is_asked_when_it_is_tapped(browser: Any, server: served.Served) -> None:
    """
    What is asked back comes with whole questions; the tapped one is sent as it stands.
    """
    visit = Visit(browser, server).open()
    turn = visit.ask("vague", 1)
    turn.wait_for()
    assert "Which treatment do you mean?" in turn.inner_text()
    buttons = turn.locator("button.choice")
    assert ["Is ECT <b>safe</b>?", "Is TMS safe?"] == buttons.all_inner_texts()
    buttons.first.click()
    following = visit.turn(2)
    following.wait_for()
    assert "Is ECT <b>safe</b>?" == following.locator("h2.asked").inner_text()
    assert "" == visit.box.input_value()
    assert [] == visit.problems
