"""The questions that measure the answers are well formed, and their listed answers are real.

Every listed answer stands in the article it names, as the readers read it, so that a quote can be
judged by looking it up.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from qa.readers import read_source

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
EVAL = ROOT / "tests" / "eval"
READABLE = {".md", ".txt", ".html", ".pdf", ".docx"}
REGISTERS = {"plain", "short", "misspelt", "anxious", "formal"}


def lines(name: str) -> list[dict[str, Any]]:
    """The objects of one list, in the order of the file."""
    return [json.loads(line) for line in (EVAL / name).read_text("utf-8").splitlines()]


ANSWERABLE = lines("answerable.jsonl")
NEAR_MISS = lines("near_miss.jsonl")
OFF_TOPIC = lines("off_topic.jsonl")
EVERY = [*ANSWERABLE, *NEAR_MISS, *OFF_TOPIC]


def collapsed(text: str) -> str:
    """One space for every run of white space."""
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="session")
def article_texts() -> dict[str, str]:
    """Source path -> collapsed text of every article, read once."""
    return {
        document.source: collapsed(document.text)
        for path in sorted(CORPUS.rglob("*"))
        if path.suffix in READABLE
        for document in read_source(path, CORPUS)
    }


def test_there_are_enough_questions_of_every_sort() -> None:
    """
    The figures rest on no fewer questions than were promised, and no question is asked twice.
    """
    ids = Counter(item["id"] for item in EVERY)
    questions = Counter(item["question"].casefold() for item in EVERY)

    assert 170 <= len(ANSWERABLE)
    assert 90 <= len(NEAR_MISS)
    assert 30 <= len(OFF_TOPIC)
    assert [] == [item_id for item_id, count in ids.items() if count > 1]
    assert [] == [question for question, count in questions.items() if count > 1]


def test_the_fields_are_the_ones_described() -> None:
    """
    A reader of the lists finds in each line what README.md says.
    """
    fields = {"id", "question", "register", "topic", "pattern", "answers"}
    assert [] == [item["id"] for item in ANSWERABLE if set(item) != fields]
    assert [] == [i["id"] for i in NEAR_MISS if set(i) != {"id", "question", "topic", "asks_for"}]
    assert [] == [item["id"] for item in OFF_TOPIC if set(item) != {"id", "question", "kind"}]
    assert {item["register"] for item in ANSWERABLE} == REGISTERS


def test_topics_are_articles_and_every_article_is_asked_about() -> None:
    """
    No article goes unmeasured.
    """
    articles = {path.stem for path in CORPUS.iterdir() if path.suffix in READABLE}
    assert articles == {item["topic"] for item in ANSWERABLE}
    assert {item["topic"] for item in NEAR_MISS} <= articles


@pytest.mark.parametrize("item", ANSWERABLE, ids=lambda item: item["id"])
def test_every_listed_answer_stands_in_its_article_and_matches_the_pattern(
    item: dict[str, Any], article_texts: dict[str, str]
) -> None:
    """
    An answer is a piece of the article it names and holds the words that carry the answer.
    """
    pattern = re.compile(item["pattern"], re.IGNORECASE)
    answers = item["answers"]

    assert [] != answers
    assert [] == [a for a in answers if a["text"] not in article_texts[a["source"]]]
    assert [] == [a["text"] for a in answers if not pattern.search(a["text"])]


def test_both_halves_of_the_split_hold_every_sort_of_question() -> None:
    """
    Fitting on one half and reporting on the other leaves no sort of question out of either.
    """
    halves = Counter(
        (item["id"][0], int(sha256(item["id"].encode()).hexdigest(), 16) % 2) for item in EVERY
    )
    assert {(sort, half) for sort in "ano" for half in (0, 1)} == set(halves)
    assert 10 <= min(halves.values())
