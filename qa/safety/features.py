"""A message -> what the fitted weights are for: pieces of its spelling and its words, hashed.

Misspelt, run together or disguised, a word still shares most of its pieces with itself.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from qa.safety.plain import whole
from qa.support import sigmoid
from qa.text import is_question

Floats = NDArray[np.float32]
BUCKETS = 2**14  # of each kind of piece
LETTERS = (2, 3, 4, 5)
WORDS = (1, 2, 3)
LONGEST = 2000  # letters of a message that are read
_ASKS = re.compile(
    r"^(?:(?:and|so|but|ok|okay|hi|hello|now|then|back to|anyway|also|can you|could you|please|"
    r"thanks|thank you|tell me|explain) )*(?:how|what|whats|which|why|when|where|who|is|are|does|"
    r"do|did|can|could|will|would|should|may|has|have|was|were|explain|tell)\b"
)


def pieces(message: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Buckets that a message falls in and how much; both kinds together of constant length."""
    plain = whole(message)[:LONGEST]
    buckets, amounts = list[NDArray[np.int64]](), list[NDArray[np.float32]]()
    for number, (found, share) in enumerate(((_letters(plain), 0.7), (_words(plain), 1.0))):
        rows, weights = _hashed(found)
        buckets.append(rows + number * BUCKETS)
        amounts.append(weights * np.float32(share))
    return np.concatenate(buckets), np.concatenate(amounts)


def _letters(plain: str) -> Iterator[str]:
    said = f" {plain} "
    for size in LETTERS:
        for start in range(len(said) - size + 1):
            yield said[start : start + size]


def _words(plain: str) -> Iterator[str]:
    said = ["^", *plain.split(), "$"]
    for size in WORDS:
        for start in range(len(said) - size + 1):
            yield " ".join(said[start : start + size])


def _hashed(found: Iterable[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    counted = Counter(crc32(piece.encode()) % BUCKETS for piece in found)
    rows = np.fromiter(counted.keys(), np.int64, len(counted))
    weights = 1.0 + np.log(np.fromiter(counted.values(), np.float32, len(counted)))
    length = float(np.linalg.norm(weights))
    return rows, (weights / length if length else weights).astype(np.float32)


def asks(message: str) -> bool:
    """Whether it has the form of a question."""
    return is_question(message) or _ASKS.search(whole(message)) is not None


def in_conversation(
    message: str, own: float, before: Sequence[float]
) -> tuple[NDArray[np.float32], float]:
    """What a message with others before it is judged by, and how far those were of a crisis.

    `own` is the score of the message by itself, `before` those of the person's earlier ones.
    """
    last, most = _bounded(before[-1]), _bounded(max(before))
    size = math.log1p(len(whole(message).split()))
    asked = float(asks(message))
    weight = sigmoid(3.0 * last)
    said = _bounded(own)
    numbers = (said, last, most, size, asked, weight * size, weight * asked, weight * said)
    return np.array(numbers, np.float32), weight


def likeness(one: Floats, other: Floats, narrow: float) -> Floats:
    """Of rows of length 1, each to each: 1 for the same, towards 0 with distance."""
    return np.asarray(np.exp(-narrow * (2.0 - 2.0 * (one @ other.T))), np.float32)


def nearness(one: Floats, other: Floats, narrow: float) -> Floats:
    """The same of rows of any length."""
    apart = (one**2).sum(-1)[..., None] + (other**2).sum(-1) - 2.0 * (one @ other.T)
    return np.asarray(np.exp(-narrow * np.maximum(apart, 0.0)), np.float32)


def _bounded(score: float) -> float:
    return max(-2.0, min(2.0, score))
