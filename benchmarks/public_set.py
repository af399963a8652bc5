"""What a public set is made of: documents to index, and questions with where their answers stand.

Nothing here knows the program. Samples are drawn with a seed, so that every run asks the same.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.windows import in_validation

SEED = 20260101
# Sets that the sentence reader has seen. Of these only what `in_validation` keeps from training is
# asked; take a set out once a reader is shipped that never saw it.
SEEN = frozenset({"squad2", "scifact"})


@dataclass(frozen=True, slots=True)
class Text:
    """A document as the set has it."""

    record_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Right:
    """Where an answer stands in a document's `text`."""

    record_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of which documents, and what is right."""

    question_id: str
    text: str
    right: tuple[Right, ...] = ()  # none: the documents do not answer
    relevant: tuple[tuple[str, int], ...] = ()  # judged documents with their grades
    within: tuple[str, ...] = ()  # the only documents to look in; none: all
    without: tuple[str, ...] = ()  # documents that are hidden
    history: tuple[tuple[str, str], ...] = ()  # earlier turns: (role, text)
    rewrite: str = ""  # a person's wording that stands alone


@dataclass(frozen=True, slots=True)
class Set:
    """Documents and the questions asked of them."""

    name: str
    documents: tuple[Text, ...]
    questions: tuple[Question, ...]

    @property
    def digest(self) -> str:
        """sha256 over all that is asked, in hex."""
        rows = [asdict(q) for q in self.questions]
        return hashlib.sha256(
            (documents_digest(self.documents) + json.dumps(rows)).encode()
        ).hexdigest()


def documents_digest(documents: Iterable[Text]) -> str:
    """sha256 over the documents, in hex."""
    whole = hashlib.sha256()
    for document in documents:
        whole.update(json.dumps(asdict(document)).encode())
    return whole.hexdigest()


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        return [json.loads(row) for row in rows if row.strip()]


def clean(dataset: str, group: str) -> bool:
    """Whether the sentence reader has never seen this article, document or group."""
    return dataset not in SEEN or in_validation(dataset, group)


def sampled(questions: list[Question], most: int | None) -> tuple[Question, ...]:
    """At most `most`, drawn with a seed, in the set's order."""
    if most is None or len(questions) <= most:
        return tuple(questions)
    chosen = random.Random(SEED).sample(range(len(questions)), most)
    return tuple(questions[i] for i in sorted(chosen))


def made(name: str, documents: Iterable[Text], questions: list[Question], most: int | None) -> Set:
    """The set, with at most `most` of its questions."""
    return Set(name, tuple(documents), sampled(questions, most))
