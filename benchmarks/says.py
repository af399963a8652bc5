"""How often "Which articles say this?" labels a sentence rightly: python -m benchmarks.says

Statements are the facts of tests/facts.jsonl, whose pattern tells the sentences that state them.
The weights of qa/says.py were fitted on the half of the facts with an even hash; figures are of the
other half, or with --tune of the first. From each fact two false ones are made: its first figure
changed, and a "not" put in or taken out.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.config import load_settings
from qa.engine import Engine
from qa.evaluate.measures import clopper_pearson
from qa.evaluate.questions import half, read_questions
from qa.figures import figures, number
from qa.golden import collapsed
from qa.says import Relation, Said, says

FACTS = Path(__file__).resolve().parents[1] / "tests" / "facts.jsonl"
_VERB = re.compile(r"\b(is|are|was|were|can|may|does|do|has|have|should|will) (?!not\b)")
_NOT = re.compile(r"\b(is|are|was|were|can|may|does|do|has|have|should|will) not\b|\bcannot\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?|\b(?:two|three|four|five|six|seven|ten|twelve)\b")


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement and the pattern of the sentences that state it."""

    fact_id: str
    text: str
    pattern: str

    def stated(self, said: Said) -> bool:
        """Whether this sentence states the fact."""
        return re.search(self.pattern, collapsed(said.quote.text), re.IGNORECASE) is not None


def read_facts(*, tune: bool) -> list[Fact]:
    rows = [json.loads(line) for line in FACTS.read_text("utf-8").splitlines() if line.strip()]
    facts = [Fact(row["id"], row["fact"], row["pattern"]) for row in rows]
    return [f for f in facts if tune == (half(f.fact_id) == "tune")]


def denied(text: str) -> str | None:
    """The statement turned into its contrary; None where it has no plain verb.

    >>> denied("ECT is safe."), denied("It does not hurt.")
    ('ECT is not safe.', 'It does hurt.')
    """
    if _NOT.search(text):
        return _NOT.sub(lambda m: m[1] or "can", text, count=1)
    changed, n = _VERB.subn(lambda m: f"{m[1]} not ", text, count=1)
    return changed if n else None


def other_figure(text: str) -> str | None:
    """
    >>> other_figure("About 30% have it.")
    'About 63% have it.'
    """
    if not figures(text):
        return None
    found = _NUMBER.search(text)
    if found is None or re.match(r"(?:19|20)\d\d$", found[0]):
        return None
    value = 2 * number(found[0]) + 3
    return f"{text[: found.start()]}{value:g}{text[found.end() :]}"


def share(hits: Sequence[bool]) -> str:
    limits = clopper_pearson(sum(hits), len(hits))
    rate = sum(hits) / len(hits) if hits else 0.0
    return f"{rate:.2f} | {limits.low:.2f} to {limits.high:.2f} | {sum(hits)}/{len(hits)}"


def rows(engine: Engine, facts: Sequence[Fact]) -> Iterator[tuple[str, str]]:
    right, found = list[bool](), list[bool]()
    changed, changed_same, turned, turned_same = ([] for _ in range(4))
    for fact in facts:
        same = [s for s in says(engine, fact.text) if s.relation is Relation.SAME]
        right += [fact.stated(s) for s in same]
        found.append(any(fact.stated(s) for s in same))
        places = {s.quote.span.start: s.quote.document.doc_id for s in same if fact.stated(s)}
        for make, wanted, hits, misses in (
            (other_figure, Relation.FIGURE, changed, changed_same),
            (denied, Relation.OPPOSITE, turned, turned_same),
        ):
            false = make(fact.text)
            if false is None or not places:
                continue
            there = [
                s.relation
                for s in says(engine, false)
                if places.get(s.quote.span.start) == s.quote.document.doc_id
            ]
            hits.append(wanted in there)
            misses.append(Relation.SAME in there)
    yield "sentences labelled “says the same” that state the fact", share(right)
    yield "facts with a sentence rightly so labelled", share(found)
    yield "a changed figure: labelled “gives another figure”", share(changed)
    yield "a changed figure: labelled “says the same” (wrong)", share(changed_same)
    yield "a turned statement: labelled “says the opposite”", share(turned)
    yield "a turned statement: labelled “says the same” (wrong)", share(turned_same)


def differing_rows(engine: Engine) -> Iterator[tuple[str, str]]:
    """Pairs of sentences that differ by the golden questions; their tune half."""
    pairs = {
        (q.sides[0].text, q.sides[1].text)
        for q in read_questions()
        if q.sides and half(q.question_id) == "tune"
    }
    apart, same = list[bool](), list[bool]()
    for first, second in sorted(pairs):
        labels = [
            s.relation
            for s in says(engine, first)
            if collapsed(s.quote.text) in second or second in collapsed(s.quote.text)
        ]
        apart.append(any(r in (Relation.FIGURE, Relation.OPPOSITE) for r in labels))
        same.append(Relation.SAME in labels)
    yield "two sources that differ: labelled as differing", share(apart)
    yield "two sources that differ: labelled “says the same” (wrong)", share(same)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--tune", action="store_true")
    options = parser.parse_args()
    engine = Engine.open(load_settings(index=options.index), reads=False)
    lines = ["| what | share | 95 % interval | of |", "|---|--:|---|--:|"]
    facts = read_facts(tune=options.tune)
    lines += [f"| {name} | {value} |" for name, value in rows(engine, facts)]
    lines += [f"| {name} | {value} |" for name, value in differing_rows(engine)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
