"""The article pages: whole without JavaScript, strict, and clear about what is no longer there."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.articles import is_overdue
from qa.records import Block, BlockKind, Document, Metadata, Quote, Span
from qa.render import source_href
from qa.web.newer import replacement_of
from qa.web.pages import Pages, shown
from qa.web.permalink import Link
from tests.dom import Element, read
from tests.fake_engine import ECT, HOSTILE, HOSTILE_TITLE, OFTEN, PAGED

PLAIN = Link.read()
DOCUMENTS = {d.doc_id: d for d in (ECT, HOSTILE, PAGED)}


def page(doc_id: str, start: object = None, end: object = None, clinic: str = "") -> Element:
    given = (None if value is None else str(value) for value in (start, end))
    return shown_by(Pages(DOCUMENTS, clinic), doc_id, Link.read(*given))


def shown_by(pages: Pages, doc_id: str, link: Link = PLAIN, address: str = "") -> Element:
    """The page as a browser reads it."""
    body = bytes(pages.article(doc_id, link, address).body).decode()
    return read(body.removeprefix("<!doctype html>"))


def link_to(quote: Quote) -> Link:
    """What the link of a quote carries."""
    (given,) = (parse_qs(urlsplit(source_href(quote)).query),)
    return Link.read(*(given[name][0] for name in ("start", "end", "q", "w")))


def one(text: str, doc_id: str = "d" * 16, **about: object) -> Document:
    """A document of one paragraph."""
    metadata = Metadata(**{"title": "T", **about})  # type: ignore[arg-type]
    return Document(
        doc_id, "a.md", text, metadata, (Block(BlockKind.PARAGRAPH, Span(0, len(text))),)
    )


def said(root: Element, name: str) -> list[str]:
    return [e.text for e in root.all(lambda e: e.attributes.get("class") == name)]


def test_the_page_opens_at_the_marked_quote() -> None:
    """The link of a quote leads to a page whose mark is the quote."""
    root = page(ECT.doc_id, OFTEN.span.start, OFTEN.span.end)

    assert [OFTEN.text] == [e.text for e in root.tags("mark")]
    assert ["Go to the marked quote", "Original web page"] == said(root, "button")
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
    policy = Pages(DOCUMENTS).article(ECT.doc_id, PLAIN).headers["content-security-policy"]

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
    assert 404 == Pages(DOCUMENTS).article("0" * 16, PLAIN).status_code
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
    body = bytes(Pages({document.doc_id: document}).article(document.doc_id, PLAIN).body)

    assert b"On the web" not in body
    assert b"javascript:" not in body


def test_an_overdue_article_carries_a_badge() -> None:
    """Due on the day itself is in time, the day after is not; no date is not overdue."""
    (badge,) = said(page(PAGED.doc_id), "badge")
    assert badge.startswith("This article was due for review on 31 January 2020.")
    assert not is_overdue(PAGED, date(2020, 1, 31))
    assert is_overdue(PAGED, date(2020, 2, 1))
    assert not is_overdue(HOSTILE, date(2999, 1, 1))


def test_a_quote_that_moved_is_marked_where_it_stands_now() -> None:
    """The link's place holds other words; the same words stand further down."""
    before, after = (
        one("A. It helps many people. B."),
        one("New start. A. It helps many people. B."),
    )
    link = link_to(Quote(before, Span(3, 24), None, 1.0, "p"))
    root = shown_by(Pages({after.doc_id: after}), after.doc_id, link)

    assert ["It helps many people."] == [e.text for e in root.tags("mark")]
    assert said(root, "badge")[0].startswith("This article has changed since the link was made.")


def test_changed_words_are_not_marked_as_the_quote() -> None:
    """The sentence most like them is marked as the nearest text, and the page says so."""
    before = one("It begins to work after six weeks. B.")
    after = one("It begins to work after two weeks. B.")
    link = link_to(Quote(before, Span(0, 34), None, 1.0, "p"))
    root = shown_by(Pages({after.doc_id: after}), after.doc_id, link)

    assert [("nearest", "It begins to work after two weeks.")] == [
        (e.attributes["class"], e.text) for e in root.tags("mark")
    ]
    assert said(root, "badge")[0].endswith("It is not the quote.")
    assert ["Go to the nearest text"] == said(root, "button")


def test_an_article_that_is_gone_leads_to_its_words_elsewhere() -> None:
    """The same words in a newer file, or the words most like them, in a current article."""
    before = one("It begins to work after six weeks. B.", "0" * 16)
    link = link_to(Quote(before, Span(0, 34), None, 1.0, "p"))
    same, near = one(before.text + " C."), one("It begins to work after two weeks. B.")
    withdrawn = one(before.text, status="withdrawn")

    root = shown_by(Pages({same.doc_id: same}), "0" * 16, link)
    assert "The same words stand in this article now" == root.tags("h2")[0].text
    assert ["It begins to work after six weeks."] == [e.text for e in root.tags("blockquote")]
    assert "/source/dddddddddddddddd?start=0&end=34#quote" in [
        e.attributes.get("href") for e in root.tags("a")
    ]
    root = shown_by(Pages({near.doc_id: near}), "0" * 16, link)
    assert "The nearest text in the articles of today" == root.tags("h2")[0].text
    assert "This is not the text the link was made for." in [e.text for e in root.tags("p")]
    assert [] == shown_by(Pages({"d" * 16: withdrawn}), "0" * 16, link).tags("blockquote")


