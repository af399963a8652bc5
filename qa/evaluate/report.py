"""An evaluation as readers want it: for machines, on a terminal, as a page, and its errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qa.console import table
from qa.evaluate import measures
from qa.evaluate.asking import Row
from qa.evaluate.expected import Drop
from qa.evaluate.questions import LISTS, NEAR_MISS
from qa.evaluate.retrieval import Retrieval
from qa.evaluate.scores import Score, calibrated
from qa.golden import collapsed
from qa.trec import trec_id

SHOWN = 160  # characters of a quote in the list of errors


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was asked of what, and what came of it."""

    split: str
    snapshot: str
    arithmetic: str
    minimum_support: float
    rows: tuple[Row, ...]
    retrieval: Retrieval
    scores: tuple[Score, ...]
    absent: tuple[str, ...]  # sources of listed answers that the index does not hold
    drops: tuple[Drop, ...] | None  # None = not compared
    note: str  # what it was compared with, or why with nothing


# ---------------------------------------------------------------- for machines


def evaluation_object(evaluation: Evaluation) -> dict[str, Any]:
    """JSON values; questions by id only."""
    counted = [row for row in evaluation.rows if not row.crisis]
    return {
        "split": evaluation.split,
        "snapshot": evaluation.snapshot,
        "arithmetic": evaluation.arithmetic,
        "minimum_support": evaluation.minimum_support,
        "questions": _counts(evaluation.rows),
        "crisis": _counts([row for row in evaluation.rows if row.crisis]),
        "without_relevant_passage": evaluation.retrieval.unjudged,
        "scores": [_score_object(score) for score in evaluation.scores],
        "reliability": [asdict(b) for b in measures.reliability(*calibrated(counted))],
        "compared": evaluation.note,
        "drops": None if evaluation.drops is None else [_drop_object(d) for d in evaluation.drops],
        "rows": [_row_object(row, evaluation.retrieval) for row in evaluation.rows],
    }


def _score_object(score: Score) -> dict[str, Any]:
    interval = score.interval
    return {
        "section": score.section,
        "measure": score.name,
        "value": score.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "hits": score.hits,
        "of": score.of,
        "better": score.better,
    }


def _drop_object(drop: Drop) -> dict[str, Any]:
    return {**asdict(drop.expected), "expected": drop.expected.value, "value": drop.value}


def _row_object(row: Row, retrieval: Retrieval) -> dict[str, Any]:
    outcome, question = row.outcome, row.question
    values = {
        name: by_query[trec_id(question.question_id)]
        for name, by_query in retrieval.values.items()
        if trec_id(question.question_id) in by_query
    }
    return {
        "id": question.question_id,
        "list": question.sort,
        "register": question.register,
        "status": outcome.status.value,
        "reason": row.answer.reason.value if row.answer.reason else None,
        "support": outcome.support,
        "right": row.right,
        "lead_right": outcome.lead_right,
        "any_right": outcome.any_right,
        "first_right": outcome.first_right,
        "lead_source": outcome.lead_source,
        "lead_words": outcome.lead_words,
        "quotes": outcome.quotes,
        "faithful": outcome.faithful,
        "sides_shown": outcome.sides_shown,
        "differences": outcome.differences,
        "crisis": row.crisis,
        "reference_right": row.reference_right if row.reference else None,
        "retrieval": values,
    }


# ---------------------------------------------------------------- for people


def evaluation_text(evaluation: Evaluation) -> str:
    """What the terminal shows."""
    rows = [_cells(score) for score in evaluation.scores]
    parts = [
        "\n".join(_opening(evaluation)),
        table(("section", "measure", "value", "95 % interval", "of"), rows).rstrip("\n"),
        "\n".join(_verdict(evaluation)),
    ]
    return "\n\n".join(parts) + "\n"


