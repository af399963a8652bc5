"""Scores against the committed file of expected values: what dropped by more than is tolerated.

The file is TOML, one `[[measure]]` for each split and score: value, tolerance, and which direction
is better.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from qa.console import write_file
from qa.errors import QAError
from qa.evaluate.scores import HIGHER, LOWER, Score

NAME = "expected.toml"
ROUNDING = 1e-9
# Where the file does not say yet: that of the measure, of its section, or else of the last row.
TOLERANCES = {
    "fidelity": 0.0,
    "evidence: words of the lead quote": 3.0,
    "register": 0.1,
    "": 0.03,
}
HEAD = """\
# What `python -m qa eval` measured when these figures were last accepted. It ends with 1 when one
# gets worse by more than its tolerance. Written by `python -m qa eval --write-expected`, which
# keeps the tolerances that stand here and the entries of other splits.
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """One accepted value."""

    split: str
    measure: str
    value: float
    tolerance: float
    direction: str  # higher | lower: which is better


@dataclass(frozen=True, slots=True)
class Drop:
    """A measure that got worse; `value` is None where it can no longer be measured."""

    expected: Expected
    value: float | None

    def __str__(self) -> str:
        now = "nothing to measure" if self.value is None else f"{self.value:.4f}"
        wanted = self.expected
        return (
            f"{wanted.measure} ({wanted.split}): {now}, expected {wanted.value:.4f} "
            f"within {wanted.tolerance:g} ({wanted.direction} is better)"
        )


def read_expected(path: Path) -> list[Expected]:
    """The entries of the file. Raises QAError naming what is wrong with it."""
    try:
        value = tomllib.loads(path.read_text("utf-8"))
        return [_entry(item) for item in value.get("measure", [])]
    except OSError as error:
        raise QAError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise QAError(
            f"{path} is not a list of expected measures ({error}). Correct it, or write it anew "
            "with: python -m qa eval --write-expected"
        ) from None


def drops(expected: Sequence[Expected], scores: Sequence[Score]) -> list[Drop]:
    """Those of the entries that the scores fall short of, in the file's order."""
    now = {score.measure: score.value for score in scores}
    found = [Drop(entry, now.get(entry.measure)) for entry in expected]
    return [drop for drop in found if _is_worse(drop)]


def write_expected(path: Path, split: str, scores: Sequence[Score]) -> None:
    """The scores as the split's entries; the rest of the file stays."""
    old = read_expected(path) if path.exists() else []
    tolerances = {e.measure: e.tolerance for e in old if e.split == split}
    fresh = [
        Expected(
            split,
            score.measure,
            round(score.value, 4),
            tolerances.get(score.measure, _tolerance(score)),
            score.better,
        )
        for score in scores
        if score.value is not None
    ]
    kept = [entry for entry in old if entry.split != split]
    entries = sorted([*kept, *fresh], key=lambda entry: entry.split)
    write_file(path, [HEAD, *(_toml(entry) for entry in entries)])


def _is_worse(drop: Drop) -> bool:
    if drop.value is None:
        return True
    sign = 1 if drop.expected.direction == HIGHER else -1
    return sign * (drop.expected.value - drop.value) > drop.expected.tolerance + ROUNDING


def _tolerance(score: Score) -> float:
    """At least one question, which may change with another machine's arithmetic."""
    by_section = TOLERANCES.get(score.section, TOLERANCES[""])
    wanted = TOLERANCES.get(score.measure, by_section)
    one = ceil(1000 / score.of) / 1000 if score.of else 0.0
    return max(wanted, one) if wanted else wanted


def _entry(item: Any) -> Expected:
    direction = item["direction"]
    if direction not in (HIGHER, LOWER):
        raise ValueError(f"direction is {direction!r}, but must be {HIGHER!r} or {LOWER!r}")
    value, tolerance = float(item["value"]), float(item["tolerance"])
    return Expected(str(item["split"]), str(item["measure"]), value, tolerance, direction)


def _toml(entry: Expected) -> str:
    return (
        f"\n[[measure]]\nsplit = {json.dumps(entry.split)}\n"
        f"measure = {json.dumps(entry.measure)}\nvalue = {entry.value!r}\n"
        f"tolerance = {entry.tolerance!r}\ndirection = {json.dumps(entry.direction)}\n"
    )
