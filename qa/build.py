"""Corpus + settings + encoder -> a new snapshot, published whole or not at all, and a report.

There is one path: a full build is an incremental build whose cache is empty. The snapshot is
always written anew from documents and embeddings, read from the cache or made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from qa.cache import BuildCache, prune_cache
from qa.config import Settings
from qa.corpus import (
    Changes,
    Manifest,
    Refusal,
    Source,
    check_folder,
    compare,
    read_manifest,
)
from qa.encoder import Encoder, TextEmbedding
from qa.errors import QAError, SnapshotFormat, SnapshotMissing
from qa.passages import cut_passages, heading_line, search_text
from qa.progress import Progress
from qa.publish import CACHE, index_lock, make_current, put_in_place
from qa.reading import read_sources
from qa.records import Document, Passage
from qa.snapshot import (
    Content,
    SnapshotManifest,
    content_sha256,
    name_manifest,
    read_snapshot_manifest,
    snapshot_ids,
    write_snapshot,
)
from qa.tokens import TokenStore

GROUP = 512  # passages embedded between two writes to the cache: what a kill can cost


class NothingRead(QAError):
    """No source could be read; the old snapshot stays in use."""

    def __init__(self, corpus: Path, refused: Sequence[Refusal]) -> None:
        if not refused:
            message = f"{corpus}/ holds no articles. Put files into it and build again."
        else:
            lines = "".join(f"\n  {r.source}: {r.reason}. {r.advice}" for r in refused)
            message = f"nothing in {corpus}/ could be read:{lines}"
        super().__init__(message)
        self.refused = tuple(refused)


@dataclass(frozen=True, slots=True)
class EmptyPages:
    """The pages of one source that hold no text, counted from 1."""

    source: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build found, did and left behind."""

    snapshot_id: str
    published: bool
    changes: Changes  # against the snapshot that was live before; refused files not counted
    refused: tuple[Refusal, ...]
    empty_pages: tuple[EmptyPages, ...]
    documents: int
    passages: int
    sources_read: int  # the others came from the cache
    passages_encoded: int  # the others came from the cache
    seconds: float


@dataclass(frozen=True, slots=True)
class _Reading:
    """All documents in the order of their sources, and what was refused."""

    sources: tuple[Source, ...]
    documents: tuple[Document, ...]
    refused: tuple[Refusal, ...]
    sources_read: int


@dataclass(frozen=True, slots=True)
class _Cut:
    """One document's passages and what is embedded of each."""

    document: Document
    passages: tuple[Passage, ...]
    texts: tuple[str, ...]


def build(
    settings: Settings,
    encoder: Encoder,
    progress: Progress | None = None,
    publish: bool = True,
    clean: bool = False,
) -> BuildReport:
    """Builds index/<id>/ from the corpus and, unless told otherwise, makes it the live snapshot.

    Raises QAError when nothing could be read or the index cannot be written; the snapshot that was
    live stays live.
    """
    started = time.monotonic()
    progress = progress or Progress()
    check_folder(settings.corpus)
    with index_lock(settings.index, progress.note):
        cache = BuildCache(settings.index / CACHE, reading=not clean)
        found = read_manifest(settings.corpus, settings.index)
        before = _live_sources(settings.index)
        reading = _read(settings, found, cache, progress)
        cuts = [_cut(d, encoder, settings.passage_tokens) for d in reading.documents]
        manifest = _manifest(settings, encoder, reading, cuts)
        embedded, encoded = _embed(cuts, encoder, cache, progress)
        content = _content(cuts, embedded, encoder.dim)
        put_in_place(
            settings.index,
            manifest.snapshot_id,
            lambda folder: write_snapshot(folder, manifest, content),
        )
        cache.remember(manifest.snapshot_id)
        if publish:
            make_current(settings.index, manifest.snapshot_id)
        prune_cache(settings.index / CACHE, snapshot_ids(settings.index))
    return BuildReport(
        snapshot_id=manifest.snapshot_id,
        published=publish,
        changes=_changes(before, found, reading),
        refused=reading.refused,
        empty_pages=tuple(
            EmptyPages(d.source, d.empty_pages) for d in reading.documents if d.empty_pages
        ),
        documents=len(reading.documents),
        passages=manifest.passages,
        sources_read=reading.sources_read,
        passages_encoded=encoded,
        seconds=time.monotonic() - started,
    )


# ---------------------------------------------------------------- reading


def _read(settings: Settings, found: Manifest, cache: BuildCache, progress: Progress) -> _Reading:
    """Every source from the cache or its reader; what cannot be read is refused by name."""
    outcomes: dict[str, list[Document] | Refusal] = {}
    to_read = []
    for source in found.sources:
        known = cache.documents(source, settings.max_source_mb)
        if known is None:
            to_read.append(source)
        else:
            outcomes[source.source] = known
    progress.start("Reading articles", len(to_read))
    limits = (settings.read_seconds, settings.max_source_mb)
    results = read_sources(settings.corpus, to_read, *limits)
    for done, (source, outcome) in enumerate(zip(to_read, results, strict=True), start=1):
        outcomes[source.source] = outcome
        if not isinstance(outcome, Refusal):
            cache.keep_documents(source, settings.max_source_mb, outcome)
        progress.reach(done)
    progress.finish()
    reading = _accept(found, outcomes, len(to_read))
    if not reading.documents:
        raise NothingRead(settings.corpus, reading.refused)
    return reading


