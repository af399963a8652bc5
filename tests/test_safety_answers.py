"""qa.safety within the engine: help is there whatever fails, and no message is in the log."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.build import build
from qa.config import Settings
from qa.engine import Engine
from qa.records import Status
from qa.safety import Detector, Need, Reading
from tests.encoders import WordLengthEncoder
from tests.small_corpus import write_corpus


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over three short articles, with the toy encoder."""
    folder = tmp_path_factory.mktemp("safety")
    settings = Settings(corpus=write_corpus(folder / "corpus"), index=folder / "index")
    build(settings, WordLengthEncoder())
    return Engine.open(settings, WordLengthEncoder())


def test_the_subject_named_as_knowledge_gives_the_quiet_pointer(engine: Engine) -> None:
    """
    The help line is pointed to, the question is treated as one.
    """
    answer = engine.ask("Does ketamine reduce suicidal thoughts?")
    assert "help_line" in answer.notices
    assert answer.crisis is None
    assert Status.CRISIS != answer.status


def test_the_other_question_of_a_message_can_be_asked_next(engine: Engine) -> None:
    """
    The card comes alone; the question is offered to be tapped.
    """
    answer = engine.ask("I want to kill myself. How many sessions has ECT?")
    assert (Status.CRISIS, ()) == (answer.status, answer.quotes)
    assert ("How many sessions has ECT?",) == answer.choices


def test_the_embedding_made_for_the_detector_serves_the_search(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A question that needs no mending goes through the encoder once.
    """
    texts: list[str] = []
    plain = WordLengthEncoder.embed

    def counted(self: WordLengthEncoder, said: list[str], *rest: object) -> object:
        texts.extend(said)
        return plain(self, said)

    monkeypatch.setattr(WordLengthEncoder, "embed", counted)
    question = "How many sessions has a course of electroconvulsive therapy?"
    engine.ask(question)
    assert 1 == texts.count(question)


def test_a_detector_that_fails_shows_help_and_answers(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The card is there, the answer follows, and the log holds nothing of the message.
    """

    def broken(self: Detector, message: str, *_: object) -> Reading:
        raise RuntimeError(f"cannot read {message}")

    monkeypatch.setattr(Detector, "read", broken)
    with caplog.at_level(logging.DEBUG):
        answer = engine.ask("How many sessions has a course of electroconvulsive therapy?")
    assert Status.ANSWERED == answer.status
    assert answer.crisis is not None
    assert "RuntimeError" in caplog.text
    assert "sessions" not in caplog.text


def test_an_encoder_that_fails_leaves_help(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Neither detector nor search can run: the card is shown.
    """

    def broken(self: WordLengthEncoder, *_: object) -> NDArray[np.float32]:
        raise RuntimeError("no encoder")

    monkeypatch.setattr(Detector, "read", broken)
    monkeypatch.setattr(WordLengthEncoder, "embed", broken)
    answer = engine.ask("How many sessions has ECT?")
    assert Status.CRISIS == answer.status
    assert answer.crisis is not None


def test_a_doubtful_message_gets_help_and_the_answer(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The card stands above an answer that is there.
    """
    monkeypatch.setattr(Detector, "read", lambda *_: Reading(Need.DOUBTFUL))
    answer = engine.ask("How many sessions has a course of electroconvulsive therapy?")
    assert Status.ANSWERED == answer.status
    assert answer.crisis is not None
    assert answer.quotes


def test_a_crisis_message_is_never_logged(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """
    No level of the log holds it.
    """
    with caplog.at_level(logging.DEBUG):
        engine.ask("i want to kill myself quokka")
    assert "quokka" not in caplog.text
