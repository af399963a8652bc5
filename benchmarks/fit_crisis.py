"""Fit the crisis detector's weights: `python benchmarks/fit_crisis.py [--write]`.

Fitted on training/crisis alone. The tune half of tests/crisis sets the two thresholds; the report
half is never read. Prints recall and false alarms in five folds, without each writer, and on tune.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import SVC

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.config import Settings  # noqa: E402
from qa.encoder import open_encoder  # noqa: E402
from qa.evaluate.questions import half  # noqa: E402
from qa.safety.features import BUCKETS, in_conversation, likeness, nearness, pieces  # noqa: E402
from qa.safety.model import RECORD  # noqa: E402
from qa.safety.weights import coarse, write_weights  # noqa: E402

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
FOLDS = 5
PENALTY = 1.0  # of the support vector machine
NARROW = 1.0  # of the likeness of meanings
MEANING = 4.0  # how much meanings weigh beside words
TURN_NARROW = 0.1  # of the likeness of what in_conversation gives
TURN_NUMBERS = 4.0  # how much that weighs beside words
TURN_RIDGE = 0.5
TURN_DOUBTFUL, TURN_CERTAIN = 0.08, 0.03  # share of the others among the training's conversations
DOUBTFUL, CERTAIN = 0.045, 0.015  # share of the others of tune that may be met with the card


@dataclass(frozen=True, slots=True)
class Message:
    """One labelled message; `source` is the file it was written to, or tune."""

    text: str
    crisis: bool
    source: str
    before: tuple[str, ...]  # what the person said before


def messages() -> list[Message]:
    """Everything to fit on, then the tune half."""
    found = []
    for path in sorted((ROOT / "training" / "crisis").glob("*.jsonl")):
        found += [_message(r, r["label"] == 1, path.stem) for r in _read(path)]
    for name in ("crisis", "other"):
        rows = _read(ROOT / "tests" / "crisis" / f"{name}.jsonl")
        found += [_message(r, name == "crisis", "tune") for r in rows if half(r["id"]) == "tune"]
    return list({(m.text.lower(), m.before, m.source == "tune"): m for m in found}.values())


def _read(path: Path) -> Iterable[dict[str, Any]]:
    return map(json.loads, path.read_text("utf-8").splitlines())


def _message(row: dict[str, Any], crisis: bool, source: str) -> Message:
    before = [t["content"] for t in row.get("history") or () if t["role"] == "user"]
    return Message(row["text"], crisis, source, tuple(before))


def bags(texts: list[str]) -> csr_matrix:
    """The pieces of each message, a row each."""
    found = [pieces(text) for text in texts]
    places = np.repeat(np.arange(len(texts)), [len(b) for b, _ in found])
    buckets = np.concatenate([b for b, _ in found])
    amounts = np.concatenate([a for _, a in found])
    return csr_matrix((amounts, (places, buckets)), shape=(len(texts), 2 * BUCKETS))


class Fit:
    """One head: with meanings, or without."""

    def __init__(self, rows: list[Message], vectors: NDArray[np.float32] | None) -> None:
        self.rows = rows
        self.labels = np.array([m.crisis for m in rows])
        self.bags = bags([m.text for m in rows])
        self.vectors = vectors
        self.kernel = np.asarray((self.bags @ self.bags.T).todense(), np.float32)
        if vectors is not None:
            self.kernel += MEANING * likeness(vectors, vectors, NARROW)

    def machine(self, chosen: Rows) -> SVC:
        """Fitted on these messages."""
        machine = SVC(C=PENALTY, kernel="precomputed", class_weight="balanced")
        return machine.fit(self.kernel[np.ix_(chosen, chosen)], self.labels[chosen])

    def scores(self, fitted: Rows, read: Rows) -> Floats:
        """Of some messages by a machine fitted on others."""
        machine = self.machine(fitted)
        return np.asarray(machine.decision_function(self.kernel[np.ix_(read, fitted)]))


def folds(rows: list[Message]) -> NDArray[np.int64]:
    """The same message is always in the same fold."""
    return np.array([int(hashlib.md5(m.text.encode()).hexdigest(), 16) % FOLDS for m in rows])


def rate(scores: Floats, labels: NDArray[np.bool_], at: float) -> dict[str, Any]:
    """Recall and false alarms from a threshold on."""
    hit, false = (scores[labels] >= at).sum(), (scores[~labels] >= at).sum()
    return {
        "crisis": len(scores[labels]),
        "recall": round(float(hit / max(1, labels.sum())), 3),
        "other": len(scores[~labels]),
        "false_alarms": round(float(false / max(1, (~labels).sum())), 3),
    }


def threshold(scores: Floats, labels: NDArray[np.bool_], share: float) -> float:
    """The lowest at which no larger share of the others is met with the card."""
    others = np.sort(scores[~labels])[::-1]
    return float(others[int(share * len(others))]) + 1e-4


def fit_head(
    rows: list[Message], vectors: NDArray[np.float32] | None, scored: dict[str, NDArray[Any]]
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What the record says of one head, and its arrays. `scored`: embeddings by text."""
    alone = np.array([i for i, m in enumerate(rows) if not m.before])
    fit = Fit([rows[i] for i in alone], None if vectors is None else vectors[alone])
    source = np.array([m.source for m in fit.rows])
    train, tune = np.flatnonzero(source != "tune"), np.flatnonzero(source == "tune")
    fold, out = folds(fit.rows), np.zeros(len(fit.rows))
    for k in range(FOLDS):
        out[train[fold[train] == k]] = fit.scores(train[fold[train] != k], train[fold[train] == k])
    out[tune] = fit.scores(train, tune)
    doubtful = threshold(out[tune], fit.labels[tune], DOUBTFUL)
    certain = max(doubtful, threshold(out[tune], fit.labels[tune], CERTAIN))
    figures = {"folds": rate(out[train], fit.labels[train], doubtful)}
    figures["tune"] = rate(out[tune], fit.labels[tune], doubtful)
    figures["tune, alone"] = rate(out[tune], fit.labels[tune], certain)
    for writer in sorted(set(source[train]) - {"listed", "questions"}):
        left = train[source[train] == writer]
        away = fit.scores(train[source[train] != writer], left)
        figures[f"without {writer}"] = rate(away, fit.labels[left], doubtful)
    machine = fit.machine(train)
    chosen, dual = train[machine.support_], machine.dual_coef_[0]
    weights = np.asarray(fit.bags[chosen].T @ dual).ravel()
    dim = 1 if vectors is None else vectors.shape[1]
    known = np.zeros((0, dim), np.int8) if fit.vectors is None else coarse(fit.vectors[chosen])
    arrays = {
        "of_pieces": weights.astype(np.float16),
        "known": known,
        "of_known": (MEANING * dual if vectors is not None else dual[:0]).astype(np.float16),
    }
    said = {"bias": float(machine.intercept_[0]), "narrow": NARROW}
    said |= {"doubtful": round(doubtful, 4), "certain": round(certain, 4)}

    def score(texts: list[str]) -> Floats:
        found = bags(texts) @ weights + machine.intercept_[0]
        if fit.vectors is not None:
            at = np.stack([scored[t] for t in texts])
            found = found + MEANING * likeness(at, fit.vectors[chosen], NARROW) @ dual
        return np.asarray(found)

    turn, turn_said, turn_figures = fit_turns(rows, vectors, score, doubtful, certain)
    return {**said, **turn_said, "figures": figures | turn_figures}, arrays | turn


