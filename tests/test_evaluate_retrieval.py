"""What ir_measures makes of a run, in fractions, and what is relevant to a golden question."""

from __future__ import annotations

from math import log2
from pathlib import Path

import pytest

from qa.engine import Engine
from qa.evaluate.questions import Question
from qa.evaluate.retrieval import retrieve_golden, score_run
from qa.golden import Listed
from qa.progress import Progress
from tests.encoders import WordLengthEncoder
from tests.small_corpus import QUESTION, built_settings

RUN = [
    "q1 Q0 a 1 3 t\n",
    "q1 Q0 b 2 2 t\n",
    "q1 Q0 c 3 1 t\n",
]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """The small corpus, without the reader."""
    return Engine.open(built_settings(tmp_path), WordLengthEncoder(), reads=False)


def test_the_measures_are_the_textbooks() -> None:
    """
    Relevant: the second and one that was not found. RR 1/2, recall 1/2, nDCG (1/log2 3) over the
    best order of two, 1 + 1/log2 3.
    """
    values = score_run(RUN, {"q1": {"b": 1, "z": 1}}, ["RR", "R@5", "P@1", "nDCG@10"])
    assert 1 / 2 == values["RR"]["q1"]
    assert 1 / 2 == values["R@5"]["q1"]
    assert 0 == values["P@1"]["q1"]
    assert pytest.approx((1 / log2(3)) / (1 + 1 / log2(3))) == values["nDCG@10"]["q1"]


@pytest.mark.parametrize("run", [RUN, []])
def test_a_query_that_the_run_lacks_scores_0(run: list[str]) -> None:
    """
    Every judged query has a value, one without anything relevant too.
    """
    values = score_run(run, {"q2": {"a": 1}, "q3": {}}, ["nDCG@10"])
    assert {"nDCG@10": {"q2": 0.0, "q3": 0.0}} == values


def test_a_passage_is_relevant_that_holds_a_listed_answer(engine: Engine) -> None:
    """
    The passage of the answer is found first; an answer that stands nowhere is counted and scores 0.
    """
    answer = Listed("ect.md", "A course of electroconvulsive therapy has about nine sessions.")
    questions = [
        Question("a 1", "answerable", QUESTION, (answer,)),
        Question("a2", "answerable", QUESTION, (Listed("ect.md", "Not there."),)),
        Question("n1", "near_miss", QUESTION),
    ]
    found = retrieve_golden(questions, engine, Progress())

    assert {"a%201": 1.0, "a2": 0.0} == found.values["RR"]
    assert 1 == found.unjudged
    assert {"a%201", "a2"} == {line.split()[0] for line in found.run}
