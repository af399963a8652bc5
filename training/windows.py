"""Windows: a question, a heading and a few sentences with labels, as the reader is trained on them.

A sentence is labelled 1 (it answers), 0 (it does not), -1 (not judged, left out of the loss) or
-2 (not judged, but the sentence labelled 1 beside it answers better).
Every set is parted by article or document: what falls in the validation part is never trained on.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.text import sentences, terms

UNJUDGED = -1
WEAKER = -2  # not judged by itself, but the sentence labelled 1 beside it answers better


@dataclass(frozen=True, slots=True)
class Window:
    """A question beside consecutive sentences of one passage."""

    dataset: str
    group: str  # the article or document, by which the parts are made
    question: str
    heading: str
    sentences: tuple[str, ...]
    labels: tuple[int, ...]
    answers: tuple[str, ...] = ()  # the words that answer, where the set marks them


def in_validation(dataset: str, group: str) -> bool:
    """A quarter of the SQuAD 2.0 articles, a fifth of the written questions, a tenth of the rest.

    >>> in_validation("squad2", "Geology"), in_validation("squad2", "Warsaw")
    (False, False)
    """
    part = "written" if dataset in ("mined", "elsewhere", "retrieved") else dataset
    parts = {"squad2": 4, "written": 5, "squad1": 0}.get(part, 10)
    if not parts:
        return False
    digest = hashlib.sha256(f"{part}:{group}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % parts == 0


def read_lines(path: Path) -> list[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def split(text: str) -> list[str]:
    """Sentences of a passage; a line break always ends one."""
    found = []
    for line in text.split("\n"):
        found += [re.sub(r"\s+", " ", span.of(line)).strip(" -") for span in sentences(line)]
    return [sentence for sentence in found if sentence]


def overlap(question: str, sentence: str) -> float:
    asked = set(terms(question))
    return len(asked & set(terms(sentence))) / max(len(asked), 1)


def cut_window(window: Window, rng: random.Random, most: int) -> Window:
    """A run of at most `most` sentences that keeps the answer, or the likest sentence.

    The run is as long and lies as the seeded dice say, so that place gives nothing away.
    """
    size = len(window.sentences)
    if size <= 1:
        return window
    right = [i for i, label in enumerate(window.labels) if label == 1]
    if right:
        centre = rng.choice(right)
    else:
        noise = [overlap(window.question, s) + rng.random() * 0.1 for s in window.sentences]
        centre = max(range(size), key=noise.__getitem__)
    length = min(rng.choice((3, 3, 4, most)), size)
    first = max(0, min(centre - rng.randrange(length), size - length))
    keep = slice(first, first + length)
    return Window(
        window.dataset, window.group, window.question, window.heading,
        window.sentences[keep], window.labels[keep], window.answers,
    )  # fmt: skip
