"""The golden questions: one file of JSON lines for each list, and the half that each belongs to.

A list that is not there is empty. What the lists mean stands in tests/eval/README.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from qa.batch import turns
from qa.errors import QAError
from qa.golden import Listed
from qa.records import Turn

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "eval"
ANSWERABLE = "answerable"
NEAR_MISS = "near_miss"
OFF_TOPIC = "off_topic"
MISSPELT = "misspelt"
FOLLOW_UP = "follow_up"
DIFFERING = "differing"
LISTS = (ANSWERABLE, NEAR_MISS, OFF_TOPIC, MISSPELT, FOLLOW_UP, DIFFERING)


@dataclass(frozen=True, slots=True)
class Question:
    """One golden question. Without `answers` silence is right."""

    question_id: str
    sort: str  # the list it stands in
    text: str
    answers: tuple[Listed, ...] = ()
    pattern: str | None = None  # what a part of a listed answer must match to answer by itself
    register: str | None = None
    history: tuple[Turn, ...] = ()
    changes_topic: bool = False
    reference: str | None = None  # the same question clean (misspelt) or whole (follow-up)
    sides: tuple[Listed, ...] = ()


def half(question_id: str) -> str:
    """
    >>> half("a001"), half("a004")
    ('report', 'tune')
    """
    return "report" if int(sha256(question_id.encode()).hexdigest(), 16) % 2 else "tune"


def read_questions(folder: Path = GOLDEN, split: str = "all") -> list[Question]:
    """The questions of the split, list by list. Raises QAError naming the file and line."""
    files = {name: folder / f"{name}.jsonl" for name in LISTS}
    if not any(path.is_file() for path in files.values()):
        raise QAError(
            f"there are no golden questions in {folder}/ (looked for answerable.jsonl and others). "
            "Name their folder with --questions."
        )
    every = [q for name, path in files.items() if path.is_file() for q in _read_list(name, path)]
    clean = {q.question_id: q for q in every if q.sort == ANSWERABLE}
    every = [_with_clean(q, clean, files[MISSPELT]) if q.sort == MISSPELT else q for q in every]
    return [q for q in every if split in ("all", half(q.question_id))]


def _read_list(name: str, path: Path) -> list[Question]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise QAError(f"{path} cannot be read: {error.strerror}.") from None
    numbered = enumerate(data.split(b"\n"), start=1)
    return [_question(name, line, f"{path}, line {n}") for n, line in numbered if line.strip()]


def _question(name: str, line: bytes, where: str) -> Question:
    try:
        value = json.loads(line)
        clean_id = value["clean_id"] if name == MISSPELT else None
        return Question(
            question_id=_text(value["id"]),
            sort=name,
            text=_text(value["question"]),
            answers=_listed(value.get("answers")),
            pattern=_pattern(value.get("pattern")),
            register=value.get("kind" if name == MISSPELT else "register"),
            history=tuple(turns(value.get("history") or [])),
            changes_topic=bool(value.get("changes_topic")),
            reference=_text(value["whole"]) if name == FOLLOW_UP else clean_id,
            sides=_listed(value.get("sides")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
        raise QAError(
            f"{where} is not a question of this list ({error!r}). Its fields stand in the README "
            "beside it; correct the line."
        ) from None


def _with_clean(question: Question, clean: Mapping[str, Question], path: Path) -> Question:
    """The misspelt question with the answers of the clean one that it names."""
    named = clean.get(str(question.reference))
    if named is None:
        raise QAError(
            f"{path}: the clean_id {question.reference!r} of {question.question_id} is in no line "
            "of answerable.jsonl. Correct it."
        )
    return replace(question, answers=named.answers, pattern=named.pattern, reference=named.text)


def _listed(value: Any) -> tuple[Listed, ...]:
    return tuple(Listed(_text(v["source"]), _text(v["text"])) for v in value or [])


def _pattern(value: Any) -> str | None:
    if value is not None:
        re.compile(_text(value))
    return value or None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value
