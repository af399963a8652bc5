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
from qa.records import Evidence, Passage, SearchHit, Span
from qa.retrieve import Query
from qa.snapshot import Snapshot
from qa.text import is_question

COVERED = 0.5  # a word whose best cover is below this is missing from the sentence
READ = 16  # sentences that the reader reads: see benchmarks/evidence.md
SIMILARITY = 0.5  # weight beside coverage when the sentences to be read are chosen
# Fitted on *tune* by benchmarks/fit_support.py: bias, best logit, own logit, likeness.
READ_WEIGHTS = (-6.0, 0.5, 0.3, 4.0)
UNREAD = (-8.0, 9.0)  # the same without the reader: bias, likeness

Read = Callable[[str, Sequence[Candidate]], NDArray[np.float32]]  # (n,) probabilities


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found near the question."""

    evidence: tuple[Evidence, ...]  # best first, one a sentence
    missing: tuple[str, ...]  # words of the question that no sentence near it covers
    coverage: float  # the best coverage of any sentence, 0 to 1


@dataclass(frozen=True, slots=True)
class Near:
    """A sentence of a hit and how like the question it is."""

    hit: SearchHit
    covered: Covered
    coverage: float

    @property
    def likeness(self) -> float:
        """Coverage and similarity in one number; sentences are chosen for reading by it."""
        return round(self.coverage + SIMILARITY * self.covered.similarity, 6)

    @property
    def order(self) -> tuple[float, str, int]:
        """Best first, then by passage and place: a total order."""
        return (-self.likeness, self.hit.passage.passage_id, self.covered.position)

    @property
    def span(self) -> Span:
        """Where the sentence stands."""
        return self.hit.passage.sentences[self.covered.position].span


@dataclass(frozen=True, slots=True)
class Judged:
    """A near sentence and the reader's logit; None where nothing reads."""

    near: Near
    logit: float | None


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
        near = self._all_near(query, wanted, hits)
        judged = self._judged(question, near[:READ])
        found = zip(judged, supports(judged), strict=True)
        evidence = [_evidence(j.near, score, wanted) for j, score in found]
        evidence.sort(key=lambda e: (-e.score, e.passage.passage_id, e.span))
        return Findings(
            tuple(evidence),
            _missing(wanted, [n.covered for n in near]),
            max((n.coverage for n in near), default=0.0),
        )

    def judge(self, question: str, query: Query, hits: Sequence[SearchHit]) -> list[Judged]:
        """What `supports` makes probabilities of; for fitting its weights."""
        near = self._all_near(query, units(query, self._idf), hits)
        return self._judged(question, near[:READ])

    def _all_near(
        self, query: Query, wanted: Sequence[Unit], hits: Sequence[SearchHit]
    ) -> list[Near]:
        near = (n for hit in hits for n in self._near(query, wanted, hit))
        return sorted(near, key=lambda n: n.order)

    def _near(self, query: Query, wanted: Sequence[Unit], hit: SearchHit) -> list[Near]:
        row = self._rows[hit.passage.passage_id]
        text = hit.document.text
        return [
            Near(hit, covered, score(wanted, covered.with_headings))
            for covered in cover(query, wanted, hit.passage, row, self._snapshot.tokens)
            if not is_question(hit.passage.sentences[covered.position].span.of(text))
        ]

    def _judged(self, question: str, near: Sequence[Near]) -> list[Judged]:
        if self._read is None or not near:
            return [Judged(n, None) for n in near]
        chances = self._read(question, [_candidate(n) for n in near])
        return [Judged(n, _logit(float(p))) for n, p in zip(near, chances, strict=True)]


def _candidate(near: Near) -> Candidate:
    """The sentence with its neighbours in the passage; a list item has its lead-in before it."""
    passage, document, at = near.hit.passage, near.hit.document, near.covered.position
    sentence = passage.sentences[at]
    before = sentence.lead_in.of(document.text) if sentence.lead_in else _text(near, at - 1)
    return Candidate(heading_line(passage, document), before, _text(near, at), _text(near, at + 1))


def _text(near: Near, position: int) -> str:
    passage: Passage = near.hit.passage
    if not 0 <= position < len(passage.sentences):
        return ""
    return passage.sentences[position].span.of(near.hit.document.text)


def _evidence(near: Near, chance: float, wanted: Sequence[Unit]) -> Evidence:
    missing = _missing(wanted, [near.covered])
    return Evidence(near.hit.passage, near.hit.document, near.span, chance, missing)


def supports(judged: Sequence[Judged]) -> list[float]:
    """For each sentence the probability that it answers.

    Logistic in the reader's best logit (does anything here answer?), the sentence's own logit and
    its likeness to the question (which one does?). Weights: benchmarks/fit_support.py.
    """
    logits = [j.logit for j in judged if j.logit is not None]
    if len(logits) < len(judged):
        return [_sigmoid(UNREAD[0] + UNREAD[1] * j.near.likeness) for j in judged]
    best = max(logits, default=0.0)
    bias, for_best, for_own, for_likeness = READ_WEIGHTS
    return [
        _sigmoid(bias + for_best * best + for_own * own + for_likeness * j.near.likeness)
        for j, own in zip(judged, logits, strict=True)
    ]


def _logit(chance: float) -> float:
    return math.log(max(chance, 1e-6) / max(1 - chance, 1e-6))


def _sigmoid(x: float) -> float:
    return round(1 / (1 + math.exp(-x)), 4)


def _missing(wanted: Sequence[Unit], covered: Sequence[Covered]) -> tuple[str, ...]:
    """Words whose best cover in any of the sentences stays below `COVERED`, in question order."""
    if not covered or not wanted:
        return tuple(unit.word for unit in wanted)
    best = np.max([c.with_headings for c in covered], axis=0)
    return tuple(u.word for u, value in zip(wanted, best, strict=True) if value < COVERED)