class FitTurns:
    """Messages that others stand before: least squares over numbers, pieces and meanings."""

    def __init__(
        self, rows: list[Message], vectors: NDArray[np.float32] | None, score: Any
    ) -> None:
        own = score([m.text for m in rows])
        before = [list(score(list(m.before[-3:]))) for m in rows]
        read = [in_conversation(m.text, o, b) for m, o, b in zip(rows, own, before, strict=True)]
        self.labels = np.array([m.crisis for m in rows])
        self.numbers = np.stack([r[0] for r in read])
        self.weight = np.array([r[1] for r in read])
        self.bags = bags([m.text for m in rows])
        near = np.asarray((self.bags @ self.bags.T).todense())
        if vectors is not None:
            near += MEANING * likeness(vectors, vectors, NARROW)
        self.kernel = 1.0 + near * self.weight[:, None] * self.weight
        self.kernel += TURN_NUMBERS * nearness(self.numbers, self.numbers, TURN_NARROW)

    def fitted(self, chosen: Rows) -> Floats:
        """How much each chosen message speaks for a crisis; both labels weigh the same."""
        labels = self.labels[chosen]
        ridge = TURN_RIDGE * 2.0 * np.where(labels, labels.mean(), 1.0 - labels.mean())
        kernel = self.kernel[np.ix_(chosen, chosen)] + np.diag(ridge)
        return np.asarray(np.linalg.solve(kernel, np.where(labels, 1.0, -1.0)))

    def scores(self, fitted: Rows, read: Rows) -> Floats:
        """Of some messages, fitted on others."""
        return np.asarray(self.kernel[np.ix_(read, fitted)] @ self.fitted(fitted))


