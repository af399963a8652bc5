"""Follow-ups, as typed, as the program completes them, and as a person rewrote them.

All three are searched for by the program's own hybrid. Where a set has judged passages, these are
what should be found. CAsT's collections are not at hand: there, what should be found is what the
person's wording finds among encyclopedia passages, and the person's wording itself among all of
the set's rewrites. Agreement in words is over stems of content words.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.public_measures import retrieval
from benchmarks.public_set import Question, Set
from benchmarks.public_stages import Bench
from qa.text import terms

WORDINGS = ("typed", "completed", "person")
FOUND = 10  # passages that the person's wording finds and the others should


def follow_ups(bench: Bench, chosen: Set, wording: str) -> dict[str, dict[str, Any]]:
    """Retrieval and agreement, by question."""
    asked = {q.question_id: worded(bench, q, wording) for q in chosen.questions}
    relevant = {
        q.question_id: dict(q.relevant)
        or {name: 1 for name, _ in bench.documents("words", q.rewrite)[:FOUND]}
        for q in chosen.questions
    }
    run = {name: dict(bench.documents("words", text)) for name, text in asked.items()}
    figures: dict[str, dict[str, Any]] = {
        name: dict(values) for name, values in retrieval(relevant, run).items()
    }
    near = _own_rewrite(bench, chosen, asked)
    for question in chosen.questions:
        text = asked[question.question_id]
        figures[question.question_id] |= {
            "text": text,
            "changed": text != question.text,
            **near[question.question_id],
            **agreement(question.text, text, question.rewrite),
        }
    return figures


def worded(bench: Bench, question: Question, wording: str) -> str:
    """The question in one of the wordings."""
    if wording == "typed":
        return question.text
    return question.rewrite if wording == "person" else bench.completed(question)


def agreement(typed: str, ours: str, person: str) -> dict[str, float | None]:
    """Of the words the person added the share added; of the words added the share the person has.

    None where there is nothing to take a share of.

    >>> agreement("Is it safe?", "Is ECT therapy safe?", "Is ECT safe?")
    {'added_recall': 1.0, 'added_precision': 0.5}
    """
    before = set(terms(typed))
    wanted, added = set(terms(person)) - before, set(terms(ours)) - before
    return {
        "added_recall": len(wanted & added) / len(wanted) if wanted else None,
        "added_precision": len(added & set(terms(person))) / len(added) if added else None,
    }


def _own_rewrite(bench: Bench, chosen: Set, asked: dict[str, str]) -> dict[str, dict[str, float]]:
    """By embedding: cosine to the person's wording, and the reciprocal of its rank among all."""
    rewrites = sorted({q.rewrite for q in chosen.questions})
    place = {text: row for row, text in enumerate(rewrites)}
    pool = bench.encoder.encode(rewrites)
    ours = bench.encoder.encode(list(asked.values()))
    found = {}
    for question, made in zip(chosen.questions, ours, strict=True):
        cosines = pool @ made
        own = float(cosines[place[question.rewrite]])
        rank = 1 + int(np.sum(cosines > own + 1e-6))
        found[question.question_id] = {"cosine": own, "own_rewrite": 1 / rank}
    return found
