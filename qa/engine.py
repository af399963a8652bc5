"""The one obvious entry point: `Engine.open(settings).ask(message, history)`.

An engine is immutable after `open`; a new snapshot means a new engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.acronyms import Acronyms
from qa.answer import compose
from qa.config import Settings
from qa.cross_encoder import SentenceReader
from qa.dialogue import Topics, standalone
from qa.encoder import Encoder, open_encoder
from qa.evidence import EvidenceFinder, Read
from qa.records import Answer, Crisis, Reason, SearchHit, Status, Turn
from qa.retrieve import Query, retrieve
from qa.safety import crisis, notices
from qa.snapshot import Snapshot, open_snapshot
from qa.spelling import Speller
from qa.text import STOPWORDS, fold, words

READ = 20  # passages whose sentences are scored


class Engine:
    """Answers from one snapshot with one encoder. Safe to use from several threads."""

    def __init__(
        self, settings: Settings, snapshot: Snapshot, encoder: Encoder, read: Read | None = None
    ) -> None:
        self.settings = settings
        self.snapshot = snapshot
        self._encoder = encoder
        documents = [d for d in snapshot.documents.values() if d.metadata.status != "withdrawn"]
        texts = [text for d in documents for text in (d.metadata.title, d.text)]
        one = encoder.count_tokens("a")
        self._acronyms = Acronyms.find(texts)
        self._speller = Speller(texts, lambda word: encoder.count_tokens(word) <= one)
        self._topics = Topics.of(documents, self._acronyms)
        self._evidence = EvidenceFinder(snapshot, snapshot.lexical.idf, read)

    @classmethod
    def open(cls, settings: Settings, encoder: Encoder | None = None) -> Engine:
        """Opens the live snapshot; raises QAError saying what is missing or damaged."""
        snapshot = open_snapshot(settings.index)
        encoder = encoder or open_encoder(settings, snapshot.arithmetic)
        read = None if settings.reader == "off" else SentenceReader.open(settings).score
        return cls(settings, snapshot, encoder, read)

    def ask(self, message: str, history: Sequence[Turn] = ()) -> Answer:
        """Quotes that answer the message, or none with a reason; crisis help before all else."""
        help_card = crisis(message)
        if help_card:
            return self._without_quotes(message, Status.CRISIS, None, help_card)
        reason = self._unanswerable(message, history)
        if reason:
            return self._without_quotes(message, Status.NOT_FOUND, reason)
        question = standalone(message, history, self._topics)
        spelt = self._speller.correct(question)
        query = self._query(spelt)
        hits = retrieve(query, self.snapshot, self.settings.depth, READ)
        findings = self._evidence.find(spelt, query, hits)
        answer = compose(
            message,
            question,
            findings,
            self.settings.minimum_support,
            self.snapshot.snapshot_id,
        )
        return replace(answer, notices=notices(message))

    def search(self, question: str, k: int = 10) -> list[SearchHit]:
        """At most `k` passages, best first."""
        spelt = self._speller.correct(question)
        return retrieve(self._query(spelt), self.snapshot, self.settings.depth, k)

    def _query(self, spelt: str) -> Query:
        return Query.of(self._acronyms.expand(spelt), self._encoder)

    def _unanswerable(self, message: str, history: Sequence[Turn]) -> Reason | None:
        if not words(message):
            return Reason.EMPTY
        if len(message) > self.settings.max_question_chars:
            return Reason.TOO_LONG
        content = [w for w in words(message) if fold(w.of(message)) not in STOPWORDS]
        return None if content or history else Reason.TOO_VAGUE

    def _without_quotes(
        self, message: str, status: Status, reason: Reason | None, help_card: Crisis | None = None
    ) -> Answer:
        return Answer(
            message,
            message,
            status,
            self.snapshot.snapshot_id,
            reason=reason,
            notices=notices(message),
            crisis=help_card,
        )