def _accept(
    found: Manifest, outcomes: dict[str, list[Document] | Refusal], sources_read: int
) -> _Reading:
    """Documents in order; the second of two with the same bytes is refused: they share an id."""
    sources: list[Source] = []
    documents: list[Document] = []
    refused = list(found.refused)
    first: dict[str, Document] = {}
    for source in found.sources:
        outcome = outcomes[source.source]
        if isinstance(outcome, Refusal):
            refused.append(outcome)
            continue
        kept = []
        for document in outcome:
            if document.doc_id in first:
                refused.append(_repeated(document, first[document.doc_id]))
            else:
                first[document.doc_id] = document
                kept.append(document)
        if kept:
            sources.append(source)
            documents.extend(kept)
    refused.sort(key=lambda r: r.source)
    return _Reading(tuple(sources), tuple(documents), tuple(refused), sources_read)


def _repeated(document: Document, other: Document) -> Refusal:
    return Refusal(
        _where(document),
        f"it has exactly the same content as {_where(other)}",
        "Keep one of the two.",
    )


def _where(document: Document) -> str:
    return f"{document.source}#{document.record_id}" if document.record_id else document.source


def _live_sources(index_dir: Path) -> tuple[Source, ...]:
    try:
        return read_snapshot_manifest(index_dir).sources
    except (SnapshotMissing, SnapshotFormat):
        return ()


def _changes(before: Sequence[Source], found: Manifest, reading: _Reading) -> Changes:
    """Against the live snapshot; a file that was refused is neither changed nor removed."""
    there = {s.source for s in found.sources} | {r.source for r in found.refused}
    accepted = {s.source for s in reading.sources}
    compared = [s for s in before if s.source in accepted or s.source not in there]
    return compare(compared, reading.sources)


# ---------------------------------------------------------------- cutting and embedding


def _cut(document: Document, encoder: Encoder, passage_tokens: int) -> _Cut:
    """A withdrawn document is kept for the record but has no passages: it is never quoted."""
    if document.metadata.status == "withdrawn":
        return _Cut(document, (), ())
    passages = cut_passages(document, encoder.count_tokens, passage_tokens)
    return _Cut(document, tuple(passages), tuple(search_text(p, document) for p in passages))


def _manifest(
    settings: Settings, encoder: Encoder, reading: _Reading, cuts: Sequence[_Cut]
) -> SnapshotManifest:
    passages = [p for cut in cuts for p in cut.passages]
    texts = [t for cut in cuts for t in cut.texts]
    if not passages:
        raise QAError(
            f"no article in {settings.corpus}/ has text that may be quoted (all are withdrawn, or "
            "hold headings only). Add an article and build again."
        )
    return name_manifest(
        SnapshotManifest(
            snapshot_id="",
            passage_tokens=settings.passage_tokens,
            encoder_name=encoder.name,
            encoder_digest=encoder.digest,
            arithmetic=encoder.arithmetic,
            dim=encoder.dim,
            sources=reading.sources,
            refused=reading.refused,
            documents=len(reading.documents),
            passages=len(passages),
            content_sha256=content_sha256(reading.documents, passages, texts),
        )
    )


def _embed(
    cuts: Sequence[_Cut], encoder: Encoder, cache: BuildCache, progress: Progress
) -> tuple[list[TextEmbedding], int]:
    """One TextEmbedding a passage, in row order, and how many of them had to be made."""
    known = [cache.embeddings(encoder, cut.texts) if cut.texts else [] for cut in cuts]
    missing = [i for i, embedded in enumerate(known) if embedded is None]
    total = sum(len(cuts[i].texts) for i in missing)
    progress.start("Embedding passages", total)
    done = 0
    for group in _groups(missing, cuts):
        texts = [text for i in group for text in cuts[i].texts]
        made = iter(encoder.embed(texts, _counting_from(done, progress)))
        for i in group:
            known[i] = [_as_kept(next(made)) for _ in cuts[i].texts]
            cache.keep_embeddings(encoder, cuts[i].texts, known[i] or [])
        done += len(texts)
    progress.finish()
    return [e for embedded in known for e in embedded or []], total


def _counting_from(base: int, progress: Progress) -> Callable[[int], None]:
    return lambda done: progress.reach(base + done)


def _groups(missing: Sequence[int], cuts: Sequence[_Cut]) -> list[list[int]]:
    """Whole documents together until a group holds `GROUP` passages."""
    groups: list[list[int]] = []
    filled = GROUP
    for i in missing:
        if filled >= GROUP:
            groups.append([])
            filled = 0
        groups[-1].append(i)
        filled += len(cuts[i].texts)
    return groups


def _as_kept(made: TextEmbedding) -> TextEmbedding:
    """Tokens as the cache and the token store keep them, so that both ways give the same bytes."""
    halved = cast(NDArray[np.float32], made.tokens.astype(np.float16))
    return replace(made, tokens=halved)


def _content(cuts: Sequence[_Cut], embedded: Sequence[TextEmbedding], dim: int) -> Content:
    placed = [(passage, cut.document) for cut in cuts for passage in cut.passages]
    tokens = TokenStore.build(
        embedded,
        [len(heading_line(passage, document)) + 1 for passage, document in placed],
        [passage.span.start for passage, _ in placed],
        dim,
    )
    return Content(
        documents=[cut.document for cut in cuts],
        passages=[passage for passage, _ in placed],
        texts=[text for cut in cuts for text in cut.texts],
        embeddings=np.stack([e.embedding for e in embedded]).astype(np.float32),
        tokens=tokens,
    )
