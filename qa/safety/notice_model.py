"""How much a message calls for each of the fixed notices: fitted weights.

models/notices.json says what they are; the numbers lie in notices.npz beside it. Both are written
by benchmarks/fit_notices.py. What compares meanings belongs to one encoder; the weights of spelling
and words alone serve every other one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from qa.encoder import TextEmbedding
from qa.safety.features import Floats, likeness, pieces
from qa.safety.weights import Arrays, of_length_1, read_model
from qa.wordlists import drugs

RECORD = Path(__file__).parents[1] / "models" / "notices.json"
CODES = ("emergency_symptoms", "medicine_change")  # in the order in which they are shown
_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class NoticeHead:
    """Scores by spelling and words and, where it has any, by likeness to known messages."""

    of_pieces: Floats  # (codes, buckets)
    bias: Floats  # (codes,): set so that a notice is shown from a score of 0 on
    known: Floats  # (n, dim), rows of length 1: embeddings of messages it was fitted on
    of_known: Floats  # (codes, n): how much each speaks for a notice
    narrow: float  # how fast likeness falls with distance

    def scores(self, message: str, embedded: TextEmbedding | None) -> Floats:
        """One score for each of CODES."""
        buckets, amounts = pieces(unnamed(message))
        found = self.bias + self.of_pieces[:, buckets] @ amounts
        if len(self.known) and embedded is not None:
            found = found + self.of_known @ likeness(embedded.embedding, self.known, self.narrow)
        return np.asarray(found, np.float32)


@dataclass(frozen=True, slots=True)
class NoticeModel:
    """Both heads, and the encoder that one of them belongs to."""

    encoder_digest: str
    meaning: NoticeHead
    words: NoticeHead


def unnamed(message: str) -> str:
    """Every name of a medicine as the same word: what is said of one holds for all.

    >>> unnamed("Zoloft and ECT")
    'medicine and ECT'
    """
    return _WORD.sub(lambda w: "medicine" if w[0].lower() in drugs() else w[0], message)


@lru_cache(maxsize=1)
def shipped_notices() -> NoticeModel:
    """models/notices.json and notices.npz. Raises WeightsUnusable."""
    return read_model(RECORD, _model)


def _model(record: Mapping[str, Any], arrays: Arrays) -> NoticeModel:
    if tuple(record["codes"]) != CODES:
        raise ValueError(f"it is for {record['codes']}")
    heads = {name: _head(name, record["heads"][name], arrays) for name in ("meaning", "words")}
    return NoticeModel(record["encoder_digest"], heads["meaning"], heads["words"])


def _head(name: str, said: Mapping[str, float], arrays: Arrays) -> NoticeHead:
    def read(part: str) -> Floats:
        return np.asarray(arrays[f"{name}_{part}"], np.float32)

    return NoticeHead(
        read("of_pieces"),
        read("bias"),
        of_length_1(read("known")),
        read("of_known"),
        float(said["narrow"]),
    )
