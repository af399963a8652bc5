"""qa.desk.queue and quality: what waits for a reviewer, and the figures of the last evaluation."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from qa.build import build
from qa.desk import alike
from qa.desk.alike import Embeddings, grouped
from qa.desk.charts import risk_words
from qa.engine import Engine
from qa.evaluate.kept import keep, last_two, read_kept
from qa.journal.reading import asked
from qa.journal.tables import AnswerRow, FeedbackRow
from tests.desk_app import START, DeskApp, desk_app
from tests.encoders import WordLengthEncoder
from tests.small_corpus import QUESTION

FLYING = "Can I fly after electroconvulsive therapy?"


def desk_of(tmp_path: Path, journal: str) -> DeskApp:
    return desk_app(tmp_path, lambda settings: replace(settings, journal=journal))


def leave(
    desk: DeskApp, question: str | None, *, status: str = "not_found", verdict: str = "no"
) -> None:
    """A patient's yes or no, with the question where it is kept."""
    with desk.database.begin() as connection:
        number = len(asked(desk.database, with_text=False))
        connection.execute(
            insert(FeedbackRow).values(
                turn=f"{number:032x}",
                day=START.date(),
                snapshot="s" * 16,
                status=status,
                reason="not_in_sources" if status == "not_found" else None,
                verdict=verdict,
                passage=None,
                source="ect.md" if status == "answered" else None,
                question=question,
            )
        )


def answered(desk: DeskApp, *, status: str, reason: str | None, support: float) -> None:
    with desk.database.begin() as connection:
        number = int(support * 1000)
        connection.execute(
            insert(AnswerRow).values(
                turn=f"{number:032x}",
                at=START,
                snapshot="s" * 16,
                status=status,
                reason=reason,
                support=support,
                notices="[]",
                passages="[]",
                sources='["ect.md"]' if status == "answered" else "[]",
                milliseconds=5,
                channel="chat",
            )
        )


def test_alike_questions_stand_together_with_their_number(tmp_path: Path) -> None:
    """
    The largest group first; every other wording can be read.
    """
    desk = desk_of(tmp_path, "text")
    for question in (FLYING, "Can I fly after electroconvulsive therapies?", FLYING, "Zebras?"):
        leave(desk, question)
    groups = grouped(asked(desk.database), partial(Embeddings().of, desk.live.engine))
    assert [3, 1] == [len(group.rows) for group in groups]
    assert ("Can I fly after electroconvulsive therapies?",) == groups[0].wordings
    page = desk.signed_in().get("/staff/queue").text
    assert "3 times" in page
    assert "Put in 1 other way" in page


def test_each_question_is_embedded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Not again for the next look at the queue; again for another snapshot, which may read otherwise.
    """
    desk = desk_of(tmp_path, "text")
    for question in (FLYING, "Zebras?", FLYING):
        leave(desk, question)
    read, searchable = list[str](), Engine.searchable

    def noted(engine: Engine, question: str) -> Any:
        read.append(question)
        return searchable(engine, question)

    monkeypatch.setattr(Engine, "searchable", noted)
    person = desk.signed_in()
    first = person.get("/staff/queue").text
    assert sorted([FLYING, "Zebras?"]) == sorted(read)
    assert first == person.get("/staff/queue").text
    assert 2 == len(read)
    (desk.settings.corpus / "new.md").write_text("# New\n\nA new article has one sentence.\n")
    build(desk.settings, WordLengthEncoder())
    desk.live.look()
    person.get("/staff/queue")
    assert 4 == len(read)


def test_embeddings_are_remembered_of_so_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The ones used last stay, and no question is among what is remembered.
    """
    monkeypatch.setattr(alike, "MOST", 2)
    engine, known = desk_of(tmp_path, "text").live.engine, Embeddings()
    first, second = (known.of(engine, text) for text in ("one", "two \ud800"))
    assert known.of(engine, "one") is first
    known.of(engine, "three")

    assert 2 == len(known)
    assert known.of(engine, "one") is first
    assert known.of(engine, "two \ud800") is not second
    assert "three" not in repr(vars(known))


def test_each_opens_in_check_and_leaves_once_it_is_marked(tmp_path: Path) -> None:
    """
    The button sends the question; a mark on it takes all its rows from the queue.
    """
    desk = desk_of(tmp_path, "text")
    leave(desk, FLYING)
    leave(desk, QUESTION, status="answered")
    leave(desk, "Is it good?", status="answered", verdict="yes")
    person = desk.signed_in()
    page = person.get("/staff/queue").text
    assert f'name="question" value="{FLYING}"' in page
    assert f'name="question" value="{QUESTION}"' in page
    assert "Is it good?" not in page  # it helped
    checked = person.send("/staff/check", question=FLYING, feedback="1").text
    assert 'name="feedback" value="1"' in checked
    person.send("/staff/check/mark", question=FLYING, feedback="1", verdict="needs_article")
    after = person.get("/staff/queue").text
    assert FLYING not in after
    assert "1 is marked already" in after


