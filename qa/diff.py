"""Two snapshots + golden questions -> what changes for each question, and for better or worse.

Both are asked as patients would ask the live one, with the statuses that are set now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qa.config import Settings
from qa.encoder import Encoder, open_encoder
from qa.engine import Engine, check_arithmetic, check_encoder, open_read
from qa.errors import EncoderUnavailable, QAError, SnapshotMissing
from qa.golden import GoldenQuestion, Verdict, collapsed, judge, read_golden
from qa.progress import Progress
from qa.records import Answer, Quote, Status
from qa.reworded import Reworded, reworded
from qa.snapshot import Snapshot, current_id, open_snapshot, resolve_id, snapshot_ids
from qa.statuses import as_set_now


class AnswerChange(StrEnum):
    """What a reader would notice, most telling first."""

    NOW_SILENT = "now silent"
    NOW_ANSWERED = "now answered"
    WORSE = "worse"
    BETTER = "better"
    OTHER_QUOTE = "other quote"  # neither better nor worse by the golden answers
    QUOTE_MOVED = "quote moved"  # the same words from another article, section or page
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Side:
    """What one snapshot answers, and what that is worth."""

    answer: Answer
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Compared:
    """One golden question, asked of both."""

    question: GoldenQuestion
    before: Side
    after: Side
    change: AnswerChange

    @property
    def lost(self) -> bool:
        """Whether the answer is worth less than before."""
        return self.after.verdict.worth < self.before.verdict.worth

    @property
    def gained(self) -> bool:
        """Whether the answer is worth more than before."""
        return self.after.verdict.worth > self.before.verdict.worth


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every golden question, in the order of the file."""

    before: str  # snapshot ids
    after: str
    rows: tuple[Compared, ...]
    reworded: tuple[Reworded, ...] = ()  # questions none of whose listed answers stands there now

    @property
    def unlisted(self) -> tuple[str, ...]:
        """The ids of these questions."""
        return tuple(one.question_id for one in self.reworded)

    @property
    def lost(self) -> tuple[Compared, ...]:
        """The questions whose answer is worth less than before."""
        return tuple(row for row in self.rows if row.lost)

    @property
    def gained(self) -> tuple[Compared, ...]:
        """The questions whose answer is worth more than before."""
        return tuple(row for row in self.rows if row.gained)

    def count(self, change: AnswerChange) -> int:
        """How many questions changed in that way."""
        return sum(row.change is change for row in self.rows)


def wanted_questions(settings: Settings) -> list[GoldenQuestion]:
    """The golden questions. Raises QAError saying where they would have to be."""
    questions = read_golden(settings.golden)
    if not questions:
        raise QAError(
            f"there are no golden questions in {settings.golden}. Write some (one JSON object a "
            "line, see docs/check.md) or name their file or folder with QA_GOLDEN."
        )
    return questions


def compare(
    before: Engine, after: Engine, questions: Sequence[GoldenQuestion], progress: Progress
) -> Comparison:
    """Asks both engines every question."""
    progress.start("Asking golden questions", len(questions))
    rows = []
    for done, question in enumerate(questions, start=1):
        rows.append(_compared(question, _side(question, before), _side(question, after)))
        progress.reach(done)
    progress.finish()
    return Comparison(
        before=before.snapshot.snapshot_id,
        after=after.snapshot.snapshot_id,
        rows=tuple(rows),
        reworded=reworded(questions, after.snapshot.documents.values()),
    )


def change_between(before: Side, after: Side) -> AnswerChange:
    """What becomes of one answer."""
    was, is_now = (side.answer.status is Status.ANSWERED for side in (before, after))
    if was != is_now:
        return AnswerChange.NOW_ANSWERED if is_now else AnswerChange.NOW_SILENT
    if before.verdict is not after.verdict:
        return (
            AnswerChange.BETTER
            if after.verdict.worth > before.verdict.worth
            else AnswerChange.WORSE
        )
    if [_words(q) for q in before.answer.quotes] != [_words(q) for q in after.answer.quotes]:
        return AnswerChange.OTHER_QUOTE
    if [_place(q) for q in before.answer.quotes] != [_place(q) for q in after.answer.quotes]:
        return AnswerChange.QUOTE_MOVED
    return AnswerChange.SAME


def _side(question: GoldenQuestion, engine: Engine) -> Side:
    answer = engine.ask(question.question, question.history)
    return Side(answer, judge(question, answer))


def _compared(question: GoldenQuestion, before: Side, after: Side) -> Compared:
    return Compared(question, before, after, change_between(before, after))


def _words(quote: Quote) -> str:
    return collapsed(quote.text)


def _place(quote: Quote) -> tuple[str, str | None, int | None]:
    """As a reader sees it: that a section stands a line lower is no change."""
    return quote.document.source, quote.heading, quote.page


# ---------------------------------------------------------------- opening


def which_two(index_dir: Path, before: str | None, after: str | None) -> tuple[str, str]:
    """The ids meant by two beginnings; None = the live one, and the newest that is not `before`.

    Raises QAError where there are not two.
    """
    first = current_id(index_dir) if before is None else resolve_id(index_dir, before)
    if first is None:
        raise SnapshotMissing(index_dir)
    if after is not None:
        return first, resolve_id(index_dir, after)
    others = [name for name in snapshot_ids(index_dir) if name != first]
    if not others:
        raise QAError(
            f"there is no other snapshot in {index_dir}/ than {first} to compare it with. Build "
            "one without publishing it: python -m qa build --no-publish"
        )
    return first, others[0]


def open_two(
    settings: Settings, before: str, after: str, encoder: Encoder | None = None
) -> tuple[Engine, Engine]:
    """An engine for each snapshot; encoder and sentence reader are opened once where one will do.

    Raises EncoderUnavailable when the two were made with different encoders or arithmetic.
    """
    first, second = open_snapshot(settings.index, before), open_snapshot(settings.index, after)
    made_with = [(s.encoder_digest, s.arithmetic) for s in (first, second)]
    if made_with[0] != made_with[1]:
        raise EncoderUnavailable(
            f"snapshot {before} was made with {first.encoder_name} ({first.arithmetic}), {after} "
            f"with {second.encoder_name} ({second.arithmetic}): the two cannot be compared here. "
            "Build the articles of both with one encoder."
        )
    encoder = encoder or open_encoder(settings, second.arithmetic)
    check_encoder(second, encoder)
    check_arithmetic(second, encoder)
    read = open_read(settings)
    one, other = (Engine(settings, _as_set(settings, s), encoder, read) for s in (first, second))
    return one, other


def _as_set(settings: Settings, snapshot: Snapshot) -> Snapshot:
    return snapshot.with_documents(as_set_now(settings.index, snapshot.documents))
