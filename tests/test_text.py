"""qa.text: sentence spans, words, stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text import content_words, fold, is_question, sentences, stem, terms, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("Dr. Conway led it. It worked.", ["Dr. Conway led it.", "It worked."]),
        ("About 1.1% of adults. Rates vary.", ["About 1.1% of adults.", "Rates vary."]),
        (
            "It is rare in the U.S. The rate is 1.1%.",
            ["It is rare in the U.S.", "The rate is 1.1%."],
        ),
        ("The general U.S. Food and Drug agency", ["The general U.S. Food and Drug agency"]),
        ("Tremors, e.g. Shaking hands. Next.", ["Tremors, e.g. Shaking hands.", "Next."]),
        ("He said “no.” Then he left.", ["He said “no.”", "Then he left."]),
        ("It did not work.Try again", ["It did not work.", "Try again"]),
        ("Really?! Yes (maybe). End", ["Really?!", "Yes (maybe).", "End"]),
        ("by M. MacIntyre today", ["by M. MacIntyre today"]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    """
    Full stops in abbreviations, figures and initials do not end a sentence; glued ones do.
    """
    assert expected == [span.of(text) for span in sentences(text)]


@given(st.text(alphabet="Ab. ?!\n”U.S1e\u0301😀", max_size=60))
def test_sentences_cover_all_but_white_space(text: str) -> None:
    """
    Spans are ordered, disjoint, trimmed, and nothing but white space lies between them.
    """
    spans = sentences(text)
    rest, at = "", 0
    for span in spans:
        assert span.start >= at
        assert span.of(text) == span.of(text).strip() != ""
        rest += text[at : span.start]
        at = span.end
    assert "" == (rest + text[at:]).strip()


def test_sentences_of_a_part_keep_the_offsets_of_the_whole() -> None:
    """
    Offsets point into the whole text, not into the part.
    """
    text = "Skip this. Keep this. And that."
    assert ["Keep this.", "And that."] == [s.of(text) for s in sentences(text, 11)]


def test_terms_are_folded_stemmed_and_without_stop_words() -> None:
    """
    A question and a passage meet on stems; grammar does not count.
    """
    assert ["treatment", "ketamin"] == terms("How long do TREATMENTS with ketamine’s take?")
    assert ["cafe"] == terms("Café")


def test_content_words_are_never_empty_for_a_text_with_words() -> None:
    """
    A question of stop words only keeps them, so that something can be searched.
    """
    assert ["how", "is", "it"] == [w.of("how is it") for w in content_words("how is it")]
    assert [] == content_words("?!")


def test_words_keep_figures_whole() -> None:
    """
    A decimal and its percent sign are one word.
    """
    assert ["1.1%", "of", "45", "to", "90"] == [
        w.of("1.1% of 45-to 90") for w in words("1.1% of 45-to 90")
    ]


def test_fold_stem_and_question() -> None:
    """
    The small helpers, each with a worked value.
    """
    assert "cafe's" == fold("Café’s")
    assert "depress" == stem("depression")
    assert is_question("How common is it?”")
    assert not is_question("It is common.")
