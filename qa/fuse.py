"""Rankings of ids -> one ranking. Equal scores are ordered by id, never by hash order."""

from __future__ import annotations

from collections.abc import Sequence

from qa.records import Hit

RRF_K = 60  # Cormack, Clarke & Buettcher, SIGIR 2009: the constant in 1 / (rrf_k + rank)


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[str]], k: int, rrf_k: int = RRF_K
) -> list[Hit]:
    """At most `k` hits; a passage scores 1 / (rrf_k + rank) in each ranking that holds it.

    >>> [hit.passage_id for hit in reciprocal_rank_fusion([["a", "b"], ["c", "b"]], k=3)]
    ['b', 'a', 'c']
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, passage_id in enumerate(ranking, start=1):
            scores[passage_id] = scores.get(passage_id, 0.0) + 1 / (rrf_k + rank)
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:k]
    return [Hit(passage_id, rank, score) for rank, (passage_id, score) in enumerate(best, start=1)]
