"""Question + hits -> scored sentence spans, best first, and the words that nothing near covers.

A score is the probability that the span answers the question. It comes from how well the sentence
covers the question's words (`coverage`) and, where the sentence reader is at hand, from reading
question and sentence together (`cross_encoder`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from qa.coverage import Covered, Unit, cover, score, units
from qa.records import Evidence, SearchHit, Span
from qa.retrieve import Query
from qa.snapshot import Snapshot
from qa.text import is_question

COVERED = 0.5  # a word whose best cover is below this is missing from the sentence


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found near the question."""

    evidence: tuple[Evidence, ...]  # best first, one a sentence
    missing: tuple[str, ...]  # words of the question that no sentence near it covers
    coverage: float  # the best coverage of any sentence, 0 to 1


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: SearchHit
    covered: Covered
    span: Span
    coverage: float


class EvidenceFinder:
    """Scores the sentences of hits against one snapshot."""

    def __init__(self, snapshot: Snapshot, idf: Callable[[str], float]) -> None:
        self._snapshot = snapshot
        self._idf = idf
        self._rows = {p.passage_id: row for row, p in enumerate(snapshot.passages)}

    def find(self, query: Query, hits: Sequence[SearchHit]) -> Findings:
        """Evidence for `query` in the passages of `hits`."""
        wanted = units(query, self._idf)
        candidates = [c for hit in hits for c in self._candidates(query, wanted, hit)]
        candidates.sort(key=lambda c: (-c.coverage, c.hit.passage.passage_id, c.span))
        evidence = [self._evidence(c, wanted) for c in candidates]
        evidence.sort(key=lambda e: (-e.score, e.passage.passage_id, e.span))
        return Findings(
            tuple(evidence),
            _missing(wanted, [c.covered for c in candidates]),
            max((c.coverage for c in candidates), default=0.0),
        )

    def _candidates(self, query: Query, wanted: Sequence[Unit], hit: SearchHit) -> list[_Candidate]:
        row = self._rows[hit.passage.passage_id]
        text = hit.document.text
        return [
            _Candidate(hit, covered, span, score(wanted, covered.with_headings))
            for covered in cover(query, wanted, hit.passage, row, self._snapshot.tokens)
            if not is_question((span := hit.passage.sentences[covered.position].span).of(text))
        ]

    def _evidence(self, candidate: _Candidate, wanted: Sequence[Unit]) -> Evidence:
        return Evidence(
            candidate.hit.passage,
            candidate.hit.document,
            candidate.span,
            support(candidate.coverage, candidate.covered, wanted),
            _missing(wanted, [candidate.covered]),
        )


def support(coverage: float, covered: Covered, wanted: Sequence[Unit]) -> float:
    """The probability that a sentence answers, from its coverage and its weakest word."""
    weakest = float(covered.with_headings.min()) if len(wanted) else 0.0
    return round(1 / (1 + math.exp(-(14.0 * (coverage - 0.62) + 4.0 * (weakest - 0.4)))), 4)


def _missing(wanted: Sequence[Unit], covered: Sequence[Covered]) -> tuple[str, ...]:
    """Words whose best cover in any of the sentences stays below `COVERED`, in question order."""
    if not covered or not wanted:
        return tuple(unit.word for unit in wanted)
    best = np.max([c.with_headings for c in covered], axis=0)
    return tuple(u.word for u, value in zip(wanted, best, strict=True) if value < COVERED)