def fit_turns(
    rows: list[Message],
    vectors: NDArray[np.float32] | None,
    score: Any,
    doubtful: float,
    certain: float,
) -> tuple[dict[str, NDArray[Any]], dict[str, float], dict[str, Any]]:
    """Weights for messages that others stand before, on the scale of the thresholds."""
    places = np.array([i for i, m in enumerate(rows) if m.before])
    turns = [rows[i] for i in places]
    given = None if vectors is None else vectors[places]
    fit = FitTurns(turns, given, score)
    source = np.array([m.source for m in turns])
    train, tune = np.flatnonzero(source != "tune"), np.flatnonzero(source == "tune")
    fold, out = folds(turns), np.zeros(len(turns))
    for k in range(FOLDS):
        out[train[fold[train] == k]] = fit.scores(train[fold[train] != k], train[fold[train] == k])
    out[tune] = fit.scores(train, tune)
    low = threshold(out[train], fit.labels[train], TURN_DOUBTFUL)
    high = max(low + 0.2, threshold(out[train], fit.labels[train], TURN_CERTAIN))
    figures = {"turns, folds": rate(out[train], fit.labels[train], low)}
    figures["turns, tune"] = rate(out[tune], fit.labels[tune], low)
    for writer in ("c", "e"):
        left = train[source[train] == writer]
        away = fit.scores(train[source[train] != writer], left)
        figures[f"turns, without {writer}"] = rate(away, fit.labels[left], low)
    scale = max(certain - doubtful, 0.05) / (high - low)
    dual = fit.fitted(train) * scale
    weighed = dual * fit.weight[train]
    arrays = {
        "turn_pieces": np.asarray(fit.bags[train].T @ weighed).ravel().astype(np.float16),
        "turn_known": np.zeros((0, 1), np.int8) if given is None else coarse(given[train]),
        "of_turn_known": (MEANING * weighed if given is not None else dual[:0]).astype(np.float32),
        "turn_numbers": fit.numbers[train],
        "of_turn_numbers": (TURN_NUMBERS * dual).astype(np.float32),
    }
    bias = float(dual.sum() - low * scale + doubtful)
    return arrays, {"turn_bias": bias, "turn_narrow": TURN_NARROW}, figures


def main() -> None:
    """Both heads, with the default encoder."""
    encoder = open_encoder(Settings())
    rows = messages()
    texts = list(dict.fromkeys(t for m in rows for t in (m.text, *m.before)))
    scored = dict(zip(texts, encoder.encode(texts), strict=True))
    vectors = np.stack([scored[m.text] for m in rows])
    heads, arrays = {}, {}
    for name, given in (("meaning", vectors), ("words", None)):
        heads[name], found = fit_head(rows, given, scored)
        arrays |= {f"{name}_{part}": array for part, array in found.items()}
    print(json.dumps(heads, indent=1))
    if "--write" in sys.argv:
        said = {"encoder_digest": encoder.digest, "fitted_by": "benchmarks/fit_crisis.py"}
        print(f"{write_weights(RECORD, said | {'heads': heads}, arrays)} bytes of weights")


if __name__ == "__main__":
    main()
