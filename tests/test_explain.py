"""qa.explain: the very answer, and every step that led to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.asked import Kind, Mismatch, understood
from qa.cross_encoder import Window
from qa.engine import SCORED, Engine
from qa.explain import asks_for, explain, in_words
from qa.named import reviewed_names
from qa.records import Reason, Status, Turn
from qa.snapshot import open_snapshot
from tests.encoders import WordLengthEncoder
from tests.small_corpus import QUESTION, built_settings

MESSAGES = (
    QUESTION,
    "How many sessoins has electroconvulsive therapy?",
    "What are the side effects of electroconvulsive therapy?",
    "How long until ketamine works?",
    "How much does magnetic stimulation cost?",
    "magnetic stimulation days a week",
    "Does electroconvulsive therapy hurt children?",
    "how is it",
    "zebra quagga bongo xylophone",
    "",
    "x" * 1001,
    "I want to kill myself",
)
HISTORY = (
    Turn("user", "What is ketamine?"),
    Turn("assistant", "Ketamine is given as a slow drip into a vein."),
)


class Spelling(WordLengthEncoder):
    """A word that it has never seen is of two tokens."""

    def count_tokens(self, text: str) -> int:
        return 2 if "sessoins" in text else super().count_tokens(text)


def read_by_length(question: str, windows: Sequence[Window]) -> list[NDArray[np.float32]]:
    """A reader that prefers long sentences."""
    return [
        np.array([min(len(s) / 100, 0.99) for s in window.sentences], np.float32)
        for window in windows
    ]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> list[Engine]:
    """One that does not read and one that does."""
    settings = built_settings(Path(tmp_path_factory.mktemp("explain")))
    snapshot, encoder = open_snapshot(settings.index), Spelling()
    return [Engine(settings, snapshot, encoder, read) for read in (None, read_by_length)]


@pytest.mark.parametrize("history", [(), HISTORY], ids=["alone", "after"])
@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: m[:30] or "empty")
def test_the_answer_explained_is_the_answer_given(
    engines: list[Engine], message: str, history: tuple[Turn, ...]
) -> None:
    """
    Staff see the reasons of the patient's answer, not of another one.
    """
    for engine in engines:
        assert engine.ask(message, history) == explain(engine, message, history).answer


def test_every_candidate_stands_with_its_ranks(engines: list[Engine]) -> None:
    """
    The passages come in fused order, as searching gives them.
    """
    why = explain(engines[1], QUESTION)
    assert engines[1].search(QUESTION, SCORED) == [c.hit for c in why.candidates]
    assert [1, 2, 3] == [c.hit.hit.rank for c in why.candidates][:3]
    read = [c for c in why.candidates if c.read]
    assert {j.hit.passage.passage_id for j in why.judged} == {
        c.hit.passage.passage_id for c in read
    }
    for candidate in read:
        scores = [j.score for j in why.judged if j.hit == candidate.hit]
        assert max(scores) == candidate.score


def test_sentences_come_best_first_and_lead_to_the_quote(engines: list[Engine]) -> None:
    """
    What is quoted is the first sentence that reaches the threshold.
    """
    for engine in engines:
        why = explain(engine, QUESTION)
        assert Status.ANSWERED == why.answer.status
        assert engine.minimum_support == why.threshold
        assert sorted((j.score for j in why.judged), reverse=True) == [j.score for j in why.judged]
        first = why.judged[0]
        assert (1, True, "") == (first.rank, first.shown, first.ruled_out)
        assert first.text in why.answer.quotes[0].text
        assert first.score == why.answer.support >= why.threshold
        assert all(j.text == j.quote.text for j in why.judged)
    assert [None] * len(why.judged) == [j.logit for j in explain(engines[0], QUESTION).judged]


def test_what_rules_a_sentence_out_is_said(engines: list[Engine]) -> None:
    """
    A question of cost names cost as the reason, and the sentence is worth nothing.
    """
    why = explain(engines[0], "How much does magnetic stimulation cost?")
    assert "about cost" in why.understood.asks_for
    assert {"It says nothing of cost.": 0.0} == {
        j.ruled_out: j.score for j in why.judged if "Magnetic" in j.text
    }


def test_how_the_message_was_read(engines: list[Engine]) -> None:
    """
    Slips, the conversation and other names are shown as they were used.
    """
    why = explain(engines[0], "How many sessoins has shock treatment?").understood
    assert [("sessoins", "sessions")] == [(c.written, c.read_as) for c in why.changes]
    assert [("shock treatment", ("electroconvulsive therapy",))] == [
        (other.written, other.names) for other in why.other_names
    ]
    assert "electroconvulsive therapy" in why.searched
    followed = explain(engines[0], "How soon does it work?", HISTORY).understood
    assert "ketamine" in followed.standalone.lower()


@pytest.mark.parametrize(
    ("message", "reason"),
    [("how is it", Reason.TOO_VAGUE), ("", Reason.EMPTY), ("x" * 1001, Reason.TOO_LONG)],
)
def test_where_nothing_was_searched_nothing_is_listed(
    engines: list[Engine], message: str, reason: Reason
) -> None:
    """
    The reason is the answer's, and no passage is made up.
    """
    why = explain(engines[0], message)
    assert (reason, (), (), "") == (
        why.answer.reason,
        why.candidates,
        why.judged,
        why.understood.searched,
    )
    assert (reason is Reason.TOO_VAGUE) == why.understood.too_vague


def test_a_crisis_is_named(engines: list[Engine]) -> None:
    """
    Staff see that help was shown because the message speaks of a crisis.
    """
    why = explain(engines[0], "I want to kill myself")
    assert "It speaks of a crisis: help is shown, and nothing is searched." == why.understood.crisis
    assert (Status.CRISIS, ()) == (why.answer.status, why.candidates)


@pytest.mark.parametrize("kind", Kind)
def test_each_reason_has_words(kind: Kind) -> None:
    """
    No reason is shown as a code, and none is left unfinished.
    """
    said = in_words(Mismatch(kind, "pregnancy"))
    assert said.endswith(".")
    assert "{" not in said


def test_what_is_asked_for_in_words() -> None:
    """
    A question about whom, what and how much.
    """
    asked = understood("How much does ketamine cost for teenagers?", reviewed_names())
    assert ["about ketamine", "about teenagers", "about cost", "a number"] == list(asks_for(asked))
