"""Measure readers on the validation part: python training/evaluate.py --data DATA

For each set: the share of answerable questions whose best-scored sentence of the passage answers,
and the area under the ROC curve of the best score between answerable and unanswerable questions.
Beside the reader stand the cosine of embeddings and late interaction with the untrained encoder.
Also fits the calibration (Platt) on the best-scored sentences of the written questions.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from public_sets import condaqa, covid_qa, judged, nq_gold, scifact, squad
from windows import Window, in_validation
from written import written

from qa import cross_encoder as read
from qa.config import Settings
from qa.cross_encoder import FOLDER, SentenceReader
from qa.encoder import open_encoder
from qa.text import content_words, fold

Scores = list[NDArray[np.float32]]


def validation(data: Path, questions: Path, most: int) -> dict[str, list[Window]]:
    """At most `most` questions a set (written four times, squad2 twice as many)."""
    sets = {
        "written": list(written(questions, data)),
        "squad2": list(squad(data, "squad2")),
        "condaqa": list(condaqa(data)),
        "nq_gold": list(nq_gold(data)),
        "scifact": list(scifact(data)),
        "covid_qa": [w for w in covid_qa(data, random.Random(0)) if 1 in w.labels],
        **{name: list(judged(data, name)) for name in ("selqa", "qed", "clapnq", "check_covid")},
    }
    chosen = {}
    for name, windows in sets.items():
        unseen = name == "covid_qa"  # no part of it was trained on
        part = [w for w in windows if unseen or in_validation(name, w.group)]
        random.Random(1).shuffle(part)
        chosen[name] = part[: {"written": 4, "squad2": 2}.get(name, 1) * most]
    return chosen


def by_reader(reader: SentenceReader, windows: Sequence[Window], context: bool) -> Scores:
    scores = []
    for window in windows:
        if context:
            whole = read.Window(window.heading, tuple(window.sentences))
            scores.append(reader.logits(window.question, [whole])[0])
        else:
            alone = [read.Window("", (sentence,)) for sentence in window.sentences]
            scores.append(np.concatenate(reader.logits(window.question, alone)))
    return scores


def by_encoder(windows: Sequence[Window]) -> tuple[Scores, Scores]:
    """Cosine, and late interaction weighted by inverse document frequency over the sentences."""
    encoder = open_encoder(Settings())
    texts = sorted({s for w in windows for s in w.sentences} | {w.question for w in windows})
    made = dict(zip(texts, encoder.embed(texts), strict=True))
    stock = {s for w in windows for s in w.sentences}
    counts = Counter(word for s in stock for word in {fold(x.of(s)) for x in content_words(s)})
    cosine, late = [], []
    for window in windows:
        asked = made[window.question]
        rows, weights = [], []
        for word in content_words(window.question):
            touching = (asked.spans[:, 0] < word.end) & (asked.spans[:, 1] > word.start)
            if touching.any():
                rows.append(asked.tokens[touching].mean(axis=0))
                weights.append(
                    math.log(1 + len(stock) / (1 + counts[fold(word.of(window.question))]))
                )
        words = np.array(rows) / np.linalg.norm(np.array(rows), axis=1, keepdims=True)
        share = np.array(weights) / sum(weights)
        cosine.append(
            np.array([float(made[s].embedding @ asked.embedding) for s in window.sentences])
        )
        late.append(
            np.array(
                [
                    float(share @ (words @ made[s].tokens.T).max(axis=1, initial=-1.0))
                    for s in window.sentences
                ]
            )
        )
    return cosine, late


def precision_at_1(windows: Sequence[Window], scores: Scores) -> float | None:
    pairs = [(w, s) for w, s in zip(windows, scores, strict=True) if 1 in w.labels]
    pairs = [(w, s) for w, s in pairs if len(s) > 1]
    if not pairs:
        return None
    return float(np.mean([w.labels[int(np.argmax(s))] == 1 for w, s in pairs]))


def area(windows: Sequence[Window], scores: Scores) -> float | None:
    """Area under the ROC curve of the best score, ties counted half."""
    best = np.array([float(s.max()) for s in scores])
    answerable = np.array([1 in w.labels for w in windows])
    high, low = best[answerable], best[~answerable]
    if len(high) < 10 or len(low) < 10:
        return None
    above = (high[:, None] > low[None]).mean() + 0.5 * (high[:, None] == low[None]).mean()
    return float(above)


def platt(logits: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept that make logits probabilities: Newton's method, a step at most 0.2."""
    rows = np.stack([np.clip(logits, -30, 30), np.ones(len(logits))])
    fitted = np.array([0.5, 0.0])
    for _ in range(200):
        chance = 1 / (1 + np.exp(-(fitted @ rows)))
        curve = (rows * (chance * (1 - chance))) @ rows.T + 1e-3 * np.eye(2)
        fitted -= np.clip(np.linalg.solve(curve, rows @ (chance - right)), -0.2, 0.2)
    return float(fitted[0]), float(fitted[1])


