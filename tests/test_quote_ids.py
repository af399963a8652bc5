"""The id of a quote finds its words where they stand, elsewhere when they moved, or not at all."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.quote_ids import Placed, QuoteId, place
from qa.records import Document, Metadata, Passage, Quote, Sentence, Span

TEXT = "Bees are kind. ECT is safe. It is short."
SAFE = Span(15, 27)
ARTICLE = Document("a" * 16, "a.md", TEXT, Metadata("A"))
OTHER = Document("b" * 16, "b.md", "New here. ECT is safe.", Metadata("B"))


def passage(document: Document, *starts: int) -> Passage:
    ends = [*starts[1:], len(document.text)]
    spans = tuple(Sentence(Span(s, e)) for s, e in zip(starts, ends, strict=True))
    return Passage("p", document.doc_id, Span(0, len(document.text)), (), spans)


def quote(document: Document, span: Span) -> Quote:
    return Quote(document, span, None, 0.5, "p")


def find(wanted: QuoteId, *documents: Document) -> Placed | None:
    starts = {"a" * 16: (0, 15, 28), "b" * 16: (0, 10)}
    passages = [passage(d, *(s for s in starts[d.doc_id] if s < len(d.text))) for d in documents]
    return place(wanted, {d.doc_id: d for d in documents}, passages)


def test_the_id_names_article_place_and_words() -> None:
    """Nothing else is in it, so it is the same in every snapshot that holds the article."""
    digest = sha256(b"ECT is safe.").hexdigest()[:16]

    assert f"aaaaaaaaaaaaaaaa-15-27-{digest}" == str(QuoteId.of(quote(ARTICLE, SAFE)))


@given(st.integers(0, 39), st.integers(1, 40))
def test_an_id_is_read_as_it_was_written(start: int, length: int) -> None:
    """For every span of a text, and the words are found there."""
    span = Span(start, min(start + length, len(TEXT)))
    wanted = QuoteId.of(quote(ARTICLE, span))

    assert wanted == QuoteId.read(str(wanted))
    assert Placed(ARTICLE, span, moved=False) == find(wanted, ARTICLE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * 16,
        f"{'a' * 16}-5-5-{'0' * 16}",
        f"{'a' * 16}-6-5-{'0' * 16}",
        f"{'a' * 16}-05-9-{'0' * 16}",
        f"{'a' * 16}--5-9-{'0' * 16}",
        f"{'A' * 16}-5-9-{'0' * 16}",
        f"{'a' * 16}-5-9-{'0' * 15}",
        f"{'a' * 16}-5-9-{'0' * 16}\n",
        f"{'a' * 16}-٥-9-{'0' * 16}",
    ],
)
def test_what_is_no_id_is_none(text: str) -> None:
    """There is one way to write an id."""
    assert QuoteId.read(text) is None


def test_words_that_moved_are_found_in_their_own_article() -> None:
    """Also where another article holds them too."""
    later = replace(ARTICLE, text="First. " + TEXT)
    moved = place(
        QuoteId.of(quote(ARTICLE, SAFE)),
        {d.doc_id: d for d in (OTHER, later)},
        [passage(OTHER, 0, 10), passage(later, 0, 7, 22, 35)],
    )

    assert Placed(later, Span(22, 34), moved=True) == moved


def test_words_of_an_article_that_is_gone_are_found_in_a_current_one() -> None:
    """A changed article is a new document; the sentence may stand in it."""
    wanted = QuoteId.of(quote(ARTICLE, SAFE))

    assert Placed(OTHER, Span(10, 22), moved=True) == find(wanted, OTHER)


@pytest.mark.parametrize("status", ["withdrawn", "superseded"])
def test_words_are_not_looked_for_in_articles_that_do_not_count(status: str) -> None:
    """Another article must be current to take the place of the one that is gone."""
    old = replace(OTHER, metadata=replace(OTHER.metadata, status=status))

    assert find(QuoteId.of(quote(ARTICLE, SAFE)), old) is None


def test_a_withdrawn_article_shows_nothing() -> None:
    """Not even where the id says; a superseded one still holds what was quoted from it."""
    wanted = QuoteId.of(quote(ARTICLE, SAFE))
    withdrawn, superseded = (
        replace(ARTICLE, metadata=replace(ARTICLE.metadata, status=status))
        for status in ("withdrawn", "superseded")
    )

    assert find(wanted, withdrawn) is None
    assert Placed(superseded, SAFE, moved=False) == find(wanted, superseded)


def test_a_list_is_found_at_its_lead_in() -> None:
    """A quote of a list begins with the sentence that leads it in, which may stand further up."""
    document = Document("c" * 16, "c.md", "New. Look at:\n- dose\n- time", Metadata("C"))
    item = Sentence(Span(21, 27), lead_in=Span(5, 13))
    listed = Passage("p", document.doc_id, Span(21, 27), (), (item,))
    before = replace(document, doc_id="d" * 16)
    wanted = QuoteId.of(quote(before, Span(5, 27)))

    found = place(wanted, {document.doc_id: document}, [listed])

    assert Placed(document, Span(5, 27), moved=True) == found
