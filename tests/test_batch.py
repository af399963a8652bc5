"""Batches and histories: every line gets its object, bad lines harm no others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.batch import answer_lines, read_history, turns
from qa.errors import QAError
from qa.records import Answer, Status, Turn


def ask(question: str, history: list[Turn]) -> Answer:
    """Repeats the question; refuses one."""
    if question == "refuse":
        raise QAError("not today.")
    return Answer(question, f"{len(history)} turns", Status.NOT_FOUND, "s")


def test_answers_come_in_order_with_the_ids_of_their_lines() -> None:
    """
    Ids are given back as they are, text or number; other fields are ignored.
    """
    lines = [b'{"id": "b", "question": "one", "x": 1}\n', b"\n", b'{"id": 7, "question": "two"}']
    values = list(answer_lines(lines, ask))

    assert [("b", "one"), (7, "two")] == [(v["id"], v["question"]) for v in values]
    assert "id" == next(iter(values[0]))


def test_a_line_without_an_id_is_called_by_its_number() -> None:
    """
    So that the output can still be matched to the input.
    """
    values = list(answer_lines([b'{"question": "a"}', b'{"question": "b"}'], ask))
    assert ["q1", "q2"] == [v["id"] for v in values]


@pytest.mark.parametrize(
    ("line", "answer_id"),
    [
        (b"not json", None),
        (b"[1]", None),
        (b"\xff\xfe", None),
        (b"[" * 100_000, None),
        (b'{"id": "x"}', "x"),
        (b'{"id": "x", "question": 5}', "x"),
        (b'{"id": "x", "question": "a", "history": "b"}', "x"),
        (b'{"id": "x", "question": "a", "history": [1]}', "x"),
        (b'{"id": "x", "question": "a", "history": [{"role": "robot", "content": "b"}]}', "x"),
        (b'{"id": "x", "question": "refuse"}', "x"),
    ],
)
def test_a_bad_line_gives_an_error_and_the_rest_go_on(line: bytes, answer_id: object) -> None:
    """
    The error names the line; its id is kept where there is one.
    """
    bad, good = answer_lines([line, b'{"id": "y", "question": "b"}'], ask)

    assert ["id", "error"] == list(bad)
    assert answer_id == bad["id"]
    assert "line 1" in bad["error"]
    assert "b" == good["question"]


def test_each_line_has_its_own_history() -> None:
    """
    No conversation leaks into the next line; null is no history.
    """
    turn = {"role": "user", "content": "a"}
    lines = [{"question": "q", "history": h} for h in ([turn, turn], None, [])]
    values = answer_lines([json.dumps(line).encode() for line in lines], ask)

    assert ["2 turns", "0 turns", "0 turns"] == [v["standalone"] for v in values]


def test_an_answer_is_given_before_the_next_line_is_read() -> None:
    """
    A program may ask one question at a time.
    """
    read = []

    def lines() -> Iterator[bytes]:
        for number in range(3):
            read.append(number)
            yield b'{"question": "a"}'

    next(answer_lines(lines(), ask))
    assert [0] == read


def test_a_history_is_a_list_of_turns(tmp_path: Path) -> None:
    """
    Roles and contents are kept in order.
    """
    path = tmp_path / "history.json"
    path.write_text('[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]')
    assert [Turn("user", "a"), Turn("assistant", "b")] == read_history(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "history.json"),
        ("{}", "must be a list"),
        ('[{"role": "user", "content": "a"}, {"role": "user"}]', "turn 2"),
        ("[3]", "turn 1 of the history is not an object"),
    ],
)
def test_a_bad_history_is_named(tmp_path: Path, content: str, said: str) -> None:
    """
    The error names the file and the turn.
    """
    path = tmp_path / "history.json"
    path.write_text(content)
    with pytest.raises(QAError, match=said):
        read_history(path)


def test_a_missing_history_is_named(tmp_path: Path) -> None:
    """
    The path is in the message.
    """
    with pytest.raises(QAError, match=r"none\.json cannot be read"):
        read_history(tmp_path / "none.json")


def test_no_turns_are_no_turns() -> None:
    """
    An empty list is a conversation that has not begun.
    """
    assert [] == turns([])
