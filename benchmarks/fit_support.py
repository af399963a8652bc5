"""Fit the weights and the threshold of qa.support on the *tune* questions; write the record.

    python benchmarks/fit_support.py --index index [--write]

Two steps. Which sentence leads: a softmax over the sentences of a question, in which the right ones
together should win (listwise, after Cao et al., ICML 2007). Whether the lead answers: a logistic
regression on the lead's rank and on all sentences together. The threshold is where cost is least
if an unsupported answer (no quote shown answers) counts five times a needless silence; cost,
calibration and the rates beside it come from ten-fold cross-validation, so that no question is
judged by weights it helped to fit. The *report* questions are not looked at.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from scipy.optimize import minimize  # noqa: E402
from scipy.special import logsumexp  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from qa.answer import MOST_QUOTES  # noqa: E402
from qa.config import load_settings  # noqa: E402
from qa.engine import Engine  # noqa: E402
from qa.evaluate.measures import FALSE_ANSWER, auc, calibration_error  # noqa: E402
from qa.evaluate.questions import Question, read_questions  # noqa: E402
from qa.evidence import Scored  # noqa: E402
from qa.golden import is_right  # noqa: E402
from qa.quoting import quotable_span  # noqa: E402
from qa.records import Quote  # noqa: E402
from qa.support import RECORD, WITH_READER, WITHOUT_READER, company  # noqa: E402

FOLDS = 10
RIDGE = 0.001  # penalty on the ranking weights; from 0.001 to 0.4 it makes no difference on tune
READ_FEATURES = ("logit", "coverage", "similarity", "weakest")
UNREAD_FEATURES = ("coverage", "similarity", "weakest")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """One question: the features of its sentences, and which of them answer."""

    question: Question
    features: list[dict[str, float]]
    right: list[bool]


@dataclass(frozen=True, slots=True)
class Fit:
    """What both regressions found."""

    names: tuple[str, ...]
    rank: Floats
    chance: LogisticRegression

    def chances(self, case: Case) -> Floats:
        """(sentences,): that it answers, as qa.support works it out."""
        of_rank, of_all, of_best_coverage = self.chance.coef_[0]
        everything, covered = company(case.features)
        base = self.chance.intercept_[0] + of_all * everything + of_best_coverage * covered
        found: Floats = 1 / (1 + np.exp(-(base + of_rank * (table(case, self.names) @ self.rank))))
        return found


def table(case: Case, names: tuple[str, ...]) -> Floats:
    """(sentences, features)."""
    return np.array([[row[name] for name in names] for row in case.features])


def together(case: Case, names: tuple[str, ...], rank: Floats) -> list[float]:
    """The lead's rank, all logits, the best coverage."""
    return [float(np.max(table(case, names) @ rank)), *company(case.features)]


def collect(engine: Engine) -> list[Case]:
    """Every question of the tune half, also those that the help card would meet."""
    cases = []
    for question in read_questions(split="tune"):
        judged = engine.judged(question.text, question.history)
        if judged:
            right = [answers(j, question) for j in judged]
            cases.append(Case(question, [j.features for j in judged], right))
    return cases


def answers(judged: Scored, question: Question) -> bool:
    """Whether the quote made of the sentence answers."""
    document, passage = judged.near.hit.document, judged.near.hit.passage
    span = quotable_span(document, passage, judged.near.span)
    quote = Quote.cut(document, span, passage, 0.0)
    return is_right(quote, question.answers, question.pattern)


def fit(cases: list[Case], names: tuple[str, ...]) -> Fit:
    """Both regressions on these cases."""
    rank = fit_rank(cases, names)
    rows = [together(c, names, rank) for c in cases]
    leads = [int(np.argmax(table(c, names) @ rank)) for c in cases]
    wanted = [c.right[lead] for c, lead in zip(cases, leads, strict=True)]
    return Fit(names, rank, LogisticRegression(C=1.0, max_iter=2000).fit(rows, wanted))


