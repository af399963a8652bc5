"""The chat and the article pages in a real Chromium, at desktop and phone width.

Every request is recorded, and one to another host is refused and fails the test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from qa.snapshot import open_snapshot
from qa.web.patient import SUGGESTIONS
from tests import served
from tests.fake_engine import (
    ASLEEP,
    CROSSING,
    ECT,
    EVIL,
    HOSTILE_TITLE,
    LISTED,
    OFTEN,
)

playwright_api = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser

SIZES = {
    "desktop": {"width": 1200, "height": 900},
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 600},
}
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
CLOSE_TO_TOP = 250  # pixels: a new answer begins in the upper part of the window
STORED = """async () => {
  const databases = indexedDB.databases ? await indexedDB.databases() : [];
  return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, databases,
                         await caches.keys()]);
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """The chat with the scripted engine."""
    with served.fake(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium: $CHROMIUM, the one on the path, or Playwright's own."""
    path = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    with playwright_api.sync_playwright() as playwright:
        path = path or playwright.chromium.executable_path
        if not os.path.exists(path):
            pytest.skip("no Chromium here; `playwright install chromium` gets one")
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


class Visit:
    """One person's browser window on the chat."""

    def __init__(self, browser: Any, server: served.Served, **options: Any) -> None:
        self.url = server.url
        self.requests: list[Any] = []
        self.problems: list[str] = []
        self.context = browser.new_context(reduced_motion="reduce", **options)
        self.context.route("**/*", self._route)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on(
            "console", lambda m: self.problems.append(m.text) if m.type == "error" else None
        )

    def _route(self, route: Any) -> None:
        url = route.request.url
        self.requests.append(route.request)
        if url.startswith((self.url, "data:", "blob:")):
            route.continue_()
        else:
            self.problems.append(f"a request to {url}")
            route.abort()

    def open(self) -> Visit:
        self.page.goto(self.url)
        self.box.wait_for(state="visible", timeout=30_000)
        return self

    @property
    def box(self) -> Any:
        return self.page.get_by_label("Your question")

    def ask(self, question: str, number: int) -> Any:
        """Types the question, sends it with Enter and gives the turn that appears."""
        self.box.fill(question)
        self.box.press("Enter")
        return self.turn(number)

    def turn(self, number: int) -> Any:
        turn = self.page.locator(f"#turn-{number}")
        turn.wait_for(state="visible", timeout=15_000)
        return turn

    def quotes(self, turn: Any) -> list[str]:
        return [str(q.text_content()) for q in turn.locator("blockquote").all()]

    def is_too_wide(self) -> bool:
        root = "document.documentElement"
        return bool(self.page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))


@pytest.fixture
def size() -> str:
    """Most tests look at a phone; those whose result depends on the width take two."""
    return "phone"


EACH_SIZE = pytest.mark.parametrize("size", ["desktop", "phone"])


@pytest.fixture
def visit(size: str, browser: Any, server: served.Served) -> Iterator[Visit]:
    """A window on the chat; at its end nothing went wrong in it and nothing went elsewhere."""
    visit = Visit(browser, server, viewport=SIZES[size]).open()
    yield visit
    assert [] == visit.problems
    visit.context.close()


@EACH_SIZE
def test_a_question_is_answered_with_the_stored_words(visit: Visit) -> None:
    """The quotes in the page are the stored quotes, the lead one is in view, nothing overflows."""
    turn = visit.ask("How often is ECT given?", 1)

    assert [q.text for q in (OFTEN, ASLEEP, LISTED, EVIL)] == visit.quotes(turn)
    assert turn.locator("blockquote").first.is_visible()
    assert not turn.locator("blockquote").nth(1).is_visible()  # folded
    turn.locator("summary").click()
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
        "e => /auto|scroll/.test(getComputedStyle(e).overflowY)).length"
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
    assert "They do not answer your question." in turn.locator("h3").inner_text()
    assert [CROSSING.text, ASLEEP.text] == visit.quotes(turn)
    assert 0 == turn.locator(".lead").count()


@EACH_SIZE
def test_help_is_always_in_view_and_comes_first_in_a_crisis(visit: Visit) -> None:
    """The strip stays at the top while the page scrolls; the card has links a phone can follow."""
    strip = visit.page.locator(".help")
    for number in range(1, 4):
        visit.ask("differ", number)
    turn = visit.ask("i want to die", 4)

    assert 0 == round(strip.bounding_box()["y"])
    assert ["tel:988", "sms:988"] == [
        link.get_attribute("href") for link in turn.locator(".crisis a").all()
    ]
    assert 0 == turn.locator("blockquote").count()


