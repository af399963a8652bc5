"""qa.opposing: a contradiction is named only where it is sure."""

from __future__ import annotations

import pytest

from qa.opposing import opposed, subject_pieces
from qa.text import stem


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("ECT is not safe.", "ECT is considered safe.", "safe"),
        ("The effect is permanent.", "The effect is temporary.", "permanent"),
        ("TMS isn't painful.", "TMS is painful for some.", "painful"),
        ("The cause is known.", "The cause is unknown.", "known"),
    ],
)
def test_opposites(first: str, second: str, word: str) -> None:
    """
    What one says the other denies, whichever of the two comes first.
    """
    assert word == opposed(first, second)
    assert "" != opposed(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ECT is safe.", "ECT is safe."),
        ("ECT is not safe.", "ECT isn't safe."),
        ("ECT is not painful.", "ECT is painful, but not for long."),  # both deny something
        ("Sleep is good.", "Sleep is good, not coffee."),  # what is denied is of another clause
        ("It is safe.", "It is not only safe, it is quick."),
        ("It is mild.", "It is mild, not severe."),
        ("Some start, some stop.", "Some stop."),
    ],
)
def test_no_opposites(first: str, second: str) -> None:
    """
    Where a rule is not sure, nothing is said.
    """
    assert "" == opposed(first, second)


@pytest.mark.parametrize(
    ("sentence", "word", "pieces"),
    [
        ("ECT is not safe.", "safe", ("ECT is not ", "ECT is not safe.")),
        ("It is safe, as TMS is.", "safe", ("It is ", "It is safe")),
        (
            "In ECT, memory loss is rare.",
            "rare",
            (" memory loss is ", " memory loss is rare.", "In ECT"),
        ),
        ("TMS is safer than ECT", "safer", ("TMS is ", "TMS is safer ")),
        ("Unlike ECT, TMS is safe", "safe", (" TMS is ", " TMS is safe", "")),
        ("ECT is quick.", "safe", ()),
    ],
)
def test_where_a_subject_is_looked_for(sentence: str, word: str, pieces: tuple[str, ...]) -> None:
    """
    Before the word, in its clause, in earlier clauses; not in what it is compared with.
    """
    assert pieces == subject_pieces(sentence, frozenset({stem(word)}))
