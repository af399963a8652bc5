"""The public sets -> documents to index and questions to ask, each with where its answer stands.

Nothing here knows the program. Samples are drawn with a seed, so that every run asks the same.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.follow_ups import half_of
from qa.text import sentences
from training.examples import in_validation

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
    available: int  # questions that the sample was drawn from

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


def _set(name: str, documents: Iterable[Text], questions: list[Question], most: int | None) -> Set:
    return Set(name, tuple(documents), sampled(questions, most), len(questions))


# ---------------------------------------------------------------- retrieval


def nfcorpus(data: Path, most: int | None) -> Set:
    """Plain-language titles against abstracts."""
    folder = data / "nfcorpus"
    documents = [Text(r["_id"], r["title"], r["text"]) for r in lines(folder / "corpus.jsonl.gz")]
    grades = _qrels(folder / "qrels_dev.tsv.gz")
    questions = [
        Question(r["_id"], r["text"], relevant=grades[r["_id"]])
        for r in lines(folder / "queries_dev.jsonl.gz")
        if r["_id"] in grades
    ]
    return _set("nfcorpus", documents, questions, most)


def scifact(data: Path, most: int | None) -> Set:
    """Claims against abstracts."""
    return _set("scifact", _scifact_documents(data), _claims(data), most)


def scifact_clean(data: Path, most: int | None) -> Set:
    """The claims all of whose documents the reader has not seen."""
    questions = [q for q in _claims(data) if all(clean("scifact", doc) for doc, _ in q.relevant)]
    return _set("scifact_clean", _scifact_documents(data), questions, most)


def _scifact_documents(data: Path) -> list[Text]:
    rows = lines(data / "scifact" / "corpus.jsonl.gz")
    return [Text(str(r["_id"]), r["title"], " ".join(r["sentences"])) for r in rows]


def _claims(data: Path) -> list[Question]:
    grades = _qrels(data / "scifact" / "qrels_train.tsv.gz")
    rows = lines(data / "scifact" / "claims_train.jsonl.gz")
    return [
        Question(str(r["_id"]), r["text"], relevant=grades[str(r["_id"])])
        for r in rows
        if str(r["_id"]) in grades
    ]


def _qrels(path: Path) -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, list[tuple[str, int]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        next(rows)
        for row in rows:
            query, document, grade = row.rstrip("\n").split("\t")
            found.setdefault(query, []).append((document, int(grade)))
    return {query: tuple(pairs) for query, pairs in found.items()}


# ---------------------------------------------------------------- sentences


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
    return _set("squad2", documents, questions, most)


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
    return _set("covid_qa", documents, questions, most)


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
    return _set("bioasq", documents, questions, most)


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
    return _set("bioasq_exact", documents, questions, most)


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
    return _set("mtrag", mtrag_passages(data), questions, most)


def mtrag_passages(data: Path) -> list[Text]:
    """The passages that the tasks refer to, their title not repeated in the text."""
    return [
        Text(r["_id"], r["title"], r["text"]) for r in lines(data / "mtrag" / "passages.jsonl.gz")
    ]


# ---------------------------------------------------------------- off topic


def clinc150(data: Path, most: int | None) -> Set:
    """Utterances that have nothing to do with the shipped articles; no documents of its own."""
    rows = lines(data / "clinc150" / "utterances.jsonl.gz")
    questions = [Question(f"{i} {r['intent']}", r["text"]) for i, r in enumerate(rows)]
    return _set("clinc150", (), questions, most)


# ---------------------------------------------------------------- follow-ups


def mtrag_turns(data: Path, most: int | None) -> Set:
    """Follow-ups that a person reworded, with passages judged relevant that are at hand."""
    passages = mtrag_passages(data)
    there = {p.record_id for p in passages}
    questions = [
        Question(
            row["_id"],
            row["utterance"],
            relevant=tuple((key, 1) for key in row["relevant_passage_ids"] if key in there),
            history=tuple((t["role"], t["text"]) for t in row["history"]),
            rewrite=row["rewrite"],
        )
        for row in lines(data / "mtrag" / "rewrites.jsonl.gz")
        if there & set(row["relevant_passage_ids"]) and _leans(row)
    ]
    return _set("mtrag_turns", passages, questions, most)


def cast(data: Path, most: int | None) -> Set:
    """Follow-ups that a person reworded, asked of encyclopedia passages from other sets."""
    questions = [
        Question(
            row["_id"],
            row["utterance"],
            history=tuple((t["role"], t["text"]) for t in row["history"]),
            rewrite=row["rewrite"],
        )
        for row in lines(data / "cast" / "rewrites.jsonl.gz")
        if _leans(row)
    ]
    return _set("cast", _encyclopedia(data), questions, most)


def _leans(row: dict[str, Any]) -> bool:
    """A follow-up that a person reworded, not of the half that the rules were written from."""
    reworded = bool(row["history"]) and row["utterance"].strip() != row["rewrite"].strip()
    return reworded and half_of(str(row["topic"])) == "report"


def _encyclopedia(data: Path) -> list[Text]:
    """Passages with titles on all manner of subjects, each text once."""
    found: dict[str, Text] = {}
    for name in ("nq_gold", "boolq"):
        for row in lines(data / name / "data.jsonl.gz"):
            text = row["passage"].strip()
            found.setdefault(text, Text(f"{name}-{len(found)}", row["title"], text))
    for text in mtrag_passages(data):
        found.setdefault(text.text, text)
    return list(found.values())


SETS: dict[str, Callable[[Path, int | None], Set]] = {
    "nfcorpus": nfcorpus,
    "scifact": scifact,
    "scifact_clean": scifact_clean,
    "squad2": squad2,
    "mtrag": mtrag,
    "bioasq": bioasq,
    "bioasq_exact": bioasq_exact,
    "covid_qa": covid_qa,
    "clinc150": clinc150,
    "mtrag_turns": mtrag_turns,
    "cast": cast,
}
# Questions asked where no other sample is named; the other sets are asked whole.
SAMPLES = {"scifact": 300, "clinc150": 1000}
