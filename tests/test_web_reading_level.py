"""Reading levels: the formulas, what is counted, and a page that shows them."""

from __future__ import annotations

import pytest

from qa.records import Metadata
from qa.web import reading_level
from qa.web.pages import Pages
from qa.web.permalink import Link
from qa.web.reading_level import ReadingGrades, grade_of, prose
from tests.fake_engine import document

EASY = "The cat sat on the big red mat. " * 20  # 8 words of 23 letters a sentence
HARD = "Neuromodulation procedures demonstrate considerable therapeutic effectiveness. " * 20


def test_the_grade_is_the_mean_of_two_formulas() -> None:
    """A sentence has 10 words of 40 letters, 41 characters with its stop.

    ARI: 4.71 * 41/10 + 0.5 * 10 - 21.43 = 2.88;
    Coleman-Liau: 0.058 * 400 - 0.296 * 10 - 15.8 = 4.44; mean 3.66.
    """
    assert 4 == grade_of("abcd " * 9 + "abcd. " + "abcd " * 9 + "abcd.")
    assert 18 == grade_of(HARD.replace(". ", " "))
    assert 1 == grade_of("a b c. " * 10)


def test_sentences_are_counted_and_nothing_else() -> None:
    """Headings and rows are left out, an item without a stop gets one, abbreviations have none."""
    made = document(
        "d" * 16,
        Metadata("T"),
        ("h2", "Heading"),
        ("p", EASY),
        ("l1", "an item of e.g. two"),
        ("r", "a | b"),
    )
    text = prose(made)

    assert text.endswith("the big red mat. an item of eg two.")
    assert "Heading" not in text
    assert "|" not in text


def test_short_and_foreign_articles_have_no_grade() -> None:
    """The formulas say nothing of them."""
    assert "" == prose(document("d" * 16, Metadata("T"), ("p", "Too short.")))
    assert "" == prose(document("d" * 16, Metadata("T", language="de"), ("p", EASY)))


def test_the_page_says_how_hard_it_is_to_read() -> None:
    """Once they are counted, in a process of its own; an article without a grade says nothing."""
    hard = document("d" * 16, Metadata("Hard"), ("p", HARD))
    short = document("e" * 16, Metadata("Short"), ("p", "Too short."))
    grades = ReadingGrades((hard, short))
    grades.wait(120)
    pages = Pages({d.doc_id: d for d in (hard, short)}, grades=grades)
    shown = bytes(pages.article(hard.doc_id, Link.read()).body).decode()

    assert "Reading level: about grade 18 (US)" in shown
    assert "written for readers used to specialist texts" in shown
    assert b"Reading level" not in bytes(pages.article(short.doc_id, Link.read()).body)


def test_without_the_library_pages_show_no_grade(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A failing count costs the grades, not the pages."""
    made = document("d" * 16, Metadata("T"), ("p", EASY))
    monkeypatch.setattr(reading_level.sys, "executable", "/nothing/here")
    grades = ReadingGrades((made,))
    grades.wait(20)

    assert grades.of(made) is None
    assert "no reading levels are shown: FileNotFoundError" in caplog.text
