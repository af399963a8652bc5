"""qa.figures: figures with units, and quotes that differ."""

from __future__ import annotations

import pytest

from qa.figures import Figure, differences, figures
from qa.records import Document, Metadata, Passage, Quote, Span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about 1.1% of adults", [Figure("1.1", "1.1", "%")]),
        ("30 percent", [Figure("30", "30", "%")]),
        ("Two to three sessions", [Figure("2", "3", "session")]),
        ("6 to 18 sessions over 4 weeks", [Figure("6", "18", "session"), Figure("4", "4", "week")]),
        ("two or more different antidepressants", [Figure("2", "2", "antidepressant")]),
        ("four or more medicines", [Figure("4", "4", "medicine")]),
        ("in 2019", []),
    ],
)
def test_figures(text: str, expected: list[Figure]) -> None:
    """
    Words for numbers count, a bare year does not.
    """
    assert expected == figures(text)


def quote(text: str, doc_id: str) -> Quote:
    document = Document(doc_id, f"{doc_id}.md", text, Metadata(doc_id))
    return Quote.cut(document, Span(0, len(text)), Passage("p", doc_id, Span(0, 1), (), ()), 0.9)


def test_two_documents_with_other_figures_for_the_same_thing_differ() -> None:
    """
    Same subject, same unit, another number, another document: a difference.
    """
    first = quote("About 30% of people with depression have resistant depression.", "a")
    second = quote("Up to 31% of people with depression may have resistant depression.", "b")
    pairs = differences((first, second))
    assert [(first, second)] == [(pair.first, pair.second) for pair in pairs]


@pytest.mark.parametrize(
    ("first", "second", "same_document"),
    [
        ("About 30% of people have it.", "About 30% of people have it too.", False),
        ("About 30% of people have it.", "TMS takes 4 weeks.", False),
        ("TMS takes six weeks of daily visits.", "ECT sessions last 18 weeks in hospital.", False),
        ("About 30% of people have it.", "About 31% of people have it.", True),
    ],
)
def test_no_difference(first: str, second: str, same_document: bool) -> None:
    """
    Equal figures, other units, other subjects or one document are no disagreement.
    """
    pair = (quote(first, "a"), quote(second, "a" if same_document else "b"))
    assert () == differences(pair)
