"""Many questions, one JSON object a line in, one answer object a line out, in order.

A line that is not a question gives an object with "error"; the rest go on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from qa.errors import QAError
from qa.records import Answer, Turn
from qa.render import answer_object

Ask = Callable[[str, list[Turn]], Answer]
ROLES = ("user", "assistant")


def answer_lines(lines: Iterable[bytes], ask: Ask) -> Iterator[dict[str, Any]]:
    """One object for each line that is not blank, with the line's own id."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _answer_line(line, number, ask)


def read_history(path: Path) -> list[Turn]:
    """The turns of a JSON file. Raises QAError saying what is wrong with which turn."""
    try:
        return turns(json.loads(path.read_bytes()))
    except OSError as error:
        raise QAError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise QAError(f"{path}: {error}") from None


def turns(value: Any) -> list[Turn]:
    """`[{"role": "user", "content": "..."}]` as turns. Raises ValueError."""
    if not isinstance(value, list):
        raise ValueError("the history must be a list of turns")
    return [_turn(item, number) for number, item in enumerate(value, start=1)]


def _turn(value: Any, number: int) -> Turn:
    if not isinstance(value, dict):
        raise ValueError(f"turn {number} of the history is not an object")
    role, content = value.get("role"), value.get("content")
    if role not in ROLES or not isinstance(content, str):
        raise ValueError(
            f'turn {number} of the history must have a "role" ("user" or "assistant") '
            'and a "content" that is text'
        )
    return Turn(role, content)


def _answer_line(line: bytes, number: int, ask: Ask) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": f"line {number} is not JSON"}
    if not isinstance(value, dict):
        return {"id": None, "error": f"line {number} is not a JSON object"}
    answer_id = value.get("id", f"q{number}")
    question = value.get("question")
    if not isinstance(question, str):
        return {"id": answer_id, "error": f'line {number} has no "question" that is text'}
    try:
        history = turns(value.get("history") or [])
    except ValueError as error:
        return {"id": answer_id, "error": f"line {number}: {error}"}
    try:
        answer = ask(question, history)
    except QAError as error:
        return {"id": answer_id, "error": f"line {number}: {error}"}
    return {**answer_object(answer), "id": answer_id}