@pytest.mark.parametrize("journal", ["off", "counts"])
def test_without_texts_there_are_counts_only(tmp_path: Path, journal: str) -> None:
    """
    Not even a question from an earlier time is shown.
    """
    desk = desk_of(tmp_path, journal)
    leave(desk, FLYING)
    leave(desk, None, status="answered")
    answered(desk, status="not_found", reason="not_in_sources", support=0.1)
    answered(desk, status="not_found", reason="off_topic", support=0.2)
    answered(desk, status="not_found", reason="off_topic", support=0.3)
    threshold = desk.live.engine.minimum_support
    answered(desk, status="answered", reason=None, support=threshold + 0.01)
    page = desk.signed_in().get("/staff/queue").text
    assert FLYING not in page
    assert 'About something else</th><td class="number">2<' in page
    assert 'On the subject, but in no article</th><td class="number">1<' in page
    assert page.count('ect.md</th><td class="number">1<') == 2  # did not help, and low support


def test_an_empty_queue_says_so(tmp_path: Path) -> None:
    page = desk_of(tmp_path, "text").signed_in().get("/staff/queue").text
    assert page.count("None is waiting.") == 2


# ---------------------------------------------------------------- quality


def report(snapshot: str, hits: int, split: str = "report") -> dict[str, Any]:
    """What an evaluation writes, of ten questions."""
    score = {"low": 0.1, "high": 0.9, "of": 10, "better": "higher"}
    rows = [
        {"list": "answerable", "crisis": False, "support": n / 10, "first_right": n >= 10 - hits}
        for n in range(10)
    ]
    rows.append({"list": "off_topic", "crisis": False, "support": 1.0, "first_right": False})
    rows.append({"list": "answerable", "crisis": True, "support": 1.0, "first_right": False})
    return {
        "snapshot": snapshot,
        "split": split,
        "minimum_support": 0.6,
        "rows": rows,
        "scores": [
            {**score, "section": "evidence", "measure": "lead quote answers", "hits": hits}
            | {"value": hits / 10},
            {**score, "section": "abstention", "measure": "near misses answered", "hits": 1}
            | {"value": 0.1, "better": "lower"},
        ],
    }


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 12, tzinfo=UTC)


def test_the_last_evaluation_is_compared_with_the_one_of_the_same_half(tmp_path: Path) -> None:
    """
    Newest first, whatever order they were written in.
    """
    keep(report("b" * 16, 8), tmp_path, at(3))
    keep(report("a" * 16, 6), tmp_path, at(1))
    keep(report("c" * 16, 7, split="tune"), tmp_path, at(2))
    kept = read_kept(tmp_path).evaluations
    assert ["b" * 16, "c" * 16, "a" * 16] == [k.snapshot for k in kept]
    last, before = last_two(kept)
    assert last is not None
    assert before is not None
    assert ("b" * 16, "a" * 16) == (last.snapshot, before.snapshot)
    assert 10 == len(last.supports)  # neither off topic nor met with the help card
    assert (None, None) == last_two([])


NO_NUMBER = {**report("e" * 16, 6)["scores"][0], "value": "0.6"}


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b"",
        b"\xff",
        b"[" * 100_000,
        json.dumps({**report("e" * 16, 6), "scores": [NO_NUMBER]}).encode(),
    ],
    ids=["empty", "list", "no bytes", "no text", "nested", "no number"],
)
def test_a_file_that_is_none_is_named_beside_the_others(tmp_path: Path, data: bytes) -> None:
    """
    The figures stay, and a notice says which file to delete.
    """
    desk = desk_of(tmp_path, "off")
    keep(report("a" * 16, 6), desk.settings.index, at(1))
    bad = desk.settings.index / "evaluations" / "20261108T000000Z-e-report.json"
    bad.write_bytes(data)
    kept = read_kept(desk.settings.index)
    page = desk.signed_in().get("/staff/quality").text

    assert ["a" * 16] == [k.snapshot for k in kept.evaluations]
    assert [True] == [str(bad) in problem for problem in kept.problems]
    assert f"{bad.name} is no evaluation that can be read" in page
    assert "it answers 10 (10 to 90)" in page


def test_the_curve_in_words(tmp_path: Path) -> None:
    """
    Ten questions, the eight best supported right: the risk is 0 up to 80 %.
    """
    keep(report("a" * 16, 8), tmp_path, at(1))
    said = risk_words(read_kept(tmp_path).evaluations[0])
    assert "Measured on 10 questions" in said
    assert "of the best supported 75 % the first sentence of 0 % does not answer" in said


def test_the_page_of_figures(tmp_path: Path) -> None:
    """
    Figures with intervals, charts with words for who cannot see them, and what changed.
    """
    desk = desk_of(tmp_path, "off")
    person = desk.signed_in()
    assert "Nothing was evaluated yet." in person.get("/staff/quality").text
    assert 404 == person.get("/staff/quality/risk.svg").status_code
    keep(report("a" * 16, 6), desk.settings.index, at(1))
    keep(report(desk.live.state.snapshot, 8), desk.settings.index, at(2))
    page = person.get("/staff/quality").text
    assert "it answers 10 (10 to 90)" in page
    assert "+0.200, better" in page
    assert "The snapshot that answers now is another one." not in page
    assert 'alt="answered rightly (first quote): 80 % (10 to 90), before 60 % (10 to 90)' in page
    for name in ("abstention", "risk"):
        chart = person.get(f"/staff/quality/{name}.svg")
        assert (200, "image/svg+xml") == (chart.status_code, chart.headers["content-type"])
        assert chart.content.startswith(b"<?xml")
        assert chart.content == person.get(f"/staff/quality/{name}.svg").content
