"""A toy encoder for tests: same protocol as the real ones, no model file, the same in any process.

A word's token embedding says how long the word is and which letter trigrams it holds, so equal
words have cosine 1, "treat" and "treatment" are close, and unrelated words are far apart. A text's
embedding is the mean of its words' embeddings, made length 1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from qa.encoder import TextEmbedding

LENGTHS = 16  # the first components: one for each word length, 16 and longer share the last
WORD = re.compile(r"\w+")


class WordLengthEncoder:
    """A word is a token; `max_tokens` words of a text are read, the rest is cut off."""

    def __init__(self, dim: int = 256, max_tokens: int = 256) -> None:
        self.name = "word-length"
        self.digest = hashlib.sha256(b"word-length 1").hexdigest()
        self.arithmetic = "toy"
        self.dim = dim
        self.max_tokens = max_tokens
        self.texts_encoded = 0  # lets a test see what a cache has spared

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (n, dim), rows of length 1."""
        rows = [item.embedding for item in self.embed(texts)]
        return np.stack(rows) if rows else np.zeros((0, self.dim), np.float32)

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[TextEmbedding]:
        """One TextEmbedding a text, in the order given."""
        embeddings = []
        for done, text in enumerate(texts, start=1):
            embeddings.append(self._embed_one(text))
            self.texts_encoded += 1
            if progress is not None:
                progress(done)
        return embeddings

    def count_tokens(self, text: str) -> int:
        """The number of words."""
        return sum(1 for _ in WORD.finditer(text))

    def _embed_one(self, text: str) -> TextEmbedding:
        matches = list(islice(WORD.finditer(text), self.max_tokens))
        spans = np.array([m.span() for m in matches], np.int32).reshape(-1, 2)
        rows = [word_embedding(m.group().lower(), self.dim) for m in matches]
        tokens = np.array(rows, np.float32).reshape(-1, self.dim)
        mean = tokens.sum(axis=0) if matches else np.ones(self.dim, np.float32)
        return TextEmbedding((mean / np.linalg.norm(mean)).astype(np.float32), tokens, spans)


@lru_cache(maxsize=100_000)
def word_embedding(word: str, dim: int) -> NDArray[np.float32]:
    """float32 (dim,), length 1: a small part for the length, the rest for the trigrams."""
    row = np.zeros(dim)
    row[min(len(word), LENGTHS) - 1] = 0.5
    padded = f"^{word}$"
    for start in range(len(padded) - 2):
        bucket = hashlib.blake2b(padded[start : start + 3].encode(), digest_size=4).digest()
        row[LENGTHS + int.from_bytes(bucket, "big") % (dim - LENGTHS)] += 1.0
    unit = (row / np.linalg.norm(row)).astype(np.float32)
    unit.flags.writeable = False
    return unit