@EACH_SIZE
def test_a_suggestion_is_one_click(visit: Visit) -> None:
    """Clicking asks it; the suggestions then make room."""
    button = visit.page.locator("#suggestions button").first
    wanted = button.inner_text()
    button.click()
    turn = visit.turn(1)

    assert wanted == turn.locator("h2").text_content()
    assert not button.is_visible()


def test_start_again_wipes_the_conversation(visit: Visit) -> None:
    """The page is as at the start, and the next question knows nothing of the earlier ones."""
    visit.ask("How often is ECT given?", 1)
    visit.page.get_by_role("button", name="Start again").click()
    visit.page.locator("#turn-1").wait_for(state="detached")

    assert visit.page.locator("#suggestions button").first.is_visible()
    turn = visit.ask("is it safe", 1)
    assert 0 == turn.locator(".understood").count()


def test_a_failure_is_said_and_the_chat_goes_on(visit: Visit) -> None:
    """An error of ours shows fixed words; the next question is answered."""
    assert "Something went wrong on our side." in visit.ask("crash", 1).inner_text()
    assert OFTEN.text == visit.quotes(visit.ask("How often?", 2))[0]


def test_what_is_unfolded_stays_so_when_the_next_answer_comes(visit: Visit) -> None:
    """New turns are added; nothing of the earlier ones is drawn again."""
    first = visit.ask("How often?", 1)
    first.locator("summary").click()
    visit.ask("How often?", 2)

    assert first.locator("details").evaluate("e => e.open")


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


def test_nothing_of_a_question_is_stored_or_sent_elsewhere(visit: Visit) -> None:
    """Storage, cookies and addresses hold no question; every request went to this server."""
    visit.ask("My secret: how often is ECT given?", 1)
    visit.page.locator("#turn-1 a.open").first.click()
    visit.page.wait_for_timeout(500)  # what would be written late

    assert "secret" not in visit.page.evaluate(STORED).lower()
    assert [] == visit.context.cookies()
    assert [] == [r.url for r in visit.requests if "secret" in r.url.lower()]
    assert all(r.url.startswith((visit.url, "data:", "blob:")) for r in visit.requests)


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


def test_two_windows_have_two_conversations(browser: Any, server: served.Served) -> None:
    """A follow-up in one window is not read in the light of the other's question."""
    one, two = (Visit(browser, server, viewport=SIZES["phone"]).open() for _ in range(2))
    one.ask("How often is ECT given?", 1)

    assert 0 == two.ask("is it safe", 1).locator(".understood").count()
    assert 1 == one.ask("is it safe", 2).locator(".understood").count()
    one.context.close()
    two.context.close()


@pytest.mark.slow
def test_the_real_chat_over_the_articles_that_ship(
    browser: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`python app.py` with no index: it builds one; each first question is answered, and every
    quote on the page is the stored text at the place its link names.
    """
    index = tmp_path_factory.mktemp("index")
    with served.real(tmp_path_factory.mktemp("real"), {"QA_INDEX": str(index)}) as server:
        documents = open_snapshot(index).documents
        visit = Visit(browser, server, viewport=SIZES["phone"]).open()
        for number, question in enumerate(SUGGESTIONS, start=1):
            turn = visit.ask(question, number)
            assert turn.locator(".lead").count() == 1, f"no answer to {question}"
            for figure in turn.locator("figure").all():
                href = urlsplit(figure.locator("a.open").get_attribute("href"))
                place = {name: int(values[0]) for name, values in parse_qs(href.query).items()}
                text = documents[href.path.rpartition("/")[2]].text
                assert text[place["start"] : place["end"]] == (
                    figure.locator("blockquote").text_content()
                )
        with visit.context.expect_page() as opened:
            turn.locator(".lead a.open").click()
        shown = opened.value.locator("mark").all_text_contents()
        assert "".join(visit.quotes(turn)[0].split("\n")) == "".join(shown).replace("\n", "")
        silent = visit.ask("Which bus goes to the stadium?", len(SUGGESTIONS) + 1)
        assert 0 == silent.locator(".lead").count()
        assert 1 == silent.locator(".silence").count()
        assert "stadium" not in server.log.read_text()
        assert not server.connections.exists(), server.connections.read_text()
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
