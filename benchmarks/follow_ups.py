"""How much of what people leave out of follow-up questions the dialogue rules put back.

    python benchmarks/follow_ups.py --data DATA --half dev [--errors]

Reads CAsT and mtRAG turns with human rewrites. A turn whose rewrite equals it (case, punctuation
and stop words aside) is complete and should stay as it is; of the others, the content words that
the human added are compared with those that the rules added. Halves are by the hash of the
conversation; the rules were written looking at "dev" alone.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.acronyms import Acronyms  # noqa: E402
from qa.dialogue import standalone  # noqa: E402
from qa.records import Turn  # noqa: E402
from qa.text import terms  # noqa: E402
from qa.topics import Topics  # noqa: E402

SETS = ("cast", "mtrag")
# Some rewrites leave "does he have one" as it is; self-contained turns have no such word.
LEANING = re.compile(r"\b(?:it|its|he|she|him|they|them|their|(?:what|how) about)\b", re.I)


def half_of(conversation: str) -> str:
    """ "dev" or "report", by the conversation's hash."""
    return "report" if int(hashlib.sha256(conversation.encode()).hexdigest(), 16) % 2 else "dev"


def turns(path: Path, half: str) -> list[dict[str, Any]]:
    """The follow-ups of one half: turns with something said before them."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["history"] and half_of(str(row["topic"])) == half]


def measure(rows: list[dict[str, Any]], *, errors: bool) -> dict[str, float]:
    """Kept: complete questions unchanged. Recall and precision: of the words added."""
    topics = Topics.of((), Acronyms({}))
    counts: Counter[str] = Counter()
    began = time.process_time()
    for row in rows:
        history = [Turn(turn["role"], turn["text"]) for turn in row["history"]]
        said, human = row["utterance"], row["rewrite"]
        ours = standalone(said, history, topics)
        base = set(terms(said))
        wanted, added = set(terms(human)) - base, set(terms(ours)) - base
        if terms(human) == terms(said):
            counts["complete"] += 1
            counts["kept"] += ours == said
            if not LEANING.search(said):
                counts["self_contained"] += 1
                counts["kept_self_contained"] += ours == said
            wrong = ours != said
        else:
            counts["follow_ups"] += 1
            counts["changed"] += ours != said
            counts["wanted"] += len(wanted)
            counts["added"] += len(added)
            counts["right"] += len(wanted & added)
            counts["whole"] += bool(wanted) and wanted <= added
            wrong = not wanted <= added or bool(added - wanted)
        if errors and wrong:
            print(f"{row['_id'][:12]} | {said} | HUMAN {human} | OURS {ours}")
    spent = time.process_time() - began
    return {
        "complete": counts["complete"],
        "kept": counts["kept"] / max(counts["complete"], 1),
        "self_contained": counts["self_contained"],
        "kept_self_contained": counts["kept_self_contained"] / max(counts["self_contained"], 1),
        "follow_ups": counts["follow_ups"],
        "changed": counts["changed"] / max(counts["follow_ups"], 1),
        "recall": counts["right"] / max(counts["wanted"], 1),
        "precision": counts["right"] / max(counts["added"], 1),
        "ms": 1000 * spent / max(len(rows), 1),
    }


def main() -> None:
    """Prints one line for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", required=True, help="folder of cast/ and mtrag/"
    )
    parser.add_argument(
        "--half",
        choices=("dev", "report"),
        default="dev",
        help="which conversations (dev); the rules were written looking at dev",
    )
    parser.add_argument(
        "--errors", action="store_true", help="print each turn that went wrong, beside the person's"
    )
    options = parser.parse_args()
    for name in SETS:
        rows = turns(options.data / name / "rewrites.jsonl.gz", options.half)
        found = measure(rows, errors=options.errors)
        print(name, " ".join(f"{key}={value:.3g}" for key, value in found.items()))


if __name__ == "__main__":
    main()
