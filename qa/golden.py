"""Golden questions: what a clinic holds its answers to, one JSON object a line, and the verdict.

A line is {"id", "question", "history"?, "answers": [{"source", "text"}], "pattern"?, "by"?, "at"?};
without answers, silence is right. A folder of such files may stand in place of one file.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from qa.batch import turns
from qa.durable import write_durably
from qa.errors import QAError
from qa.records import Answer, Quote, Status, Turn

LEAST_WORDS = 5  # a part of a listed answer with fewer words answers nothing by itself
ADDED = "golden.jsonl"  # where a question is put when a folder is named
LOCK_SECONDS = 10.0  # adding takes far less


@dataclass(frozen=True, slots=True)
class Listed:
    """A sentence, list item or table row of an article that answers by itself."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question and the texts that answer it. Without `answers` silence is right."""

    question_id: str
    question: str
    answers: tuple[Listed, ...] = ()
    history: tuple[Turn, ...] = ()
    pattern: str | None = None  # what a part of a listed answer must match to answer by itself
    by: str = ""  # who said so
    at: str = ""  # and when, ISO


class Verdict(StrEnum):
    """What one answer is worth; `worth` orders them."""

    RIGHT = "right"  # the first quote answers or, where nothing answers, nothing is quoted
    LATER = "later"  # a quote answers, but not the first
    SILENT = "silent"  # nothing is quoted, though the articles answer
    WRONG = "wrong"  # what is quoted does not answer

    @property
    def worth(self) -> int:
        """Higher is better: a wrong quote misleads, silence only disappoints.

        >>> Verdict.WRONG.worth < Verdict.SILENT.worth < Verdict.LATER.worth < Verdict.RIGHT.worth
        True
        """
        return -list(Verdict).index(self)


def golden_id(question: str, history: Sequence[Turn] = ()) -> str:
    """The id of a question that staff mark: the same question has one set of answers.

    >>> golden_id("Is ECT safe?") == golden_id(" is  ECT safe? ") != golden_id("Is TMS safe?")
    True
    """
    parts = [*(t.content for t in history), question]
    return "g" + sha256("\n".join(collapsed(p).casefold() for p in parts).encode()).hexdigest()[:12]


# ---------------------------------------------------------------- judging


def judge(question: GoldenQuestion, answer: Answer) -> Verdict:
    """What the answer is worth; the help card alone counts as silence."""
    if answer.status is not Status.ANSWERED:
        return Verdict.SILENT if question.answers else Verdict.RIGHT
    right = [is_right(quote, question.answers, question.pattern) for quote in answer.quotes]
    if right[:1] == [True]:
        return Verdict.RIGHT
    return Verdict.LATER if any(right) else Verdict.WRONG


def is_right(quote: Quote, answers: Sequence[Listed], pattern: str | None) -> bool:
    """Whether the quote holds a listed answer, or is a part of one that answers by itself."""
    text = collapsed(quote.text)
    return any(
        answer.source == quote.document.source and _answers(text, collapsed(answer.text), pattern)
        for answer in answers
    )


def _answers(text: str, wanted: str, pattern: str | None) -> bool:
    if wanted in text:
        return True
    whole_part = text in wanted and len(text.split()) >= LEAST_WORDS and not text.endswith(":")
    return whole_part and pattern is not None and bool(re.search(pattern, text, re.IGNORECASE))


def collapsed(text: str) -> str:
    """
    >>> collapsed(" two  lines\\n")
    'two lines'
    """
    return " ".join(text.split())


# ---------------------------------------------------------------- reading and adding


