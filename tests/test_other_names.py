"""qa.other_names: everyday words and the names that articles use."""

from __future__ import annotations

import pytest

from qa.other_names import Alternative, OtherNames, phrase
from qa.records import Span
from qa.wordlists import Everyday, everyday

ENTRIES = [
    Everyday("shock treatment", ("ECT", "electroconvulsive therapy")),
    Everyday("shock", ("fright",)),
    Everyday("a fit", ("seizure",)),
    Everyday("tablet", ("medicine", "pharmaceutical")),
]
NAMES = OtherNames.of(
    ENTRIES,
    [("ect", "electroconvulsive therapy")],
    phrase("ECT electroconvulsive therapy seizure medicine fright"),
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Is shock treatment safe?", "Is shock treatment (ECT, electroconvulsive therapy) safe?"),
        ("shock-treatments", "shock-treatments (ECT, electroconvulsive therapy)"),  # longest first
        ("a fit of fitness", "a fit (seizure) of fitness"),
        ("My tablets, one tablet", "My tablets (medicine), one tablet"),  # once; known names only
        ("Does a medicine in tablets help?", "Does a medicine in tablets help?"),  # said already
        ("ECT, or shock treatment", "ECT (electroconvulsive therapy), or shock treatment"),
        ("", ""),
    ],
)
def test_expand(question: str, expected: str) -> None:
    """
    Nothing is taken out of the question; names that the articles have are added once.
    """
    assert expected == NAMES.expand(question).text


def test_alternatives_point_at_what_they_name() -> None:
    """
    "a fit (seizure)": 0 to 5, and 7 to 14.
    """
    assert (Alternative(Span(0, 5), (Span(7, 14),)),) == NAMES.expand("a fit").alternatives


def test_the_reviewed_list_is_folded_and_says_each_phrase_once() -> None:
    """
    A capital or a doubled phrase would be a slip of the list's author.
    """
    written = [entry.written for entry in everyday()]
    assert written == [w.lower() for w in written]
    assert len(written) == len(set(written))
    assert len(written) >= 120
    assert all(entry.names for entry in everyday())
