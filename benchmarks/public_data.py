"""The public sets by name; those that ask for documents, for follow-ups and for silence are here.

Those that ask for a sentence are in `public_sentences`.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.follow_ups import half_of
from benchmarks.public_sentences import (
    bioasq,
    bioasq_exact,
    covid_qa,
    mtrag,
    mtrag_passages,
    squad2,
)
from benchmarks.public_set import Question, Set, Text, clean, lines, made

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
    return made("nfcorpus", documents, questions, most)


def scifact(data: Path, most: int | None) -> Set:
    """Claims against abstracts."""
    return made("scifact", _scifact_documents(data), _claims(data), most)


def scifact_clean(data: Path, most: int | None) -> Set:
    """The claims all of whose documents the reader has not seen."""
    questions = [q for q in _claims(data) if all(clean("scifact", doc) for doc, _ in q.relevant)]
    return made("scifact_clean", _scifact_documents(data), questions, most)


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


# ---------------------------------------------------------------- off topic


def clinc150(data: Path, most: int | None) -> Set:
    """Utterances that have nothing to do with the shipped articles; no documents of its own."""
    rows = lines(data / "clinc150" / "utterances.jsonl.gz")
    questions = [Question(f"{i} {r['intent']}", r["text"]) for i, r in enumerate(rows)]
    return made("clinc150", (), questions, most)


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
    return made("mtrag_turns", passages, questions, most)


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
    return made("cast", _encyclopedia(data), questions, most)


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
