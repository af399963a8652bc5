"""The program's stages over one set of documents, each able to rank documents and sentences.

    encoder   cosine of the untrained encoder's embeddings, of passages or of single sentences
    bm25      BM25 over passages, or over single sentences
    hybrid    the two rankings fused (`qa.fuse`)
    words     the same, with the question's spelling mended and its acronyms spelt out
    floor     and sentences judged by late interaction (`qa.coverage`)
    reader    and read together with the question (`qa.cross_encoder`): the whole program

Documents are ranked by their best passage. `floor` and `reader` judge the sentences of the passages
that the program would judge, and fuse the order of the documents' best sentences with the hybrid
order: reciprocal rank fusion once more, equal votes, nothing fitted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.public_index import indexed, moved
from benchmarks.public_set import Question, Right, Set, Text
from qa.acronyms import Acronyms
from qa.dialogue import standalone
from qa.encoder import Encoder
from qa.engine import SCORED, Engine
from qa.evidence import Read, tells
from qa.fuse import reciprocal_rank_fusion
from qa.lexical import LexicalIndex
from qa.records import Hit, Passage, SearchHit, Span, Turn
from qa.retrieve import Query, retrieve
from qa.topics import Topics

STAGES = ("encoder", "bm25", "hybrid", "words", "floor", "reader")
ALONE = "alone"  # for sentences only: the reader's own score, without the weights of qa.support
DEEP = 100  # documents in a ranking
NO_TITLES = Topics.of((), Acronyms({}))  # the sets' subjects are not those of a clinic's articles

Ranked = list[tuple[str, float]]  # record ids with scores, best first


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that might be quoted."""

    record_id: str
    span: Span  # in the document as indexed
    text: str


@dataclass(frozen=True, slots=True)
class Best:
    """The sentence a stage would put first, and its score; higher is surer."""

    record_id: str
    span: Span
    score: float