def evaluation_markdown(evaluation: Evaluation) -> str:
    """The same as a page."""
    cells = [_cells(score) for score in evaluation.scores]
    lines = [
        f"# Golden questions, *{evaluation.split}* half"
        if evaluation.split != "all"
        else "# Golden questions, both halves",
        "",
        f"Written by `python -m qa eval --split {evaluation.split}`: snapshot "
        f"{evaluation.snapshot}, {evaluation.arithmetic}, minimum support "
        f"{evaluation.minimum_support:g}. What each list holds and when a quote is right: "
        "`tests/eval/README.md`. Shares have Clopper-Pearson intervals, the others are "
        "bootstrapped.",
        "",
        *(f"- {line}" for line in _opening(evaluation)),
        "",
        "| section | measure | value | 95 % interval | of |",
        "|---|---|--:|---|--:|",
        *(f"| {' | '.join(row)} |" for row in cells),
        "",
    ]
    return "\n".join(lines)


def _cells(score: Score) -> tuple[str, str, str, str, str]:
    value = "-" if score.value is None else f"{score.value:.3f}"
    interval = score.interval
    between = f"{interval.low:.3f} to {interval.high:.3f}" if interval else "-"
    of = str(score.of) if score.hits is None else f"{score.hits}/{score.of}"
    return score.section, score.name, value, between, of


def _opening(evaluation: Evaluation) -> list[str]:
    counts = _counts(evaluation.rows)
    asked = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items() if n)
    met = _counts([row for row in evaluation.rows if row.crisis])
    crisis = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in met.items() if n)
    lines = [
        f"Asked ({evaluation.split}): {asked or 'no question'}.",
        f"Met with the crisis card and counted apart: {crisis or 'none'}.",
        staff_sentence(evaluation.rows),
    ]
    if evaluation.retrieval.unjudged:
        lines.append(
            f"{evaluation.retrieval.unjudged} questions have no listed answer in this index; "
            "their retrieval counts as 0."
        )
    return lines


def staff_sentence(rows: Sequence[Row]) -> str:
    """How often it answers what the articles do not."""
    near = [r.outcome.answered for r in rows if r.question.sort == NEAR_MISS and not r.crisis]
    if not near:
        return "How often it answers what the articles do not was not measured: no near miss."
    limits = measures.clopper_pearson(sum(near), len(near))
    return (
        "Of 100 questions on the subject that the articles do not answer, it answers "
        f"{100 * sum(near) / len(near):.0f} (95 % interval {100 * limits.low:.0f} to "
        f"{100 * limits.high:.0f}; measured on {len(near)})."
    )


def _verdict(evaluation: Evaluation) -> list[str]:
    if evaluation.drops is None:
        return [f"Not compared: {evaluation.note}."]
    if not evaluation.drops:
        return [f"Compared with {evaluation.note}: nothing dropped."]
    return [
        f"Compared with {evaluation.note}: {len(evaluation.drops)} dropped.",
        *(f"  {drop}" for drop in evaluation.drops),
    ]


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    counts = Counter(row.question.sort for row in rows)
    return {name: counts[name] for name in LISTS}


# ---------------------------------------------------------------- where it fails


def error_text(rows: Sequence[Row]) -> str:
    """The questions that went wrong with what came first, list by list."""
    wrong = [row for row in rows if not row.right and not row.crisis]
    return "\n".join([f"{len(wrong)} errors", *(_error(row) for row in wrong)]) + "\n"


def _error(row: Row) -> str:
    answer, question = row.answer, row.question
    why = answer.reason.value if answer.reason else "the lead quote does not answer"
    kind = "first sentence right, not quoted" if row.outcome.first_right else why
    shown = [
        f"    {q.score:.2f} {q.document.source}: {collapsed(q.text)[:SHOWN]}"
        for q in (answer.quotes or answer.related)[:3]
    ]
    before = [f"    after: {turn.content[:SHOWN]}" for turn in question.history[-2:]]
    head = f"\n[{question.sort} {question.question_id}] {question.text}"
    about = f"    {answer.status.value}, support {answer.support:.2f}; {kind}"
    return "\n".join([head, *before, about, *shown])
