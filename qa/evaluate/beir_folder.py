"""A folder in BEIR's form -> its queries and what is relevant to each.

`corpus.jsonl` ({"_id", "title", "text"} a line), `queries.jsonl` ({"_id", "text"} a line) and
`qrels.tsv` or `qrels/test.tsv` (query-id, corpus-id, score; with or without that heading).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qa.errors import QAError
from qa.trec import Query, read_queries, trec_id

CORPUS = "corpus.jsonl"
QUERIES = "queries.jsonl"
QRELS = ("qrels.tsv", "qrels/test.tsv")
FORM = "{corpus.jsonl, queries.jsonl, qrels.tsv or qrels/test.tsv}"


@dataclass(frozen=True, slots=True)
class Judged:
    """Queries and what is relevant to each; ids as a run writes them."""

    queries: tuple[Query, ...]  # only those that are judged
    qrels: Mapping[str, Mapping[str, int]]

    @property
    def missing(self) -> int:
        """Judged queries without a text; they score 0."""
        return len(self.qrels) - len(self.queries)


def read_judged(folder: Path) -> Judged:
    """The queries and judgements of the folder. Raises QAError naming what is wrong, and where."""
    if not folder.is_dir():
        raise QAError(f"there is no folder {folder}/. Name one that holds {FORM}.")
    for name in (CORPUS, QUERIES):
        if not (folder / name).is_file():
            raise QAError(f"{folder}/ has no {name}. The folder must hold {FORM}.")
    qrels = _read_qrels(_qrels_path(folder))
    queries = _read_queries(folder / QUERIES)
    asked = tuple(q for q in queries if trec_id(q.query_id) in qrels)
    if not asked:
        raise QAError(
            f"no query of {folder / QUERIES} is judged in {_qrels_path(folder)}. Their ids must "
            "be written alike in both files."
        )
    return Judged(asked, qrels)


def _qrels_path(folder: Path) -> Path:
    for name in QRELS:
        if (folder / name).is_file():
            return folder / name
    raise QAError(f"{folder}/ has neither {QRELS[0]} nor {QRELS[1]}. It must hold {FORM}.")


def _read_queries(path: Path) -> list[Query]:
    queries = read_queries(path, "_id", "text")
    for query_id, count in Counter(query.query_id for query in queries).items():
        if count > 1:
            raise QAError(f"{path}: the _id {query_id!r} is there {count} times; once is meant.")
    return queries


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        cells = line.rstrip("\r").split("\t")
        if number == 1 and cells[-1].strip() == "score":
            continue
        try:
            query, document, grade = cells
            qrels.setdefault(trec_id(query), {})[trec_id(document)] = int(grade)
        except ValueError:
            raise QAError(
                f"{path}, line {number} is not a judgement. Each line is query-id, corpus-id and "
                "a whole number, with a tab between them."
            ) from None
    if not qrels:
        raise QAError(f"{path} holds no judgement. Each line is query-id, corpus-id and score.")
    return qrels


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number from 1, line) of the lines that are not blank."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise QAError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise QAError(f"{path} is not UTF-8. Save it as UTF-8.") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line
