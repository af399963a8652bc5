"""The one obvious entry point: `Engine.open(settings).ask(message, history)`.

An engine is immutable after `open`; a new snapshot means a new engine.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa.answer import compose
from qa.articles import is_overdue
from qa.config import Settings
from qa.encoder import Encoder, TextEmbedding, open_encoder
from qa.errors import EncoderUnavailable, where
from qa.evidence import EvidenceFinder, Findings, Read, Scored
from qa.help_lines import open_help
from qa.named import reviewed_names
from qa.records import Answer, Document, Reason, SearchHit, Status, Turn
from qa.retrieve import Query, retrieve
from qa.safety import Detector, Need, Notices, Reading
from qa.sentence_reader import open_reader
from qa.snapshot import Snapshot, open_snapshot
from qa.sought import Sought, Wording
from qa.statuses import as_set_now
from qa.text import words

logger = logging.getLogger(__name__)

WITH_HELP = ("emergency_symptoms",)  # notices that may stand below the help card alone
SCORED = 20  # passages whose sentences are compared with the question


@dataclass(frozen=True, slots=True)
class Found:
    """How a question was searched for, and what came of it."""

    spelt: str  # the complete question with its slips mended
    query: Query
    hits: tuple[SearchHit, ...]  # those whose sentences were compared with the question
    findings: Findings


@dataclass(frozen=True, slots=True)
class Worked:
    """An answer and what it was made from; `found` is None where nothing was searched."""

    answer: Answer
    reading: Reading
    found: Found | None = None


class Engine:
    """Answers from one snapshot with one encoder. Safe to use from several threads."""

    def __init__(
        self, settings: Settings, snapshot: Snapshot, encoder: Encoder, read: Read | None = None
    ) -> None:
        self.settings = settings
        self.snapshot = snapshot
        self._encoder = encoder
        self.safety = Detector(encoder)
        self.notices = Notices(encoder)
        self._help = open_help(settings)
        documents = [d for d in snapshot.documents.values() if not d.is_withdrawn]
        self._wording = Wording(documents, encoder)
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
        snapshot = snapshot.with_documents(as_set_now(settings.index, snapshot.documents))
        encoder = encoder or open_encoder(settings, snapshot.arithmetic)
        check_encoder(snapshot, encoder)
        return cls(settings, snapshot, encoder, open_read(settings) if reads else None)

    def with_documents(self, documents: Mapping[str, Document]) -> Engine:
        """The same with other metadata, made at once: what guesses at words is left as it is."""
        changed = copy.copy(self)
        changed.snapshot = self.snapshot.with_documents(documents)
        return changed

    def ask(self, message: str, history: Sequence[Turn] = ()) -> Answer:
        """Quotes that answer the message, or none with a reason; crisis help before all else."""
        return self.work(message, history).answer

    def work(self, message: str, history: Sequence[Turn] = ()) -> Worked:
        """What `ask` gives, with the steps that led there."""
        made: dict[str, TextEmbedding] = {}
        sought = self._ahead(message, history)
        reading = self._read(message, history, made, sought)
        if reading.need is Need.CRISIS:
            return Worked(self._first_help(message, reading, made), reading)
        if reading.need is Need.NONE:
            answer, found = self._answer(message, history, made, sought)
            return Worked(self._noticed(answer, reading, made), reading, found)
        try:
            answer, found = self._answer(message, history, made, sought)
        except Exception as problem:  # the help that was due is given all the same
            logger.error("a message could not be answered: %s", where(problem))
            return Worked(self._first_help(message, reading, made), reading)
        helped = replace(self._noticed(answer, reading, made), crisis=self._help.card())
        return Worked(helped, reading, found)

    def _ahead(self, message: str, history: Sequence[Turn]) -> Sought | None:
        """What will be searched for; none where that fails: answering then meets it again."""
        if self._unanswerable(message):
            return None
        try:
            return self._wording.sought(message, history)
        except Exception:
            return None

    def _read(
        self,
        message: str,
        history: Sequence[Turn],
        made: dict[str, TextEmbedding],
        sought: Sought | None = None,
    ) -> Reading:
        """What the detector says; where it fails, help is shown and the message is answered.

        The embeddings of the message and of what will be searched for are made in one call and
        put into `made`.
        """
        try:
            if words(message):
                texts = list(dict.fromkeys([message, *([sought.expanded.text] if sought else [])]))
                made.update(zip(texts, self._encoder.embed(texts), strict=True))
            return self.safety.read(message, history, made.get(message))
        except Exception as problem:  # never without help, and never with the text in the log
            logger.error("the crisis detector failed, help is shown: %s", where(problem))
            return Reading(Need.DOUBTFUL)

    def _first_help(
        self, message: str, reading: Reading, made: Mapping[str, TextEmbedding]
    ) -> Answer:
        """The help card, nothing quoted; the other question of the message can be asked next."""
        answer = Answer(
            message,
            message,
            Status.CRISIS,
            self.snapshot.snapshot_id,
            crisis=self._help.card(),
            choices=reading.rest,
        )
        noticed = self._noticed(answer, reading, made)
        return replace(noticed, notices=tuple(n for n in noticed.notices if n in WITH_HELP))

    def _noticed(
        self, answer: Answer, reading: Reading, made: Mapping[str, TextEmbedding]
    ) -> Answer:
        """With the fixed notices that the message calls for before those of the sources."""
        try:
            found = self.notices.read(answer.question, made.get(answer.question))
        except Exception as problem:
            logger.error("the notices failed: %s", where(problem))
            found = ()
        pointer = ("help_line",) if reading.pointer else ()
        return replace(
            answer,
            notices=found + pointer + answer.notices,
            emergency=self._help.emergency_words() if "emergency_symptoms" in found else "",
        )

    def _answer(
        self,
        message: str,
        history: Sequence[Turn],
        made: Mapping[str, TextEmbedding],
        sought: Sought | None,
    ) -> tuple[Answer, Found | None]:
        """Quotes or a reason, without regard to what help the message calls for."""
        reason = self._unanswerable(message)
        if reason:
            return self._without_quotes(message, reason), None
        sought = sought or self._wording.sought(message, history)
        question = sought.question
        if question == message and (vague := self._too_vague(message)):
            return vague, None
        query = sought.query(self._encoder, made)
        hits = retrieve(query, self.snapshot, self.settings.depth, SCORED)
        findings = self.evidence.find(sought.spelt, query, hits)
        answer = compose(
            message,
            question,
            findings,
            self.minimum_support,
            self.snapshot.snapshot_id,
            spelt=sought.spelt,
        )
        whole = replace(
            answer,
            notices=_source_notices(answer, date.today()),
            changes=sought.completed or query.changes,
        )
        return whole, Found(sought.spelt, query, tuple(hits), findings)

    def judged(self, message: str, history: Sequence[Turn] = ()) -> list[Scored]:
        """The sentences that would be weighed, with their features; for fitting the weights."""
        sought = self._wording.sought(message, history)
        query = sought.query(self._encoder)
        hits = retrieve(query, self.snapshot, self.settings.depth, SCORED)
        return self.evidence.judge(sought.spelt, query, hits)

    def search(self, question: str, k: int = 10) -> list[SearchHit]:
        """At most `k` passages, best first."""
        _, query = self.searchable(question)
        return retrieve(query, self.snapshot, self.settings.depth, k)

    def searchable(
        self, question: str, made: Mapping[str, TextEmbedding] | None = None
    ) -> tuple[str, Query]:
        """The question with its spelling mended, and the query with other names of its phrases.

        `made` holds embeddings that need not be made again, by text.
        """
        sought = self._wording.sought(question)
        return sought.spelt, sought.query(self._encoder, made)

    def _unanswerable(self, message: str) -> Reason | None:
        if not words(message):
            return Reason.EMPTY
        if len(message) > self.settings.max_question_chars:
            return Reason.TOO_LONG
        return None

    def _too_vague(self, message: str) -> Answer | None:
        asked = self._wording.ask_back(message)
        if asked is None:
            return None
        plain = self._without_quotes(message, Reason.TOO_VAGUE)
        return replace(plain, asks_back=asked[0], choices=asked[1])

    def _without_quotes(self, message: str, reason: Reason) -> Answer:
        return Answer(
            message,
            message,
            Status.NOT_FOUND,
            self.snapshot.snapshot_id,
            reason=reason,
        )


def open_read(settings: Settings) -> Read | None:
    """What reads sentences; None where the settings have it off. Raises ReaderUnavailable."""
    return None if settings.reader == "off" else open_reader(settings).score


def check_encoder(snapshot: Snapshot, encoder: Encoder) -> None:
    """Raises EncoderUnavailable where the snapshot was made with another one."""
    if encoder.digest != snapshot.encoder_digest:
        raise EncoderUnavailable(
            f"the index was built with {snapshot.encoder_name}, not with {encoder.name}. "
            "Build it anew with: python -m qa build, or set QA_MODEL back."
        )


def check_arithmetic(snapshot: Snapshot, encoder: Encoder) -> None:
    """Raises EncoderUnavailable where the encoder's last bits are not those of the snapshot."""
    if snapshot.arithmetic != encoder.arithmetic:
        raise EncoderUnavailable(
            f"snapshot {snapshot.snapshot_id} was made with {snapshot.arithmetic}, and this "
            f"process runs {encoder.arithmetic}. Start it again."
        )


def _source_notices(answer: Answer, today: date) -> tuple[str, ...]:
    overdue = any(is_overdue(quote.document, today) for quote in answer.quotes)
    return ("overdue_source",) if overdue else ()
