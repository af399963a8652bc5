"""qa.reworded: what became of listed sentences that stand in no article any more."""

from __future__ import annotations

import pytest

from qa.golden import GoldenQuestion, Listed
from qa.records import Document, Metadata
from qa.reworded import likeness, reworded

LISTED = "A full course has nine sessions."


def article(source: str, text: str) -> Document:
    return Document(source.ljust(16, "0"), source, text, Metadata("T"))


@pytest.mark.parametrize(
    ("text", "now", "words"),
    [
        (
            "It is quick. A full course has ten sessions.",
            "A full course has ten sessions.",
            "reworded in a.md",
        ),
        ("Nothing of it is left.", None, "gone from a.md"),
        ("", None, "gone from a.md"),
    ],
)
def test_a_sentence_is_reworded_or_gone(text: str, now: str | None, words: str) -> None:
    """
    Half of the words in their order: five of six are.
    """
    asked = GoldenQuestion("g1", "How many?", (Listed("a.md", LISTED),))
    (found,) = reworded([asked], [article("a.md", text), article("b.md", LISTED)])

    assert ("g1", now, words) == (found.question_id, found.now, found.words)


def test_what_stands_as_it_stood_is_not_named() -> None:
    """
    Broken lines are no change; silence is no sentence; one of two listed answers is enough.
    """
    documents = [article("a.md", "A full course\nhas nine sessions.")]
    asked = [
        GoldenQuestion("g1", "How many?", (Listed("b.md", "Gone."), Listed("a.md", LISTED))),
        GoldenQuestion("g2", "What does it cost?"),
    ]
    assert () == reworded(asked, documents)


def test_an_article_that_is_gone_is_named() -> None:
    """
    No sentence of another article is offered in its place.
    """
    asked = GoldenQuestion("g1", "How many?", (Listed("a.md", LISTED),))
    (found,) = reworded([asked], [article("b.md", LISTED)])

    assert (None, "gone with a.md") == (found.now, found.words)


def test_the_nearest_of_all_listed_is_offered() -> None:
    """
    Of two listed sentences the one of which most is left.
    """
    listed = (Listed("a.md", "Most have six to ten sessions."), Listed("a.md", LISTED))
    asked = GoldenQuestion("g1", "How many?", listed)
    (found,) = reworded([asked], [article("a.md", "A full course has eight sessions.")])

    assert (listed[1], "A full course has eight sessions.") == (found.listed, found.now)


def test_likeness_counts_words_in_order() -> None:
    """
    Twice the words in common by the words of both: 2 * 3 / 8, and 2 * 1 / 4.
    """
    assert 0.75 == likeness("It takes nine weeks.", "It takes twelve weeks.")
    assert 0.5 == likeness("one two", "two one")
