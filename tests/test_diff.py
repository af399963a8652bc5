"""Two snapshots' answers to golden questions: what changed, told as text, JSON and a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qa.build import build
from qa.config import Settings
from qa.diff import (
    AnswerChange,
    Compared,
    Comparison,
    Side,
    change_between,
    compare,
    open_two,
    wanted_questions,
    which_two,
)
from qa.diff_report import diff_object, diff_page, diff_text
from qa.engine import Engine
from qa.errors import EncoderUnavailable, QAError, SnapshotMissing
from qa.golden import GoldenQuestion, Listed, Verdict
from qa.progress import Progress
from qa.records import Answer, Document, Metadata, Quote, Reason, Span, Status
from qa.reworded import Reworded
from qa.statuses import set_status
from tests.dom import read
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, QUESTION, built_settings

TEXT = "Nine sessions <b>are</b> usual. Twelve is the most."
ECT_TEXT = Document("d1", "ect.md", TEXT, Metadata("ECT"))
NINE, TWELVE = "Nine sessions <b>are</b> usual.", "Twelve is the most."
NINE_LISTED = (Listed("ect.md", "A course of electroconvulsive therapy has about nine sessions."),)


def quote(text: str = NINE, document: Document = ECT_TEXT, heading: str | None = "H") -> Quote:
    start = document.text.index(text)
    return Quote(document, Span(start, start + len(text)), heading, 0.9, "p")


def side(verdict: Verdict, *quotes: Quote) -> Side:
    status = Status.ANSWERED if quotes else Status.NOT_FOUND
    reason = None if quotes else Reason.NOT_IN_SOURCES
    return Side(Answer("q", "q", status, "s" * 16, reason=reason, quotes=quotes), verdict)


HEADED = quote(heading="Other")
BELOW = quote(document=replace(ECT_TEXT, text=f"One line more. {TEXT}"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (side(Verdict.RIGHT, quote()), side(Verdict.RIGHT, quote()), AnswerChange.SAME),
        (side(Verdict.RIGHT, quote()), side(Verdict.RIGHT, BELOW), AnswerChange.SAME),
        (side(Verdict.RIGHT, quote()), side(Verdict.RIGHT, HEADED), AnswerChange.QUOTE_MOVED),
        (
            side(Verdict.RIGHT, quote()),
            side(Verdict.RIGHT, quote(TWELVE)),
            AnswerChange.OTHER_QUOTE,
        ),
        (
            side(Verdict.RIGHT, quote()),
            side(Verdict.RIGHT, quote(), quote(TWELVE)),
            AnswerChange.OTHER_QUOTE,
        ),
        (side(Verdict.RIGHT, quote()), side(Verdict.WRONG, quote(TWELVE)), AnswerChange.WORSE),
        (side(Verdict.LATER, quote(TWELVE)), side(Verdict.RIGHT, quote()), AnswerChange.BETTER),
        (side(Verdict.RIGHT, quote()), side(Verdict.SILENT), AnswerChange.NOW_SILENT),
        (side(Verdict.WRONG, quote()), side(Verdict.RIGHT), AnswerChange.NOW_SILENT),
        (side(Verdict.SILENT), side(Verdict.RIGHT, quote()), AnswerChange.NOW_ANSWERED),
        (side(Verdict.RIGHT), side(Verdict.WRONG, quote()), AnswerChange.NOW_ANSWERED),
        (side(Verdict.SILENT), side(Verdict.SILENT), AnswerChange.SAME),
    ],
)
def test_what_became_of_an_answer(before: Side, after: Side, expected: AnswerChange) -> None:
    """
    One word for each; that lines were added above a quote is no change.
    """
    assert expected is change_between(before, after)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small corpus, built; no sentence reader is needed to tell snapshots apart."""
    return replace(built_settings(tmp_path), reader="off", minimum_support=0.0)


def rebuilt(settings: Settings, ect: str) -> str:
    """The id of a snapshot in which the article on ECT reads so; it is not published."""
    (settings.corpus / "ect.md").write_text(ect, "utf-8")
    return build(settings, WordLengthEncoder(), publish=False).snapshot_id


def found(settings: Settings, after: str, *questions: GoldenQuestion) -> Comparison:
    first, second = which_two(settings.index, None, after)
    engines = open_two(settings, first, second, WordLengthEncoder())
    return compare(*engines, questions, Progress())


def test_a_figure_that_changed_in_the_article(settings: Settings) -> None:
    """
    The new snapshot quotes the new sentence, the golden answer stands in no article any more.
    """
    question = GoldenQuestion("g1", QUESTION, NINE_LISTED)
    after = rebuilt(settings, ECT.replace("nine sessions", "twelve sessions"))

    comparison = found(settings, after, question)
    (row,) = comparison.rows

    assert (AnswerChange.WORSE, True, ("g1",)) == (row.change, row.lost, comparison.unlisted)
    assert "nine sessions" in row.before.answer.quotes[0].text
    assert "twelve sessions" in row.after.answer.quotes[0].text


