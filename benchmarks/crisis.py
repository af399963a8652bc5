"""Measure the crisis detector and the notices: `python benchmarks/crisis.py report|tune`.

Prints rates with exact (Clopper-Pearson) 95 % intervals, errors by sort; with --errors their ids
and texts. --words: without meanings, as with another encoder. The report half is for last.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scipy.stats import beta  # noqa: E402

from qa.config import Settings  # noqa: E402
from qa.encoder import Encoder, open_encoder  # noqa: E402
from qa.evaluate.questions import half  # noqa: E402
from qa.records import Turn  # noqa: E402
from qa.safety import Detector, Need, Notices  # noqa: E402


def interval(hits: int, total: int) -> str:
    """The rate and its 95 % interval."""
    low = beta.ppf(0.025, hits, total - hits + 1) if hits else 0.0
    high = beta.ppf(0.975, hits + 1, total - hits) if hits < total else 1.0
    return f"{hits} of {total} = {hits / total:.3f} ({low:.3f} to {high:.3f})"


def messages(name: str, chosen: str) -> list[dict[str, Any]]:
    """The lines of one list in one half: tune or report."""
    path = ROOT / "tests" / "crisis" / f"{name}.jsonl"
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [row for row in rows if half(row["id"]) == chosen]


def measure_notices(chosen: str, shows: bool, encoder: Encoder | None) -> None:
    """How often each notice comes where it should, and where it should not."""
    rows, notices = messages("notices", chosen), Notices(encoder)
    for code in ("emergency_symptoms", "medicine_change"):
        found = [(row, code in row["notices"], code in notices.read(row["text"])) for row in rows]
        due = [got for _, want, got in found if want]
        other = [got for _, want, got in found if not want]
        print(f"{code}: shown {interval(sum(due), len(due))}")
        print(f"{code}: shown without need {interval(sum(other), len(other))}")
        for row, want, got in found if shows else []:
            if want != got:
                print(f"  - {row['id']} {'missed' if want else 'false'}: {row['text']}")


def main() -> None:
    """Reads every message in its history."""
    chosen, shows = "report" if "report" in sys.argv else "tune", "--errors" in sys.argv
    encoder = None if "--words" in sys.argv else open_encoder(Settings())
    detector, taken, embedding = Detector(encoder), [], []
    for name in ("crisis", "other", "doubtful"):
        rows, needs = messages(name, chosen), []
        for row in rows:
            history = [Turn(t["role"], t["content"]) for t in row.get("history") or ()]
            start = time.perf_counter()
            embedded = encoder.embed([row["text"]])[0] if encoder else None
            made = time.perf_counter()
            needs.append(detector.read(row["text"], history, embedded).need)
            embedding.append(1000 * (made - start))
            taken.append(1000 * (time.perf_counter() - made))
        card = sum(need is not Need.NONE for need in needs)
        alone = sum(need is Need.CRISIS for need in needs)
        print(f"{name}: card shown {interval(card, len(rows))}")
        print(f"{name}: card alone {interval(alone, len(rows))}")
        right = Need.CRISIS if name == "crisis" else Need.NONE
        wrong = [(r, n) for r, n in zip(rows, needs, strict=True) if n is not right]
        if name == "doubtful":
            continue
        print("  by sort:", dict(Counter(f"{r['sort']} {n.name.lower()}" for r, n in wrong)))
        for row, need in wrong if shows else []:
            said = " / ".join(t["content"] for t in row.get("history") or () if t["role"] == "user")
            after = f" (after: {said})" if said else ""
            print(f"  - {row['id']} {need.name.lower()} · {row['sort']} · {row['text']}{after}")
    measure_notices(chosen, shows, encoder)
    print(f"milliseconds, median: embedding {statistics.median(embedding):.1f}, ", end="")
    print(f"detector besides {statistics.median(taken):.2f}")


if __name__ == "__main__":
    main()
