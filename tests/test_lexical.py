"""qa.lexical: BM25 over passage texts."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from qa.lexical import LexicalIndex

TEXTS = ["Ketamine works fast", "ECT treatment for severe depression", "the of and", "ketamine"]


def test_a_score_is_the_lucene_formula() -> None:
    """
    idf x tf / (tf + k1 (1 - b + b length / mean length)), worked by hand for one term.
    """
    index = LexicalIndex.build(TEXTS)
    lengths = [3, 4, 1, 1]  # ketamin work fast / ect treatment sever depress / empty / ketamin
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    mean = sum(lengths) / 4
    expected = {row: idf / (1 + 1.5 * (1 - 0.75 + 0.75 * lengths[row] / mean)) for row in (0, 3)}
    assert pytest.approx(expected, abs=1e-6) == dict(index.search("Ketamine?", 9))
    assert [3, 0] == [row for row, _ in index.search("Ketamine?", 9)]


def test_equal_scores_are_ordered_by_row() -> None:
    """
    A tie does not depend on the library's partial sort.
    """
    index = LexicalIndex.build(["mood mood"] * 5)
    assert [0, 1, 2] == [row for row, _ in index.search("mood", 3)]


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    """
    What is loaded gives the same rows and scores.
    """
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path)
    assert index.search("severe ketamine", 9) == LexicalIndex.load(tmp_path).search(
        "severe ketamine", 9
    )


@pytest.mark.parametrize("question", ["", "the of", "zebra"])
def test_nothing_shared_gives_no_rows(question: str) -> None:
    """
    Rows that share no term are not listed at all.
    """
    assert [] == LexicalIndex.build(TEXTS).search(question, 9)


def test_a_corpus_of_stop_words_and_a_depth_of_zero() -> None:
    """
    Degenerate input: an empty vocabulary searches, a depth below 1 is an error.
    """
    index = LexicalIndex.build(["the of"])
    assert [] == index.search("depression", 1)
    with pytest.raises(ValueError, match="depth must be at least 1"):
        index.search("depression", 0)
