"""How much a message sounds like one from a person in danger: fitted weights.

models/crisis.json says what they are and where help begins; the numbers lie in crisis.npz beside
it. Both are written by benchmarks/fit_crisis.py. What compares meanings belongs to one encoder; the
weights of spelling and words alone serve every other one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from qa.encoder import TextEmbedding
from qa.safety.features import Floats, in_conversation, likeness, nearness, pieces
from qa.safety.weights import Arrays, of_length_1, read_model

RECORD = Path(__file__).parents[1] / "models" / "crisis.json"


@dataclass(frozen=True, slots=True)
class Turns:
    """Weights for a message with others before it, on the scale of the head's thresholds."""

    of_pieces: Floats  # a weight a bucket, as far as the message before was one of crisis
    known: Floats  # as a head's, of messages in conversations
    of_known: Floats
    numbers: Floats  # (n, 8): `in_conversation` of the same messages
    of_numbers: Floats
    narrow: float  # of the likeness of numbers
    bias: float


@dataclass(frozen=True, slots=True)
class Head:
    """Scores by spelling and words and, where it has any, by likeness to known messages."""

    of_pieces: Floats  # a weight a bucket
    bias: float
    known: Floats  # (n, dim), rows of length 1: embeddings of the messages it was fitted on
    of_known: Floats  # (n,): how much each speaks for a crisis
    narrow: float  # how fast likeness falls with distance
    doubtful: float  # the score from which help is shown above the answer
    certain: float  # the score from which help comes alone
    turn: Turns

    def score(self, message: str, embedded: TextEmbedding | None) -> float:
        """The message by itself; positive sounds like a crisis, 1 like one beyond doubt."""
        buckets, amounts = pieces(message)
        found = self.bias + float(self.of_pieces[buckets] @ amounts)
        if len(self.known) and embedded is not None:
            found += float(self.of_known @ likeness(embedded.embedding, self.known, self.narrow))
        return found

    def turn_score(
        self, message: str, own: float, before: list[float], embedded: TextEmbedding | None
    ) -> float:
        """The message in the light of the person's earlier ones, whose scores are `before`."""
        turn = self.turn
        numbers, weight = in_conversation(message, own, before)
        buckets, amounts = pieces(message)
        said = float(turn.of_pieces[buckets] @ amounts)
        if len(turn.known) and embedded is not None:
            said += float(turn.of_known @ likeness(embedded.embedding, turn.known, self.narrow))
        near = float(turn.of_numbers @ nearness(numbers, turn.numbers, turn.narrow))
        return turn.bias + near + weight * said


@dataclass(frozen=True, slots=True)
class CrisisModel:
    """Both heads, and the encoder that one of them belongs to."""

    encoder_digest: str
    meaning: Head
    words: Head


@lru_cache(maxsize=1)
def shipped_model() -> CrisisModel:
    """models/crisis.json and crisis.npz. Raises WeightsUnusable."""
    return read_model(RECORD, _model)


def _model(record: Mapping[str, Any], arrays: Arrays) -> CrisisModel:
    heads = {name: _head(name, record["heads"][name], arrays) for name in ("meaning", "words")}
    return CrisisModel(record["encoder_digest"], heads["meaning"], heads["words"])


def _head(name: str, said: Mapping[str, float], arrays: Arrays) -> Head:
    def read(part: str) -> Floats:
        return np.asarray(arrays[f"{name}_{part}"], np.float32)

    turn = Turns(
        read("turn_pieces"),
        of_length_1(read("turn_known")),
        read("of_turn_known"),
        read("turn_numbers"),
        read("of_turn_numbers"),
        float(said["turn_narrow"]),
        float(said["turn_bias"]),
    )
    return Head(
        read("of_pieces"),
        float(said["bias"]),
        of_length_1(read("known")),
        read("of_known"),
        float(said["narrow"]),
        float(said["doubtful"]),
        float(said["certain"]),
        turn,
    )
