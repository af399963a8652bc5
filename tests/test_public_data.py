"""The public sets as benchmarks/public.py asks them: whole, in order, none of it trained on."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.public_data import SETS
from benchmarks.public_set import SEEN, Question, clean, sampled


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
