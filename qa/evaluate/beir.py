"""A folder in BEIR's form -> retrieval measures of our search and of its two rankings.

`corpus.jsonl` ({"_id", "title", "text"} a line), `queries.jsonl` ({"_id", "text"} a line) and
`qrels.tsv` or `qrels/test.tsv` (query-id, corpus-id, score; with or without that heading).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qa.build import build
from qa.config import Settings
from qa.console import table
from qa.encoder import Encoder
from qa.engine import Engine
from qa.errors import QAError, SnapshotFormat, SnapshotMissing
from qa.evaluate.measures import mean
from qa.evaluate.retrieval import make_run, score_run
from qa.progress import Progress
from qa.records import SearchHit
from qa.snapshot import read_snapshot_manifest
from qa.trec import Query, Search, trec_id

CORPUS = "corpus.jsonl"
QUERIES = "queries.jsonl"
QRELS = ("qrels.tsv", "qrels/test.tsv")
FORM = "{corpus.jsonl, queries.jsonl, qrels.tsv or qrels/test.tsv}"
MEASURES = ("nDCG@10", "R@100", "AP@100", "RR@10", "P@1")
DEPTH = 100  # documents a query
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Judged:
    """Queries and what is relevant to each; ids as a run writes them."""

    queries: tuple[Query, ...]  # only those that are judged
    qrels: Mapping[str, Mapping[str, int]]

    @property
    def missing(self) -> int:
        """Judged queries without a text; they score 0."""
        return len(self.qrels) - len(self.queries)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Stage -> measure -> mean over all judged queries, and the run of the search."""

    snapshot: str
    documents: int
    judged: Judged
    means: Mapping[str, Mapping[str, float]]
    run: tuple[str, ...]


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


@contextmanager
def beir_engine(
    folder: Path, settings: Settings, index: Path | None, encoder: Encoder, progress: Progress
) -> Iterator[Engine]:
    """An engine over the folder's corpus, in `index` or in an index that is deleted afterwards."""
    corpus = folder / CORPUS
    if index is not None:
        _refuse_other_corpus(index)
    with tempfile.TemporaryDirectory(prefix="wellsourced-") as name:
        alone = Path(name) / "corpus"  # the queries beside it are no articles
        alone.mkdir()
        shutil.copyfile(corpus, alone / CORPUS)
        size = corpus.stat().st_size // MEBIBYTE + 1
        fitting = replace(
            settings,
            corpus=alone,
            index=index or Path(name) / "index",
            max_source_mb=max(settings.max_source_mb, size),
            read_seconds=max(settings.read_seconds, 10 * size),
        )
        try:
            build(fitting, encoder, progress)
        except QAError as error:
            raise QAError(f"{corpus} cannot be indexed. {error}") from None
        yield Engine.open(fitting, encoder, reads=False)


def compare_stages(engine: Engine, judged: Judged, progress: Progress) -> Comparison:
    """Documents ranked by the search and by each of the rankings that it joins."""
    stages: dict[str, Search] = {
        "search": engine.search,
        "dense": _one_ranking(engine, "dense"),
        "lexical": _one_ranking(engine, "lexical"),
    }
    runs = {
        name: make_run(judged.queries, search, DEPTH, "document", progress)
        for name, search in stages.items()
    }
    return Comparison(
        engine.snapshot.snapshot_id,
        len(engine.snapshot.documents),
        judged,
        {name: _means(run, judged) for name, run in runs.items()},
        tuple(runs["search"]),
    )


def comparison_object(comparison: Comparison) -> dict[str, Any]:
    """JSON values."""
    return {
        "snapshot": comparison.snapshot,
        "documents": comparison.documents,
        "queries": len(comparison.judged.qrels),
        "missing_queries": comparison.judged.missing,
        "means": {stage: dict(values) for stage, values in comparison.means.items()},
    }


def comparison_text(comparison: Comparison) -> str:
    """A row a stage."""
    rows = [
        (stage, *(f"{values[name]:.4f}" for name in MEASURES))
        for stage, values in comparison.means.items()
    ]
    missing = comparison.judged.missing
    note = f", {missing} of them without a text (they score 0)" if missing else ""
    head = (
        f"{comparison.documents} documents, {len(comparison.judged.qrels)} judged queries{note}\n\n"
    )
    return head + table(("stage", *MEASURES), rows)


def _one_ranking(engine: Engine, stage: str) -> Search:
    """One of the two rankings alone.

    A passage of rank r in one ranking has rank 2r at most in the fused one, so the best `k` of
    each are among the best `2k` fused.
    """

    def search(question: str, k: int) -> Sequence[SearchHit]:
        hits = engine.search(question, 2 * k)
        ranked = [(hit.dense if stage == "dense" else hit.lexical, hit) for hit in hits]
        listed = [replace(hit, hit=own) for own, hit in ranked if own and own.rank <= k]
        return sorted(listed, key=lambda hit: hit.hit.rank)

    return search


def _means(run: Sequence[str], judged: Judged) -> dict[str, float]:
    values = score_run(run, judged.qrels, MEASURES)
    return {name: mean(list(by_query.values())) or 0.0 for name, by_query in values.items()}


def _refuse_other_corpus(index: Path) -> None:
    """Building would take the live snapshot's place."""
    try:
        sources = [source.source for source in read_snapshot_manifest(index).sources]
    except (SnapshotMissing, SnapshotFormat):
        return
    if sources != [CORPUS]:
        raise QAError(
            f"{index}/ is the index of other articles, and would be replaced. Name an empty "
            "folder with --index, or leave it out."
        )


# ---------------------------------------------------------------- files


def _qrels_path(folder: Path) -> Path:
    for name in QRELS:
        if (folder / name).is_file():
            return folder / name
    raise QAError(f"{folder}/ has neither {QRELS[0]} nor {QRELS[1]}. It must hold {FORM}.")


def _read_queries(path: Path) -> list[Query]:
    found: dict[str, Query] = {}
    for number, line in _lines(path):
        try:
            value = json.loads(line)
            query_id, text = value["_id"], value["text"]
        except (ValueError, KeyError, TypeError) as error:
            raise QAError(
                f"{path}, line {number} is not a query ({error!r}). Each line is "
                '{"_id": ..., "text": ...}.'
            ) from None
        if not isinstance(text, str) or not isinstance(query_id, str | int):
            raise QAError(f"{path}, line {number}: _id and text must be text.")
        if str(query_id) in found:
            raise QAError(f"{path}, line {number}: the _id {query_id!r} is there twice.")
        found[str(query_id)] = Query(str(query_id), text)
    return list(found.values())


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
