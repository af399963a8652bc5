"""The article pages: whole without JavaScript, strict, and clear about what is no longer there."""

from __future__ import annotations

from datetime import date

import pytest

from qa.articles import is_overdue
from qa.records import Document, Metadata, Span
from qa.web.pages import Pages, mark_of
from tests.dom import Element, read
from tests.fake_engine import ECT, HOSTILE, HOSTILE_TITLE, OFTEN, PAGED

DOCUMENTS = {d.doc_id: d for d in (ECT, HOSTILE, PAGED)}


def page(doc_id: str, start: object = None, end: object = None, clinic: str = "") -> Element:
    given = (None if value is None else str(value) for value in (start, end))
    body = bytes(Pages(DOCUMENTS, clinic).article(doc_id, *given).body).decode()
    return read(body.removeprefix("<!doctype html>"))


def said(root: Element, name: str) -> list[str]:
    return [e.text for e in root.all(lambda e: e.attributes.get("class") == name)]


def test_the_page_opens_at_the_marked_quote() -> None:
    """The link of a quote leads to a page whose mark is the quote."""
    root = page(ECT.doc_id, OFTEN.span.start, OFTEN.span.end)

    assert [OFTEN.text] == [e.text for e in root.tags("mark")]
    assert ["Go to the marked quote"] == said(root, "jump")
    assert [] == said(root, "badge")


def test_the_page_says_who_wrote_the_article_and_when() -> None:
    """Title, dates in words, what it is based on, the file and the web address."""
    root = page(ECT.doc_id)
    facts = {e.tags("dt")[0].text: e.tags("dd")[0].text for e in root.tags("dl")[0].tags("div")}

    assert ["Electroconvulsive therapy (ECT)"] == [e.text for e in root.tags("h1")]
    assert {
        "Publisher": "Wellsourced",
        "Written by": "Wellsourced editors",
        "Published": "22 November 2026",
        "Next review": "22 November 2999",
        "Kind": "leaflet",
        "About": "adults",
        "On the web": "https://example.org/ect",
        "File": "aaaaaaaaaaaaaaaa.md",
        "Based on": "Jones H. Managing it. Verywell Health, 21 September 2022.",
    } == facts


def test_the_page_loads_nothing_but_its_style() -> None:
    """No script, no image, no font, nothing from elsewhere; the policy allows no more."""
    root = page(ECT.doc_id)
    policy = Pages(DOCUMENTS).article(ECT.doc_id, None, None).headers["content-security-policy"]

    assert [] == root.all(lambda e: e.tag in ("script", "img", "iframe", "style", "form"))
    assert ["/style/words.css", "/style/page.css"] == [
        e.attributes["href"] for e in root.tags("link")
    ]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy


def test_help_is_on_every_page() -> None:
    """Also where there is no article."""
    for root in (page(ECT.doc_id), page("0" * 16)):
        assert "tel:988" in [e.attributes.get("href") for e in root.tags("a")]


@pytest.mark.parametrize(
    ("start", "end"), [("5", "4"), ("-1", "4"), ("0", "999999"), ("a", "b"), ("5", None), ("", "")]
)
def test_a_place_that_is_not_there_is_said(start: str, end: str | None) -> None:
    """A stale or broken link shows the article and says that the place is gone."""
    root = page(ECT.doc_id, start, end)

    assert [] == root.tags("mark")
    (badge,) = said(root, "badge")
    assert badge.startswith("The place this link points to is not in this article now.")


def test_an_article_that_is_gone_is_said() -> None:
    """A 404 in words a patient understands."""
    assert 404 == Pages(DOCUMENTS).article("0" * 16, "1", "2").status_code
    assert ["This article is not here now"] == [e.text for e in page("0" * 16).tags("h1")]


def test_hostile_titles_and_clinics_are_text() -> None:
    """Metadata and settings are escaped like the article itself."""
    root = page(HOSTILE.doc_id, clinic="<b>C</b>")

    assert [HOSTILE_TITLE] == [e.text for e in root.tags("h1")]
    assert f"{HOSTILE_TITLE} · Wellsourced" == root.tags("title")[0].text
    assert [] == root.tags("script") + root.tags("b")
    assert "<b>C</b>" in root.tags("header")[0].text


@pytest.mark.parametrize("url", ["javascript:hit()", "data:text/html,x", "ftp://a", None])
def test_only_a_web_address_becomes_a_link(url: str | None) -> None:
    """A url field cannot smuggle a script into the page."""
    document = Document("d" * 16, "a.md", "Text.", Metadata("T", url=url))
    body = bytes(Pages({document.doc_id: document}).article(document.doc_id, None, None).body)

    assert b"On the web" not in body
    assert b"javascript:" not in body


def test_an_overdue_article_carries_a_badge() -> None:
    """Due on the day itself is in time, the day after is not; no date is not overdue."""
    (badge,) = said(page(PAGED.doc_id), "badge")
    assert badge.startswith("This article was due for review on 31 January 2020.")
    assert not is_overdue(PAGED, date(2020, 1, 31))
    assert is_overdue(PAGED, date(2020, 2, 1))
    assert not is_overdue(HOSTILE, date(2999, 1, 1))


def test_marks_lie_inside_the_document() -> None:
    """The whole text may be marked, one character more may not."""
    length = len(ECT.text)

    assert Span(0, length) == mark_of(ECT, "0", str(length))
    assert mark_of(ECT, "0", str(length + 1)) is None
    assert mark_of(ECT, "3", "3") is None
    assert mark_of(ECT, "٣x", "4") is None
