"""Passages of different articles that say the same in (nearly) the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from qa.check.finding import WARNING, Finding
from qa.records import Document, Passage
from qa.text import fold, words

SHINGLE = 5  # words
NEAR = 0.8  # share of shingles two passages have in common before they count as one
COMMON = 50  # a shingle in more passages than this says nothing about two of them


def near_duplicates(documents: Sequence[Document], passages: Sequence[Passage]) -> list[Finding]:
    """One finding for each two articles; who of the two was first is not known."""
    by_id = {d.doc_id: d for d in documents if not d.is_withdrawn}
    passages = [p for p in passages if p.doc_id in by_id]
    shingles = [_shingles(by_id[p.doc_id], p) for p in passages]
    found: dict[tuple[str, str], int] = {}
    for first, second in _alike(shingles):
        pair = (by_id[passages[first].doc_id].source, by_id[passages[second].doc_id].source)
        if passages[first].doc_id != passages[second].doc_id:
            found[pair] = found.get(pair, 0) + 1
    totals = Counter(by_id[p.doc_id].source for p in passages)
    return [
        Finding(WARNING, "duplicate", one, _said(count, totals[one], other))
        for (one, other), count in sorted(found.items())
    ]


def _alike(shingles: Sequence[Mapping[str, None]]) -> Iterator[tuple[int, int]]:
    """Rows that share at least `NEAR` of their shingles (Jaccard), in order."""
    rows: dict[str, list[int]] = {}
    for row, of_row in enumerate(shingles):
        for shingle in of_row:
            rows.setdefault(shingle, []).append(row)
    shared: Counter[tuple[int, int]] = Counter()
    for holders in rows.values():
        if len(holders) <= COMMON:
            shared.update((a, b) for i, a in enumerate(holders) for b in holders[i + 1 :])
    for (a, b), count in sorted(shared.items()):
        if count / (len(shingles[a]) + len(shingles[b]) - count) >= NEAR:
            yield a, b


def _shingles(document: Document, passage: Passage) -> dict[str, None]:
    text = passage.span.of(document.text)
    folded = [fold(word.of(text)) for word in words(text)]
    if len(folded) < SHINGLE:
        return {" ".join(folded): None}
    return {" ".join(folded[i : i + SHINGLE]): None for i in range(len(folded) - SHINGLE + 1)}


def _said(count: int, total: int, other: str) -> str:
    passages = "1 passage" if count == 1 else f"{count} passages"
    return f"{passages} of {total} say the same as in {other}"
