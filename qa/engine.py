"""The one obvious entry point: `Engine.open(settings).ask(message, history)`.

An engine is immutable after `open`; a new snapshot means a new engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.acronyms import Acronyms
from qa.answer import compose
from qa.articles import is_overdue
from qa.config import Settings
from qa.dialogue import standalone
from qa.encoder import Encoder, open_encoder
from qa.errors import EncoderUnavailable
from qa.evidence import EvidenceFinder, Judged, Read
from qa.named import reviewed_names
from qa.other_names import OtherNames
from qa.records import Answer, Change, Crisis, Reason, SearchHit, Status, Turn
from qa.retrieve import Query, retrieve
from qa.safety import crisis, notices
from qa.sentence_reader import open_reader
from qa.snapshot import Snapshot, open_snapshot
from qa.spelling import Speller
from qa.text import words
from qa.topics import Topics
from qa.vague import Guide
from qa.wordlists import everyday, medicines

SCORED = 20  # passages whose sentences are compared with the question


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
        self._names = OtherNames.of(everyday(), self._acronyms.entries(), self._speller.vocabulary)
        self._topics = Topics.of(documents, self._acronyms, medicines())
        self._guide = Guide.of(documents, self._topics)
        weights = snapshot.support.read if read else snapshot.support.unread
        chosen = settings.minimum_support
        self.minimum_support = weights.threshold if chosen is None else chosen
        self.evidence = EvidenceFinder(
            snapshot, snapshot.lexical.idf, weights, reviewed_names(), read
        )

    @classmethod
    def open(
        cls, settings: Settings, encoder: Encoder | None = None, *, reads: bool = True
    ) -> Engine:
        """Opens the live snapshot; raises QAError saying what is missing or damaged.

        Without `reads` the sentence reader stays closed: searching does not need it.
        """
        snapshot = open_snapshot(settings.index)
        encoder = encoder or open_encoder(settings, snapshot.arithmetic)
        if encoder.digest != snapshot.encoder_digest:
            raise EncoderUnavailable(
                f"the index was built with {snapshot.encoder_name}, not with {encoder.name}. "
                "Build it anew with: python -m qa build, or set QA_MODEL back."
            )
        reads = reads and settings.reader != "off"
        return cls(settings, snapshot, encoder, open_reader(settings).score if reads else None)

    def ask(self, message: str, history: Sequence[Turn] = ()) -> Answer:
        """Quotes that answer the message, or none with a reason; crisis help before all else."""
        help_card = crisis(message)
        if help_card:
            return self._without_quotes(message, Status.CRISIS, None, help_card)
        reason = self._unanswerable(message)
        if reason:
            return self._without_quotes(message, Status.NOT_FOUND, reason)
        question, changes = self._complete(message, history)
        if question == message and (vague := self._too_vague(message)):
            return vague
        spelt, query, hits = self._found(question)
        findings = self.evidence.find(spelt, query, hits)
        answer = compose(
            message,
            question,
            findings,
            self.minimum_support,
            self.snapshot.snapshot_id,
            spelt=spelt,
        )
        return replace(
            answer,
            notices=notices(message) + _source_notices(answer, date.today()),
            changes=changes or query.changes,
        )

    def judged(self, message: str, history: Sequence[Turn] = ()) -> list[Judged]:
        """The sentences that would be weighed, with their features; for fitting the weights."""
        return self.evidence.judge(*self._found(self._complete(message, history)[0]))

    def _complete(self, message: str, history: Sequence[Turn]) -> tuple[str, tuple[Change, ...]]:
        """The message made whole from the history, and the slips mended in order to read it."""
        if not history:
            return message, ()
        mended = self._speller.mend(message)
        question = standalone(mended.text, history, self._topics)
        return (message, ()) if question == mended.text else (question, mended.changes)

    def _found(self, question: str) -> tuple[str, Query, list[SearchHit]]:
        spelt, query = self.searchable(question)
        return spelt, query, retrieve(query, self.snapshot, self.settings.depth, SCORED)

    def search(self, question: str, k: int = 10) -> list[SearchHit]:
        """At most `k` passages, best first."""
        _, query = self.searchable(question)
        return retrieve(query, self.snapshot, self.settings.depth, k)

    def searchable(self, question: str) -> tuple[str, Query]:
        """The question with its spelling mended, and the query with other names of its phrases."""
        mended = self._speller.mend(self._acronyms.undotted(question))
        expanded = self._names.expand(mended.text)
        return mended.text, Query.of(expanded, self._encoder, mended.changes)

    def _unanswerable(self, message: str) -> Reason | None:
        if not words(message):
            return Reason.EMPTY
        if len(message) > self.settings.max_question_chars:
            return Reason.TOO_LONG
        return None

    def _too_vague(self, message: str) -> Answer | None:
        """What to ask back where the message, spelling aside, says too little."""
        asked = self._guide.ask_back(self._speller.mend(message).text)
        if asked is None:
            return None
        plain = self._without_quotes(message, Status.NOT_FOUND, Reason.TOO_VAGUE)
        return replace(plain, asks_back=asked[0], choices=asked[1])

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


def _source_notices(answer: Answer, today: date) -> tuple[str, ...]:
    overdue = any(is_overdue(quote.document, today) for quote in answer.quotes)
    return ("overdue_source",) if overdue else ()