def test_both_are_asked_with_the_statuses_set_now(settings: Settings) -> None:
    """
    What was withdrawn meanwhile is quoted by neither, as patients would find it.
    """
    after = rebuilt(settings, ECT + "\nOne more line stands here.\n")
    set_status(settings.index, "ect.md", "withdrawn", "ana", "a mistake in it")

    (row,) = found(settings, after, GoldenQuestion("g1", QUESTION, NINE_LISTED)).rows

    sources = [q.document.source for s in (row.before, row.after) for q in s.answer.quotes]
    assert "ect.md" not in sources


def test_snapshots_of_two_encoders_are_not_compared(settings: Settings) -> None:
    """
    A question cannot be embedded for both by one of them.
    """
    other = WordLengthEncoder()
    other.digest = "0" * 64
    (settings.corpus / "ect.md").write_text(ECT + "\nOne more line stands here.\n", "utf-8")
    after = build(settings, other, publish=False).snapshot_id

    with pytest.raises(EncoderUnavailable, match="cannot be compared"):
        found(settings, after, GoldenQuestion("g1", QUESTION))


def test_an_encoder_that_made_neither_is_refused(settings: Settings) -> None:
    """
    The message names the one that is needed.
    """
    other = WordLengthEncoder()
    other.digest = "0" * 64
    first = which_two(settings.index, None, rebuilt(settings, ECT + "\nMore stands here.\n"))
    with pytest.raises(EncoderUnavailable, match="built with word-length"):
        open_two(settings, *first, other)


def test_without_ids_the_live_one_and_the_newest_other_are_meant(settings: Settings) -> None:
    """
    With nothing to compare, the message says how to make something.
    """
    with pytest.raises(QAError, match="build --no-publish"):
        which_two(settings.index, None, None)
    live = Engine.open(settings, WordLengthEncoder()).snapshot.snapshot_id
    after = rebuilt(settings, ECT + "\nOne more line stands here.\n")

    assert (live, after) == which_two(settings.index, None, None)
    assert (after, live) == which_two(settings.index, after[:6], None)


def test_without_a_live_snapshot_the_error_says_so(tmp_path: Path) -> None:
    """
    As every other command does.
    """
    with pytest.raises(SnapshotMissing, match="python -m qa build"):
        which_two(tmp_path, None, None)


def test_without_golden_questions_the_error_says_where_they_go(tmp_path: Path) -> None:
    """
    And how the setting is called.
    """
    with pytest.raises(QAError, match="QA_GOLDEN"):
        wanted_questions(Settings(golden=tmp_path / "golden.jsonl"))


@pytest.fixture
def comparison() -> Comparison:
    """One question worth less, one worth more, one the same, with hostile words."""
    asked = GoldenQuestion("g1", "How <i>many</i> \x1b[31m?", (Listed("ect.md", NINE),))
    silence = GoldenQuestion("g2", "What does it cost?")
    rows = (
        Compared(
            asked, side(Verdict.RIGHT, quote()), side(Verdict.SILENT), AnswerChange.NOW_SILENT
        ),
        Compared(
            silence, side(Verdict.WRONG, quote()), side(Verdict.RIGHT), AnswerChange.NOW_SILENT
        ),
        Compared(silence, side(Verdict.RIGHT), side(Verdict.RIGHT), AnswerChange.SAME),
    )
    now = Reworded("g1", asked.answers[0], "It has <b>twelve</b> sessions.")
    return Comparison("a" * 16, "b" * 16, rows, (now,))


def test_the_text_sets_both_answers_side_by_side(comparison: Comparison) -> None:
    """
    The quote stands left, the reason of the silence right; nothing steers the terminal.
    """
    text = diff_text(comparison, 100)
    head = next(line for line in text.splitlines() if "worth less" in line)
    row = next(line for line in text.splitlines() if "right" in line and "silent," in line)

    assert head == "NOW SILENT, worth less: How <i>many</i> \ufffd[31m? [g1]"
    assert row.startswith("  right ")
    assert "silent, nothing quoted (not_in_sources)" in row
    assert "\x1b" not in text
    assert "1 answer worth less, 1 worth more, 2 changed in all" in text
    assert "g1: the listed sentence is reworded in ect.md" in text
    assert "    now: It has <b>twelve</b> sessions." in text


def test_the_object_counts_and_holds_both_answers(comparison: Comparison) -> None:
    """
    A machine need not read the words.
    """
    value = diff_object(comparison)

    assert (["g1"], ["g2"], ["g1"]) == (value["lost"], value["gained"], value["unlisted"])
    now = "It has <b>twelve</b> sessions."
    assert [{"id": "g1", "source": "ect.md", "listed": NINE, "now": now}] == value["reworded"]
    assert {"now silent": 2, "same": 1} == {k: v for k, v in value["counts"].items() if v}
    assert NINE == value["rows"][0]["before"]["answer"]["quotes"][0]["text"]
    assert [] == value["rows"][0]["after"]["answer"]["quotes"]


def test_the_page_shows_words_not_markup(comparison: Comparison) -> None:
    """
    What an article or a question holds stays text; the page runs and fetches nothing.
    """
    html = diff_page(comparison)
    text = read(html.partition("\n")[2]).text

    assert NINE in text
    assert "<i>many</i>" in text
    assert "It has <b>twelve</b> sessions." in text
    assert "<script" not in html
    assert "default-src 'none'" in html
    assert "://" not in html
