"""The figures of benchmarks/public.py as one page of Markdown: stages as rows, sets as columns."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.public_measures import (
    Value,
    area,
    area_difference,
    difference,
    mean,
    rate,
)
from benchmarks.public_set import SEEN, Set

Figures = Mapping[str, Mapping[str, Any]]
Measured = Mapping[str, tuple[Set, Mapping[str, Figures]]]

STAGE_NAMES = {
    "encoder": "untrained encoder",
    "bm25": "BM25",
    "hybrid": "hybrid",
    "words": "+ spelling, acronyms",
    "floor": "+ late interaction (the floor)",
    "reader": "+ sentence reader (whole program)",
    "alone": "the sentence reader's own score",
}
WORDING_NAMES = {
    "typed": "as typed",
    "completed": "as the program completes it",
    "person": "as a person rewrote it",
}
SET_NAMES = {
    "nfcorpus": "NFCorpus dev",
    "scifact": "SciFact train",
    "scifact_clean": "SciFact train, claims new to the reader",
    "squad2": "SQuAD 2.0 half B",
    "mtrag": "MTRAG tasks",
    "bioasq": "BioASQ, among all snippets",
    "bioasq_exact": "BioASQ, among its own snippets",
    "covid_qa": "COVID-QA, in its article",
    "clinc150": "CLINC150",
    "mtrag_turns": "MTRAG turns",
    "cast": "CAsT",
}


@dataclass(frozen=True, slots=True)
class About:
    """What the page says of the run."""

    encoder: str
    arithmetic: str
    reader: str  # digest
    sample: int | None


@dataclass(frozen=True, slots=True)
class Column:
    """One measure on one set; `parts` gives what is averaged or compared."""

    dataset: str
    measure: str
    kind: str  # mean | rate | area
    parts: Callable[[Figures], tuple[list[float], ...]]

    def value(self, figures: Figures) -> Value | None:
        """With its interval."""
        parts = self.parts(figures)
        if self.kind == "area":
            return area(*parts)
        return rate([bool(v) for v in parts[0]]) if self.kind == "rate" else mean(parts[0])

    def gain(self, ours: Figures, theirs: Figures) -> Value | None:
        """Ours minus theirs over the same questions."""
        one, two = self.parts(ours), self.parts(theirs)
        if self.kind == "area":
            return area_difference((one[0], one[1]), (two[0], two[1]))
        return difference(one[0], two[0])

    @property
    def title(self) -> str:
        """As the page names it."""
        return f"{SET_NAMES[self.dataset]}: {self.measure}"


def _field(name: str) -> Callable[[Figures], tuple[list[float], ...]]:
    return lambda figures: ([float(f[name]) for f in figures.values() if f[name] is not None],)


def _answerable_or_not(figures: Figures) -> tuple[list[float], ...]:
    high = [f["score"] for f in figures.values() if f["right"] is not None]
    return high, [f["score"] for f in figures.values() if f["right"] is None]


def _mtrag(*, hidden: bool) -> Callable[[Figures], tuple[list[float], ...]]:
    def parts(figures: Figures) -> tuple[list[float], ...]:
        high = [f["score"] for f in figures.values() if f["right"] is not None]
        low = [
            f["score"]
            for name, f in figures.items()
            if f["right"] is None and name.endswith("-hidden") == hidden
        ]
        return high, low

    return parts


COLUMNS = (
    Column("nfcorpus", "nDCG@10", "mean", _field("nDCG@10")),
    Column("nfcorpus", "recall@100", "mean", _field("R@100")),
    Column("scifact", "nDCG@10", "mean", _field("nDCG@10")),
    Column("scifact", "recall@100", "mean", _field("R@100")),
    Column("scifact_clean", "nDCG@10", "mean", _field("nDCG@10")),
    Column("scifact_clean", "recall@100", "mean", _field("R@100")),
    Column("squad2", "answerable or not, AUC", "area", _answerable_or_not),
    Column("squad2", "right sentence first", "rate", _field("right")),
    Column("mtrag", "answerable or not, AUC", "area", _mtrag(hidden=False)),
    Column("mtrag", "its passages there or hidden, AUC", "area", _mtrag(hidden=True)),
    Column("mtrag", "sentence of a right passage first", "rate", _field("right")),
    Column("bioasq", "right sentence first", "rate", _field("right")),
    Column("bioasq_exact", "right sentence first", "rate", _field("right")),
    Column("covid_qa", "right sentence first", "rate", _field("right")),
    Column("clinc150", "answered (fewer is better)", "rate", _field("answered")),
)
TURN_COLUMNS = (
    Column("mtrag_turns", "nDCG@10", "mean", _field("nDCG@10")),
    Column("mtrag_turns", "person's wording found, RR", "mean", _field("own_rewrite")),
    Column("mtrag_turns", "cosine to the person's wording", "mean", _field("cosine")),
    Column("mtrag_turns", "recall of added words", "mean", _field("added_recall")),
    Column("mtrag_turns", "precision of added words", "mean", _field("added_precision")),
    Column("cast", "nDCG@10 against the person's ten", "mean", _field("nDCG@10")),
    Column("cast", "person's wording found, RR", "mean", _field("own_rewrite")),
    Column("cast", "cosine to the person's wording", "mean", _field("cosine")),
    Column("cast", "recall of added words", "mean", _field("added_recall")),
    Column("cast", "precision of added words", "mean", _field("added_precision")),
)
TURNS = frozenset(c.dataset for c in TURN_COLUMNS)
HOW = f"""
How each is measured, with nothing fitted on any of these sets:

