"""How hard articles are to read, as school grades (owns textstat).

Two formulas that count letters, words and sentences are averaged. Those that count syllables
would fetch a dictionary from the network, and nothing here may. The library brings a large
toolkit along, seconds and memory that the chat does not need, so it works in a process of its own:
`python -m qa.web.reading_level` reads {id: text} as JSON and writes {id: grade}.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean

from qa.records import BlockKind, Document
from qa.text import sentences, words

logger = logging.getLogger(__name__)

_LEAST_WORDS = 100  # the formulas were made on samples of this length
_MOST_CHARS = 50_000  # enough of a long text to tell
_SECONDS = 600  # for all articles; without a grade a page shows none
_LOWEST, _HIGHEST = 1, 18  # the formulas themselves have no ends
_LAST_SCHOOL_GRADE = 12
_ROOT = Path(__file__).resolve().parents[2]


class ReadingGrades:
    """The grades of all articles, counted once, in the background."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._grades: Mapping[str, int] = {}
        self._documents = tuple(documents)
        self._counting = threading.Thread(target=self._count, name="reading-level", daemon=True)
        self._counting.start()

    def of(self, document: Document) -> int | None:
        """The US school grade that reads the article with ease; None if it cannot be told (yet)."""
        return self._grades.get(document.doc_id)

    def wait(self, seconds: float) -> None:
        """Until all are counted."""
        self._counting.join(seconds)

    def _count(self) -> None:
        texts = {d.doc_id: text for d in self._documents if (text := prose(d))}
        command = [sys.executable, "-m", "qa.web.reading_level"]
        try:
            done = subprocess.run(
                command,
                input=json.dumps(texts),
                capture_output=True,
                timeout=_SECONDS,
                cwd=_ROOT,
                check=True,
                text=True,
            )
            self._grades = json.loads(done.stdout)
        except (OSError, ValueError, subprocess.SubprocessError) as problem:
            logger.warning("no reading levels are shown: %s", type(problem).__name__)


def prose(document: Document) -> str:
    """The sentences of an English article, each with a stop at its end and none inside, for the
    library to count; "" where there are too few. Headings and tables are no sentences.
    """
    if document.metadata.language.partition("-")[0].lower() != "en":
        return ""
    kinds = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
    found: list[str] = []
    length = 0
    for block in document.blocks:
        if block.kind not in kinds or length > _MOST_CHARS:
            continue
        for span in sentences(document.text, block.span.start, block.span.end):
            found.append(_one_stop(span.of(document.text)))
            length += len(found[-1])
    text = " ".join(found)
    return text if len(words(text)) >= _LEAST_WORDS else ""


def _one_stop(sentence: str) -> str:
    """
    >>> _one_stop("M. Smith, MD., took 2.5 mg! ")
    'M Smith, MD, took 25 mg.'
    """
    return sentence.replace(".", "").replace("!", "").replace("?", "").strip() + "."


def grade_of(text: str) -> int:
    """The mean of the automated readability index and the Coleman-Liau index, in whole grades."""
    import textstat

    found = fmean((textstat.automated_readability_index(text), textstat.coleman_liau_index(text)))
    return min(max(round(found), _LOWEST), _HIGHEST)


def in_words(grade: int) -> str:
    """
    >>> in_words(11), in_words(18)
    ('read with ease at age 16 to 17', 'written for readers used to specialist texts')
    """
    if grade > _LAST_SCHOOL_GRADE:
        return "written for readers used to specialist texts"
    return f"read with ease at age {grade + 5} to {grade + 6}"


if __name__ == "__main__":
    given: dict[str, str] = json.load(sys.stdin)
    json.dump({name: grade_of(text) for name, text in given.items()}, sys.stdout)
