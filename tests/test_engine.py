"""qa.engine: the whole way from corpus to answer, over a small corpus with the toy encoder."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from qa.build import build
from qa.config import Settings
from qa.engine import Engine
from qa.errors import EncoderUnavailable, SnapshotMissing
from qa.records import Reason, Status, Turn
from tests.encoders import WordLengthEncoder
from tests.small_corpus import write_corpus


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over three short articles."""
    folder = tmp_path_factory.mktemp("engine")
    corpus = write_corpus(folder / "corpus")
    settings = Settings(corpus=corpus, index=folder / "index")
    build(settings, WordLengthEncoder())
    return Engine.open(settings, WordLengthEncoder())


def test_a_question_is_answered_with_a_verbatim_quote(engine: Engine) -> None:
    """
    The lead quote is the sentence that answers, cut from its document.
    """
    answer = engine.ask("How many sessions has a course of electroconvulsive therapy?")
    assert Status.ANSWERED == answer.status
    lead = answer.quotes[0]
    assert "A course of electroconvulsive therapy has about nine sessions." == lead.text
    assert (
        lead.text
        == engine.snapshot.documents[lead.document.doc_id].text[lead.span.start : lead.span.end]
    )
    assert ("ect.md", "Electroconvulsive therapy") == (lead.document.source, lead.heading)


def test_headings_and_questions_are_never_quoted(engine: Engine) -> None:
    """
    What is quoted ends no sentence with a question mark and is no heading.
    """
    for question in ("Side effects?", "What are the side effects of electroconvulsive therapy?"):
        for quote in engine.ask(question).quotes:
            assert "Side effects" != quote.text
            assert not quote.text.endswith("?")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("", Reason.EMPTY),
        ("?!  ", Reason.EMPTY),
        ("how is it", Reason.TOO_VAGUE),
        ("x" * 1001, Reason.TOO_LONG),
        ("zebra quagga bongo xylophone", Reason.OFF_TOPIC),
    ],
)
def test_why_there_is_no_answer(engine: Engine, message: str, reason: Reason) -> None:
    """
    Each reason has its kind of message.
    """
    answer = engine.ask(message)
    assert (Status.NOT_FOUND, reason, ()) == (answer.status, answer.reason, answer.quotes)


def test_a_crisis_comes_before_everything(engine: Engine) -> None:
    """
    Help is given and nothing is quoted, whatever else the message asks or how long it is.
    """
    answer = engine.ask("I want to kill myself. How many sessions has ECT?" + " x" * 600)
    assert (Status.CRISIS, ()) == (answer.status, answer.quotes)
    assert answer.crisis is not None


def test_below_the_help_card_alone_nothing_is_said_of_medicines(engine: Engine) -> None:
    """
    A notice about medicines is a lecture there; signs that need help at once are named.
    """
    engine = copy.copy(engine)
    engine.notices = SimpleNamespace(  # type: ignore[assignment]
        read=lambda *_: ("emergency_symptoms", "medicine_change")
    )

    assert ("emergency_symptoms",) == engine.ask("I want to kill myself").notices
    assert "medicine_change" in engine.ask("Does ketamine work?").notices


def test_a_follow_up_is_completed_from_the_history(engine: Engine) -> None:
    """
    The standalone question carries the subject; the question stays as typed.
    """
    history = [Turn("user", "What is magnetic stimulation?"), Turn("assistant", "")]
    answer = engine.ask("is it given daily?", history)
    assert "is it given daily?" == answer.question
    assert "is magnetic stimulation given daily?" == answer.standalone.replace(
        "Magnetic", "magnetic"
    )


def test_search_gives_ranks_and_both_stages(engine: Engine) -> None:
    """
    Ranks count from one; a passage that shares a word has a lexical score.
    """
    hits = engine.search("ketamine drip", k=2)
    assert [1, 2] == [found.hit.rank for found in hits]
    assert "more/ketamine.txt" == hits[0].document.source
    assert hits[0].lexical is not None
    assert hits[0].dense is not None
    with pytest.raises(ValueError, match="k must be at least 1"):
        engine.search("ketamine", k=0)


def test_threads_get_the_same_answers(engine: Engine) -> None:
    """
    Two threads and one give equal answers.
    """
    questions = ["How is ketamine given?", "How many sessions has ECT?", "headache?"] * 5
    alone = [engine.ask(question) for question in questions]
    with ThreadPoolExecutor(2) as pool:
        assert alone == list(pool.map(engine.ask, questions))


def test_a_withdrawn_article_is_never_quoted(tmp_path: Path) -> None:
    """
    Its passages are not in the index at all.
    """
    corpus = write_corpus(tmp_path / "corpus")
    ect = corpus / "ect.md"
    ect.write_text(ect.read_text("utf-8").replace("publisher:", "status: withdrawn\npublisher:", 1))
    settings = Settings(corpus=corpus, index=tmp_path / "index")
    build(settings, WordLengthEncoder())
    engine = Engine.open(settings, WordLengthEncoder())
    found = engine.search("How many sessions has a course of electroconvulsive therapy?", k=50)
    assert {"tms.md", "more/ketamine.txt"} == {hit.document.source for hit in found}


def test_without_an_index_the_message_says_how_to_build_one(tmp_path: Path) -> None:
    """
    The error names the folder and the command.
    """
    with pytest.raises(SnapshotMissing, match="python -m qa build"):
        Engine.open(replace(Settings(), index=tmp_path), WordLengthEncoder())


def test_another_encoder_than_the_builders_is_refused(engine: Engine) -> None:
    """
    Vectors of two models do not compare; the message names the model and the command.
    """
    other = WordLengthEncoder()
    other.digest = "0" * 64
    with pytest.raises(EncoderUnavailable, match="word-length.*python -m qa build"):
        Engine.open(engine.settings, other)


def test_a_quote_from_an_overdue_article_says_so(engine: Engine) -> None:
    """
    The review of the article on ECT was due in 2025; the one on ketamine has no date.
    """
    overdue = engine.ask("How many sessions has a course of electroconvulsive therapy?")
    assert "overdue_source" in overdue.notices
    assert "overdue_source" not in engine.ask("How is ketamine given, as a slow drip?").notices


def test_a_misspelt_follow_up_is_mended_before_it_is_completed(engine: Engine) -> None:
    """
    Slips are mended first, and reported, so that the rules of conversation can read the message.
    """
    history = [Turn("user", "What is ketamine?")]
    answer = engine.ask("shud I be afraid of it", history)
    assert "should I be afraid of ketamine" == answer.standalone
    assert "shud" in [change.written for change in answer.changes]
