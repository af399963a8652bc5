"""Fit the crisis detector's weights: `python benchmarks/fit_crisis.py [--write]`.

Uses the phrases of qa/words/crisis.toml and the tune half of tests/crisis, never the report half.
Logits are made by folds, so that no message is judged by weights fitted to it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.safety.detector import Detector, features  # noqa: E402
from qa.safety.lists import crisis_lists  # noqa: E402
from qa.safety.model import RECORD, CrisisModel  # noqa: E402
from qa.safety.plain import parts  # noqa: E402

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
FOLDS = 10
STRENGTH = 3.0  # of the head: inverse penalty; 1 to 10 differ little on tune
MOST_FALSE = 0.02  # share of the other messages of tune that may be met with the card
DOUBT_FALSE = 0.035


def tune(name: str) -> list[str]:
    """The tune half of one list, messages that need a history left out."""
    rows = map(json.loads, (ROOT / "tests" / "crisis" / f"{name}.jsonl").open(encoding="utf-8"))
    return [r["text"] for r in rows if half(r["id"]) == 0 and not r.get("history")]


def half(message_id: str) -> int:
    """0 tune, 1 report."""
    return int(hashlib.sha256(message_id.encode()).hexdigest(), 16) % 2


def run(encode: Encode, digest: str, write: bool) -> None:
    """Fits, says how well the folds do, and writes the record."""
    said = crisis_lists().phrases
    listed = [(t, label) for label, sense in ((1, "crisis"), (0, "other")) for t in said[sense]]
    asked = [(text, label) for label, name in ((1, "crisis"), (0, "other")) for text in tune(name)]
    texts = [text for text, _ in listed + asked]
    labels = np.array([label for _, label in listed + asked])
    of_tune = np.arange(len(texts)) >= len(listed)
    rows = [encode(parts(text)) for text in texts]
    fold = np.array([int(hashlib.sha256(t.encode()).hexdigest(), 16) % FOLDS for t in texts])
    detector = Detector(None, model=_empty())
    seen = [detector.said(text) for text in texts]
    table = []
    heads = {k: head(rows, labels, fold != k) for k in range(FOLDS)}
    for i, row in enumerate(rows):
        weights = heads[int(fold[i])]
        logits = [float(x) for x in weights.decision_function(row)]
        table.append(list(features(*seen[i], logits).values()))
    matrix, names = np.array(table), list(features((), False, False, False, [0.0]))
    chances = np.zeros(len(texts))
    for k in range(FOLDS):
        chances[fold == k] = joined(matrix[fold != k], labels[fold != k]).predict_proba(
            matrix[fold == k]
        )[:, 1]
    others = np.sort(chances[of_tune & (labels == 0)])[::-1]
    certain = float(others[int(MOST_FALSE * len(others))]) + 1e-4
    doubtful = min(certain, float(others[int(DOUBT_FALSE * len(others))]) + 1e-4)
    figures = {}
    for part, chosen in (("listed", ~of_tune), ("tune", of_tune)):
        for kind, label in (("crisis", 1), ("other", 0)):
            here = chances[chosen & (labels == label)]
            figures[f"{part} {kind}"] = {
                "messages": len(here),
                "card": int((here >= doubtful).sum()),
                "card_alone": int((here >= certain).sum()),
            }
    final, last = head(rows, labels, fold >= 0), joined(matrix, labels)
    record = {
        "encoder_digest": digest,
        "fitted_by": "benchmarks/fit_crisis.py",
        "folds": figures,
        "doubtful": round(doubtful, 4),
        "certain": round(certain, 4),
        "weights": {
            "head": [round(float(x), 4) for x in final.coef_[0]],
            "head_bias": round(float(final.intercept_[0]), 4),
            "joined": {n: round(float(w), 4) for n, w in zip(names, last.coef_[0], strict=True)},
            "bias": round(float(last.intercept_[0]), 4),
        },
    }
    shown = {k: v for k, v in record.items() if k != "weights"}
    print(json.dumps(shown | {"joined": record["weights"]["joined"]}, indent=1))
    for i, text in enumerate(texts):
        if of_tune[i] and (chances[i] >= doubtful) != bool(labels[i]):
            print(f"{chances[i]:.3f} {labels[i]} {text}")
    if write:
        RECORD.write_text(json.dumps(record) + "\n", "utf-8")


def head(
    rows: list[NDArray[np.float32]], labels: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> LogisticRegression:
    """On the embedding of the whole message."""
    whole = np.stack([row[0] for row in rows])
    return LogisticRegression(C=STRENGTH, max_iter=2000).fit(whole[chosen], labels[chosen])


def joined(matrix: NDArray[np.float64], labels: NDArray[np.int64]) -> LogisticRegression:
    """On the rules and the logits."""
    return LogisticRegression(C=1.0, max_iter=2000).fit(matrix, labels)


def _empty() -> CrisisModel:
    return CrisisModel("", np.zeros(1, np.float32), 0.0, {}, 0.0, 1.0, 1.0)


def main() -> None:
    """With the default encoder."""
    from qa.config import Settings
    from qa.encoder import open_encoder

    encoder = open_encoder(Settings())
    run(encoder.encode, encoder.digest, "--write" in sys.argv)


if __name__ == "__main__":
    main()