@dataclass
class Bench:
    """One set's documents, indexed by the program itself, with every stage on top."""

    engine: Engine  # without the sentence reader
    reading: Engine  # with it
    encoder: Encoder
    texts: dict[str, Text]  # as the set has them
    kept: Path  # where sentence embeddings are kept

    def __post_init__(self) -> None:
        snapshot = self.engine.snapshot
        self._record = {d.doc_id: d.record_id or d.source for d in snapshot.documents.values()}
        self._document = {self._record[d.doc_id]: d for d in snapshot.documents.values()}
        self._passages: dict[str, list[Passage]] = {}
        for passage in snapshot.passages:
            self._passages.setdefault(self._record[passage.doc_id], []).append(passage)

    def completed(self, question: Question) -> str:
        """The question as the program understands it after the turns before it."""
        history = [Turn(role, text) for role, text in question.history]
        return standalone(question.text, history, NO_TITLES)

    # ------------------------------------------------------------ documents

    def documents(self, stage: str, text: str) -> Ranked:
        """At most `DEEP` documents, best first."""
        spelt, query = self._query(stage, text)
        snapshot = self.engine.snapshot
        searches: dict[str, Callable[[int], Iterable[tuple[Passage, float]]]] = {
            "encoder": lambda k: [
                (snapshot.passages[row], score)
                for row, score in snapshot.vectors.search(query.embedded.embedding, k)
            ],
            "bm25": lambda k: [
                (snapshot.passages[row], score)
                for row, score in snapshot.lexical.search(query.text, k)
            ],
        }
        fused = lambda k: [  # noqa: E731
            (hit.passage, hit.hit.score) for hit in self._retrieved(query, k)
        ]
        ranked = self._by_document(searches.get(stage, fused))
        if stage not in ("floor", "reader"):
            return ranked
        return self._reranked(stage, spelt, query, [name for name, _ in ranked])

    def _retrieved(self, query: Query, k: int) -> list[SearchHit]:
        return retrieve(query, self.engine.snapshot, self.engine.settings.depth, k)

    def _by_document(self, search: Callable[[int], Iterable[tuple[Passage, float]]]) -> Ranked:
        wanted = 2 * DEEP
        while True:
            found = list(search(wanted))
            best: dict[str, float] = {}
            for passage, score in found:
                best.setdefault(self._record[passage.doc_id], score)
            if len(best) >= DEEP or len(found) < wanted:
                return list(best.items())[:DEEP]
            wanted *= 2

    def _reranked(self, stage: str, spelt: str, query: Query, ranked: list[str]) -> Ranked:
        """The hybrid order fused with that of the best sentences of the documents judged."""
        by_document: dict[str, list[SearchHit]] = {}
        for hit in self._retrieved(query, SCORED):
            by_document.setdefault(self._record[hit.document.doc_id], []).append(hit)
        scores = {
            name: best.score
            for name, hits in by_document.items()
            if (best := self._evidence(stage, spelt, query, hits)) is not None
        }
        judged = sorted(scores, key=lambda name: (-scores[name], ranked.index(name)))
        fused = reciprocal_rank_fusion([ranked, judged], DEEP)
        return [(hit.passage_id, hit.score) for hit in fused]

    # ------------------------------------------------------------ sentences

    def best(self, stage: str, text: str, question: Question) -> Best | None:
        """The sentence that would lead, of the documents that `question` may look in."""
        spelt, query = self._query(stage, text)
        if stage == ALONE:
            return self._read_alone(spelt, query, self._hits(query, question))
        if stage in ("floor", "reader"):
            return self._evidence(stage, spelt, query, self._hits(query, question))
        rows = self._allowed(question)
        scores = self._sentence_scores(stage, query)[rows]
        if not len(scores):
            return None
        at = int(np.argmax(scores))  # the first of equals
        sentence = self._sentences[int(rows[at])]
        return Best(sentence.record_id, sentence.span, float(scores[at]))

    def _hits(self, query: Query, question: Question) -> list[SearchHit]:
        """The passages that are judged: those of the documents named, or the best found."""
        if question.within:
            return [
                SearchHit(Hit(p.passage_id, rank, 0.0), p, self._document[name], None, None)
                for name in question.within
                for rank, p in enumerate(self._passages.get(name, ()), start=1)
            ]
        spare = sum(len(self._passages.get(name, ())) for name in question.without)
        hits = self._retrieved(query, SCORED + spare)
        hidden = set(question.without)
        return [hit for hit in hits if self._record[hit.document.doc_id] not in hidden][:SCORED]

    def _evidence(
        self, stage: str, spelt: str, query: Query, hits: Sequence[SearchHit]
    ) -> Best | None:
        engine = self.reading if stage == "reader" else self.engine
        found = engine.evidence.find(spelt, query, hits).evidence
        if not found:
            return None
        return Best(self._record[found[0].document.doc_id], found[0].span, found[0].score)

    def _read_alone(self, spelt: str, query: Query, hits: Sequence[SearchHit]) -> Best | None:
        """The sentence that the reader by itself is surest of, among those that it reads."""
        judged = self.reading.evidence.judge(spelt, query, hits)
        best = max(judged, key=lambda j: j.logit or 0.0, default=None)
        if best is None:
            return None
        name = self._record[best.near.hit.document.doc_id]
        return Best(name, best.near.span, best.logit or 0.0)

    def _query(self, stage: str, text: str) -> tuple[str, Query]:
        """As typed for the parts and their fusion; then as the program searches for it."""
        if stage in ("encoder", "bm25", "hybrid"):
            return text, Query.of(text, self.encoder)
        return self.engine.searchable(text)

    @cached_property
    def _sentences(self) -> list[Sentence]:
        """All that the program might quote."""
        return [
            Sentence(name, sentence.span, text)
            for name, passages in self._passages.items()
            for passage in passages
            for sentence in passage.sentences
            if tells(text := sentence.span.of(self._document[name].text))
        ]

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, sentence in enumerate(self._sentences):
            rows.setdefault(sentence.record_id, []).append(row)
        return rows

    def _allowed(self, question: Question) -> NDArray[np.int64]:
        if question.within:
            rows = [row for name in question.within for row in self._rows.get(name, ())]
            return np.array(rows, np.int64)
        allowed = np.ones(len(self._sentences), bool)
        for name in question.without:
            allowed[self._rows.get(name, [])] = False
        return np.flatnonzero(allowed)

    @cached_property
    def _embeddings(self) -> NDArray[np.float32]:
        texts = [s.text for s in self._sentences]
        key = hashlib.sha256(json.dumps([self.encoder.digest, texts]).encode()).hexdigest()[:16]
        path = self.kept / f"sentences-{key}-{self.encoder.arithmetic}.npy"
        if not path.is_file():
            np.save(path, self.encoder.encode(texts), allow_pickle=False)
        made: NDArray[np.float32] = np.load(path, allow_pickle=False)
        return made

    @cached_property
    def _lexical(self) -> LexicalIndex:
        return LexicalIndex.build([s.text for s in self._sentences])

    def _sentence_scores(self, stage: str, query: Query) -> NDArray[np.float64]:
        """(sentences,): cosine, BM25, or what their two rankings of all sentences fuse to."""
        cosine = (self._embeddings @ query.embedded.embedding).astype(np.float64)
        if stage == "encoder":
            return cosine
        bm25 = np.zeros(len(cosine))
        for row, score in self._lexical.search(query.text, len(cosine)):
            bm25[row] = score
        if stage == "bm25":
            return bm25
        names = [str(row) for row in range(len(cosine))]
        dense = [names[row] for row in np.argsort(-cosine, kind="stable")]
        matching = [names[row] for row in np.argsort(-bm25, kind="stable") if bm25[row] > 0]
        fused = np.zeros(len(cosine))
        for hit in reciprocal_rank_fusion([dense, matching], len(names)):
            fused[int(hit.passage_id)] = hit.score
        return fused

    def is_right(self, best: Best | None, right: Iterable[Right]) -> bool:
        """Whether the sentence shares a code point with an answer."""
        if best is None:
            return False
        for answer in right:
            if answer.record_id != best.record_id:
                continue
            raw = self.texts[answer.record_id].text
            place = moved(raw, self._document[answer.record_id].text, answer.start, answer.end)
            if place is not None and place.overlaps(best.span):
                return True
        return False


def open_bench(chosen: Set, folder: Path, encoder: Encoder, read: Read | None) -> Bench:
    """Indexes the set's documents below `folder`, unless that is done already."""
    engine = Engine.open(indexed(chosen.documents, folder, encoder), encoder, reads=False)
    texts = {text.record_id: text for text in chosen.documents}
    reading = Engine(engine.settings, engine.snapshot, encoder, read)
    return Bench(engine, reading, encoder, texts, folder)
