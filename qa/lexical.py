"""Passage texts -> BM25 index -> scored rows. The only module that knows bm25s.

The vocabulary is given in sorted order, so the saved index does not depend on hash order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qa.text import terms

NAME = "bm25"


class LexicalIndex:
    """BM25 (Robertson; the Lucene variant, k1 = 1.5, b = 0.75: the library's defaults)."""

    def __init__(self, retriever: Any) -> None:
        self._retriever = retriever
        self._rows = int(retriever.scores["num_docs"])
        counts = np.diff(retriever.scores["indptr"])
        self._frequencies = {
            term: int(counts[i]) for term, i in retriever.vocab_dict.items() if i < len(counts)
        }

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """One row a text, in the order given."""
        import bm25s

        rows = [terms(text) or [""] for text in texts]  # bm25s divides by the mean length
        vocabulary = {term: i for i, term in enumerate(sorted({t for row in rows for t in row}))}
        ids = [[vocabulary[term] for term in row] for row in rows]
        retriever = bm25s.BM25(method="lucene", backend="numpy")
        retriever.index((ids, vocabulary), show_progress=False)
        return cls(retriever)

    def search(self, question: str, depth: int) -> list[tuple[int, float]]:
        """At most `depth` rows that share a term with the question, best first, ties by row."""
        if depth < 1:
            raise ValueError(f"depth must be at least 1, not {depth}")
        wanted = [t for t in dict.fromkeys(terms(question)) if t in self._retriever.vocab_dict]
        if not wanted:
            return []
        scores = self._retriever.get_scores(wanted)
        rows = np.flatnonzero(scores > 0)
        order = rows[np.argsort(-scores[rows], kind="stable")][:depth]
        return [(int(row), float(scores[row])) for row in order]

    def idf(self, term: str) -> float:
        """ln(1 + (n - df + 0.5) / (df + 0.5)) of a stem over the passages; 0 occurrences count.

        Lucene's form of Robertson's weight, the one that the scores use.
        """
        df = self._frequencies.get(term, 0)
        return math.log(1 + (self._rows - df + 0.5) / (df + 0.5))

    @property
    def vocabulary(self) -> frozenset[str]:
        """The stems that occur in the corpus."""
        return frozenset(self._retriever.vocab_dict)

    def save(self, folder: Path) -> None:
        """Writes the `bm25.*` files into an existing folder."""
        self._retriever.save(folder, show_progress=False, **_names())

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Reads what `save` wrote."""
        import bm25s

        return cls(bm25s.BM25.load(folder, load_corpus=False, **_names()))


def _names() -> dict[str, str]:
    return {
        "data_name": f"{NAME}.data.npy",
        "indices_name": f"{NAME}.indices.npy",
        "indptr_name": f"{NAME}.indptr.npy",
        "vocab_name": f"{NAME}.vocabulary.json",
        "params_name": f"{NAME}.parameters.json",
    }
