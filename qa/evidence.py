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

from qa.asked import Asked, Mismatch, mismatch, understood
from qa.coverage import Covered, Unit, cover, score, units
from qa.cross_encoder import Window
from qa.missing import name_missing
from qa.named import Names
from qa.passages import heading_line
from qa.quoting import quotable_span
from qa.records import BlockKind, Evidence, SearchHit, Sentence, Span
from qa.retrieve import Query
from qa.snapshot import Snapshot
from qa.support import Weights
from qa.text import is_question

READ = 4  # passages that the reader reads
SIMILARITY = 0.5  # weight beside coverage when the passages to be read are chosen

_SIGNPOST = re.compile(r"This (?:page|article|leaflet|section|table|list)\b")

# Question and windows -> for each window (sentences,) probabilities.
Read = Callable[[str, Sequence[Window]], list[NDArray[np.float32]]]


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
class Scored:
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


@dataclass(frozen=True, slots=True)
class Weighed:
    """A judged sentence, what it is worth, and why its quote cannot answer where it cannot."""

    scored: Scored
    evidence: Evidence
    mismatch: Mismatch | None  # its score is then 0

    @property
    def order(self) -> tuple[float, str, Span]:
        """Best first, then by passage and place: a total order."""
        return (-self.evidence.score, self.evidence.passage.passage_id, self.evidence.span)


@dataclass(frozen=True, slots=True)
class Working:
    """How the findings came about."""

    asked: Asked
    weighed: tuple[Weighed, ...]  # the sentences of the passages that were read, best first
    near: tuple[Near, ...]  # those of every hit, most alike first


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found near the question."""

    evidence: tuple[Evidence, ...]  # best first, one a sentence
    missing: tuple[str, ...]  # words of the question that no sentence near it covers
    likeness: float  # of the sentence most like the question
    working: Working | None = None


class EvidenceFinder:
    """Scores the sentences of hits against one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        idf: Callable[[str], float],
        weights: Weights,
        names: Names,
        read: Read | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._idf = idf
        self._weights = weights
        self._names = names
        self._read = read
        self._rows = {p.passage_id: row for row, p in enumerate(snapshot.passages)}

    def find(self, question: str, query: Query, hits: Sequence[SearchHit]) -> Findings:
        """Evidence in the passages of `hits`; `question` is what the reader reads."""
        wanted = units(query, self._idf)
        near = self._all_near(query, wanted, hits)
        asked = understood(question, self._names)
        judged = [(j, self._mismatch(asked, j.near)) for j in self._judged(question, near)]
        fitting = [j.features for j, ruled_out in judged if ruled_out is None]
        chances = iter(self._weights.chances(fitting))
        weighed = [
            Weighed(j, _evidence(j.near, 0.0 if ruled_out else next(chances)), ruled_out)
            for j, ruled_out in judged
        ]
        weighed.sort(key=lambda w: w.order)
        return Findings(
            tuple(w.evidence for w in weighed),
            _missing(question, wanted, near),
            max((n.likeness for n in near), default=0.0),
            Working(asked, tuple(weighed), tuple(near)),
        )

    def judge(self, question: str, query: Query, hits: Sequence[SearchHit]) -> list[Scored]:
        """What probabilities are made of; for fitting the weights."""
        near = self.near(query, hits)
        asked = understood(question, self._names)
        return [j for j in self._judged(question, near) if self._mismatch(asked, j.near) is None]

    def to_read(self, query: Query, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits whose passages the reader reads, those with the likest sentence first."""
        return _holders(self.near(query, hits))

    def near(self, query: Query, hits: Sequence[SearchHit]) -> list[Near]:
        """The sentences of the hits, those most like the question first; nothing is read."""
        return self._all_near(query, units(query, self._idf), hits)

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
            and not _is_table_head(hit.passage.sentences, covered.position)
        ]

    def _mismatch(self, asked: Asked, near: Near) -> Mismatch | None:
        """Why its quote is not about whom, what or how much the question asks; None where it is."""
        passage, document = near.hit.passage, near.hit.document
        quote = quotable_span(document, passage, near.span).of(document.text)
        context = heading_line(passage, document)
        population = document.metadata.population
        return mismatch(asked, quote, context, population, self._names)

    def _judged(self, question: str, near: Sequence[Near]) -> list[Scored]:
        """The sentences of the passages that hold the best ones, in the order of `near`."""
        hits = _holders(near)
        chosen = [hit.passage.passage_id for hit in hits]
        kept = [n for n in near if n.hit.passage.passage_id in chosen]
        if self._read is None or not kept:
            return [Scored(n, None) for n in kept]
        chances = self._read(question, [_window(hit) for hit in hits])
        by_passage = dict(zip(chosen, chances, strict=True))
        return [
            Scored(n, _logit(float(by_passage[n.hit.passage.passage_id][n.covered.position])))
            for n in kept
        ]


def _holders(near: Sequence[Near]) -> list[SearchHit]:
    hits = {n.hit.passage.passage_id: n.hit for n in reversed(near)}
    return [hits[i] for i in list(dict.fromkeys(n.hit.passage.passage_id for n in near))[:READ]]


def tells(sentence: str) -> bool:
    """Whether it says something of the subject: no question, and not what the page is about."""
    return not is_question(sentence) and not _SIGNPOST.match(sentence)


def _is_table_head(row: Sequence[Sentence], position: int) -> bool:
    """The names of a table's columns say nothing of the subject."""
    own = row[position]
    return own.kind is BlockKind.TABLE_ROW and any(other.lead_in == own.span for other in row)


def _window(hit: SearchHit) -> Window:
    passage, text = hit.passage, hit.document.text
    return Window(
        heading_line(passage, hit.document), tuple(s.span.of(text) for s in passage.sentences)
    )


def _evidence(near: Near, chance: float) -> Evidence:
    return Evidence(near.hit.passage, near.hit.document, near.span, chance)


def _logit(chance: float) -> float:
    return math.log(max(chance, 1e-6) / max(1 - chance, 1e-6))


def _missing(question: str, wanted: Sequence[Unit], near: Sequence[Near]) -> tuple[str, ...]:
    """Words of the question that no sentence near it covers, in question order, as typed."""
    best = np.zeros(len(wanted))
    if near and wanted:
        best = np.max([n.covered.with_headings for n in near], axis=0)
    covers = [(unit.word, float(cover)) for unit, cover in zip(wanted, best, strict=True)]
    texts = [n.span.of(n.hit.document.text) for n in near]
    heads = dict.fromkeys(heading_line(n.hit.passage, n.hit.document) for n in near)
    return name_missing(question, covers, [*texts, *heads])
