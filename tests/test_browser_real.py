"""The real chat over the articles that ship, in a real Chromium."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from qa.snapshot import open_snapshot
from qa.suggestions import reviewed_questions
from tests import served
from tests.browsing import SIZES, Visit

pytestmark = pytest.mark.browser
FIRST = reviewed_questions().first


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
        for number, question in enumerate(FIRST, start=1):
            turn = visit.ask(question, number)
            assert turn.locator(".lead").count() == 1, f"no answer to {question}"
            for figure in turn.locator("figure").all():
                href = urlsplit(figure.locator("a.open").get_attribute("href"))
                place = parse_qs(href.query)
                start, end = int(place["start"][0]), int(place["end"][0])
                text = documents[href.path.rpartition("/")[2]].text
                assert text[start:end] == (figure.locator("blockquote").text_content())
        with visit.context.expect_page() as opened:
            turn.locator(".lead a.open").click()
        shown = opened.value.locator("mark").all_text_contents()
        assert "".join(visit.quotes(turn)[0].split("\n")) == "".join(shown).replace("\n", "")
        silent = visit.ask("Which bus goes to the stadium?", len(FIRST) + 1)
        assert 0 == silent.locator(".lead").count()
        assert 1 == silent.locator(".silence").count()
        assert "stadium" not in server.log.read_text()
        assert not server.connections.exists(), server.connections.read_text()
        assert [] == visit.problems
        visit.context.close()
