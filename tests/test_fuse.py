"""qa.fuse: reciprocal rank fusion."""

from __future__ import annotations

import pytest

from qa.fuse import reciprocal_rank_fusion


def test_rrf_is_the_papers_formula() -> None:
    """
    A passage in both rankings gets the sum of both terms.
    """
    hits = {h.passage_id: h.score for h in reciprocal_rank_fusion([["a", "b"], ["b", "c"]], k=9)}
    assert {"b": 1 / (60 + 2) + 1 / (60 + 1), "a": 1 / (60 + 1), "c": 1 / (60 + 2)} == hits


def test_ties_are_ordered_by_id_and_ranks_count_from_one() -> None:
    """
    Two passages with one first place each: the smaller id stands first.
    """
    hits = reciprocal_rank_fusion([["z"], ["a"]], k=9)
    assert [("a", 1), ("z", 2)] == [(h.passage_id, h.rank) for h in hits]


def test_k_cuts_and_must_be_positive() -> None:
    """
    A k above what there is gives what there is; below 1 is an error.
    """
    assert 1 == len(reciprocal_rank_fusion([["a", "b"]], k=1))
    assert [] == reciprocal_rank_fusion([[], []], k=5)
    with pytest.raises(ValueError, match="k must be at least 1"):
        reciprocal_rank_fusion([["a"]], k=0)
