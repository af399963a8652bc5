"""How often the right sentence is quoted and silence is kept: tests/eval against an index.

    python benchmarks/questions.py --index index --split report [--write] [--errors]

A quote is judged as tests/eval/README.md says. Intervals are Clopper-Pearson, 95 %. Every quote is
also cut again from its document, and must be equal.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scipy.stats import beta  # noqa: E402

from qa.config import load_settings  # noqa: E402
from qa.engine import Engine  # noqa: E402
from qa.records import Answer, Quote, Status  # noqa: E402

EVAL = ROOT / "tests" / "eval"


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `of`, with its interval."""

    hits: int
    of: int

    def __str__(self) -> str:
        low, high = interval(self.hits, self.of)
        return (
            f"{self.hits}/{self.of} = {self.hits / max(self.of, 1):.3f} ({low:.3f} to {high:.3f})"
        )


def interval(hits: int, of: int) -> tuple[float, float]:
    """Clopper and Pearson, Biometrika 1934: exact 95 % limits of a proportion."""
    low = float(beta.ppf(0.025, hits, of - hits + 1)) if hits else 0.0
    high = float(beta.ppf(0.975, hits + 1, of - hits)) if hits < of else 1.0
    return low, high


def lines(name: str) -> list[dict[str, Any]]:
    """The objects of one list."""
    return [json.loads(line) for line in (EVAL / f"{name}.jsonl").read_text("utf-8").splitlines()]


def in_split(item: dict[str, Any], split: str) -> bool:
    """Half of the ids are for tuning, the other half for reporting."""
    tune = int(hashlib.sha256(item["id"].encode()).hexdigest(), 16) % 2 == 0
    return split == "all" or (split == "tune") == tune


def collapsed(text: str) -> str:
    """One space for every run of white space."""
    return re.sub(r"\s+", " ", text).strip()


def is_right(quote: Quote, item: dict[str, Any]) -> bool:
    """The rule of tests/eval/README.md."""
    text = collapsed(quote.text)
    for answer in item["answers"]:
        wanted = collapsed(answer["text"])
        if answer["source"] != quote.document.source:
            continue
        if wanted in text:
            return True
        part = text in wanted and len(text.split()) >= 5 and not text.endswith(":")
        if part and re.search(item["pattern"], text, re.I):
            return True
    return False


def main() -> int:
    """Asks every question of the split and prints the rates."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, default=ROOT / "index")
    parser.add_argument("--split", choices=("tune", "report", "all"), default="report")
    parser.add_argument("--write", action="store_true", help="write benchmarks/questions.md")
    parser.add_argument("--errors", action="store_true", help="print the errors (tune only)")
    options = parser.parse_args()
    engine = Engine.open(load_settings(index=options.index))
    report = measure(engine, options.split, errors=options.errors and options.split == "tune")
    print(report)
    if options.write:
        (ROOT / "benchmarks" / "questions.md").write_text(report, "utf-8")
    return 0


def measure(engine: Engine, split: str, *, errors: bool) -> str:
    """The table, as Markdown."""
    counts: Counter[str] = Counter()
    by_register: dict[str, Counter[str]] = {}
    quotes = faithful = 0
    for name in ("answerable", "near_miss", "off_topic"):
        for item in lines(name):
            if not in_split(item, split):
                continue
            answer = engine.ask(item["question"])
            for quote in answer.quotes:
                quotes += 1
                text = engine.snapshot.documents[quote.document.doc_id].text
                faithful += text[quote.span.start : quote.span.end] == quote.text
            if answer.status is Status.CRISIS:
                counts[f"{name} crisis"] += 1
                continue
            counts[name] += 1
            verdict = judge(answer, item, name)
            counts.update(verdict)
            if name == "answerable":
                by_register.setdefault(item["register"], Counter()).update(["of", *verdict])
            if errors and (
                "answered" in verdict if name != "answerable" else "lead" not in verdict
            ):
                explain(answer, item, name)
    return table(counts, by_register, quotes, faithful, split, engine)


def judge(answer: Answer, item: dict[str, Any], name: str) -> list[str]:
    """What is true of this answer."""
    if name != "answerable":
        return [f"{name} answered"] if answer.status is Status.ANSWERED else []
    right = [is_right(quote, item) for quote in answer.quotes]
    found = ["answered"] if answer.status is Status.ANSWERED else []
    return found + ["lead"] * (right[:1] == [True]) + ["any"] * any(right)


def explain(answer: Answer, item: dict[str, Any], name: str) -> None:
    """One error, for the eye."""
    print(f"\n[{name}] {item['question']}  -> {answer.status} {answer.reason} {answer.support}")
    for quote in (answer.quotes or answer.related)[:3]:
        print(f"    {quote.score:.2f} {quote.document.source}: {collapsed(quote.text)[:160]}")


def table(
    counts: Counter[str],
    by_register: dict[str, Counter[str]],
    quotes: int,
    faithful: int,
    split: str,
    engine: Engine,
) -> str:
    """Markdown."""
    n = counts["answerable"]
    rows = [
        ("lead quote answers", Rate(counts["lead"], n)),
        ("any quote answers", Rate(counts["any"], n)),
        ("answerable questions answered at all", Rate(counts["answered"], n)),
        ("near misses answered", Rate(counts["near_miss answered"], counts["near_miss"])),
        ("off topic answered", Rate(counts["off_topic answered"], counts["off_topic"])),
        ("quotes equal to their source", Rate(faithful, quotes)),
    ]
    out = [
        f"# Questions of tests/eval, *{split}* part",
        "",
        f"`python benchmarks/questions.py --split {split}`, snapshot "
        f"{engine.snapshot.snapshot_id}, {engine.snapshot.arithmetic}.",
        "",
        "| measure | value (95 % interval) |",
        "|---|---|",
        *(f"| {name} | {rate} |" for name, rate in rows),
        "",
        "| register | questions | lead | any |",
        "|---|--:|--:|--:|",
        *(
            f"| {register} | {c['of']} | {c['lead'] / c['of']:.2f} | {c['any'] / c['of']:.2f} |"
            for register, c in sorted(by_register.items())
        ),
        "",
        "Questions met with crisis help, counted apart: "
        + ", ".join(f"{k.split()[0]} {v}" for k, v in sorted(counts.items()) if "crisis" in k),
        "",
    ]
    return "\n".join(out)


if __name__ == "__main__":
    sys.exit(main())
