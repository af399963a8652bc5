"""Questions that a person could ask next, and that the articles are known to answer.

The reviewed list in words/questions.toml is asked of the engine itself, beside the work, and again
when the articles change; only what comes back answered is ever shown. With other articles the list
shrinks to what those answer.
"""

from __future__ import annotations

import threading
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.errors import QAError
from qa.records import Answer, Document, Quote, Status

PATH = Path(__file__).parent / "words" / "questions.toml"
MOST = 3  # questions offered after an answer
FIRST = 6  # on an empty page
_LOOK = 1.0  # seconds between two looks at whether the articles have changed
_BREATH = 0.05  # seconds at least between two questions of ours, so that patients come first


class QuestionsDamaged(QAError):
    """The list of questions cannot be read."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What may be offered: first on an empty page, and by topic after an answer."""

    first: tuple[str, ...]
    topics: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """A question that is answered: where, and among which topic of the list."""

    question: str
    lead: Quote
    topic: int


def reviewed_questions(path: Path = PATH) -> Questions:
    """The list that ships; raises QuestionsDamaged."""
    try:
        read = tomllib.loads(path.read_text("utf-8"))
        topics = tuple(tuple(map(str, topic["questions"])) for topic in read["topic"])
        return Questions(tuple(map(str, read["first"])), topics)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QuestionsDamaged(f"cannot read {path}: {error}. Restore it.") from None


class Suggestions:
    """Knows what is answered as far as it has asked; safe to use from several threads."""

    def __init__(
        self,
        ask: Callable[[str], Answer],
        questions: Questions,
        documents: Callable[[], Mapping[str, Document]] | None = None,
    ) -> None:
        """`documents` gives those that are served now, another object whenever they change."""
        self._ask = ask
        self._questions = questions
        self._documents = documents
        self._known: dict[str, _Known] = {}
        self._first_checked = threading.Event()

    def start(self) -> None:
        """Asks in a thread of its own, which ends with the process."""
        threading.Thread(target=self._follow, name="suggestions", daemon=True).start()

    def _follow(self) -> None:
        """Asks everything, and again whenever the articles have changed."""
        if self._documents is None:
            return self.check()
        while True:
            asked_of = self._documents()
            self.check()
            while self._documents() is asked_of:
                time.sleep(_LOOK)

    def check(self) -> None:
        """Asks every question of the list once; one that fails is not offered."""
        topic_of = {q: i for i, topic in enumerate(self._questions.topics) for q in topic}
        ordered = dict.fromkeys([*self._questions.first, *topic_of])
        for asked, question in enumerate(ordered, start=1):
            began = time.monotonic()
            try:
                answer = self._ask(question)
            except Exception:  # the person who asks it will be told; here it is just not offered
                self._forget(question)
                continue
            finally:
                if asked >= len(self._questions.first):
                    self._first_checked.set()
            if answer.status is Status.ANSWERED and answer.quotes:
                known = _Known(question, answer.quotes[0], topic_of.get(question, -1))
                self._known = {**self._known, question: known}
            else:
                self._forget(question)
            time.sleep(max(_BREATH, time.monotonic() - began))

    def _forget(self, question: str) -> None:
        self._known = {q: known for q, known in self._known.items() if q != question}

    def _answered(self) -> dict[str, _Known]:
        """What is known, less what was answered from articles that are gone or withdrawn now."""
        if self._documents is None:
            return self._known
        now = self._documents()
        quotable = {d for d, document in now.items() if not document.is_withdrawn}
        return {q: k for q, k in self._known.items() if k.lead.document.doc_id in quotable}

    def first(self, wait: float = 0.0) -> list[str]:
        """For an empty page; waits so many seconds at most until they have been asked."""
        self._first_checked.wait(wait)
        known = self._answered()
        return [question for question in self._questions.first if question in known][:FIRST]

    def after(self, answer: Answer, asked: Sequence[str] = ()) -> list[str]:
        """Up to three near the answer: those quoting the same article first, then of its topic.

        Not what was asked already, nor what the quotes shown have just answered.
        """
        if answer.status is Status.CRISIS or answer.choices:
            return []
        known = self._answered()
        documents = [q.document.doc_id for q in (*answer.quotes, *answer.related)]
        said = {_plain(text) for text in (*asked, answer.question, answer.standalone)}
        said |= {_plain(q) for q in known if _overlaps(known[q].lead, answer.quotes)}
        near = [k for q, k in known.items() if _plain(q) not in said]
        topics = {k.topic for k in known.values() if k.lead.document.doc_id in documents[:1]}
        ranked = sorted(near, key=lambda k: _distance(k, documents, topics))
        close = [k.question for k in ranked if _distance(k, documents, topics) < len(documents) + 1]
        if close or answer.status is Status.ANSWERED:
            return close[:MOST]
        return [q for q in self.first() if _plain(q) not in said][:MOST]


def _overlaps(lead: Quote, shown: Sequence[Quote]) -> bool:
    """Whether some of it stands on the screen already."""
    return any(
        quote.document.doc_id == lead.document.doc_id and quote.span.overlaps(lead.span)
        for quote in shown
    )


def _distance(known: _Known, documents: Sequence[str], topics: set[int]) -> int:
    """0 for the article of the lead quote, then the others, then the topic, then the rest."""
    if known.lead.document.doc_id in documents:
        return documents.index(known.lead.document.doc_id)
    return len(documents) + (known.topic not in topics)


def _plain(text: str) -> str:
    """
    >>> _plain("Is ECT safe?") == _plain(" is ect  safe")
    True
    """
    return " ".join(text.casefold().replace("?", " ").split())
