"""The corpus as it stands -> its documents in order, from the cache or from their readers.

What cannot be read is refused by name; so is the second of two sources with the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.cache import BuildCache
from qa.config import Settings
from qa.corpus import Manifest, Refusal, Source
from qa.errors import QAError
from qa.progress import Progress
from qa.reading import read_sources
from qa.records import Document


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
class Intake:
    """All documents in the order of their sources, and what was refused."""

    sources: tuple[Source, ...]
    documents: tuple[Document, ...]
    refused: tuple[Refusal, ...]
    sources_read: int


def take_in(settings: Settings, found: Manifest, cache: BuildCache, progress: Progress) -> Intake:
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
) -> Intake:
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
    return Intake(tuple(sources), tuple(documents), tuple(refused), sources_read)


def _repeated(document: Document, other: Document) -> Refusal:
    return Refusal(
        _where(document),
        f"it has exactly the same content as {_where(other)}",
        "Keep one of the two.",
    )


def _where(document: Document) -> str:
    return f"{document.source}#{document.record_id}" if document.record_id else document.source
