"""Queries + judged relevance + a `search` -> a TREC run and, a query, the values of its measures.

The measures come from ir_measures, over the run as it is written. A judged query that the run
lacks scores 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.engine import SCORED, Engine
from qa.evaluate.questions import ANSWERABLE, Question
from qa.golden import collapsed
from qa.progress import Progress
from qa.trec import Query, Search, run_lines, trec_id

Qrels = Mapping[str, Mapping[str, int]]  # query -> what is judged -> grade; ids as in a run
PASSAGE_MEASURES = ("P@1", "RR", "nDCG@10", "R@5", f"R@{SCORED}")


@dataclass(frozen=True, slots=True)
class Retrieval:
    """A run and what it is worth."""

    run: tuple[str, ...]  # its lines
    values: Mapping[str, Mapping[str, float]]  # measure -> query -> value; every judged query
    unjudged: int = 0  # queries for which nothing in the index is relevant; they score 0


def retrieve_golden(questions: Sequence[Question], engine: Engine, progress: Progress) -> Retrieval:
    """Passages for the answerable questions, as deep as answers are looked for in them.

    A passage is relevant when it holds a listed answer.
    """
    asked = [question for question in questions if question.sort == ANSWERABLE]
    qrels = {trec_id(q.question_id): _relevant(q, engine) for q in asked}
    queries = [Query(q.question_id, q.text) for q in asked]
    run = make_run(queries, engine.search, SCORED, "passage", progress)
    empty = sum(not relevant for relevant in qrels.values())
    return Retrieval(tuple(run), score_run(run, qrels, PASSAGE_MEASURES), empty)


def make_run(
    queries: Sequence[Query], search: Search, k: int, level: str, progress: Progress
) -> list[str]:
    """The lines of the run."""
    progress.start("Searching", len(queries))
    lines: list[str] = []
    for done, query in enumerate(queries, start=1):
        lines.extend(run_lines([query], search, k, level))
        progress.reach(done)
    progress.finish()
    return lines


def score_run(
    run: Sequence[str], qrels: Qrels, measures: Sequence[str]
) -> dict[str, dict[str, float]]:
    """measure -> query -> value, for every query of `qrels` in its order."""
    import ir_measures

    wanted = {name: ir_measures.parse_measure(name) for name in measures}
    judged = [
        ir_measures.Qrel(query, name, grade)
        for query, grades in qrels.items()
        for name, grade in grades.items()
    ]
    found = [
        ir_measures.ScoredDoc(query, name, float(score))
        for query, _, name, _, score, _ in (line.split() for line in run)
    ]
    values = {name: dict.fromkeys(qrels, 0.0) for name in wanted}
    if judged and found:
        names = {measure: name for name, measure in wanted.items()}
        for value in ir_measures.iter_calc(list(wanted.values()), judged, found):
            values[names[value.measure]][value.query_id] = float(value.value)
    return values


def _relevant(question: Question, engine: Engine) -> dict[str, int]:
    """Ids of the passages that hold a listed answer."""
    wanted: dict[str, list[str]] = {}
    for answer in question.answers:
        wanted.setdefault(answer.source, []).append(collapsed(answer.text))
    documents = engine.snapshot.documents
    found = {}
    for passage in engine.snapshot.passages:
        document = documents[passage.doc_id]
        if document.source in wanted:
            text = collapsed(passage.span.of(document.text))
            if any(answer in text for answer in wanted[document.source]):
                found[trec_id(passage.passage_id)] = 1
    return found
