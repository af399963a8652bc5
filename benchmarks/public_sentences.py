"""The public sets that ask for a sentence -> documents, and questions with where answers stand."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.public_set import Question, Right, Set, Text, clean, lines, made
from qa.text import sentences


def squad2(data: Path, most: int | None) -> Set:
    """Every question beside its own paragraph; half of them are not answered there."""
    with gzip.open(data / "squad2" / "dev_half_B.json.gz", "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    documents, questions = [], []
    for article in articles:
        for number, paragraph in enumerate(article["paragraphs"]):
            key = f"{article['title']}#{number}"
            text = paragraph["context"]
            documents.append(Text(key, article["title"].replace("_", " "), text))
            if not clean("squad2", article["title"]):
                continue
            for asked in paragraph["qas"]:
                right = tuple(
                    dict.fromkeys(
                        _right(key, a["answer_start"], a["text"]) for a in asked["answers"]
                    )
                )
                questions.append(
                    Question(asked["id"], asked["question"].strip(), right, within=(key,))
                )
    return made("squad2", documents, questions, most)


def _right(key: str, start: int, text: str) -> Right:
    return Right(key, start, start + len(text))


def covid_qa(data: Path, most: int | None) -> Set:
    """The sentence of a long article that answers."""
    documents, questions = [], []
    for row in lines(data / "covid_qa" / "documents.jsonl.gz"):
        key = str(row["document_id"])
        documents.append(Text(key, row["title"], row["context"]))
        if not clean("covid_qa", row["title"]):
            continue
        for asked in row["qas"]:
            right = tuple(_right(key, a["answer_start"], a["text"]) for a in asked["answers"])
            questions.append(Question(str(asked["id"]), asked["question"], right, within=(key,)))
    return made("covid_qa", documents, questions, most)


def bioasq(data: Path, most: int | None) -> Set:
    """A question against the snippets of all questions: right is a snippet of its own."""
    rows, keys, documents = _bioasq(data)
    questions = [
        Question(
            row["_id"],
            row["question"].strip(),
            tuple(Right(keys[t], 0, len(t)) for t in _snippets(row)),
        )
        for row in rows
    ]
    return made("bioasq", documents, questions, most)


def bioasq_exact(data: Path, most: int | None) -> Set:
    """A question beside its own snippets: right is a sentence that holds an exact answer.

    Only questions with both sentences that hold one and sentences that do not.
    """
    rows, keys, documents = _bioasq(data)
    questions = []
    for row in rows:
        if row["type"] not in ("factoid", "list") or not row["exact_answer"]:
            continue
        names = _flat(row["exact_answer"])
        right, other = [], 0
        for text in _snippets(row):
            found = [Right(keys[text], *m.span()) for n in names for m in _named(n, text)]
            right += found
            other += sum(
                not any(f.start < s.end and s.start < f.end for f in found) for s in sentences(text)
            )
        if right and other:
            within = tuple(dict.fromkeys(keys[text] for text in _snippets(row)))
            questions.append(
                Question(row["_id"], row["question"].strip(), tuple(right), within=within)
            )
    return made("bioasq_exact", documents, questions, most)


def _bioasq(data: Path) -> tuple[list[dict[str, Any]], dict[str, str], list[Text]]:
    rows = lines(data / "bioasq" / "questions.jsonl.gz")
    keys: dict[str, str] = {}
    for row in rows:
        for text in _snippets(row):
            keys.setdefault(text, f"s{len(keys)}")
    return rows, keys, [Text(key, "PubMed", text) for text, key in keys.items()]  # no titles


def _snippets(row: dict[str, Any]) -> list[str]:
    return [text for s in row["snippets"] if (text := re.sub(r"\s+", " ", s["text"]).strip())]


def _flat(answers: Any) -> list[str]:
    if isinstance(answers, str):
        return [answers]
    return [name for answer in answers for name in _flat(answer)]


def _named(name: str, text: str) -> Iterable[re.Match[str]]:
    return re.finditer(rf"(?<!\w){re.escape(name.strip())}(?!\w)", text, re.I)


def mtrag(data: Path, most: int | None) -> Set:
    """Conversations over given passages: answerable, and not (no passage answers).

    Each answerable task is also asked with its own passages hidden ("-hidden").
    """
    questions = []
    tasks = lines(data / "mtrag" / "tasks.jsonl.gz")
    sizes = {t["_id"]: len(t["text"]) for t in lines(data / "mtrag" / "passages.jsonl.gz")}
    kinds = {"ANSWERABLE", "UNANSWERABLE"}
    for task in tasks:
        if task["answerability"][0] not in kinds:
            continue
        turns = [
            ("user" if t["role"] == "user" else "assistant", t["text"])
            for t in task["conversation"]
        ]
        own = tuple(task["reference_passage_ids"])
        right = tuple(Right(key, 0, sizes[key]) for key in own)
        asked = Question(task["_id"], turns[-1][1], right, history=tuple(turns[:-1]))
        questions.append(asked)
        if own:
            questions.append(
                Question(f"{task['_id']}-hidden", asked.text, without=own, history=asked.history)
            )
    return made("mtrag", mtrag_passages(data), questions, most)


def mtrag_passages(data: Path) -> list[Text]:
    """The passages that the tasks refer to, their title not repeated in the text."""
    return [
        Text(r["_id"], r["title"], r["text"]) for r in lines(data / "mtrag" / "passages.jsonl.gz")
    ]