def test_the_reference_is_complete() -> None:
    """Authors, title, publisher, dates and address, and on paper the address of the page."""
    root = shown_by(Pages(DOCUMENTS), ECT.doc_id, address="http://chat.test/source/x?start=1")

    assert [
        "Wellsourced editors. Electroconvulsive therapy (ECT). Wellsourced, 22 November 2026. "
        "https://example.org/ect"
    ] == said(root, "cite")
    assert ["This page: http://chat.test/source/x?start=1"] == said(root, "printed")


def test_the_original_opens_at_the_quote() -> None:
    """The link to the web page names the quote; without a quote it names the page alone."""
    links = [e.attributes["href"] for e in page(ECT.doc_id, 0, 31).tags("a")]
    plain = [e.attributes["href"] for e in page(ECT.doc_id).tags("a")]

    assert "https://example.org/ect#:~:text=Electroconvulsive%20therapy%20%28ECT%29" in links
    assert 2 == plain.count("https://example.org/ect")


@pytest.mark.parametrize(
    ("about", "badge"),
    [
        ({"published": "2019-03-01"}, "Older article, last checked in 2019."),
        ({"status": "superseded"}, "A newer article has replaced this one."),
        ({"review_due": "2020-01"}, "This article was due for review on January 2020."),
    ],
)
def test_badges(about: dict[str, str], badge: str) -> None:
    """Old, superseded and overdue articles say so, each once."""
    document = one("A.", **about)
    (said_there,) = said(shown_by(Pages({document.doc_id: document}), document.doc_id), "badge")

    assert said_there.startswith(badge)


def test_a_withdrawn_article_shows_none_of_its_words() -> None:
    """An old link to it says that it was withdrawn, and leads to the article that holds now."""
    old = one("It is given every day. B.", "1" * 16, status="withdrawn", title="How it is given")
    new = one("It is given once a week.", "2" * 16, title="How it is given")
    link = link_to(Quote(old, Span(0, 22), None, 1.0, "p"))
    alone = Pages({old.doc_id: old})
    root = shown_by(alone, old.doc_id, link)
    links = shown_by(Pages({d.doc_id: d for d in (old, new)}), old.doc_id, link).tags("a")

    assert 410 == alone.article(old.doc_id, link).status_code
    assert "This article has been withdrawn" == root.tags("h1")[0].text
    assert "How it is given" in root.text
    assert "It is given" not in root.text.replace("How it is given", "")
    assert [] == said(root, "button")
    assert "/source/2222222222222222" in [e.attributes["href"] for e in links]


def test_pages_follow_the_articles_that_are_served_now() -> None:
    """A link made before an article was changed or withdrawn meets what stands there now."""
    served = {"1" * 16: one("A.", "1" * 16)}
    pages = Pages(lambda: served)
    assert 200 == pages.article("1" * 16, PLAIN).status_code
    served = {"1" * 16: one("A.", "1" * 16, status="withdrawn"), "2" * 16: one("B.", "2" * 16)}

    assert 410 == pages.article("1" * 16, PLAIN).status_code
    assert 200 == pages.article("2" * 16, PLAIN).status_code
    assert 404 == pages.article("3" * 16, PLAIN).status_code


def test_a_superseded_article_leads_to_the_newer_one() -> None:
    """The newest current article of the same title."""
    old = one("A.", "1" * 16, status="superseded")
    new = [one("B.", number * 16, published=f"202{number}-01-01") for number in "23"]
    documents = {d.doc_id: d for d in (old, *new)}
    links = [e.attributes["href"] for e in shown_by(Pages(documents), old.doc_id).tags("a")]

    assert "/source/3333333333333333" in links
    assert replacement_of(new[0], documents) is None


def test_the_page_has_its_landmarks_and_headings_in_order() -> None:
    """Help, a link past it, one main part, one h1, and no heading level left out."""
    root = page(ECT.doc_id)
    body = root.tags("body")[0]
    first = [c for c in body.children if isinstance(c, Element)][:2]
    headings = [int(e.tag[1]) for e in root.all(lambda e: e.tag in ("h1", "h2", "h3", "h4"))]

    assert [("aside", "help"), ("a", "skip")] == [(e.tag, e.attributes["class"]) for e in first]
    assert first[1].attributes["href"].lstrip("#") == root.tags("main")[0].attributes["id"]
    assert 1 == headings.count(1)
    assert all(below <= above + 1 for above, below in zip(headings, headings[1:], strict=False))
    assert "en" == root.tags("html")[0].attributes["lang"]


# A busy machine is no failure.
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_any_text_anywhere_is_text(found: str) -> None:
    """
    Markup, control and direction characters in any field make no element, and the page's own words
    stay as they are; the article itself comes back character by character.
    """
    hostile = f"<b>{found}</b>\u202e&amp;"
    document = one(
        hostile,
        title=hostile,
        publisher=hostile,
        authors=(hostile,),
        url=hostile,
        published=hostile,
        reviewed=hostile,
        kind=hostile,
        population=hostile,
        language=hostile,
        based_on=(hostile,),
    )
    link = Link.read("0", str(len(hostile)), None, None)
    root = shown_by(Pages({document.doc_id: document}, hostile), document.doc_id, link)
    expected = hostile.replace("\x00", "\ufffd")

    assert [] == root.tags("b")
    assert [expected] == [e.text for e in root.tags("mark")]
    assert [shown(hostile)] == [e.text for e in root.tags("h1")]
    outside = root.text.replace(expected, "", 1)
    assert "\u202e" not in outside
    assert "About this article" in outside