def fit_rank(cases: list[Case], names: tuple[str, ...]) -> Floats:
    """Weights under which the right sentences of a question, together, win the softmax."""
    usable = [c for c in cases if any(c.right) and not all(c.right)]
    spread = np.concatenate([table(c, names) for c in usable]).std(axis=0) + 1e-9
    tables = [table(c, names) / spread for c in usable]
    rights = [np.array(c.right) for c in usable]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros_like(weights)
        for values, right in zip(tables, rights, strict=True):
            ranks = values @ weights
            whole, won = logsumexp(ranks), logsumexp(ranks[right])
            total += whole - won
            slope += values.T @ (np.exp(ranks - whole) - np.where(right, np.exp(ranks - won), 0.0))
        penalty = RIDGE * weights @ weights
        return total / len(tables) + penalty, slope / len(tables) + 2 * RIDGE * weights

    found: Floats = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x / spread
    return found


def cross_validated(cases: list[Case], names: tuple[str, ...]) -> list[Floats]:
    """For each case the chances of its sentences, by weights fitted without it."""
    chances: list[Floats] = [np.zeros(0)] * len(cases)
    order = np.random.default_rng(0).permutation(len(cases))
    for fold in range(FOLDS):
        tested = {int(i) for i in order[fold::FOLDS]}
        model = fit([case for i, case in enumerate(cases) if i not in tested], names)
        for i in tested:
            chances[i] = model.chances(cases[i])
    return chances


def cost_at(threshold: float, cases: list[Case], chances: list[Floats]) -> float:
    """Answers without a right quote count FALSE_ANSWER each, answerable questions left silent 1."""
    cost = 0.0
    for case, chance in zip(cases, chances, strict=True):
        shown = [i for i in np.argsort(-chance)[:MOST_QUOTES] if chance[i] >= threshold]
        if not shown:
            cost += bool(case.question.answers)
        elif not any(case.right[i] for i in shown):
            cost += FALSE_ANSWER
    return cost


def best_threshold(cases: list[Case], chances: list[Floats]) -> float:
    """The threshold of least cost, in steps of 0.01; the highest of equals."""
    steps = [round(0.01 * step, 2) for step in range(5, 100)]
    return min(steps, key=lambda step: (cost_at(step, cases, chances), -step))


def record(cases: list[Case], names: tuple[str, ...]) -> dict[str, Any]:
    """One entry of the record: weights, threshold, and what is known of them."""
    each = cross_validated(cases, names)
    threshold = best_threshold(cases, each)
    chances = np.array([chance.max() for chance in each])
    right = np.array([c.right[int(np.argmax(p))] for c, p in zip(cases, each, strict=True)])
    model = fit(cases, names)
    of_rank, of_all, of_best_coverage = model.chance.coef_[0]
    answerable = np.array([bool(c.question.answers) for c in cases])
    said = chances >= threshold
    return {
        "weights": {
            "rank": dict(zip(names, np.round(model.rank, 4).tolist(), strict=True)),
            "bias": round(float(model.chance.intercept_[0]), 4),
            "of_rank": round(float(of_rank), 4),
            "of_all": round(float(of_all), 4),
            "of_best_coverage": round(float(of_best_coverage), 4),
            "threshold": threshold,
        },
        "chosen_on": {
            "split": "tune",
            "questions": len(cases),
            "folds": FOLDS,
            "cost": FALSE_ANSWER,
            "answerable": int(answerable.sum()),
            "answerable_lead_right": int((said & right).sum()),
            "answerable_lead_wrong": int((said & answerable & ~right).sum()),
            "unanswerable": int((~answerable).sum()),
            "unanswerable_answered": int((said & ~answerable).sum()),
            "area_under_curve": _rounded(auc(chances[answerable], chances[~answerable])),
            "calibration_error": _rounded(calibration_error(chances, right)),
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def main() -> int:
    """Prints the record, and writes it if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--index", type=Path, metavar="DIR", default=ROOT / "index", help="of the articles (index)"
    )
    parser.add_argument(
        "--reader", help="the sentence reader to fit for, named as in QA_READER (the setting)"
    )
    parser.add_argument("--write", action="store_true", help="write qa/models/support.json")
    options = parser.parse_args()
    engine = Engine.open(load_settings(index=options.index, reader=options.reader))
    read = collect(engine)
    unread = [Case(c.question, [{**f, "logit": 0.0} for f in c.features], c.right) for c in read]
    found = {
        WITH_READER: record(read, READ_FEATURES),
        WITHOUT_READER: record(unread, UNREAD_FEATURES),
    }
    text = json.dumps(found, indent=1) + "\n"
    print(text)
    if options.write:
        RECORD.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
