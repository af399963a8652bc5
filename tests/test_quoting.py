"""qa.quoting: the span that is shown for a sentence that answers."""

from __future__ import annotations

from qa.passages import cut_passages
from qa.quoting import LONGEST, quotable_span
from qa.records import Document
from tests.test_passages import count_words, document


def shown(doc: Document, wanted: str) -> str:
    """What is quoted for the sentence whose text is `wanted`."""
    for passage in cut_passages(doc, count_words, 500):
        for sentence in passage.sentences:
            if sentence.span.of(doc.text) == wanted:
                return quotable_span(doc, passage, sentence.span).of(doc.text)
    raise AssertionError(f"no sentence {wanted!r}")


def test_a_sentence_that_stands_alone_is_quoted_alone() -> None:
    """
    The fewest whole sentences that answer.
    """
    doc = document(("paragraph", "ECT is old. TMS is newer. Both help."))
    assert "TMS is newer." == shown(doc, "TMS is newer.")


def test_a_sentence_that_points_back_takes_the_one_before() -> None:
    """
    Up to three sentences, and never across a block of another kind.
    """
    doc = document(("paragraph", "ECT is old. It is safe. It helps. This is known. It ends."))
    assert "ECT is old. It is safe." == shown(doc, "It is safe.")
    assert "It helps. This is known. It ends." == shown(doc, "It ends.")
    listed = document(("list_item", "ECT"), ("paragraph", "It is safe."))
    assert "It is safe." == shown(listed, "It is safe.")


def test_a_list_item_takes_its_lead_in_and_its_list() -> None:
    """
    Whole where it fits; from the lead-in down to the item where the rest is too long.
    """
    short = document(("paragraph", "These help:"), ("list_item", "sleep"), ("list_item", "food"))
    assert "These help:\nsleep\nfood" == shown(short, "sleep")
    assert "These help:\nsleep\nfood" == shown(short, "These help:")
    long = "x" * (LONGEST - 5)
    tall = document(("paragraph", "These help:"), ("list_item", "sleep"), ("list_item", long))
    assert "These help:\nsleep" == shown(tall, "sleep")
    assert long == shown(tall, long)
    assert "These help:\nsleep" == shown(tall, "These help:")


def test_the_limit_holds_for_sentences_that_point_back() -> None:
    """
    A long sentence before is left out rather than shown in part.
    """
    before = "x" * LONGEST + "."
    doc = document(("paragraph", f"{before} It helps."))
    assert "It helps." == shown(doc, "It helps.")


def test_a_neighbour_that_answers_nearly_as_well_comes_along() -> None:
    """
    Likely sentences beside it join, up to three and within the limit; others do not.
    """
    doc = document(("paragraph", "One is. Two is. Three is. Four is. Five is."))
    (passage,) = cut_passages(doc, count_words, 500)
    one, two, three, four, five = (s.span for s in passage.sentences)
    assert "Two is. Three is." == quotable_span(doc, passage, three, {two, five}).of(doc.text)
    everything = {one, two, three, four, five}
    assert "Three is. Four is. Five is." == quotable_span(doc, passage, three, everything).of(
        doc.text
    )
    assert "Three is." == quotable_span(doc, passage, three).of(doc.text)


def test_a_neighbour_across_a_list_stays_out() -> None:
    """
    A quote of sentences never swallows list items between them.
    """
    doc = document(("paragraph", "One is."), ("list_item", "x"), ("paragraph", "Two is."))
    (passage,) = cut_passages(doc, count_words, 500)
    spans = [s.span for s in passage.sentences]
    assert "One is." == quotable_span(doc, passage, spans[0], {spans[2]}).of(doc.text)


def test_what_takes_up_a_study_is_quoted_with_it() -> None:
    """
    A figure without the study it comes from says too little.
    """
    doc = document(("paragraph", "TMS is new. One study had 40 adults. The study found no harm."))
    whole_study = "One study had 40 adults. The study found no harm."
    assert whole_study == shown(doc, "The study found no harm.")


def test_a_quote_keeps_its_not() -> None:
    """
    A sentence is never cut, so what is denied is never quoted as said.
    """
    doc = document(("paragraph", "TMS is new. TMS is, for most people, not painful. ECT is old."))
    assert "TMS is, for most people, not painful." == shown(
        doc, "TMS is, for most people, not painful."
    )
