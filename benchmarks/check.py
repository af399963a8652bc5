"""How much of what extraction does to a text `qa check` notices: defects put into sound articles.

    python benchmarks/check.py [--index DIR] [--each 200]

Each defect is put, alone, at a random place of a random article (seed 0) and counts as noticed if
the rule for it names a place there that it did not name before. How often the rules are wrong is
counted by hand on real texts; both stand in docs/check.md.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from qa.check.encoding import ligature_places, mojibake_places
from qa.check.finding import Place
from qa.check.wording import (
    broken_places,
    glued_places,
    run_on_places,
    spaced_places,
    word_counts,
)
from qa.config import load_settings
from qa.records import Document
from qa.snapshot import read_documents, read_snapshot_manifest

Rule = Callable[[str], list[Place]]
Spoil = Callable[[random.Random, re.Match[str]], str]


def _halves(between: str) -> Spoil:
    def spoil(rng: random.Random, match: re.Match[str]) -> str:
        cut = rng.randrange(3, len(match.group()) - 2)
        return match.group()[:cut] + between + match.group()[cut:]

    return spoil


# What is done, where it can be done, how, and the rule that should notice.
DEFECTS: Sequence[tuple[str, str, Spoil, str]] = (
    ("two sentences run together", r"(?<=[a-z])\. (?=[A-Z][a-z])", lambda r, m: ".", "glued"),
    ("word and heading run together", r"(?<=[a-z]{3}) (?=[A-Z][a-z]{2})", lambda r, m: "", "glued"),
    ("two small-letter words run together", r"(?<=[a-z]) (?=[a-z])", lambda r, m: "", "glued"),
    ("hyphen of a line's end left", r"\b[a-z]{7,}\b", _halves("- "), "broken"),
    ("word torn in two", r"\b[a-z]{7,}\b", _halves(" "), "broken"),
    ("letters apart", r"\b[A-Za-z]{6,}\b", lambda r, m: " ".join(m.group()), "spaced"),
    (
        "UTF-8 read as Windows-1252",
        r"[a-z]'(?=[a-z])",
        lambda r, m: m.group()[0] + "’".encode().decode("cp1252"),
        "mojibake",
    ),
    ("fi, fl, ff lost", r"(?<=[a-z])f[fil](?=[a-z])", lambda r, m: "", "ligatures"),
    ("fi, fl, ff a gap", r"(?<=[a-z])f[fil](?=[a-z])", lambda r, m: " ", "ligatures"),
)


def main() -> None:
    """Prints one line a defect."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--index")
    arguments.add_argument("--each", type=int, default=200)
    args = arguments.parse_args()
    settings = load_settings(index=args.index)
    folder = settings.index / read_snapshot_manifest(settings.index).snapshot_id
    documents = read_documents(folder)
    known = word_counts(documents)
    rules: dict[str, Rule] = {
        "glued": lambda text: [*glued_places(text), *run_on_places(text, known)],
        "broken": lambda text: broken_places(text, known),
        "spaced": spaced_places,
        "mojibake": mojibake_places,
        "ligatures": ligature_places,
    }
    for name, where, spoil, rule in DEFECTS:
        noticed, made = _noticed(documents, re.compile(where), spoil, rules[rule], args.each)
        sys.stdout.write(f"{name:38} {noticed:4} of {made:4}\n")


def _noticed(
    documents: Sequence[Document], where: re.Pattern[str], spoil: Spoil, rule: Rule, each: int
) -> tuple[int, int]:
    rng = random.Random(0)
    every = [(d.text, m) for d in documents for m in where.finditer(d.text)]
    chosen = rng.sample(every, min(each, len(every)))
    noticed = 0
    for text, match in chosen:
        near = slice(max(0, match.start() - 300), match.start())
        before, after = text[near], text[match.end() : match.end() + 300]
        spoilt = rule(before + spoil(rng, match) + after)
        noticed += len(spoilt) > len(rule(before + match.group() + after))
    return noticed, len(chosen)


if __name__ == "__main__":
    main()
