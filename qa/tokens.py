"""Token embeddings of every passage, kept from the pass that embedded it.

Rows are float16 and of length 1. A token of the passage's own text has its span in the document;
a token of the title or headings above it has the span (-1, -1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qa.encoder import TextEmbedding

FILES = ("tokens.npy", "token_spans.npy", "token_starts.npy")


@dataclass(frozen=True, slots=True)
class TokenStore:
    """All passages' tokens on end; passage row `i` owns `starts[i]` to `starts[i + 1]`."""

    embeddings: NDArray[np.float16]  # (tokens, dim)
    spans: NDArray[np.int32]  # (tokens, 2)
    starts: NDArray[np.int64]  # (passages + 1,)

    @classmethod
    def build(
        cls,
        embedded: Sequence[TextEmbedding],
        prefixes: Sequence[int],
        offsets: Sequence[int],
        dim: int,
    ) -> TokenStore:
        """From the embedded search texts, in row order.

        `prefixes[i]`: code points before the passage's own text; `offsets[i]`: where that own text
        begins in its document.
        """
        starts = np.cumsum([0, *(len(e.spans) for e in embedded)], dtype=np.int64)
        embeddings = [e.tokens.astype(np.float16) for e in embedded]
        spans = [
            np.where(e.spans[:, :1] >= prefix, e.spans - prefix + offset, -1).astype(np.int32)
            for e, prefix, offset in zip(embedded, prefixes, offsets, strict=True)
        ]
        return cls(
            np.concatenate(embeddings) if embeddings else np.zeros((0, dim), np.float16),
            np.concatenate(spans) if spans else np.zeros((0, 2), np.int32),
            starts,
        )

    def of(self, row: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Embeddings (n, dim) and spans (n, 2) of one passage."""
        part = slice(int(self.starts[row]), int(self.starts[row + 1]))
        return self.embeddings[part].astype(np.float32), np.asarray(self.spans[part])

    def save(self, folder: Path) -> None:
        """Writes `FILES` into an existing folder."""
        np.save(folder / FILES[0], self.embeddings, allow_pickle=False)
        np.save(folder / FILES[1], self.spans, allow_pickle=False)
        np.save(folder / FILES[2], self.starts, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, *, in_memory: bool = False) -> TokenStore:
        """What `save` wrote, mapped; or read, so that a file cut short later ends no process."""
        mode: Literal["r"] | None = None if in_memory else "r"
        tokens, spans, starts = (
            np.asarray(np.load(folder / name, mmap_mode=mode, allow_pickle=False)) for name in FILES
        )
        return cls(tokens, spans, starts)
