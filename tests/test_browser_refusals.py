"""What a person sees when a question is refused, and that a foreign script does not run."""

from __future__ import annotations

from typing import Any

import pytest

from qa.web import refusals
from tests.browsing import Visit

pytestmark = pytest.mark.browser
JOIN = "**/gradio_api/queue/join*"
STREAM = "**/gradio_api/queue/data*"


def refused(visit: Visit, question: str) -> str:
    visit.box.fill(question)
    visit.box.press("Enter")
    said = visit.page.locator("#transcript .refused .said")
    said.wait_for(state="visible", timeout=15_000)
    return str(said.text_content())


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (429, {"detail": refusals.too_often(9).said}, refusals.too_often(9).said),
        (413, {"detail": refusals.TOO_LARGE}, refusals.TOO_LARGE),
        (503, {"detail": refusals.BUSY}, refusals.BUSY),
        (500, {}, "Something went wrong here. Please send your question again."),
        (422, {"detail": [{"msg": "<b>x</b>"}]}, "Something went wrong here."),
    ],
)
def test_a_refusal_is_a_sentence_in_the_chat(
    visit: Visit, status: int, body: dict[str, Any], said: str
) -> None:
    """The question stays in the box, the help line stays in sight, and nothing covers it."""
    visit.page.route(JOIN, lambda route: route.fulfill(status=status, json=body))

    assert refused(visit, "How often is ECT given?").startswith(said)
    assert "How often is ECT given?" == visit.box.input_value()
    assert not visit.page.evaluate("document.body.classList.contains('asking')")
    assert visit.page.locator("#help").is_visible()
    toast = visit.page.locator(".toast-wrap .toast-body").first
    if status != 422:  # of the others gradio makes one; it must not be seen
        toast.wait_for(state="attached", timeout=15_000)
    assert not toast.is_visible()
    visit.page.unroute(JOIN)
    assert visit.ask("How often is ECT given?", 1).locator("blockquote").first.is_visible()
    expect_problems(visit, "Failed to load resource")


def test_a_lost_connection_is_said(visit: Visit) -> None:
    """While a question is sent, and while its answer is awaited."""
    visit.page.route(JOIN, lambda route: route.abort())
    assert refused(visit, "How often?").startswith("The connection to this page was lost.")
    visit.page.unroute(JOIN)

    visit.page.route(STREAM, lambda route: route.fulfill(status=200, body="data: {}\n\n"))
    visit.box.fill("How often?")
    visit.box.press("Enter")
    visit.page.wait_for_function("!document.body.classList.contains('asking')")
    assert visit.page.locator(".refused").is_visible()
    visit.page.unroute(STREAM)
    visit.problems.clear()


def test_a_script_that_is_slipped_into_the_page_does_not_run(visit: Visit) -> None:
    """Neither as an element nor as a handler: the policy names the page's own scripts only."""
    visit.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = 1";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", '<img src="x" onerror="window.ran = 2">');
        }"""
    )
    visit.page.wait_for_timeout(500)

    assert visit.page.evaluate("window.ran") is None
    assert [p for p in visit.problems if "Content Security Policy" in p]
    visit.problems.clear()


def expect_problems(visit: Visit, *known: str) -> None:
    """Takes away what the browser itself writes about a refusal."""
    visit.problems = [p for p in visit.problems if not p.startswith(known)]