- **Rows.** Each adds to the one above, but the last, which takes the reader's score as it is: the program weighs it with likeness to the question. The encoder's, BM25's and the hybrid row take the question as typed. A document ranks by its best passage (120 tokens), to a depth of 100. For documents the floor and the whole program judge the sentences of the 20 best passages as the program does and fuse the order of the documents' best sentences with the hybrid order (reciprocal rank fusion, equal votes, constant 60); recall@100 can hardly change. For sentences the first rows score every sentence by itself, and the hybrid fuses two rankings of all sentences of the set, so that its scores can be compared between questions.
- **Clean.** The reader was trained on parts of {", ".join(sorted(SEEN))}: of these only what was kept from training is asked, in every row (*SciFact train* without that limit stands beside it and flatters the whole program there).
- **SQuAD 2.0.** Every question beside its own paragraph. Right: the sentence touches a reference span.
- **MTRAG.** All 336 passages are searched for the last turn, completed by the program's own rules; partly answerable tasks and small talk are left out. The set marks no spans: right is a sentence of a reference passage. Only seven of its tasks are unanswerable, so each answerable one is asked again with its own passages hidden.
- **BioASQ.** Among all snippets: right is any sentence of the question's own snippets. Among its own snippets: questions with an exact answer (factoid, list) where some sentences hold it and others do not.
- **COVID-QA.** All sentences of the article; right: the sentence touches the one reference span.
- **CLINC150.** The share of utterances that the program, over the shipped articles, answers. Stages without a threshold have no such share.
- **Follow-ups.** Turns with a history that a person reworded. Only conversations that the program's rules were not written from (half of them, by hash); the rules are given no titles to know subjects by. CAsT's own collections are not here: nDCG@10 is taken against the ten passages that the person's wording finds among encyclopedia passages of other sets, so it is 1 for that wording by definition, and says how much of its search each wording repeats. *Person's wording found*: the reciprocal rank of the person's wording among those of all turns, by embedding. *Added words*: of the content words the person added, how many the program added; of those it added, how many the person has.
- **Intervals**, 95 %: Clopper and Pearson for shares, 1,000 seeded resamples of the questions for means and areas (AUC: area under the ROC curve). Samples are drawn with a fixed seed.
"""  # noqa: E501


def report(measured: Measured, about: About) -> str:
    """The page."""
    return "\n".join(
        [
            "# Public data",
            "",
            head(about),
            "",
            *_table("stage", COLUMNS, STAGE_NAMES, measured),
            *_table("wording of a follow-up", TURN_COLUMNS, WORDING_NAMES, measured),
            *_gains(measured),
            HOW,
        ]
    )


def head(about: About) -> str:
    """Command, models and machine."""
    sample = f" --sample {about.sample}" if about.sample else ""
    return (
        f"`python benchmarks/public.py --data DATA{sample}`; encoder {about.encoder} "
        f"({about.arithmetic}), sentence reader {about.reader[:16]}; {machine()}. Values with 95 % "
        "intervals, questions in brackets at the head."
    )


def machine() -> str:
    """The kind of machine, not which one."""
    name = platform.machine()
    cpu = Path("/proc/cpuinfo")
    if cpu.is_file():
        models = [r for r in cpu.read_text("utf-8").splitlines() if r.startswith("model name")]
        name = models[0].partition(":")[2].strip() if models else name
    return (
        f"{os.cpu_count()} cores, {name}, {platform.system()}, Python {platform.python_version()}"
    )


def _table(
    corner: str, columns: tuple[Column, ...], rows: Mapping[str, str], measured: Measured
) -> list[str]:
    shown = [c for c in columns if c.dataset in measured]
    if not shown:
        return []
    cells = {c: _cells(c, measured[c.dataset][1], rows) for c in shown}
    heads = [f"{c.title} [{cells[c][1]}]" for c in shown]
    lines = [f"| {corner} | " + " | ".join(heads) + " |", "|---" + "|--:" * len(shown) + "|"]
    for row, name in rows.items():
        if any(row in cells[c][0] for c in shown) or row != "alone":
            line = " | ".join(cells[c][0].get(row, "–") for c in shown)
            lines.append(f"| {name} | {line} |")
    return [*lines, ""]


def _cells(
    column: Column, stages: Mapping[str, Figures], rows: Mapping[str, str]
) -> tuple[dict[str, str], str]:
    """Row -> cell, and how many questions stand behind the column."""
    cells, sizes = {}, set()
    for row in rows:
        if row not in stages:
            continue
        value = column.value(stages[row])
        if value is None:  # no question of a kind, in a small sample or for this wording
            continue
        cells[row] = str(value)
        sizes.add(value.questions)
    return cells, " or ".join(str(size) for size in sorted(sizes))


def _gains(measured: Measured) -> list[str]:
    """What the program's own steps buy, question by question."""
    lines = [
        "| what it buys | difference (95 % interval) |",
        "|---|--:|",
    ]
    for column in (*COLUMNS, *TURN_COLUMNS):
        if column.dataset not in measured:
            continue
        stages = measured[column.dataset][1]
        for name, ours, theirs in comparisons(column, stages):
            gain = column.gain(stages[ours], stages[theirs])
            if gain is None:
                continue
            shown = f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
            lines.append(f"| {name}, {column.title} | {shown} |")
    return [*lines, ""]


def comparisons(column: Column, stages: Mapping[str, Figures]) -> list[tuple[str, str, str]]:
    """(what, stage, stage it is compared with): those that the program is judged by."""
    found = [
        ("whole program against floor", "reader", "floor"),
        ("reader's own score against floor", "alone", "floor"),
    ]
    if column.dataset in TURNS:
        found = [("completed by the program, against as typed", "completed", "typed")]
        if column.measure.endswith("added words"):
            return []
    if column.measure in ("nDCG@10", "recall@100") and {"encoder", "bm25"} <= stages.keys():
        sums = {stage: sum(column.parts(stages[stage])[0]) for stage in ("encoder", "bm25")}
        better = max(sums, key=sums.__getitem__)
        found = [
            (f"hybrid against its better part ({STAGE_NAMES[better]})", "hybrid", better),
            ("whole program against hybrid", "reader", "hybrid"),
        ]
    return [row for row in found if {row[1], row[2]} <= stages.keys()]
