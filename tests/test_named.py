"""qa.named: which treatments a text names."""

from __future__ import annotations

import pytest

from qa.named import MEDICINE, Named, Names, reviewed_names
from qa.wordlists import Everyday, Kind, Treatments, names, treatments

SMALL = Names.of(
    Treatments(
        {"red": "red", "scarlet": "red", "big blue": "blue", "ect": "ect"},
        {
            "warm": Kind(("warm colour",), frozenset({"red"})),
            "colour": Kind(("colour",), frozenset({"warm", "blue"})),
            "psychotherapy": Kind(("talking",), frozenset()),
            "brain stimulation": Kind(("brain stimulation",), frozenset({"ect"})),
        },
    ),
    [Everyday("like the sea", ("big blue",)), Everyday("box", ("chest",))],
)


def test_names_everyday_names_and_kinds_are_told_apart() -> None:
    """
    The longest phrase wins, a final s is allowed for, and case is not.
    """
    found = SMALL.find("Scarlets, warm colours and something like the sea in a box")
    assert Named(frozenset({"red"}), frozenset({"blue"}), frozenset({"warm"})) == found


@pytest.mark.parametrize(
    ("asked", "told", "expected"),
    [
        ({"red"}, {"red"}, True),
        ({"red"}, {"warm"}, True),
        ({"red"}, {"colour"}, True),
        ({"colour"}, {"red"}, True),
        ({"blue"}, {"warm"}, False),
        ({"red", "blue"}, {"blue"}, True),
        ({"red"}, {MEDICINE}, True),
        ({"ect"}, {MEDICINE}, False),
        ({"red"}, set(), False),
    ],
)
def test_a_kind_takes_in_what_belongs_to_it(
    asked: set[str], told: set[str], expected: bool
) -> None:
    """
    Through kinds of kinds; the widest kind takes in all but talking and brain stimulation.
    """
    assert expected is SMALL.meet(asked, told)


def test_a_verb_is_no_name() -> None:
    """
    ACT is a therapy, "act" is not.
    """
    assert {"act"} == reviewed_names().find("Is ACT any good?").all
    assert set() == reviewed_names().find("How fast does it act?").all


def test_what_is_taken_beside_says_little() -> None:
    """
    A sentence on alcohol can stand in any article.
    """
    assert frozenset() == reviewed_names().find("Avoid alcohol with medicines.").own


def test_the_lists_fit_together() -> None:
    """
    What belongs to a kind is a name or a kind; a name is not another name of something else.
    """
    listed = treatments()
    known = set(listed.same.values()) | set(listed.kinds)
    assert [] == [m for k in listed.kinds.values() for m in sorted(k.has) if m not in known]
    assert [] == [n for n in sorted(set(listed.same.values())) if listed.same.get(n, n) != n]
    assert names() <= set(listed.same)
