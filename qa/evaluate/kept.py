"""Evaluations kept beside the snapshots, for staff to compare the last one with the one before.

index/evaluations/ holds one report a file, named by the time, the snapshot and the half asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.durable import write_durably
from qa.errors import QAError
from qa.evaluate.questions import ANSWERABLE, NEAR_MISS

FOLDER = "evaluations"
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure as it was found."""

    section: str
    measure: str
    value: float | None
    low: float | None
    high: float | None
    of: int
    hits: int | None
    better: str

    @property
    def name(self) -> str:
        return f"{self.section}: {self.measure}"


@dataclass(frozen=True, slots=True)
class KeptEvaluation:
    """What the desk shows of one evaluation."""

    at: datetime
    snapshot: str
    split: str
    minimum_support: float
    figures: tuple[Figure, ...]
    supports: tuple[float, ...]  # of the answerable questions and the near misses
    rights: tuple[bool, ...]  # whether their first sentence answers


@dataclass(frozen=True, slots=True)
class Kept:
    """The evaluations that could be read, newest first, and what is wrong with the others."""

    evaluations: tuple[KeptEvaluation, ...]
    problems: tuple[str, ...]


def keep(report: Mapping[str, Any], index: Path, at: datetime) -> Path:
    """Writes the report of `evaluation_object` beside the snapshots. Raises QAError."""
    at = at.astimezone(UTC)
    folder = index / FOLDER
    path = folder / f"{at.strftime(_TIME)}-{report['snapshot']}-{report['split']}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_durably(path, (json.dumps(report, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise QAError(f"{path} cannot be written: {error.strerror}.") from None
    return path


def read_kept(index: Path) -> Kept:
    """Every evaluation beside the snapshots; a file that is none is named, and hides no other."""
    evaluations, problems = [], []
    for path in sorted((index / FOLDER).glob("*.json"), reverse=True):
        try:
            evaluations.append(_read(path))
        except QAError as problem:
            problems.append(str(problem))
    return Kept(tuple(evaluations), tuple(problems))


def last_two(
    kept: Sequence[KeptEvaluation],
) -> tuple[KeptEvaluation | None, KeptEvaluation | None]:
    """The newest, and the newest before it that asked the same half."""
    if not kept:
        return None, None
    last = kept[0]
    return last, next((k for k in kept[1:] if k.split == last.split), None)


def _read(path: Path) -> KeptEvaluation:
    try:
        value = json.loads(path.read_bytes())
        counted = [
            row
            for row in value["rows"]
            if row["list"] in (ANSWERABLE, NEAR_MISS) and not row["crisis"]
        ]
        return KeptEvaluation(
            at=datetime.strptime(path.name.split("-")[0], _TIME).replace(tzinfo=UTC),
            snapshot=value["snapshot"],
            split=value["split"],
            minimum_support=float(value["minimum_support"]),
            figures=tuple(_figure(score) for score in value["scores"]),
            supports=tuple(float(row["support"]) for row in counted),
            rights=tuple(bool(row["first_right"]) for row in counted),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise QAError(
            f"{path} is no evaluation that can be read ({error!r}). Delete it, or write another "
            "with: python -m qa eval"
        ) from None


def _figure(score: Mapping[str, Any]) -> Figure:
    """Raises TypeError where a number is something else."""
    figure = Figure(**score)
    for number in (figure.value, figure.low, figure.high, figure.hits):
        if number is not None and not isinstance(number, int | float):
            raise TypeError(f"{number!r} is no number")
    return figure
