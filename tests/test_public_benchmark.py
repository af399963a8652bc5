"""benchmarks/public.py: every stage over three short documents, what is kept, and the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks import public
from benchmarks.public_followups import follow_ups
from benchmarks.public_index import moved
from benchmarks.public_set import Question, Right, Set, Text
from benchmarks.public_stages import ALONE, STAGES, Bench, open_bench
from benchmarks.public_table import About, report
from qa.cross_encoder import Window
from qa.records import Span
from tests.encoders import WordLengthEncoder

SHOCK = Text("a", "Shock treatment", "Patients sleep. A course has nine sessions.")
LIGHT = Text("b", "Light therapy", "A lamp shines every morning.\nIt lasts half an hour.")
TALK = Text("c", "Talking", "Two people talk. Nobody shines a lamp at them.")


def a_set(*questions: Question) -> Set:
    return Set("small", (SHOCK, LIGHT, TALK), questions)


# ---------------------------------------------------------------- the stages


def likes_sessions(question: str, windows: Sequence[Window]) -> list[NDArray[np.float32]]:
    """A reader that takes every sentence with "sessions" for the answer."""
    return [
        np.array([0.99 if "sessions" in s else 0.01 for s in w.sentences], np.float32)
        for w in windows
    ]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("public")
    return open_bench(a_set(), folder, WordLengthEncoder(), likes_sessions)


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_ranks_documents(bench: Bench, stage: str) -> None:
    """
    The document with the question's words comes first, each document once.
    """
    ranked = [name for name, _ in bench.documents(stage, "lamp every morning")]

    assert "b" == ranked[0]
    assert len(ranked) == len(set(ranked))


@pytest.mark.parametrize("stage", STAGES[:-1])
def test_every_stage_finds_the_sentence(bench: Bench, stage: str) -> None:
    """
    Without the reader the likest sentence leads, and it is right where it touches the answer.
    """
    question = Question("q", "a lamp every morning")
    best = bench.best(stage, question.text, question)

    assert best is not None
    assert "b" == best.record_id
    assert bench.is_right(best, (Right("b", 2, 6),))
    assert not bench.is_right(best, (Right("b", 30, 51), Right("c", 0, 5)))
    assert not bench.is_right(None, (Right("b", 2, 6),))


def test_only_the_last_stage_reads(bench: Bench) -> None:
    """
    The reader is what parts it from the floor: what it likes makes it surer, what it does not less.
    """
    liked = Question("q", "Patients sleep in sessions", within=("a",))
    other = Question("q", "People talk of a lamp", within=("c",))
    scores = {
        (stage, question.within[0]): best.score
        for stage in ("floor", "reader")
        for question in (liked, other)
        if (best := bench.best(stage, question.text, question)) is not None
    }

    alone = bench.best(ALONE, liked.text, liked)
    assert alone is not None
    assert bench.is_right(alone, (Right("a", 16, 43),))
    assert scores["reader", "c"] < scores["reader", "a"]
    assert scores["floor", "a"] != scores["reader", "a"]


@pytest.mark.parametrize("stage", STAGES)
def test_only_the_documents_named_are_looked_at(bench: Bench, stage: str) -> None:
    """
    `within` limits, `without` hides.
    """
    inside = Question("q", "a lamp every morning", within=("c",))
    hidden = Question("q", "a lamp every morning", without=("b",))
    found = [bench.best(stage, q.text, q) for q in (inside, hidden)]

    assert all(best is not None for best in found)
    assert "c" == found[0].record_id  # type: ignore[union-attr]
    assert "b" != found[1].record_id  # type: ignore[union-attr]


def test_a_line_break_ends_a_sentence(bench: Bench) -> None:
    """
    The second line is a sentence of its own, found again where the set has it.
    """
    question = Question("q", "lasts half an hour")
    best = bench.best("bm25", question.text, question)

    assert best is not None
    assert bench.is_right(best, (Right("b", 29, 51),))
    assert not bench.is_right(best, (Right("b", 0, 28),))


def test_a_persons_wording_finds_all_that_it_finds(bench: Bench) -> None:
    """
    Without judged passages its own are the measure: 1 by definition, and so is its own rank.
    """
    asked = Question(
        "q", "How long?", history=(("user", "What is light therapy?"),), rewrite="How long is light"
    )
    found = follow_ups(bench, a_set(asked), "person")["q"]

    assert (1.0, 1.0) == (found["nDCG@10"], found["own_rewrite"])
    assert math.isclose(1.0, found["cosine"], abs_tol=1e-5)


@pytest.mark.parametrize(
    ("raw", "indexed", "place", "expected"),
    [
        ("ab cd", "ab cd", (3, 5), Span(3, 5)),
        ("ab\n cd", "ab\n\ncd", (4, 6), Span(4, 6)),
        ("x ab x ab", "x ab x ab", (7, 9), Span(7, 9)),  # the nearest of equals
        ("a\u00adb cd", "ab cd", (4, 6), Span(3, 5)),  # a character fell away before it
        ("ab cd", "ab", (3, 5), None),
        ("ab cd", "ab cd", (2, 3), None),  # white space alone
    ],
)
def test_an_answer_is_found_again_in_the_indexed_text(
    raw: str, indexed: str, place: tuple[int, int], expected: Span | None
) -> None:
    """
    Reading a document may change its white space, never which characters answer.
    """
    assert expected == moved(raw, indexed, *place)


# ---------------------------------------------------------------- the command


def shop(folder: Path, reader: str) -> Any:
    return SimpleNamespace(
        kept=folder,
        encoder=WordLengthEncoder(),
        reader=SimpleNamespace(digest=reader),
        code="c",
    )


def test_figures_are_made_once(tmp_path: Path) -> None:
    """
    A second run takes what is kept; another reader makes the last stage anew, and only that.
    """
    made: list[tuple[str, str]] = []

    def figures(reader: str, stage: str) -> None:
        def make(name: str) -> public.Figures:
            made.append((reader, name))
            return {"q": {"score": 1.0}}

        assert {"q": {"score": 1.0}} == public.kept(shop(tmp_path, reader), a_set(), stage, make)

    for reader in ("one", "one", "two"):
        figures(reader, "floor")
        figures(reader, "reader")

    assert [("one", "floor"), ("one", "reader"), ("two", "reader")] == made


def test_the_page_shows_values_intervals_and_sizes() -> None:
    """
    Three of four right; the area of scores 2, 3 over 1 is 1; what is not measured has a dash.
    """
    rows = [(2.0, True), (3.0, True), (2.0, True), (3.0, False), (1.0, None), (1.0, None)]
    figures = {str(i): {"score": s, "right": r} for i, (s, r) in enumerate(rows)}
    text = report({"squad2": (a_set(), {"floor": figures})}, About("e", "toy", "0" * 64, None))

    assert "answerable or not, AUC [6]" in text
    assert "right sentence first [4]" in text
    assert "| 1.000 (1.000 to 1.000) | 0.750 (0.194 to 0.994) |" in text
    assert "| BM25 | – | – |" in text
