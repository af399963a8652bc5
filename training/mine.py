"""The passages that the product itself would read beside each written question, as windows.

    python training/mine.py --data DATA --out runs/retrieved.jsonl

The pages of MedQuAD with our questions (the training part only) become a corpus; each question is
searched in it as a reader's would be. What the search brings and the page's author did not mark is
a hard negative: sentences of the same page that share few words with the answer, and sentences of
other pages where the question names a subject that the other page does not.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from windows import UNJUDGED, WEAKER, in_validation, read_lines
from written import SAID_AGAIN, questions_in

from qa.build import build
from qa.config import load_settings
from qa.encoder import open_encoder
from qa.engine import SCORED, Engine
from qa.passages import heading_line
from qa.records import SearchHit
from qa.retrieve import retrieve
from qa.text import fold, terms

LONGEST_PAGE = 12_000  # characters
NEGATIVES = 3  # windows of a question that hold no answer


def questions(folder: Path) -> list[dict[str, Any]]:
    """The written questions of the training part."""
    return [row for row in questions_in(folder) if not in_validation("written", row["doc"])]


def write_corpus(folder: Path, data: Path, wanted: set[str]) -> dict[str, str]:
    """One line a page; gives the subject of each."""
    subjects = {}
    with (folder / "pages.jsonl").open("w", encoding="utf-8") as file:
        for row in read_lines(data / "medquad" / "documents.jsonl.gz"):
            if row["id"] in wanted and len(row["text"]) < LONGEST_PAGE:
                subjects[row["id"]] = row["focus"]
                line = {"_id": row["id"], "title": row["focus"], "text": row["text"]}
                file.write(json.dumps(line) + "\n")
    (folder / "pages.toml").write_text('title = "Pages"\n', "utf-8")
    return subjects


def windows(row: dict[str, Any], subject: str, chosen: list[SearchHit]) -> Iterator[dict[str, Any]]:
    """The window with the answer, and the likest ones without."""
    asked, named = set(terms(row["question"])), set(terms(subject))
    answer = set(terms(row["sentence"] or ""))
    left = NEGATIVES
    for hit in chosen:
        text = hit.document.text
        parts = [re.sub(r"\s+", " ", s.span.of(text)) for s in hit.passage.sentences]
        if hit.document.metadata.title == subject:
            labels = [_label(part, row["sentence"], answer) for part in parts]
        elif named & asked and not named & set(terms(hit.document.metadata.title)):
            labels = [0] * len(parts)
        else:
            continue
        if 1 in labels:
            labels = [1 if label == 1 else WEAKER for label in labels]
        elif left == 0 or 0 not in labels:
            continue
        else:
            left -= 1
        heading = heading_line(hit.passage, hit.document)
        yield {
            "doc": row["doc"], "question": row["question"], "heading": heading,
            "sentences": parts, "labels": labels,
        }  # fmt: skip


def _label(part: str, wanted: str | None, answer: set[str]) -> int:
    if wanted is None:
        return 0
    ours, theirs = (re.sub(r"\W+", "", fold(t)) for t in (part, wanted))
    if ours == theirs or (len(ours) > 20 and (ours in theirs or theirs in ours)):
        return 1
    shared = len(answer & set(terms(part))) / max(len(answer), 1)
    return UNJUDGED if shared > SAID_AGAIN else 0


def read_by_the_product(engine: Engine, question: str) -> list[SearchHit]:
    """The passages that its sentence reader would be given."""
    _, query = engine.searchable(question)
    hits = retrieve(query, engine.snapshot, engine.settings.depth, SCORED)
    return engine.evidence.to_read(query, hits)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument(
        "--questions",
        type=Path,
        metavar="DIR",
        default=Path(__file__).parent,
        help="folder of questions*.jsonl (this one)",
    )
    parser.add_argument("--out", type=Path, required=True, help="file to write, a window a line")
    options = parser.parse_args()
    rows = questions(options.questions)
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(scratch) / "corpus"
        corpus.mkdir()
        subjects = write_corpus(corpus, options.data, {row["doc"] for row in rows})
        settings = load_settings({}, corpus=corpus, index=Path(scratch) / "index", reader="off")
        encoder = open_encoder(settings)
        build(settings, encoder)
        engine = Engine.open(settings, encoder)
        with options.out.open("w", encoding="utf-8") as file:
            for row in rows:
                if row["doc"] in subjects:
                    chosen = read_by_the_product(engine, row["question"])
                    for window in windows(row, subjects[row["doc"]], chosen):
                        file.write(json.dumps(window) + "\n")


if __name__ == "__main__":
    main()
