"""qa.tokens: token embeddings kept per passage."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qa.tokens import TokenStore
from tests.encoders import WordLengthEncoder


def store(texts: list[str], prefixes: list[int], offsets: list[int]) -> TokenStore:
    encoder = WordLengthEncoder()
    return TokenStore.build(encoder.embed(texts), prefixes, offsets, encoder.dim)


def test_own_tokens_point_into_the_document_and_headings_do_not() -> None:
    """
    "ab cd" after a prefix of 2 stands at 10 in its document; a heading has no place there.
    """
    kept = store(["T\nab cd", "T\nef"], [2, 2], [10, 40])
    assert [[-1, -1], [10, 12], [13, 15]] == kept.of(0)[1].tolist()
    assert [[-1, -1], [40, 42]] == kept.of(1)[1].tolist()
    expected = WordLengthEncoder().embed(["T\nef"])[0].tokens
    np.testing.assert_allclose(expected, kept.of(1)[0], atol=1e-3)


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    """
    What is mapped into memory equals what was written.
    """
    kept = store(["a b", "c"], [0, 0], [0, 4])
    kept.save(tmp_path)
    loaded = TokenStore.load(tmp_path)
    assert kept.embeddings.tolist() == loaded.embeddings.tolist()
    assert kept.spans.tolist() == loaded.spans.tolist()
    assert kept.starts.tolist() == loaded.starts.tolist()


def test_no_passages(tmp_path: Path) -> None:
    """
    An empty store can be written and read.
    """
    store([], [], []).save(tmp_path)
    assert (0, 256) == TokenStore.load(tmp_path).embeddings.shape
