"""How much a message's embedding sounds like the listed crisis phrases: fitted weights.

The record, models/crisis.json, is written by benchmarks/fit_crisis.py for the default encoder. With
another encoder the rules decide alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.errors import QAError
from qa.support import sigmoid

RECORD = Path(__file__).parents[1] / "models" / "crisis.json"


class CrisisModelUnusable(QAError):
    """The record of weights is missing or damaged."""


@dataclass(frozen=True, slots=True)
class CrisisModel:
    """A logistic head on the embedding, and one that joins it with what the rules say."""

    encoder_digest: str
    head: NDArray[np.float32]  # (dim,)
    head_bias: float
    joined: Mapping[str, float]  # by name of a feature, see `detector.features`
    bias: float
    doubtful: float  # the chance from which help is shown above the answer
    certain: float  # the chance from which help comes alone

    def logits(self, embeddings: NDArray[np.float32]) -> list[float]:
        """One a row; positive sounds like the crisis phrases."""
        return [float(x) for x in embeddings @ self.head + self.head_bias]

    def chance(self, features: Mapping[str, float]) -> float:
        """The probability that the message speaks of a crisis."""
        return sigmoid(self.bias + sum(w * features[name] for name, w in self.joined.items()))


@lru_cache(maxsize=1)
def shipped_model() -> CrisisModel:
    """models/crisis.json. Raises CrisisModelUnusable."""
    try:
        record = json.loads(RECORD.read_text("utf-8"))
        weights = record["weights"]
        return CrisisModel(
            record["encoder_digest"],
            np.array(weights["head"], np.float32),
            float(weights["head_bias"]),
            {name: float(weight) for name, weight in weights["joined"].items()},
            float(weights["bias"]),
            float(record["doubtful"]),
            float(record["certain"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CrisisModelUnusable(
            f"{RECORD} cannot be used ({error}). Restore the file from the repository."
        ) from error
