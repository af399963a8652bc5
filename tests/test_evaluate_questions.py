"""Reading the golden questions: lists that may be absent, the two halves, lines that are wrong."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from qa.errors import QAError
from qa.evaluate.questions import GOLDEN, LISTS, half, read_questions
from qa.golden import Listed
from qa.records import Turn

ANSWERS = [{"source": "ect.md", "text": "About nine."}]


def write_list(folder: Path, name: str, *items: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    text = "".join(json.dumps(item) + "\n" for item in items)
    (folder / f"{name}.jsonl").write_text(text, "utf-8")


def answerable(question_id: str = "a1") -> dict[str, Any]:
    return {"id": question_id, "question": "How many?", "pattern": "nine", "answers": ANSWERS}


def test_every_list_has_its_fields(tmp_path: Path) -> None:
    """
    A misspelt question borrows answers and pattern; a follow-up has its history and its whole form.
    """
    write_list(tmp_path, "answerable", {**answerable(), "register": "plain"})
    write_list(
        tmp_path,
        "misspelt",
        {"id": "m1", "clean_id": "a1", "question": "hw many", "kind": "clipped"},
    )
    write_list(
        tmp_path,
        "follow_up",
        {
            "id": "f1",
            "question": "And ect?",
            "whole": "What of ECT?",
            "history": [{"role": "user", "content": "What of TMS?"}],
            "changes_topic": True,
            "answers": [],
        },
    )
    write_list(
        tmp_path,
        "differing",
        {"id": "d1", "question": "?", "answers": ANSWERS, "sides": [{**ANSWERS[0], "says": "9"}]},
    )
    plain, misspelt, follow, differing = read_questions(tmp_path)

    assert ("plain", None, "nine") == (plain.register, plain.reference, plain.pattern)
    assert (plain.answers, "nine", "How many?", "clipped") == (
        misspelt.answers,
        misspelt.pattern,
        misspelt.reference,
        misspelt.register,
    )
    assert ((Turn("user", "What of TMS?"),), "What of ECT?", True, ()) == (
        follow.history,
        follow.reference,
        follow.changes_topic,
        follow.answers,
    )
    assert (Listed("ect.md", "About nine."),) == differing.sides


def test_the_halves_are_told_by_the_hash_of_the_id(tmp_path: Path) -> None:
    """
    An even hash is tune, an odd one report; together they are all.
    """
    ids = [f"a{n}" for n in range(20)]
    write_list(tmp_path, "answerable", *(answerable(i) for i in ids))
    tune = [q.question_id for q in read_questions(tmp_path, "tune")]
    report = [q.question_id for q in read_questions(tmp_path, "report")]

    assert [i for i in ids if int(sha256(i.encode()).hexdigest(), 16) % 2 == 0] == tune
    assert sorted(ids) == sorted(tune + report)
    assert {"tune"} == {half(i) for i in tune}
    assert 20 == len(read_questions(tmp_path, "all"))


def test_a_misspelt_question_is_split_by_its_own_id(tmp_path: Path) -> None:
    """
    The clean question may stand in the other half.
    """
    clean = next(f"a{n}" for n in range(50) if half(f"a{n}") == "report")
    own = next(f"m{n}" for n in range(50) if half(f"m{n}") == "tune")
    write_list(tmp_path, "answerable", answerable(clean))
    write_list(tmp_path, "misspelt", {"id": own, "clean_id": clean, "question": "hw many"})
    assert [own] == [q.question_id for q in read_questions(tmp_path, "tune")]


def test_an_empty_list_is_no_error(tmp_path: Path) -> None:
    """
    No line, no question; a folder without any list is the wrong folder.
    """
    write_list(tmp_path, "near_miss")
    assert [] == read_questions(tmp_path)
    with pytest.raises(QAError, match=r"no golden questions in .*nowhere.*--questions"):
        read_questions(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("answerable", "nonsense"),
        ("answerable", "[]"),
        ("answerable", '{"id": "a1"}'),
        ("answerable", '{"id": 1, "question": "?"}'),
        ("answerable", '{"id": "a1", "question": "?", "answers": [{"source": "x"}]}'),
        ("answerable", '{"id": "a1", "question": "?", "pattern": "nine ("}'),
        ("answerable", '{"id": "a1", "question": "?", "pattern": 9}'),
        ("answerable", '{"id": "a1", "question": "?", "pattern": ["nine"]}'),
        ("misspelt", '{"id": "m1", "question": "?"}'),
        ("follow_up", '{"id": "f1", "question": "?", "history": []}'),
        ("follow_up", '{"id": "f1", "question": "?", "whole": null, "history": []}'),
        ("follow_up", '{"id": "f1", "question": "?", "whole": 1, "history": []}'),
        ("follow_up", '{"id": "f1", "question": "?", "whole": "?", "history": [{"role": "x"}]}'),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, name: str, line: str) -> None:
    """
    File and line: a question left out would make the figures look better than they are.
    """
    (tmp_path / f"{name}.jsonl").write_text("\n" + line + "\n", "utf-8")
    with pytest.raises(QAError, match=rf"{name}\.jsonl, line 2"):
        read_questions(tmp_path)


def test_a_clean_id_must_be_there(tmp_path: Path) -> None:
    """
    The misspelt question and the id are named.
    """
    write_list(tmp_path, "misspelt", {"id": "m1", "clean_id": "a9", "question": "?"})
    with pytest.raises(QAError, match=r"clean_id 'a9' of m1"):
        read_questions(tmp_path)


def test_the_shipped_questions_can_be_read() -> None:
    """
    Every list of the project, in the order of the lists, with ids that differ.
    """
    questions = read_questions()
    sorts = [q.sort for q in questions]
    assert sorted(sorts, key=LISTS.index) == sorts
    assert len(questions) == len({q.question_id for q in questions})
    assert (GOLDEN / "answerable.jsonl").is_file()
