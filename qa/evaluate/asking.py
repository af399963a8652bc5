"""Golden questions + engine -> one judged row a question, asked as a reader would ask it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.engine import Engine
from qa.evaluate.judging import Outcome, outcome_of
from qa.evaluate.questions import Question
from qa.progress import Progress
from qa.records import Answer, Status, Turn
from qa.snapshot import read_documents

Ask = Callable[[str, Sequence[Turn]], Answer]


@dataclass(frozen=True, slots=True)
class Row:
    """A question, what came of it, and what came of the same question clean or whole."""

    question: Question
    answer: Answer
    outcome: Outcome
    reference: Outcome | None = None

    @property
    def right(self) -> bool:
        """The lead quote answers or, where nothing answers, nothing is quoted as an answer."""
        return _right(self.question, self.outcome)

    @property
    def reference_right(self) -> bool:
        """The same of the question clean or whole."""
        return self.reference is not None and _right(self.question, self.reference)

    @property
    def crisis(self) -> bool:
        """Met with the help card: counted apart."""
        met = (self.outcome, *((self.reference,) if self.reference else ()))
        return any(outcome.status is Status.CRISIS for outcome in met)


def ask_all(questions: Sequence[Question], engine: Engine, progress: Progress) -> list[Row]:
    """The rows in the order of the questions; the documents are read again to prove the quotes."""
    texts = {d.doc_id: d.text for d in read_documents(engine.snapshot.folder)}
    progress.start("Asking questions", len(questions))
    rows = []
    for done, question in enumerate(questions, start=1):
        answer = engine.ask(question.text, question.history)
        reference = question.reference and outcome_of(
            question, engine.ask(question.reference), texts
        )
        rows.append(Row(question, answer, outcome_of(question, answer, texts), reference or None))
        progress.reach(done)
    progress.finish()
    return rows


def _right(question: Question, outcome: Outcome) -> bool:
    return outcome.lead_right if question.answers else not outcome.answered
