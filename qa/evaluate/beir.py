"""A folder in BEIR's form, indexed -> retrieval measures of our search and of its two rankings."""

from __future__ import annotations

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
from qa.evaluate.beir_folder import CORPUS, Judged
from qa.evaluate.measures import mean
from qa.evaluate.retrieval import make_run, score_run
from qa.fuse import RRF_K
from qa.progress import Progress
from qa.records import SearchHit
from qa.snapshot import read_snapshot_manifest
from qa.trec import Search

MEASURES = ("nDCG@10", "R@100", "AP@100", "RR@10", "P@1")
DEPTH = 100  # documents a query
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Comparison:
    """Stage -> measure -> mean over all judged queries, and the run of the search."""

    snapshot: str
    documents: int
    judged: Judged
    means: Mapping[str, Mapping[str, float]]
    run: tuple[str, ...]


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
        "dense": one_ranking(engine.search, "dense"),
        "lexical": one_ranking(engine.search, "lexical"),
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


def one_ranking(fused: Search, stage: str) -> Search:
    """One of the two rankings that `fused` joins, alone.

    What goes before a passage of rank r in one ranking has a rank of 2r + RRF_K at most in one of
    the two: two worse ranks give less together. So the best `k` of each ranking are among the best
    4k + 2 RRF_K fused.
    """

    def search(question: str, k: int) -> Sequence[SearchHit]:
        hits = fused(question, 4 * k + 2 * RRF_K)
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
