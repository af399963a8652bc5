"""Question + hits -> scored sentence spans, best first, and the words that nothing near covers.

A score is the probability that the sentence answers the question. Every sentence of the hits is
ranked by how well it covers the question's words (`coverage`); the best are then read together
with the question (`cross_encoder`), where the sentence reader is at hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.coverage import Covered, Unit, cover, score, units
from qa.cross_encoder import Candidate
from qa.passages import heading_line
from qa.records import Evidence, Passage, SearchHit
from qa.retrieve import Query
from qa.snapshot import Snapshot
from qa.text import is_question

COVERED = 0.5  # a word whose best cover is below this is missing from the sentence
READ = 16  # sentences that the reader reads: see benchmarks/evidence.md
SIMILARITY = 0.5  # weight beside coverage when the sentences to be read are chosen

Read = Callable[[str, Sequence[Candidate]], NDArray[np.float32]]  # (n,) probabilities


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found near the question."""

    evidence: tuple[Evidence, ...]  # best first, one a sentence
    missing: tuple[str, ...]  # words of the question that no sentence near it covers
    coverage: float  # the best coverage of any sentence, 0 to 1


@dataclass(frozen=True, slots=True)
class _Near:
    hit: SearchHit
    covered: Covered
    coverage: float

    @property
    def order(self) -> tuple[float, str, int]:
        """Best first, then by passage and place: a total order."""
        rank = self.coverage + SIMILARITY * self.covered.similarity
        return (-round(rank, 6), self.hit.passage.passage_id, self.covered.position)


class EvidenceFinder:
    """Scores the sentences of hits against one snapshot."""

    def __init__(
        self, snapshot: Snapshot, idf: Callable[[str], float], read: Read | None = None
    ) -> None:
        self._snapshot = snapshot
        self._idf = idf
        self._read = read
        self._rows = {p.passage_id: row for row, p in enumerate(snapshot.passages)}

    def find(self, question: str, query: Query, hits: Sequence[SearchHit]) -> Findings:
        """Evidence in the passages of `hits`; `question` is what the reader reads."""
        wanted = units(query, self._idf)
        near = sorted((n for hit in hits for n in self._near(query, wanted, hit)), key=_order)
        scores = self._scores(question, near[:READ])
        evidence = [_evidence(n, s, wanted) for n, s in zip(near, scores, strict=False)]
        evidence.sort(key=lambda e: (-e.score, e.passage.passage_id, e.span))
        return Findings(
            tuple(evidence),
            _missing(wanted, [n.covered for n in near]),
            max((n.coverage for n in near), default=0.0),
        )

    def _near(self, query: Query, wanted: Sequence[Unit], hit: SearchHit) -> list[_Near]:
        row = self._rows[hit.passage.passage_id]
        text = hit.document.text
        return [
            _Near(hit, covered, score(wanted, covered.with_headings))
            for covered in cover(query, wanted, hit.passage, row, self._snapshot.tokens)
            if not is_question(hit.passage.sentences[covered.position].span.of(text))
        ]

    def _scores(self, question: str, near: Sequence[_Near]) -> list[float]:
        if self._read is None or not near:
            return [support_unread(n.coverage, n.covered.similarity) for n in near]
        chances = self._read(question, [_candidate(n) for n in near])
        return [support(float(p), n.coverage) for p, n in zip(chances, near, strict=True)]


def _order(near: _Near) -> tuple[float, str, int]:
    return near.order


def _candidate(near: _Near) -> Candidate:
    """The sentence with its neighbours in the passage; a list item has its lead-in before it."""
    passage, document, at = near.hit.passage, near.hit.document, near.covered.position
    sentence = passage.sentences[at]
    before = sentence.lead_in.of(document.text) if sentence.lead_in else _text(near, at - 1)
    return Candidate(heading_line(passage, document), before, _text(near, at), _text(near, at + 1))


def _text(near: _Near, position: int) -> str:
    passage: Passage = near.hit.passage
    if not 0 <= position < len(passage.sentences):
        return ""
    return passage.sentences[position].span.of(near.hit.document.text)


def _evidence(near: _Near, chance: float, wanted: Sequence[Unit]) -> Evidence:
    span = near.hit.passage.sentences[near.covered.position].span
    missing = _missing(wanted, [near.covered])
    return Evidence(near.hit.passage, near.hit.document, span, chance, missing)


def support(chance: float, coverage: float) -> float:
    """The reader's probability, corrected by coverage; fitted on the *tune* questions."""
    logit = math.log(max(chance, 1e-6) / max(1 - chance, 1e-6))
    return _sigmoid(1.0 * logit + 2.0 * (coverage - 0.6))


def support_unread(coverage: float, similarity: float) -> float:
    """The probability by coverage and similarity alone; fitted on the *tune* questions."""
    return _sigmoid(14.0 * (coverage - 0.6) + 4.0 * (similarity - 0.4))


def _sigmoid(x: float) -> float:
    return round(1 / (1 + math.exp(-x)), 4)


def _missing(wanted: Sequence[Unit], covered: Sequence[Covered]) -> tuple[str, ...]:
    """Words whose best cover in any of the sentences stays below `COVERED`, in question order."""
    if not covered or not wanted:
        return tuple(unit.word for unit in wanted)
    best = np.max([c.with_headings for c in covered], axis=0)
    return tuple(u.word for u, value in zip(wanted, best, strict=True) if value < COVERED)
