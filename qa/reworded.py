"""Golden questions whose listed sentences stand in no article any more: what became of them.

A sentence of the same article that has half of the words, in their order, is taken for the new
wording; where there is none the sentence is lost. Which it is decides what a maintainer has to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from qa.golden import GoldenQuestion, Listed, collapsed
from qa.records import Document
from qa.text import fold, sentences

ALIKE = 0.5  # share of the words that two wordings have in common, in order


@dataclass(frozen=True, slots=True)
class Reworded:
    """A listed sentence that stands nowhere now, and what its article says in its place."""

    question_id: str
    listed: Listed
    now: str | None  # None: nothing like it
    there: bool = True  # whether an article of that name is there at all

    @property
    def words(self) -> str:
        """In one phrase what became of it."""
        if self.now is not None:
            return f"reworded in {self.listed.source}"
        if self.there:
            return f"gone from {self.listed.source}"
        return f"gone with {self.listed.source}"


def reworded(
    questions: Iterable[GoldenQuestion], documents: Iterable[Document]
) -> tuple[Reworded, ...]:
    """One for each question none of whose listed sentences stands in its article."""
    texts: dict[str, list[str]] = {}
    for document in documents:
        texts.setdefault(document.source, []).append(document.text)
    whole = {source: collapsed(" ".join(parts)) for source, parts in texts.items()}
    return tuple(
        _nearest(question, texts)
        for question in questions
        if question.answers
        and not any(collapsed(a.text) in whole.get(a.source, "") for a in question.answers)
    )


def _nearest(question: GoldenQuestion, texts: dict[str, list[str]]) -> Reworded:
    """Of all its listed sentences the one of which most is left."""
    best: tuple[float, Listed, str] = (0.0, question.answers[0], "")
    for listed in question.answers:
        for said in _said(texts.get(listed.source, ())):
            alike = likeness(listed.text, said)
            if alike > best[0]:
                best = (alike, listed, said)
    alike, listed, said = best
    now = said if alike >= ALIKE else None
    return Reworded(question.question_id, listed, now, listed.source in texts)


def _said(texts: Sequence[str]) -> Iterable[str]:
    for text in texts:
        for line in text.split("\n"):
            yield from (collapsed(span.of(line)) for span in sentences(line))


def likeness(first: str, second: str) -> float:
    """The share of the words of both that stand in both, in order.

    >>> likeness("It takes nine weeks.", "It takes twelve weeks.")
    0.75
    """
    one, other = fold(first).split(), fold(second).split()
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
