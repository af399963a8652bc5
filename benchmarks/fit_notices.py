"""Fit the weights of the notices: `python benchmarks/fit_notices.py [--errors] [--write]`.

Fitted on training/notices alone. The tune half of tests/crisis/notices.jsonl is only looked at; the
report half is never read. Prints rates in five folds and on tune.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import SVC

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.fit_crisis import bags, threshold  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.encoder import open_encoder  # noqa: E402
from qa.evaluate.questions import half  # noqa: E402
from qa.safety.features import likeness  # noqa: E402
from qa.safety.notice_model import CODES, RECORD, unnamed  # noqa: E402
from qa.safety.weights import coarse, write_weights  # noqa: E402

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
FOLDS = 5
PENALTY = 1.0  # of the support vector machine
NARROW = 1.5  # of the likeness of meanings
MEANING = 3.0  # how much meanings weigh beside words
# Share of the other messages that get a notice: of those written here, near the border on purpose.
FALSE = {"emergency_symptoms": 0.05, "medicine_change": 0.05}


@dataclass(frozen=True, slots=True)
class Message:
    """One message with the notices it calls for; `source` is its file, or tune."""

    text: str
    notices: tuple[str, ...]
    source: str


def messages() -> list[Message]:
    """Everything to fit on, then the tune half."""
    found = []
    for path in sorted((ROOT / "training" / "notices").glob("*.jsonl")):
        found += [Message(r["text"], tuple(r["notices"]), path.stem) for r in _read(path)]
    rows = _read(ROOT / "tests" / "crisis" / "notices.jsonl")
    found += [
        Message(r["text"], tuple(r["notices"]), "tune") for r in rows if half(r["id"]) == "tune"
    ]
    return found


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


class Fit:
    """The messages and their kernel: words, and meanings where there are any."""

    def __init__(self, rows: list[Message], vectors: NDArray[np.float32] | None) -> None:
        self.rows = rows
        self.bags = bags([unnamed(m.text) for m in rows])
        self.vectors = vectors
        self.kernel = np.asarray((self.bags @ self.bags.T).todense(), np.float32)
        if vectors is not None:
            self.kernel += MEANING * likeness(vectors, vectors, NARROW)
        source = np.array([m.source for m in rows])
        self.train, self.tune = np.flatnonzero(source != "tune"), np.flatnonzero(source == "tune")
        self.near = np.isin(source, ("tune", "questions"), invert=True)  # near the border

    def labels(self, code: str) -> NDArray[np.bool_]:
        """Which messages call for the notice."""
        return np.array([code in m.notices for m in self.rows])

    def machine(self, code: str, chosen: Rows) -> SVC:
        """Fitted on these messages."""
        machine = SVC(C=PENALTY, kernel="precomputed", class_weight="balanced")
        return machine.fit(self.kernel[np.ix_(chosen, chosen)], self.labels(code)[chosen])

    def out_of_fold(self, code: str) -> Floats:
        """A score a message, by a machine that has not seen it."""
        out, train = np.zeros(len(self.rows)), self.train
        fold = np.arange(len(train)) % FOLDS
        for k in range(FOLDS):
            fitted, read = train[fold != k], train[fold == k]
            out[read] = self._scores(code, fitted, read)
        out[self.tune] = self._scores(code, train, self.tune)
        return out

    def _scores(self, code: str, fitted: Rows, read: Rows) -> Floats:
        machine = self.machine(code, fitted)
        return np.asarray(machine.decision_function(self.kernel[np.ix_(read, fitted)]))


def rate(scores: Floats, labels: NDArray[np.bool_]) -> dict[str, Any]:
    """How often it is shown where it is due, and where it is not."""
    return {
        "due": int(labels.sum()),
        "shown": round(float((scores[labels] >= 0).mean()), 3),
        "not_due": int((~labels).sum()),
        "shown_without_need": round(float((scores[~labels] >= 0).mean()), 3),
    }


def fit_head(
    rows: list[Message], vectors: NDArray[np.float32] | None
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What the record says of one head, and its arrays."""
    fit = Fit(rows, vectors)
    duals = np.zeros((len(CODES), len(rows)))
    figures, bias = {}, []
    for number, code in enumerate(CODES):
        out, labels = fit.out_of_fold(code), fit.labels(code)
        at = threshold(out[fit.near], labels[fit.near], FALSE[code])
        for name, chosen in {
            "folds, near the border": fit.near,
            "folds, questions": np.isin(np.arange(len(rows)), fit.train) & ~fit.near,
            "tune": np.isin(np.arange(len(rows)), fit.tune),
        }.items():
            figures[f"{code}: {name}"] = rate(out[chosen] - at, labels[chosen])
        if "--errors" in sys.argv:
            show_errors(fit, code, out - at)
        machine = fit.machine(code, fit.train)
        duals[number, fit.train[machine.support_]] = machine.dual_coef_[0]
        bias.append(float(machine.intercept_[0]) - at)
    kept = np.flatnonzero(np.abs(duals).max(axis=0) > 0)
    known = np.zeros((0, 1), np.int8) if vectors is None else coarse(vectors[kept])
    arrays: dict[str, NDArray[Any]] = {
        "of_pieces": np.asarray(fit.bags[kept].T @ duals[:, kept].T).T.astype(np.float16),
        "bias": np.array(bias, np.float32),
        "known": known,
        "of_known": (MEANING * duals[:, kept[: len(known)]]).astype(np.float16),
    }
    return {"narrow": NARROW, "figures": figures}, arrays


def show_errors(fit: Fit, code: str, out: Floats) -> None:
    """Prints what is missed and what gets the notice without need, worst first."""
    labels = fit.labels(code)
    for index in np.argsort(-np.abs(out)):
        if (out[index] >= 0) != labels[index]:
            row = fit.rows[index]
            kind = "missed" if labels[index] else "false"
            print(f"{code} {kind} {out[index]:+.2f} {row.source}: {row.text}")


def main() -> None:
    """Both heads, with the default encoder."""
    encoder = open_encoder(Settings())
    rows = messages()
    vectors = encoder.encode([m.text for m in rows])
    heads, arrays = {}, {}
    for name, given in (("meaning", vectors), ("words", None)):
        heads[name], found = fit_head(rows, given)
        arrays |= {f"{name}_{part}": array for part, array in found.items()}
    print(json.dumps(heads, indent=1))
    if "--write" in sys.argv:
        said = {"encoder_digest": encoder.digest, "fitted_by": "benchmarks/fit_notices.py"}
        said |= {"codes": list(CODES), "heads": heads}
        print(f"{write_weights(RECORD, said, arrays)} bytes of weights")


if __name__ == "__main__":
    main()
