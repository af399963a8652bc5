"""Question -> fused hits: exact inner product and BM25, joined by reciprocal rank fusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.encoder import Encoder, TextEmbedding
from qa.fuse import reciprocal_rank_fusion
from qa.other_names import Alternative, Expanded
from qa.records import Change, Hit, SearchHit
from qa.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Query:
    """A question ready for searching: spelling mended, other names in brackets behind phrases."""

    text: str
    embedded: TextEmbedding
    alternatives: tuple[Alternative, ...] = ()
    changes: tuple[Change, ...] = ()  # what mending the spelling has changed

    @classmethod
    def of(
        cls,
        text: str | Expanded,
        encoder: Encoder,
        changes: tuple[Change, ...] = (),
        made: Mapping[str, TextEmbedding] | None = None,
    ) -> Query:
        """Embeds the text once, unless it is `made`; every later stage uses that pass."""
        expanded = Expanded(text) if isinstance(text, str) else text
        embedded = (made or {}).get(expanded.text) or encoder.embed([expanded.text])[0]
        return cls(expanded.text, embedded, expanded.alternatives, changes)


def retrieve(query: Query, snapshot: Snapshot, depth: int, k: int) -> list[SearchHit]:
    """At most `k` passages, best first; `depth` candidates are taken from each ranking.

    Passages of withdrawn documents are left out before anything is counted.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if not snapshot.passages:
        return []
    wanted = max(depth, k)
    looked_at = wanted + len(snapshot.withdrawn)
    dense_rows = _standing(
        snapshot, snapshot.vectors.search(query.embedded.embedding, looked_at), wanted
    )
    lexical_rows = _standing(snapshot, snapshot.lexical.search(query.text, looked_at), wanted)
    by_id = {
        snapshot.passages[row].passage_id: snapshot.passages[row]
        for row, _ in (*dense_rows, *lexical_rows)
    }
    dense, lexical = _hits(snapshot, dense_rows), _hits(snapshot, lexical_rows)
    return [
        SearchHit(
            hit,
            by_id[hit.passage_id],
            snapshot.documents[by_id[hit.passage_id].doc_id],
            dense.get(hit.passage_id),
            lexical.get(hit.passage_id),
        )
        for hit in reciprocal_rank_fusion([list(dense), list(lexical)], k)
    ]


def _standing(
    snapshot: Snapshot, found: list[tuple[int, float]], wanted: int
) -> list[tuple[int, float]]:
    return [item for item in found if item[0] not in snapshot.withdrawn][:wanted]


def _hits(snapshot: Snapshot, found: list[tuple[int, float]]) -> dict[str, Hit]:
    """Rows with scores -> hits by passage id, in the order of the ranking, ties by id."""
    named = [(snapshot.passages[row].passage_id, score) for row, score in found]
    named.sort(key=lambda item: (-item[1], item[0]))
    return {name: Hit(name, rank, score) for rank, (name, score) in enumerate(named, start=1)}
