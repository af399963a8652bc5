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
FOLLOW_UP_FIELDS = {
    *("id", "history", "question", "whole"),
    *("topic", "changes_topic", "pattern", "answers"),
}
MISSPELT_FIELDS = {"id", "clean_id", "question", "kind"}
DIFFERING_FIELDS = {"id", "question", "topic", "pattern", "answers", "sides"}
REGISTERS = {"plain", "short", "misspelt", "anxious", "formal"}


def lines(name: str) -> list[dict[str, Any]]:
    """The objects of one list, in the order of the file."""
    return [json.loads(line) for line in (EVAL / name).read_text("utf-8").splitlines()]


ANSWERABLE = lines("answerable.jsonl")
NEAR_MISS = lines("near_miss.jsonl")
OFF_TOPIC = lines("off_topic.jsonl")
FOLLOW_UP = lines("follow_up.jsonl")
MISSPELT = lines("misspelt.jsonl")
DIFFERING = lines("differing.jsonl")
EVERY = [*ANSWERABLE, *NEAR_MISS, *OFF_TOPIC, *FOLLOW_UP, *MISSPELT, *DIFFERING]
ANSWERED = [*ANSWERABLE, *(item for item in FOLLOW_UP if item["answers"]), *DIFFERING]
CLEAN = {item["id"]: item for item in ANSWERABLE}


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
    assert 48 <= sum(bool(item["answers"]) for item in FOLLOW_UP)
    assert 12 <= sum(not item["answers"] for item in FOLLOW_UP)
    assert 15 <= sum(item["changes_topic"] for item in FOLLOW_UP)
    assert 64 <= len(MISSPELT)
    assert 20 <= len(DIFFERING)
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
    assert [] == [item["id"] for item in MISSPELT if set(item) != MISSPELT_FIELDS]
    assert [] == [item["id"] for item in DIFFERING if set(item) != DIFFERING_FIELDS]
    assert {item["register"] for item in ANSWERABLE} == REGISTERS
    assert {item["kind"] for item in MISSPELT} == {"misspelt", "clipped", "both"}


def test_topics_are_articles_and_every_article_is_asked_about() -> None:
    """
    No article goes unmeasured.
    """
    articles = {path.stem for path in CORPUS.iterdir() if path.suffix in READABLE}
    assert articles == {item["topic"] for item in ANSWERABLE}
    assert {item["topic"] for item in [*NEAR_MISS, *DIFFERING]} <= articles
    assert articles == {item["topic"] for item in FOLLOW_UP}
    assert articles == {CLEAN[item["clean_id"]]["topic"] for item in MISSPELT}


@pytest.mark.parametrize("item", ANSWERED, ids=lambda item: item["id"])
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


@pytest.mark.parametrize("item", FOLLOW_UP, ids=lambda item: item["id"])
def test_a_follow_up_stands_after_quotes_of_the_articles(
    item: dict[str, Any], article_texts: dict[str, str]
) -> None:
    """
    The history is one the product could have written: questions, each followed by words of one
    article. A near miss names the absent fact in place of answers, and nothing else differs.
    """
    history = item["history"]
    quoted = [message["content"] for message in history[1::2]]
    absent = set() if item["answers"] else {"asks_for"}

    assert FOLLOW_UP_FIELDS | absent == set(item)
    assert len(history) in (2, 4, 6)
    assert ["user", "assistant"] * (len(history) // 2) == [m["role"] for m in history]
    assert [] == [q for q in quoted if not any(q in text for text in article_texts.values())]
    assert bool(item["answers"]) == bool(item["pattern"])


def test_only_a_new_question_is_whole_by_itself() -> None:
    """
    A change of topic needs no history, and every other follow-up is put differently without it.
    """
    new = [item for item in FOLLOW_UP if item["changes_topic"]]
    leaning = [item for item in FOLLOW_UP if not item["changes_topic"]]

    assert [] == [item["id"] for item in new if item["whole"] != item["question"]]
    assert [] == [item["id"] for item in leaning if item["whole"] == item["question"]]


def test_a_misspelt_question_stands_for_one_clean_question() -> None:
    """
    The loss is measured against a question that was typed well, once for each such question.
    A clipped question is two to five words long and shorter than the clean one.
    """
    clean_ids = Counter(item["clean_id"] for item in MISSPELT)
    registers = {CLEAN[clean_id]["register"] for clean_id in clean_ids}
    words = {
        item["id"]: (
            len(item["question"].split()),
            len(CLEAN[item["clean_id"]]["question"].split()),
        )
        for item in MISSPELT
        if item["kind"] != "misspelt"
    }

    assert 1 == max(clean_ids.values())
    assert registers <= {"plain", "formal", "anxious"}
    assert {} == {
        item_id: (count, clean)
        for item_id, (count, clean) in words.items()
        if not 2 <= count <= min(5, clean)
    }


@pytest.mark.parametrize("item", DIFFERING, ids=lambda item: item["id"])
def test_the_two_sides_are_different_answers(
    item: dict[str, Any], article_texts: dict[str, str]
) -> None:
    """
    Both sides stand in the articles, in different pieces of text, and each of them is an answer.
    The pattern of a side matches its own text and not that of the other side.
    """
    sides = item["sides"]
    answers = {(answer["source"], answer["text"]) for answer in item["answers"]}

    assert [{"source", "text", "says", "pattern"}] * 2 == [set(side) for side in sides]
    assert [] == [side for side in sides if side["text"] not in article_texts[side["source"]]]
    assert [] == [side for side in sides if (side["source"], side["text"]) not in answers]
    assert sides[0]["text"] != sides[1]["text"]
    assert sides[0]["says"] != sides[1]["says"]
    assert [[True, False], [False, True]] == [
        [bool(re.search(side["pattern"], text["text"], re.IGNORECASE)) for text in sides]
        for side in sides
    ]


def test_both_halves_of_the_split_hold_every_sort_of_question() -> None:
    """
    Fitting on one half and reporting on the other leaves no sort of question out of either.
    """
    halves = Counter(
        (item["id"][0], int(sha256(item["id"].encode()).hexdigest(), 16) % 2) for item in EVERY
    )
    assert {(sort, half) for sort in "anocmd" for half in (0, 1)} == set(halves)
    assert 10 <= min(halves.values())
    assert [] == [
        sort
        for sort in "anocmd"
        if not 0.35 <= halves[sort, 0] / (halves[sort, 0] + halves[sort, 1]) <= 0.65
    ]
