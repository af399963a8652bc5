"""qa.coverage: late interaction between question words and sentences."""

from __future__ import annotations

import numpy as np
import pytest

from qa.coverage import HEADING_DISCOUNT, Unit, cover, score, units
from qa.other_names import OtherNames
from qa.passages import cut_passages, heading_line, search_text
from qa.retrieve import Query
from qa.tokens import TokenStore
from tests.encoders import WordLengthEncoder
from tests.test_passages import count_words, document

ENCODER = WordLengthEncoder()


def query(text: str) -> Query:
    return Query.of(text, ENCODER)


def test_units_are_the_content_words_with_their_weights() -> None:
    """
    Stop words carry nothing; weights come from the stem.
    """
    found = units(query("How safe are treatments?"), {"safe": 2.0, "treatment": 1.0}.__getitem__)
    assert [("safe", ((1,),), 2.0), ("treatments", ((3,),), 1.0)] == [
        (u.word, u.forms, u.weight) for u in found
    ]


def test_an_acronym_and_its_long_form_are_one_unit() -> None:
    """
    Whichever form the sentence uses, the other is not missing.
    """
    names = OtherNames({("ect",): ("electroconvulsive therapy",)})
    asked = Query.of(names.expand("Is ECT safe?"), ENCODER)
    weights = {"ect": 1.0, "electroconvuls": 3.0, "therapi": 2.0, "safe": 0.5}
    assert [("ECT", ((1,), (2, 3)), 1.0), ("safe", ((4,),), 0.5)] == [
        (u.word, u.forms, u.weight) for u in units(asked, weights.__getitem__)
    ]


def test_a_phrase_is_one_unit_and_weighs_as_its_commonest_name() -> None:
    """
    min(max(shock, treatment), ect): everyday words that no article has weigh no more than theirs.
    """
    names = OtherNames({("shock", "treatment"): ("ECT",)})
    asked = Query.of(names.expand("Does shock treatment hurt?"), ENCODER)
    weights = {"shock": 9.0, "treatment": 0.1, "ect": 1.0, "hurt": 4.0}
    assert [("shock treatment", ((1, 2), (3,)), 1.0), ("hurt", ((4,),), 4.0)] == [
        (u.word, u.forms, u.weight) for u in units(asked, weights.__getitem__)
    ]


def test_score_is_the_weighted_mean() -> None:
    """
    (3 x 1.0 + 1 x 0.5) / 4.
    """
    wanted = [Unit("a", (), 3.0), Unit("b", (), 1.0)]
    assert (3 * 1.0 + 1 * 0.5) / 4 == pytest.approx(score(wanted, np.array([1.0, 0.5], np.float32)))
    assert 0.0 == score([], np.zeros(0, np.float32))


def test_a_sentence_covers_by_its_own_words_and_less_by_its_headings() -> None:
    """
    A word that stands in the sentence has cover 1, one of its heading the discount.
    """
    doc = document(("#", "Ketamine"), ("paragraph", "Dizziness is common. Nausea is rare."))
    (passage,) = cut_passages(doc, count_words, 50)
    prefix = len(heading_line(passage, doc)) + 1
    embedded = ENCODER.embed([search_text(passage, doc)])
    store = TokenStore.build(embedded, [prefix], [passage.span.start], ENCODER.dim)
    asked = query("ketamine nausea")
    first, second = cover(asked, units(asked, lambda stem: 1.0), passage, 0, store)

    assert [0, 1] == [first.position, second.position]
    np.testing.assert_allclose(1.0, first.headings[0], atol=1e-3)
    np.testing.assert_allclose(1.0, second.own[1], atol=1e-3)
    np.testing.assert_allclose([HEADING_DISCOUNT, 1.0], second.with_headings, atol=1e-3)
    assert first.own[1] < 0.6


def test_a_question_without_words_has_no_units() -> None:
    """
    Degenerate input.
    """
    assert [] == units(query("?!"), lambda stem: 1.0)
