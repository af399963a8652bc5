"""A place counts as the quote only if the link's digest agrees with what stands there."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.records import Document, Metadata, Quote, Span
from qa.render import source_href, text_digest
from qa.web.permalink import Found, Link, Place, locate, locate_elsewhere
from tests.fake_engine import ECT, EVIL, LISTED, OFTEN, PAGED, document

FAST = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


def link_to(quote: Quote) -> Link:
    """What the link of a quote carries, through its address and back."""
    given_there = parse_qs(urlsplit(source_href(quote)).query)
    return Link.read(*(given_there[name][0] for name in ("start", "end", "q", "w")))


def text_of(text: str, **about: str) -> Document:
    return document("d" * 16, Metadata("T", **about), ("p", text))  # type: ignore[arg-type]


@pytest.mark.parametrize("quote", [OFTEN, LISTED, EVIL], ids=["sentence", "list", "hostile"])
def test_the_link_of_a_quote_leads_to_it(quote: Quote) -> None:
    """Whatever stands in it, the address carries it there and back."""
    assert Place(Found.HERE, quote.span) == locate(quote.document, link_to(quote))


def test_a_link_without_parameters_asks_for_no_place() -> None:
    """The whole article is meant."""
    assert Place(Found.UNASKED) == locate(ECT, Link.read())


def test_a_plain_place_is_taken_as_it_is() -> None:
    """A link with a place alone marks it; the whole text may be marked, one more may not."""
    length = len(ECT.text)

    assert Place(Found.HERE, Span(0, length)) == locate(ECT, Link.read("0", str(length)))
    for start, end in (("0", str(length + 1)), ("3", "3"), ("5", "4"), ("-1", "4"), ("٣x", "4")):
        assert Place(Found.LOST) == locate(ECT, Link.read(start, end))


def test_a_wrong_digest_marks_nothing() -> None:
    """Nor does an empty one, nor words that do not begin the text."""
    first, last = str(OFTEN.span.start), str(OFTEN.span.end)

    for link in (
        Link.read(first, last, "00000000"),
        Link.read(first, last, ""),
        Link.read(first, last, None, "Something else entirely, as words go"),
    ):
        assert Found.LOST is locate(ECT, link).found


def test_a_repeated_beginning_is_told_apart_by_the_digest() -> None:
    """Of two sentences with the same first words, the one with the same text is found."""
    old = text_of("It helps some people a lot. End.")
    new = text_of("Now. It helps some people a bit. It helps some people a lot. End.")
    place = locate(new, link_to(Quote(old, Span(0, 27), None, 1.0, "p")))

    assert Found.MOVED is place.found
    assert place.span is not None
    assert "It helps some people a lot." == place.span.of(new.text)
    assert 33 == place.span.start


def test_words_that_are_like_nothing_are_lost() -> None:
    """Below the floor nothing is offered; words too few to tell are not compared."""
    old = text_of("The device is charged by a magnet at night.")
    link = link_to(Quote(old, Span(0, len(old.text)), None, 1.0, "p"))

    assert Place(Found.LOST) == locate(ECT, link)
    assert locate_elsewhere((ECT, PAGED), link) is None
    assert Place(Found.LOST) == locate(ECT, Link.read("0", "5", "00000000", "ECT is"))


def test_elsewhere_the_same_text_comes_before_a_like_one() -> None:
    """And what is withdrawn or superseded is not offered."""
    quote = Quote(text_of("It begins after six weeks of care."), Span(0, 34), None, 1.0, "p")
    like = text_of("It begins after two weeks of care.")
    same = text_of("Well. It begins after six weeks of care.")
    gone = text_of("It begins after six weeks of care.", status="withdrawn")

    assert (same, Place(Found.MOVED, Span(6, 40))) == locate_elsewhere(
        (like, gone, same), link_to(quote)
    )
    assert (like, Place(Found.NEAREST, Span(0, 34))) == locate_elsewhere(
        (gone, like, ECT), link_to(quote)
    )


@FAST
@given(*[st.none() | st.text(max_size=30) | st.integers().map(str)] * 4)
def test_no_link_fails(
    start: str | None, end: str | None, digest: str | None, words: str | None
) -> None:
    """Anything may stand in an address; what is marked as the quote has its digest."""
    link = Link.read(start, end, digest, words)
    place = locate(ECT, link)
    locate_elsewhere((ECT, PAGED), link)

    if place.found in (Found.HERE, Found.MOVED) and digest is not None:
        assert place.span is not None
        assert digest == text_digest(place.span.of(ECT.text))


@FAST
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1), st.data())
def test_every_span_is_found_again_by_its_link(text: str, data: st.DataObject) -> None:
    """Control and direction characters included."""
    there = Document("d" * 16, "a.md", text, Metadata("T"))
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))

    assert Place(Found.HERE, span) == locate(there, link_to(Quote(there, span, None, 1.0, "p")))
