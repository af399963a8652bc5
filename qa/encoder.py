"""Texts in, embeddings out: the `Encoder` protocol and the one place that opens an encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

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


class Encoder(Protocol):
    """Makes embeddings. Safe to call from several threads; results in the order of the input."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str:
        """sha256 of the weights, in hex."""

    @property
    def arithmetic(self) -> str:
        """How numbers are multiplied; embeddings are comparable only if this is equal."""

    @property
    def dim(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """The longest input, special tokens included; longer texts are cut off."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (n, dim), rows of length 1."""

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[TextEmbedding]:
        """One TextEmbedding a text; `progress` is told how many are done."""

    def count_tokens(self, text: str) -> int:
        """How many tokens the text has, special tokens not counted, nothing cut off."""
