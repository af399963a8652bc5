"""benchmarks/public.py: hand-worked measures, the public sets as they are asked, and the stages."""

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
from benchmarks.public_data import SEEN, SETS, Question, Right, Set, Text, clean, sampled
from benchmarks.public_followups import agreement, follow_ups
from benchmarks.public_measures import area, area_difference, difference, mean, rate, retrieval
from benchmarks.public_stages import ALONE, STAGES, Bench, moved, open_bench
from benchmarks.public_table import About, report
from qa.cross_encoder import Window
from qa.records import Span
from tests.encoders import WordLengthEncoder

SHOCK = Text("a", "Shock treatment", "Patients sleep. A course has nine sessions.")
LIGHT = Text("b", "Light therapy", "A lamp shines every morning.\nIt lasts half an hour.")
TALK = Text("c", "Talking", "Two people talk. Nobody shines a lamp at them.")


# ---------------------------------------------------------------- measures


def test_a_rate_has_exact_limits() -> None:
    """
    With no hit among n the upper limit is 1 - 0.025 ** (1 / n).
    """
    found = rate([False] * 10)

    assert found is not None
    assert (0.0, 0.0, 10) == (found.value, found.low, found.questions)
    assert math.isclose(1 - 0.025 ** (1 / 10), found.high)


def test_a_mean_of_equal_values_has_no_width() -> None:
    """
    Whatever is drawn again, the mean stays.
    """
    found = mean([0.25, 0.25, 0.25])

    assert found is not None
    assert (0.25, 0.25, 0.25, 3) == (found.value, found.low, found.high, found.questions)


def test_a_difference_is_taken_question_by_question() -> None:
    """
    A constant gain is certain, however much the questions differ.
    """
    found = difference([1.0, 0.75, 0.5], [0.75, 0.5, 0.25])

    assert found is not None
    assert (0.25, 0.25, 0.25) == (found.value, found.low, found.high)


def test_the_area_counts_pairs_and_ties_half() -> None:
    """
    Of 2 x 2 pairs: 3 > 2, 3 > 1, 1 < 2, 1 = 1.
    """
    found = area([3, 1], [2, 1])

    assert found is not None
    assert (2.5 / 4, 4) == (found.value, found.questions)


def test_the_gain_in_area_is_that_of_the_areas() -> None:
    """
    From half of the pairs in order to all of them.
    """
    found = area_difference(([3, 4], [1, 2]), ([3, 1], [2, 2]))

    assert found is not None
    assert 1.0 - 0.5 == found.value


def test_nothing_has_no_value() -> None:
    """
    An empty side is no zero.
    """
    assert [None] * 4 == [rate([]), mean([]), area([], [1.0]), area([1.0], [])]


def test_retrieval_counts_every_judged_query() -> None:
    """
    One relevant document in second place: 1 / log2(3); a query without a ranking: 0.
    """
    found = retrieval(
        {"q 1": {"x": 1}, "q2": {"y": 2}}, {"q 1": {"z": 2.0, "x": 1.5}, "other": {"y": 1.0}}
    )

    assert {"q 1", "q2"} == set(found)
    assert math.isclose(1 / math.log2(3), found["q 1"]["nDCG@10"], abs_tol=1e-4)
    assert (1.0, 0.0, 0.0) == (found["q 1"]["R@100"], *found["q2"].values())


@pytest.mark.parametrize(
    ("typed", "ours", "person", "expected"),
    [
        ("Is it safe?", "Is light therapy safe?", "Is light therapy safe?", (1.0, 1.0)),
        ("Is it safe?", "Is it safe?", "Is light therapy safe?", (0.0, None)),
        ("Is it safe?", "Is therapy abroad safe?", "Is light therapy safe?", (0.5, 0.5)),
        ("And then?", "And then lamps?", "And then?", (None, 0.0)),
    ],
)
def test_agreement_is_over_the_words_that_were_added(
    typed: str, ours: str, person: str, expected: tuple[float | None, float | None]
) -> None:
    """
    Words said already count on neither side; a share of nothing is no share.
    """
    assert expected == tuple(agreement(typed, ours, person).values())


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


# ---------------------------------------------------------------- the sets


def test_a_sample_is_always_the_same_and_in_order() -> None:
    """
    A larger set gives the number asked for, a smaller one all it has.
    """
    questions = [Question(str(i), "?") for i in range(50)]

    one, two = sampled(questions, 10), sampled(questions, 10)

    assert one == two
    assert 10 == len(one)
    assert sorted(one, key=lambda q: int(q.question_id)) == list(one)
    assert tuple(questions) == sampled(questions, 80)


@pytest.mark.parametrize(
    ("name", "documents", "questions"),
    [
        ("nfcorpus", 3633, 323),
        ("scifact", 5183, 807),
        ("squad2", 586, 444 + 458 + 308 + 364 + 377),  # the five articles kept from training
        ("mtrag", 336, 2 * 120 + 7),
        ("covid_qa", 49, None),
        ("clinc150", 0, 18175),
    ],
)
def test_a_set_is_asked_whole(
    shared_data: Path, name: str, documents: int, questions: int | None
) -> None:
    """
    Every document and question of the set, as its makers count them.
    """
    found = SETS[name](shared_data, None)

    assert documents == len(found.documents)
    assert questions in (None, len(found.questions))


@pytest.mark.parametrize("name", sorted(SETS))
def test_answers_stand_in_documents_that_are_there(shared_data: Path, name: str) -> None:
    """
    Spans lie inside their document and hold text; documents named exist; ids are unique.
    """
    found = SETS[name](shared_data, 200)
    texts = {document.record_id: document.text for document in found.documents}

    assert 0 < len(found.questions) <= 200
    assert len(found.questions) == len({q.question_id for q in found.questions})
    for question in found.questions:
        assert question.text.strip()
        assert set(question.within) | set(question.without) <= texts.keys()
        assert all(texts[r.record_id][r.start : r.end].strip() for r in question.right)


def test_what_the_reader_was_trained_on_is_not_asked(shared_data: Path) -> None:
    """
    Of the sets it has seen, every question's article is one kept from training.
    """
    assert {"covid_qa", "scifact", "squad2"} >= SEEN
    for name in sorted(SEEN & {"squad2"}):
        titles = {q.within[0].rpartition("#")[0] for q in SETS[name](shared_data, None).questions}
        assert titles
        assert all(clean(name, title) for title in titles)
    claims = SETS["scifact_clean"](shared_data, None).questions
    assert all(clean("scifact", key) for claim in claims for key, _ in claim.relevant)


# ---------------------------------------------------------------- the stages


def a_set(*questions: Question) -> Set:
    return Set("small", (SHOCK, LIGHT, TALK), questions, len(questions))


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
