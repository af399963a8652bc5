"""Question + hits -> scored sentence spans, best first, and the words that nothing near covers.

A score is the probability that the sentence answers the question. Every sentence of the hits is
ranked by how well it covers the question's words (`coverage`); the passages of the best are then
read together with the question (`cross_encoder`), where the sentence reader is at hand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.coverage import Covered, Unit, cover, score, units
from qa.cross_encoder import Window
from qa.passages import heading_line
from qa.records import Evidence, SearchHit, Span
from qa.retrieve import Query
from qa.snapshot import Snapshot
from qa.support import Weights
from qa.text import is_question

MOST_MISSING = 3  # words named as missing; more would be a list of the question
COVERED = 0.5  # a word whose best cover is below this is missing from the sentence
READ = 4  # passages that the reader reads
SIMILARITY = 0.5  # weight beside coverage when the passages to be read are chosen

_SIGNPOST = re.compile(r"This (?:page|article|leaflet|section|table|list)\b")

# Question and windows -> for each window (sentences,) probabilities.
Read = Callable[[str, Sequence[Window]], list[NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found near the question."""

    evidence: tuple[Evidence, ...]  # best first, one a sentence
    missing: tuple[str, ...]  # words of the question that no sentence near it covers
    likeness: float  # of the sentence most like the question


@dataclass(frozen=True, slots=True)
class Near:
    """A sentence of a hit and how like the question it is."""

    hit: SearchHit
    covered: Covered
    coverage: float

    @property
    def likeness(self) -> float:
        """Coverage and similarity in one number; passages are chosen for reading by their best."""
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

    @property
    def features(self) -> dict[str, float]:
        """What `Weights` make a rank and a probability of."""
        covers = self.near.covered.with_headings
        return {
            "logit": self.logit or 0.0,
            "coverage": self.near.coverage,
            "similarity": self.near.covered.similarity,
            "weakest": float(covers.min()) if len(covers) else 0.0,
        }


class EvidenceFinder:
    """Scores the sentences of hits against one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        idf: Callable[[str], float],
        weights: Weights,
        read: Read | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._idf = idf
        self._weights = weights
        self._read = read
        self._rows = {p.passage_id: row for row, p in enumerate(snapshot.passages)}

    def find(self, question: str, query: Query, hits: Sequence[SearchHit]) -> Findings:
        """Evidence in the passages of `hits`; `question` is what the reader reads."""
        wanted = units(query, self._idf)
        near = self._all_near(query, wanted, hits)
        judged = self._judged(question, near)
        found = zip(judged, self._weights.chances([j.features for j in judged]), strict=True)
        evidence = [_evidence(j.near, score, wanted) for j, score in found]
        evidence.sort(key=lambda e: (-e.score, e.passage.passage_id, e.span))
        return Findings(
            tuple(evidence),
            _missing(wanted, [n.covered for n in near]),
            max((n.likeness for n in near), default=0.0),
        )

    def judge(self, question: str, query: Query, hits: Sequence[SearchHit]) -> list[Judged]:
        """What probabilities are made of; for fitting the weights."""
        near = self._all_near(query, units(query, self._idf), hits)
        return self._judged(question, near)

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
            if tells(hit.passage.sentences[covered.position].span.of(text))
        ]

    def _judged(self, question: str, near: Sequence[Near]) -> list[Judged]:
        """The sentences of the passages that hold the best ones, in the order of `near`."""
        chosen = list(dict.fromkeys(n.hit.passage.passage_id for n in near))[:READ]
        kept = [n for n in near if n.hit.passage.passage_id in chosen]
        if self._read is None or not kept:
            return [Judged(n, None) for n in kept]
        hits = {n.hit.passage.passage_id: n.hit for n in kept}
        chances = self._read(question, [_window(hits[passage_id]) for passage_id in chosen])
        by_passage = dict(zip(chosen, chances, strict=True))
        return [
            Judged(n, _logit(float(by_passage[n.hit.passage.passage_id][n.covered.position])))
            for n in kept
        ]


def tells(sentence: str) -> bool:
    """Whether it says something of the subject: no question, and not what the page is about."""
    return not is_question(sentence) and not _SIGNPOST.match(sentence)


def _window(hit: SearchHit) -> Window:
    passage, text = hit.passage, hit.document.text
    return Window(
        heading_line(passage, hit.document), tuple(s.span.of(text) for s in passage.sentences)
    )


def _evidence(near: Near, chance: float, wanted: Sequence[Unit]) -> Evidence:
    missing = _missing(wanted, [near.covered])
    return Evidence(near.hit.passage, near.hit.document, near.span, chance, missing)


def _logit(chance: float) -> float:
    return math.log(max(chance, 1e-6) / max(1 - chance, 1e-6))


def _missing(wanted: Sequence[Unit], covered: Sequence[Covered]) -> tuple[str, ...]:
    """Words whose best cover in any of the sentences stays below `COVERED`, in question order."""
    best = np.zeros(len(wanted))
    if covered and wanted:
        best = np.max([c.with_headings for c in covered], axis=0)
    words = (u.word for u, value in zip(wanted, best, strict=True) if value < COVERED)
    return tuple(dict.fromkeys(w for w in words if len(w) > 1 and not w.isdigit()))[:MOST_MISSING]
