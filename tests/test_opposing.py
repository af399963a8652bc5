"""qa.opposing: a contradiction is named only where it is sure."""

from __future__ import annotations

import pytest

from qa.opposing import opposed


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