def calibration(windows: Sequence[Window], scores: Scores) -> tuple[float, float]:
    best = np.array([float(s.max()) for s in scores])
    right = [w.labels[int(np.argmax(s))] == 1 for w, s in zip(windows, scores, strict=True)]
    return platt(best, np.array(right, np.float64))


def expected_error(
    windows: Sequence[Window], scores: Scores, slope: float, intercept: float
) -> float:
    """Mean gap between probability and share right, over ten bins of equal size."""
    best = np.array([float(s.max()) for s in scores])
    right = np.array(
        [w.labels[int(np.argmax(s))] == 1 for w, s in zip(windows, scores, strict=True)]
    )
    chance = 1 / (1 + np.exp(-(slope * best + intercept)))
    bins = np.array_split(np.argsort(chance), 10)
    return float(
        sum(len(b) / len(best) * abs(chance[b].mean() - right[b].mean()) for b in bins if len(b))
    )


def table(sets: dict[str, list[Window]], results: dict[str, dict[str, Scores]]) -> str:
    """Markdown: per set and way, P@1 and the area."""
    ways = list(results)
    head = "| set | questions (of them unanswerable) | " + " | ".join(ways) + " |"
    lines = [head, "|---|--:|" + "--:|" * len(ways)]

    def shown(windows: list[Window], scores: Scores) -> str:
        values: list[Callable[..., float | None]] = [precision_at_1, area]
        return " / ".join("–" if (v := f(windows, scores)) is None else f"{v:.3f}" for f in values)

    for name, windows in sets.items():
        none = sum(1 not in w.labels for w in windows)
        cells = [shown(windows, results[way][name]) for way in ways]
        lines.append(f"| {name} | {len(windows)} ({none}) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument(
        "--questions",
        type=Path,
        metavar="DIR",
        default=Path(__file__).parent,
        help="folder of questions*.jsonl (this one)",
    )
    parser.add_argument(
        "--reader", type=Path, nargs="*", default=[FOLDER], help="folders (the shipped one)"
    )
    parser.add_argument("--most", type=int, default=120, help="questions a set")
    parser.add_argument("--floor", action="store_true", help="also cosine and late interaction")
    parser.add_argument("--bare", action="store_true", help="also without heading and neighbours")
    parser.add_argument("--out", type=Path, help="write the scores as JSON")
    parser.add_argument("--backend", default="auto", help="runtime, as in QA_BACKEND (auto)")
    parser.add_argument("--only", nargs="*", help="these sets alone")
    options = parser.parse_args()
    sets = validation(options.data, options.questions, options.most)
    sets = {n: w for n, w in sets.items() if not options.only or n in options.only}
    results: dict[str, dict[str, Scores]] = {}
    if options.floor:
        both = {name: by_encoder(windows) for name, windows in sets.items()}
        results["cosine"] = {name: pair[0] for name, pair in both.items()}
        results["late interaction"] = {name: pair[1] for name, pair in both.items()}
    for folder in options.reader:
        reader = SentenceReader(folder, options.backend)
        results[folder.name] = {n: by_reader(reader, w, True) for n, w in sets.items()}
        if options.bare:
            bare = {n: by_reader(reader, w, False) for n, w in sets.items()}
            results[f"{folder.name}, no context"] = bare
    sys.stdout.write(table(sets, results) + "\n")
    if "written" in sets:
        for way, scores in results.items():
            slope, intercept = calibration(sets["written"], scores["written"])
            gap = expected_error(sets["written"], scores["written"], slope, intercept)
            sys.stdout.write(
                f"{way}: slope {slope:.4f}, intercept {intercept:.4f}, error {gap:.3f}\n"
            )
    if options.out:
        plain = {w: {n: [s.tolist() for s in v] for n, v in r.items()} for w, r in results.items()}
        options.out.write_text(json.dumps(plain), "utf-8")


if __name__ == "__main__":
    main()
