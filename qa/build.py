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
from qa.gate import GateReport, gate_questions, hold_against
from qa.intake import Intake, take_in
from qa.passages import cut_passages, heading_line, search_text
from qa.progress import Progress
from qa.publish import CACHE, index_lock, is_intact, make_current, put_in_place
from qa.records import Document, Passage
from qa.snapshot import (
    Content,
    content_sha256,
    current_id,
    read_snapshot_manifest,
    snapshot_ids,
    write_snapshot,
)
from qa.snapshot_manifest import SnapshotManifest, name_manifest
from qa.support import shipped_record
from qa.tokens import TokenStore

GROUP = 512  # passages embedded between two writes to the cache: what a kill can cost


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
    gate: GateReport | None = None  # None: no golden questions were to be asked


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
    *,
    publish: bool = True,
    clean: bool = False,
    anyway: bool = False,
) -> BuildReport:
    """Builds index/<id>/ from the corpus and, unless told otherwise, makes it the live snapshot.

    It stays unpublished if it answers the golden questions worse (qa.gate), unless `anyway`. Raises
    QAError when nothing could be read or the index cannot be written; then and there, the snapshot
    that was live stays live.
    """
    started = time.monotonic()
    progress = progress or Progress()
    check_folder(settings.corpus)
    questions = gate_questions(settings) if publish and not anyway else []
    with index_lock(settings.index, progress.note):
        cache = BuildCache(settings.index / CACHE, reading=not clean)
        found = read_manifest(settings.corpus, settings.index)
        before = _live_sources(settings.index)
        intake = take_in(settings, found, cache, progress)
        cuts = [_cut(d, encoder, settings.passage_tokens) for d in intake.documents]
        manifest = _manifest(settings, encoder, intake, cuts)
        if is_intact(settings.index, manifest.snapshot_id) and not clean:
            encoded = _use(cuts, encoder, cache)
        else:
            encoded = _make(settings.index, manifest, cuts, encoder, cache, progress)
        cache.remember(manifest.snapshot_id)
        live, fresh = _live_id(settings.index), manifest.snapshot_id
        gate = hold_against(settings, questions, live, fresh, encoder, progress)
        publish = publish and (gate is None or gate.passed)
        if publish:
            make_current(settings.index, manifest.snapshot_id)
        prune_cache(settings.index / CACHE, snapshot_ids(settings.index))
    return BuildReport(
        snapshot_id=manifest.snapshot_id,
        published=publish,
        changes=_changes(before, found, intake),
        refused=intake.refused,
        empty_pages=tuple(
            EmptyPages(d.source, d.empty_pages) for d in intake.documents if d.empty_pages
        ),
        documents=len(intake.documents),
        passages=manifest.passages,
        sources_read=intake.sources_read,
        passages_encoded=encoded,
        seconds=time.monotonic() - started,
        gate=gate,
    )


def _live_id(index_dir: Path) -> str | None:
    try:
        return current_id(index_dir)
    except SnapshotFormat:
        return None


# ---------------------------------------------------------------- changes


def _live_sources(index_dir: Path) -> tuple[Source, ...]:
    try:
        return read_snapshot_manifest(index_dir).sources
    except (SnapshotMissing, SnapshotFormat):
        return ()


def _changes(before: Sequence[Source], found: Manifest, intake: Intake) -> Changes:
    """Against the live snapshot; a file that was refused is neither changed nor removed."""
    there = {s.source for s in found.sources} | {r.source for r in found.refused}
    accepted = {s.source for s in intake.sources}
    compared = [s for s in before if s.source in accepted or s.source not in there]
    return compare(compared, intake.sources)


# ---------------------------------------------------------------- cutting and embedding


def _cut(document: Document, encoder: Encoder, passage_tokens: int) -> _Cut:
    """A withdrawn document is kept for the record but has no passages: it is never quoted."""
    if document.is_withdrawn:
        return _Cut(document, (), ())
    passages = cut_passages(document, encoder.count_tokens, passage_tokens)
    return _Cut(document, tuple(passages), tuple(search_text(p, document) for p in passages))


def _manifest(
    settings: Settings, encoder: Encoder, intake: Intake, cuts: Sequence[_Cut]
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
            sources=intake.sources,
            refused=intake.refused,
            documents=len(intake.documents),
            passages=len(passages),
            content_sha256=content_sha256(intake.documents, passages, texts),
            support=shipped_record(),
        )
    )


def _use(cuts: Sequence[_Cut], encoder: Encoder, cache: BuildCache) -> int:
    """The snapshot is there and whole: nothing is embedded, only what it was made from is noted."""
    for cut in cuts:
        cache.use_embeddings(encoder, cut.texts)
    return 0


def _make(
    index_dir: Path,
    manifest: SnapshotManifest,
    cuts: Sequence[_Cut],
    encoder: Encoder,
    cache: BuildCache,
    progress: Progress,
) -> int:
    """Writes the snapshot and puts it in place; how many passages had to be embedded."""
    embedded, encoded = _embed(cuts, encoder, cache, progress)
    content = _content(cuts, embedded, encoder.dim)
    put_in_place(
        index_dir, manifest.snapshot_id, lambda folder: write_snapshot(folder, manifest, content)
    )
    return encoded


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
