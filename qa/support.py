"""How likely a sentence answers: fitted weights, the threshold, and the figures it was chosen on.

The record lies in models/support.json and is written by benchmarks/fit_support.py. A build copies
it into the snapshot's manifest, and answers follow the snapshot: rolling back an index brings its
threshold back too.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from qa.errors import QAError

RECORD = Path(__file__).parent / "models" / "support.json"
WITH_READER, WITHOUT_READER = "read", "unread"


class SupportUnavailable(QAError):
    """The record of weights is missing or damaged."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A sentence's rank is linear in its features; its chance is logistic in rank and company."""

    rank: Mapping[str, float]
    bias: float
    of_rank: float
    of_all: float  # for the log-sum-exp of all logits: does anything here answer?
    of_best_coverage: float
    threshold: float

    def ranks(self, features: Sequence[Mapping[str, float]]) -> list[float]:
        """One rank a sentence; the highest leads."""
        return [sum(w * row[name] for name, w in self.rank.items()) for row in features]

    def chances(self, features: Sequence[Mapping[str, float]]) -> list[float]:
        """For each sentence of a question the probability that it answers.

        >>> w = Weights({"coverage": 2.0}, -1.0, 1.0, 0.0, 0.0, 0.5)
        >>> w.chances([{"coverage": 0.5, "logit": 0.0}, {"coverage": 1.0, "logit": 0.0}])
        [0.5, 0.7311]
        """
        if not features:
            return []
        everything, covered = company(features)
        base = self.bias + self.of_all * everything + self.of_best_coverage * covered
        return [sigmoid(base + self.of_rank * rank) for rank in self.ranks(features)]


@dataclass(frozen=True, slots=True)
class Support:
    """The weights with and without a sentence reader, and what is known of the threshold."""

    read: Weights
    unread: Weights
    record: Mapping[str, Any]  # as written, with the figures

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Support:
        """Raises SupportUnavailable naming what the record lacks."""
        try:
            made = [Weights(**record[kind]["weights"]) for kind in (WITH_READER, WITHOUT_READER)]
        except (KeyError, TypeError) as error:
            raise SupportUnavailable(
                f"the record of support weights cannot be used ({error}). "
                "Restore qa/models/support.json from the repository and build the index again."
            ) from error
        return cls(made[0], made[1], record)


def company(features: Sequence[Mapping[str, float]]) -> tuple[float, float]:
    """Log-sum-exp of the logits, and the best coverage, of all sentences weighed together.

    >>> company([{"logit": 0.0, "coverage": 0.5}, {"logit": 0.0, "coverage": 0.75}])
    (0.6931471805599453, 0.75)
    """
    logits = [row["logit"] for row in features]
    top = max(logits)
    everything = top + math.log(sum(math.exp(logit - top) for logit in logits))
    return everything, max(row["coverage"] for row in features)


@lru_cache(maxsize=1)
def shipped_record() -> dict[str, Any]:
    """models/support.json. Raises SupportUnavailable."""
    try:
        value: dict[str, Any] = json.loads(RECORD.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SupportUnavailable(
            f"{RECORD} cannot be read ({error}). Restore the file from the repository."
        ) from error
    return value


def sigmoid(x: float) -> float:
    """
    >>> sigmoid(0.0), sigmoid(-1000.0)
    (0.5, 0.0)
    """
    if x < -60:
        return 0.0
    return round(1 / (1 + math.exp(-x)), 4)
