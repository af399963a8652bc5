"""The result of encoding one text, and how it is made from the model's last layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TextEmbedding:
    """What one pass of the model says of one text.

    Special tokens are left out, and so is what lies beyond the model's longest input.
    """

    embedding: NDArray[np.float32]  # (dim,), length 1
    tokens: NDArray[np.float32]  # (n, dim), rows of length 1
    spans: NDArray[np.int32]  # (n, 2), half-open code-point offsets into the text given


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32 (n, dim) with every row made length 1; a row of zeros stays as it is.

    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    lengths[lengths == 0.0] = 1.0
    unit = rows.astype(np.float32)
    unit /= lengths
    return unit


def mean_embedding(hidden: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32 (dim,), length 1: the mean over all tokens (n, dim), special tokens included."""
    return unit_rows(hidden.mean(axis=0, keepdims=True, dtype=np.float32)).ravel()


def encodable(text: str) -> str:
    """The text with lone surrogates, which no tokenizer takes, as `?`; same length."""
    return text.encode("utf-8", "replace").decode("utf-8")
