"""Fit the weights and the threshold of qa.evidence on the *tune* questions, and print them.

    python benchmarks/fit_support.py --index index

The target is whether the sentence that would lead answers (the rule of tests/eval/README.md). How
much the reader's own logit counts beside likeness in choosing it is tried over a few ratios; the
best share of right leads wins. The threshold is the lowest at which at most a fifth of the near
misses is answered. The *report* questions are not looked at.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import roc_auc_score  # noqa: E402

from qa.config import load_settings  # noqa: E402
from qa.engine import SCORED, Engine  # noqa: E402
from qa.evaluate.judging import is_right  # noqa: E402
from qa.evaluate.questions import (  # noqa: E402
    ANSWERABLE,
    NEAR_MISS,
    OFF_TOPIC,
    Question,
    read_questions,
)
from qa.evidence import Judged  # noqa: E402
from qa.quoting import quotable_span  # noqa: E402
from qa.records import Quote  # noqa: E402
from qa.retrieve import retrieve  # noqa: E402
from qa.safety import crisis  # noqa: E402

RATIOS = (0.0, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.25, 0.5)  # own logit to likeness
NEAR_MISSES = 0.2  # at most this share of them is answered


def right(judged: Judged, question: Question) -> bool:
    """Whether the quote made of the sentence answers."""
    document, passage = judged.near.hit.document, judged.near.hit.passage
    span = quotable_span(document, passage, judged.near.span)
    quote = Quote.cut(document, span, passage, 0.0)
    return is_right(quote, question.answers, question.pattern)


def collect(engine: Engine) -> list[tuple[Question, list[Judged]]]:
    """The tune questions, each with its judged sentences."""
    found = []
    for question in read_questions(split="tune"):
        if question.sort in (ANSWERABLE, NEAR_MISS, OFF_TOPIC) and not crisis(question.text):
            spelt, query = engine.searchable(question.text)
            hits = retrieve(query, engine.snapshot, engine.settings.depth, SCORED)
            found.append((question, engine.evidence.judge(spelt, query, hits)))
    return found


def main() -> int:
    """Prints the constants."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, default=ROOT / "index")
    parser.add_argument("--reader", default=None)
    options = parser.parse_args()
    engine = Engine.open(load_settings(index=options.index, reader=options.reader))
    cases = collect(engine)
    read = all(j.logit is not None for _, judged in cases for j in judged)
    for ratio in RATIOS if read else (0.0,):
        fit(cases, ratio, read=read)
    return 0


def fit(cases: list[tuple[Question, list[Judged]]], ratio: float, *, read: bool) -> None:
    """One line for one ratio."""
    rows, targets, names = [], [], []
    for question, judged in cases:
        if not judged:
            continue
        ranks = [j.near.likeness + ratio * (j.logit or 0.0) for j in judged]
        lead = judged[int(np.argmax(ranks))]
        best = max(j.logit or 0.0 for j in judged)
        rows.append([best, max(ranks)] if read else [max(ranks)])
        targets.append(question.sort == ANSWERABLE and right(lead, question))
        names.append(question.sort)
    x, y, kind = np.array(rows), np.array(targets), np.array(names)
    model = LogisticRegression(C=10.0).fit(x, y)
    chance = model.predict_proba(x)[:, 1]
    answerable, near = chance[kind == "answerable"], chance[kind == "near_miss"]
    threshold = float(np.quantile(near, 1 - NEAR_MISSES))
    auc = roc_auc_score([1] * len(answerable) + [0] * len(near), [*answerable, *near])
    weights = [*model.intercept_, *model.coef_[0]]
    if read:
        bias, for_best, for_rank = weights
        weights = [bias, for_best, for_rank * ratio, for_rank]
    kept = y[kind == "answerable"] & (answerable > threshold)
    print(
        f"ratio {ratio}: leads right {y[kind == 'answerable'].mean():.3f}, auc {auc:.3f}, at "
        f"threshold {threshold:.3f}: answered {(answerable > threshold).mean():.3f}, "
        f"lead right {kept.mean():.3f}, weights {tuple(round(float(w), 3) for w in weights)}"
    )


if __name__ == "__main__":
    sys.exit(main())
