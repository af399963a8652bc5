"""Message and history -> what is searched for, or what to ask back where too little is said.

Everything that guesses at words is here: it is made from the articles once, and knows the names,
acronyms and topics that they have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.acronyms import Acronyms
from qa.dialogue import standalone
from qa.encoder import Encoder, TextEmbedding
from qa.other_names import Expanded, OtherNames
from qa.records import AskBack, Change, Document, Turn
from qa.retrieve import Query
from qa.spelling import Speller
from qa.topics import Topics
from qa.vague import Guide
from qa.wordlists import everyday, medicines


@dataclass(frozen=True, slots=True)
class Sought:
    """What a message asks and how it is searched for."""

    question: str  # made whole from the history
    completed: tuple[Change, ...]  # the slips mended in order to do so
    spelt: str  # the question, its spelling mended
    expanded: Expanded  # with other names of its phrases
    changes: tuple[Change, ...]  # what mending has changed

    def query(self, encoder: Encoder, made: Mapping[str, TextEmbedding] | None = None) -> Query:
        """Ready for searching; `made` holds embeddings that need not be made again, by text."""
        return Query.of(self.expanded, encoder, self.changes, made)


class Wording:
    """How these articles word what people ask. Safe to use from several threads."""

    def __init__(self, documents: Sequence[Document], encoder: Encoder) -> None:
        texts = [text for d in documents for text in (d.metadata.title, d.text)]
        one = encoder.count_tokens("a")
        self._acronyms = Acronyms.find(texts)
        self._speller = Speller(texts, lambda word: encoder.count_tokens(word) <= one)
        self._names = OtherNames.of(everyday(), self._acronyms.entries(), self._speller.vocabulary)
        self._topics = Topics.of(documents, self._acronyms, medicines())
        self._guide = Guide.of(documents, self._topics)

    def sought(self, message: str, history: Sequence[Turn] = ()) -> Sought:
        """The message as it is searched for: whole, mended, with other names of its phrases."""
        question, completed = self._complete(message, history)
        mended = self._speller.mend(self._acronyms.undotted(question))
        expanded = self._names.expand(mended.text)
        return Sought(question, completed, mended.text, expanded, mended.changes)

    def ask_back(self, message: str) -> tuple[AskBack, tuple[str, ...]] | None:
        """What to ask back, and the choices, where the message, spelling aside, says too little."""
        return self._guide.ask_back(self._speller.mend(message).text)

    def _complete(self, message: str, history: Sequence[Turn]) -> tuple[str, tuple[Change, ...]]:
        """The message made whole from the history, and the slips mended in order to read it."""
        if not history:
            return message, ()
        mended = self._speller.mend(message)
        question = standalone(mended.text, history, self._topics)
        return (message, ()) if question == mended.text else (question, mended.changes)
