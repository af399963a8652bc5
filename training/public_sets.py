"""Public question-answering sets -> windows, whole passages, before parting and cutting."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from windows import UNJUDGED, WEAKER, Window, overlap, read_lines, split

from qa.text import fold, sentences, terms


def _spans(text: str) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in sentences(text)]


def _untokenised(text: str) -> str:
    """Undo the spaces some sets put round punctuation."""
    text = text.replace("``", '"').replace("''", '"').replace("-LRB-", "(").replace("-RRB-", ")")
    text = re.sub(r"\s+([,.;:?!%)\]'’])", r"\1", text)
    text = re.sub(r"([(\[$])\s+", r"\1", text)
    return re.sub(r"\s+-\s+", "-", re.sub(r"\s+n't\b", "n't", text))


SQUAD = {"squad2": "dev_half_B.json.gz", "squad1": "extra_v11_answerable.json.gz"}


def _articles(data: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(data / "squad2" / SQUAD[name], "rt", encoding="utf-8") as file:
        found: list[dict[str, Any]] = json.load(file)["data"]
    return found


def squad(data: Path, name: str) -> Iterator[Window]:
    for article in _articles(data, name):
        for paragraph in article["paragraphs"]:
            yield from _squad_paragraph(name, article, paragraph)


def _squad_paragraph(
    name: str, article: dict[str, Any], paragraph: dict[str, Any]
) -> Iterator[Window]:
    text, title = paragraph["context"], article["title"].replace("_", " ")
    spans = _spans(text)
    parts = tuple(text[a:b] for a, b in spans)
    for asked in paragraph["qas"]:
        found = asked.get("answers", [])
        starts = [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in found]
        labels = tuple(int(any(a < e and s < b for s, e in starts)) for a, b in spans)
        if found and not any(labels):
            continue
        texts = tuple(a["text"] for a in found)
        yield Window(name, article["title"], asked["question"].strip(), title, parts, labels, texts)


def squad_elsewhere(data: Path, name: str, rng: random.Random) -> Iterator[Window]:
    """Some questions beside the likest sentences of another paragraph of their article."""
    for article in _articles(data, name):
        title = article["title"].replace("_", " ")
        paragraphs = [split(p["context"]) for p in article["paragraphs"]]
        words = [[set(terms(s)) for s in p] for p in paragraphs]
        for own, paragraph in enumerate(article["paragraphs"]):
            for asked in paragraph["qas"]:
                if not asked.get("answers") or rng.random() > 0.3:
                    continue
                wanted = set(terms(asked["question"]))
                shares = [
                    (len(wanted & row), -i, -j)
                    for i, rows in enumerate(words)
                    for j, row in enumerate(rows)
                    if i != own
                ]
                if not shares:
                    continue
                _, i, j = max(shares)
                chosen = tuple(paragraphs[-i][max(-j - 1, 0) : -j + 2])
                answers = [fold(a["text"]) for a in asked["answers"]]
                if not any(a in fold(s) for a in answers for s in chosen):
                    labels = (0,) * len(chosen)
                    yield Window(
                        name, article["title"], asked["question"].strip(), title, chosen, labels
                    )


def covid_qa(data: Path, rng: random.Random) -> Iterator[Window]:
    for document in read_lines(data / "covid_qa" / "documents.jsonl.gz"):
        text, title = document["context"], document["title"]
        spans = [(a + o, b + o) for o, part in _lines(text) for a, b in _spans(part)]
        for asked in document["qas"]:
            start = asked["answers"][0]["answer_start"]
            stop = start + len(asked["answers"][0]["text"])
            hits = [i for i, (a, b) in enumerate(spans) if a < stop and start < b]
            if not hits:
                continue
            first, last = max(hits[0] - 3, 0), hits[-1] + 4
            near = range(first, min(last, len(spans)))
            cut = {i: re.sub(r"\s+", " ", text[spans[i][0] : spans[i][1]]) for i in near}
            answer = (asked["answers"][0]["text"],)
            yield Window(
                "covid_qa", title, asked["question"], title, tuple(cut[i] for i in near),
                tuple(int(i in hits) for i in near), answer,
            )  # fmt: skip
            others = [i for i in range(len(spans)) if not first - 2 <= i <= last + 2]
            pool = rng.sample(others, min(60, len(others)))
            likest = sorted(
                pool, key=lambda i: -overlap(asked["question"], text[spans[i][0] : spans[i][1]])
            )[:2]
            if likest:
                cut2 = tuple(re.sub(r"\s+", " ", text[slice(*spans[i])]) for i in likest)
                yield Window("covid_qa", title, asked["question"], title, cut2, (0,) * len(cut2))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def judged(data: Path, name: str) -> Iterator[Window]:
    """The sets that come cut in sentences: selqa, qed, clapnq, fm2, check_covid, squad1."""
    for row in read_lines(data / name / "data.jsonl.gz"):
        if row.get("explanation_type") == "multi_sentence":
            continue
        clean = _untokenised if name in ("qed", "clapnq") else str
        parts = tuple(clean(s) for s in row["sentences"])
        right = set(row["answer_sentences"])
        if row.get("label") in ("NOTENOUGHINFO", "NEI"):
            right = set()
        labels = tuple(int(i in right) for i in range(len(parts)))
        title = row.get("title", "")
        if name == "selqa":
            title = f"{title} › {row.get('section', '')}".strip(" ›")
        group = title.split(" › ")[0] or row["id"]
        texts = tuple(clean(a["text"]) for a in row.get("answers", []) if row["answerable"])
        yield Window(name, group, row["question"], title, parts, labels, texts)


def nq_gold(data: Path) -> Iterator[Window]:
    for row in read_lines(data / "nq_gold" / "data.jsonl.gz"):
        text = row["passage"]
        spans = _spans(text)
        marks = [(a["start"], a["start"] + len(a["text"])) for a in row["answers"]]
        labels = tuple(int(any(a < e and s < b for s, e in marks)) for a, b in spans)
        if sum(labels) != 1:  # the answer's words stand in several sentences: which one is unknown
            continue
        parts = tuple(text[a:b] for a, b in spans)
        texts = tuple(a["text"] for a in row["answers"])
        yield Window("nq_gold", row["title"], row["question"], row["title"], parts, labels, texts)


def condaqa(data: Path) -> Iterator[Window]:
    for row in read_lines(data / "condaqa" / "data.jsonl.gz"):
        group, parts = str(row["passage_id"]), tuple(split(row["passage"]))
        if not row["answerable"]:
            labels: tuple[int, ...] = (0,) * len(parts)
        elif row["edit"] == 0:
            key = set(terms(row.get("key_sentence") or ""))
            match = [len(key & set(terms(s))) / max(len(key), 1) for s in parts]
            labels = tuple(1 if m > 0.9 else WEAKER for m in match)
            if sum(label == 1 for label in labels) != 1:
                continue
        else:
            continue
        yield Window("condaqa", group, row["question"], "", parts, labels)


def boolq(data: Path) -> Iterator[Window]:
    """Yes/no questions: only where one sentence shares clearly the most words is it taken."""
    for row in read_lines(data / "boolq" / "data.jsonl.gz"):
        parts = tuple(split(row["passage"]))
        shares = sorted(((overlap(row["question"], s), i) for i, s in enumerate(parts)))
        if len(shares) < 2 or shares[-1][0] < 0.6 or shares[-1][0] - shares[-2][0] < 0.3:
            continue
        best = shares[-1][1]
        labels = tuple(1 if i == best else WEAKER for i in range(len(parts)))
        yield Window("boolq", row["title"], row["question"], row["title"], parts, labels)


def fever(data: Path, rng: random.Random) -> Iterator[Window]:
    """Claims with their evidence, and beside another claim's evidence on a shared name."""
    rows = read_lines(data / "fever_dev" / "data.jsonl.gz")
    for row in rows:
        parts = split(row["passage"])
        if len(parts) == 1:
            yield Window("fever_dev", row["id"], row["question"], "", (parts[0],), (1,))
    rows.sort(key=lambda row: row["question"])
    for one, two in zip(rows, rows[1:], strict=False):
        parts = split(two["passage"])[:2]
        if one["passage"] == two["passage"] or overlap(one["question"], parts[0]) > 0.7:
            continue
        yield Window("fever_dev", one["id"], one["question"], "", tuple(parts), (0,) * len(parts))


def scifact(data: Path) -> Iterator[Window]:
    folder = data / "scifact"
    corpus = {row["_id"]: row for row in read_lines(folder / "corpus.jsonl.gz")}
    for row in read_lines(folder / "claims_train.jsonl.gz"):
        for doc_id in row["cited_doc_ids"]:
            document = corpus.get(str(doc_id))
            if document is None:
                continue
            parts = tuple(document["sentences"])
            right = {i for e in row["evidence"].get(str(doc_id), []) for i in e["sentences"]}
            labels = tuple(int(i in right) for i in range(len(parts)))
            yield Window("scifact", str(doc_id), row["text"], document["title"], parts, labels)


def pubmedqa(data: Path) -> Iterator[Window]:
    for row in read_lines(data / "pubmedqa" / "pqal_train.jsonl.gz"):
        conclusion = split(row["long_answer"])
        before = split(row["contexts"][0])[-2:]
        labels = (0,) * len(before) + (1,) + (UNJUDGED,) * (len(conclusion) - 1)
        yield Window(
            "pubmedqa", row["pmid"], row["question"], "", (*before, *conclusion), labels
        )  # fmt: skip
