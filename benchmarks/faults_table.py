"""The page that a campaign of faults leaves: benchmarks/faults.md, a part for each database."""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from benchmarks.faults_ledger import Promised

PAGE = Path(__file__).with_name("faults.md")
_SUM = re.compile(r"\*\*(\d+) faults, (\d+) violations\.\*\*")
HEAD = """# Faults

What was done to the running app, and what came of it; written by `benchmarks/faults.py`. After
every fault these were checked: each acknowledged row is in the database (feedback that was answered
with 204, what staff did and marked, rows of answers that the figures count as written); each status
that was set stands; each quote that was served is what stands at its place in the snapshot that
the answer names; nothing was quoted after its withdrawal was acknowledged; no 5xx came from `/`,
`/source/`, the chat or `/api/` (a connection may break only where the app was killed); the live
snapshot is whole; and within two minutes the app was ready again, without a problem, by itself.

A clock that jumps is moved by a small preloaded library (`faults_clock.c`). PostgreSQL runs with
fsync off: what is tried is the death of programs, not of the machine.
"""


@dataclass(frozen=True)
class Outcome:
    """One fault."""

    kind: str
    seconds: float
    notes: tuple[str, ...]
    violations: tuple[str, ...]


def write_table(
    chosen: argparse.Namespace,
    outcomes: Sequence[Outcome],
    last: Sequence[str],
    done: Counter[str],
    promised: Promised,
    seconds: float,
) -> str:
    """The part of this campaign; with `--write` it takes the place of the one before."""
    title = f"{'PostgreSQL' if chosen.postgres else 'SQLite'}, seed {chosen.seed}"
    violations = [v for outcome in outcomes for v in outcome.violations] + list(last)
    flags = f"{' --postgres' if chosen.postgres else ''}{' --toy' if chosen.toy else ''}"
    encoder = "the encoder of the tests" if chosen.toy else "the real encoder"
    lines = [
        f"## With {title}",
        "",
        f"`python benchmarks/faults.py --seed {chosen.seed} --faults {len(outcomes)}{flags} "
        f"--write`, {datetime.now(UTC).date().isoformat()}, {seconds / 60:.0f} minutes, {encoder}.",
        "",
        f"**{len(outcomes)} faults, {len(violations)} violations.** "
        f"Checked: {done['answers of the API']} answers of the API, "
        f"{done['answers of the chat']} of the chat, {done['quotes']} quotes, "
        f"{done['pages']} pages; acknowledged and found again: {len(promised.feedback)} yes or "
        f"no, {len(promised.actions)} statuses with their row, {len(promised.marks)} marks, "
        f"{promised.answers} rows of answers. "
        f"{done['broken off by a kill']} requests were broken off by a kill of the app.",
        "",
        "| fault | times | seconds, mean | violations | meanwhile |",
        "|---|--:|--:|--:|---|",
        *_rows(outcomes),
        "",
        *(f"- {violation}" for violation in violations),
    ]
    text = "\n".join(lines).rstrip() + "\n"
    if chosen.write:
        _keep(title, text)
    return text


def _rows(outcomes: Sequence[Outcome]) -> list[str]:
    rows = []
    for kind in sorted({outcome.kind for outcome in outcomes}):
        own = [outcome for outcome in outcomes if outcome.kind == kind]
        mean = sum(outcome.seconds for outcome in own) / len(own)
        bad = sum(len(outcome.violations) for outcome in own)
        rows.append(f"| {kind} | {len(own)} | {mean:.1f} | {bad} | {_noted(own)} |")
    return rows


def _noted(outcomes: Sequence[Outcome]) -> str:
    counts = Counter(note for outcome in outcomes for note in outcome.notes)
    return ", ".join(f"{note} {n}×" for note, n in sorted(counts.items()))


def _keep(title: str, text: str) -> None:
    """In the place of the part with this title; above all parts stand what was said there and their
    sum.
    """
    with FileLock(Path(tempfile.gettempdir()) / "wellsourced-faults.lock"):
        before = PAGE.read_text("utf-8") if PAGE.exists() else HEAD
        head, *parts = re.split(r"(?m)^(?=## With |In all: )", before)
        parts = [part for part in parts if part.startswith("## ")]
        kept = {part.split("\n", 1)[0]: part.rstrip() + "\n" for part in parts}
        kept[f"## With {title}"] = text
        found = [(int(a), int(b)) for part in kept.values() for a, b in _SUM.findall(part)]
        faults, violations = sum(a for a, _ in found), sum(b for _, b in found)
        total = f"In all: **{faults} faults** in {len(kept)} campaigns, {violations} violations.\n"
        PAGE.write_text(
            "\n".join([head.rstrip() + "\n", total, *(kept[k] for k in sorted(kept))]), "utf-8"
        )