def read_golden(path: Path) -> list[GoldenQuestion]:
    """The questions of a file, or of every .jsonl file of a folder; [] where nothing is there.

    Raises QAError naming the file and line that is no golden question.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    found: dict[str, GoldenQuestion] = {}
    same_as: dict[str, str] = {}  # a question that takes its answers from another one
    for file in files:
        for number, line in enumerate(_bytes(file).split(b"\n"), start=1):
            if line.strip():
                question, clean_id = _question(line, f"{file}, line {number}")
                _refuse_second(question, found, f"{file}, line {number}")
                found[question.question_id] = question
                if clean_id is not None:
                    same_as[question.question_id] = clean_id
    return [_with_answers(q, same_as.get(q.question_id), found, path) for q in found.values()]


def append_golden(path: Path, question: GoldenQuestion) -> None:
    """Adds the question, in place of an earlier one with its id. Whole or not at all, also when
    others add at the same moment. Raises QAError.
    """
    from filelock import FileLock, Timeout

    file = path / ADDED if path.is_dir() else path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f".{file.name}.lock"), timeout=LOCK_SECONDS):
            known = read_golden(path)
            elsewhere = {q.question_id for q in known} - {q.question_id for q in read_golden(file)}
            if question.question_id in elsewhere:
                raise QAError(f"{path}/ holds {question.question_id!r} in another file already.")
            kept = [line for line in _lines(file) if _id_of(line) != question.question_id]
            data = b"".join(line + b"\n" for line in [*kept, _line(question)])
            write_durably(file, data, _mode(file))
    except Timeout:
        raise QAError(f"{file} is being written by another process. Try again.") from None
    except OSError as error:
        raise QAError(f"{file} cannot be written: {error.strerror or error}.") from None


def _lines(file: Path) -> list[bytes]:
    return [line for line in _bytes(file).split(b"\n") if line.strip()]


def _id_of(line: bytes) -> object:
    return json.loads(line)["id"]


def _line(question: GoldenQuestion) -> bytes:
    value = {
        "id": question.question_id,
        "question": question.question,
        "history": [{"role": t.role, "content": t.content} for t in question.history],
        "answers": [{"source": a.source, "text": a.text} for a in question.answers],
        "pattern": question.pattern,
        "by": question.by,
        "at": question.at,
    }
    kept = {k: v for k, v in value.items() if v or k == "answers"}
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _mode(file: Path) -> int:
    """The permissions that it has; a new one, which may hold a patient's words, is private."""
    return stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o600


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise QAError(f"{file} cannot be read: {error.strerror}.") from None


def _question(line: bytes, where: str) -> tuple[GoldenQuestion, str | None]:
    """The question of a line, and the id of the question whose answers it takes, if it names one.

    Raises QAError saying what the line lacks.
    """
    try:
        value = json.loads(line)
        pattern = value.get("pattern") or None
        if pattern is not None:
            re.compile(pattern)
        clean_id = value.get("clean_id")
        question = GoldenQuestion(
            question_id=_text(value["id"]),
            question=_text(value["question"]),
            answers=tuple(
                Listed(_text(a["source"]), _text(a["text"])) for a in value.get("answers") or []
            ),
            history=tuple(turns(value.get("history") or [])),
            pattern=pattern,
            by=_text(value.get("by", "")),
            at=_text(value.get("at", "")),
        )
        return question, None if clean_id is None else _text(clean_id)
    except (ValueError, KeyError, TypeError, AttributeError, re.error, RecursionError) as error:
        raise QAError(
            f"{where} is no golden question ({error!r}). It needs an id, a question and answers, "
            'each {"source", "text"}; correct or delete the line.'
        ) from None


def _refuse_second(
    question: GoldenQuestion, found: Mapping[str, GoldenQuestion], where: str
) -> None:
    if question.question_id in found:
        raise QAError(
            f"{where}: the id {question.question_id!r} stands in an earlier line too. "
            "Rename or delete one of the two."
        )


def _with_answers(
    question: GoldenQuestion,
    clean_id: str | None,
    found: Mapping[str, GoldenQuestion],
    path: Path,
) -> GoldenQuestion:
    if clean_id is None:
        return question
    clean = found.get(clean_id)
    if clean is None:
        raise QAError(
            f"{path}: the clean_id {clean_id!r} of {question.question_id} is in no line. "
            "Correct it."
        )
    return replace(question, answers=clean.answers, pattern=clean.pattern)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value
