"""Engine + golden questions -> an evaluation, compared with what is expected, and its files."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qa.console import write_file
from qa.engine import Engine
from qa.errors import QAError
from qa.evaluate.asking import ask_all
from qa.evaluate.charts import draw_all
from qa.evaluate.expected import NAME, Drop, drops, read_expected, write_expected
from qa.evaluate.questions import Question, read_questions
from qa.evaluate.report import Evaluation, evaluation_markdown, evaluation_object
from qa.evaluate.retrieval import retrieve_golden
from qa.evaluate.scores import Score, all_scores
from qa.progress import Progress


def evaluate(engine: Engine, folder: Path, split: str, progress: Progress) -> Evaluation:
    """Asks the questions of `folder` that belong to the split."""
    questions = read_questions(folder, split)
    retrieval = retrieve_golden(questions, engine, progress)
    rows = ask_all(questions, engine, progress)
    scores = all_scores(rows, retrieval.values)
    absent = _absent_sources(questions, engine)
    dropped, note = _compare(folder / NAME, split, absent, scores)
    return Evaluation(
        split=split,
        snapshot=engine.snapshot.snapshot_id,
        arithmetic=engine.snapshot.arithmetic,
        minimum_support=engine.minimum_support,
        rows=tuple(rows),
        retrieval=retrieval,
        scores=tuple(scores),
        absent=absent,
        drops=dropped,
        note=note,
    )


def accept(evaluation: Evaluation, folder: Path) -> Evaluation:
    """Writes the scores down as expected; the same evaluation, with nothing dropped."""
    if evaluation.absent:
        raise QAError(
            f"the index does not hold {_some(evaluation.absent)}, which the questions are about. "
            "Name the index of their articles with --index before accepting its figures."
        )
    write_expected(folder / NAME, evaluation.split, evaluation.scores)
    return replace(evaluation, drops=(), note=str(folder / NAME))


def write_files(evaluation: Evaluation, out: Path, progress: Progress) -> list[Path]:
    """Report for machines, page for people, run, figures."""
    make_folder(out)
    whole = json.dumps(evaluation_object(evaluation), ensure_ascii=False, indent=2) + "\n"
    write_file(out / "report.json", [whole])
    write_file(out / "report.md", [evaluation_markdown(evaluation)])
    write_file(out / "run.trec", evaluation.retrieval.run)
    progress.start("Drawing figures", 3)
    drawn = draw_all(out, evaluation.rows, evaluation.minimum_support)
    progress.finish()
    return [out / "report.json", out / "report.md", out / "run.trec", *drawn]


def make_folder(folder: Path, option: str = "--out") -> None:
    """Makes the folder where files are to be written, and writes in it once. Raises QAError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise QAError(
            f"{folder} cannot be made a folder ({error.strerror}). Name another with {option}."
        ) from None
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise QAError(
            f"nothing can be written into {folder}/ ({error.strerror}). Name another folder with "
            f"{option}."
        ) from None


def _compare(
    path: Path, split: str, absent: Sequence[str], scores: Sequence[Score]
) -> tuple[tuple[Drop, ...] | None, str]:
    """Drops, or None with the reason why nothing can be compared."""
    if absent:
        return None, f"the index does not hold {_some(absent)}, which the questions are about"
    if not path.exists():
        return None, f"there is no {path}; write it with --write-expected"
    entries = [entry for entry in read_expected(path) if entry.split == split]
    if not entries:
        return None, f"{path} says nothing of the split {split!r}; write it with --write-expected"
    return tuple(drops(entries, scores)), str(path)


def _absent_sources(questions: Sequence[Question], engine: Engine) -> tuple[str, ...]:
    there = {document.source for document in engine.snapshot.documents.values()}
    wanted = {answer.source for question in questions for answer in question.answers}
    return tuple(sorted(wanted - there))


def _some(sources: Sequence[str]) -> str:
    return ", ".join(sources[:3]) + (" and others" if len(sources) > 3 else "")
