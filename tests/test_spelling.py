"""qa.spelling: misspelt question words -> words of the corpus."""

from __future__ import annotations

import pytest

from qa.spelling import Speller

TEXTS = ["Ketamine and esketamine treat depression. Antidepressants may stop working."]
ENGLISH = {"flying", "trying", "depressing"}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("ketmaine side effects", "ketamine side effects"),
        ("antideppresants not wrking?", "antidepressants not working?"),
        ("Is flying safe?", "Is flying safe?"),  # English, though not in the corpus
        ("esketamin", "esketamine"),
        ("KETAMIN!", "ketamine!"),
        ("lamotrigine", "lamotrigine"),  # unknown and near nothing
        ("depressing", "depressing"),
        ("ect tms 2019", "ect tms 2019"),
        ("", ""),
    ],
)
def test_correct(question: str, expected: str) -> None:
    """
    Only words unknown to corpus and English are replaced, and only by a near one.
    """
    assert expected == Speller(TEXTS, ENGLISH.__contains__).correct(question)


def test_the_nearest_then_the_commoner_then_the_alphabet_decides() -> None:
    """
    The choice does not depend on hash order.
    """
    speller = Speller(["paster pasted pasted"], lambda word: False)
    assert "pasted" == speller.correct("pastef")
    assert "paster" == Speller(["paster pastes"], lambda word: False).correct("pastef")
