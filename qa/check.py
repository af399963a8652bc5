"""A snapshot and its corpus -> findings: what a maintainer must or may want to put right.

An error keeps an article out or makes the index unsafe; a warning is worth a look.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qa.articles import is_overdue
from qa.corpus import compare, read_manifest
from qa.records import Document, Passage
from qa.snapshot import (
    read_documents,
    read_passages,
    read_snapshot_manifest,
    verify_snapshot,
)
from qa.snapshot_manifest import SnapshotManifest
from qa.text import fold, words

SHINGLE = 5  # words
NEAR = 0.8  # share of shingles two passages have in common before they count as one
COMMON = 50  # a shingle in more passages than this says nothing about two of them
SHOWN = 5  # examples given of one kind in one article

# "overTreatment", "found.The": two words that were one line apart. Not in a web address.
_GLUED = re.compile(r"\b[a-z]{3,}[A-Z][a-z]{2,}|\b[A-Za-z]*[a-z]{3,}[.!?;:][A-Z][a-z]+|\w{36,}")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*|\b\w+\.(?:com|org|net|gov|edu|uk|ie|eu)\b\S*")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    level: str  # "error" | "warning"
    kind: str
    source: str  # "" when it concerns the index as a whole
    message: str


def check(corpus: Path, index_dir: Path, today: date) -> list[Finding]:
    """Findings about the live snapshot, errors first, then by source."""
    manifest = read_snapshot_manifest(index_dir)
    folder = index_dir / manifest.snapshot_id
    findings = [Finding("error", "damaged", "", problem) for problem in verify_snapshot(index_dir)]
    findings.extend(
        Finding("error", "refused", r.source, f"{r.reason}. {r.advice}") for r in manifest.refused
    )
    if not findings or all(f.kind != "damaged" for f in findings):
        documents, passages = read_documents(folder), read_passages(folder)
        findings.extend(check_documents(documents, passages, today))
        findings.extend(near_duplicates(documents, passages))
    findings.extend(_out_of_date(corpus, index_dir, manifest))
    return sorted(findings, key=lambda f: (f.level, f.source, f.kind, f.message))


def check_documents(
    documents: Iterable[Document], passages: Iterable[Passage], today: date
) -> Iterator[Finding]:
    """What can be said of each article alone."""
    counts = Counter(p.doc_id for p in passages)
    for document in documents:
        metadata = document.metadata
        for kind, message in _article_findings(document, today):
            yield Finding("warning", kind, document.source, message)
        if not counts[document.doc_id] and metadata.status != "withdrawn":
            yield Finding("warning", "no_passages", document.source, "nothing in it can be quoted")


def _article_findings(document: Document, today: date) -> Iterator[tuple[str, str]]:
    metadata = document.metadata
    if not metadata.published and not metadata.reviewed:
        yield "no_date", "it has neither a publishing nor a review date"
    if not metadata.publisher:
        yield "no_publisher", "it names no publisher"
    if is_overdue(document, today):
        yield "overdue", f"its review was due on {metadata.review_due}"
    if document.empty_pages:
        pages = ", ".join(str(page) for page in document.empty_pages)
        yield "empty_pages", f"these pages hold no text: {pages}"
    glued = glued_words(document.text)
    if glued:
        shown = ", ".join(repr(word) for word in glued[:SHOWN])
        yield "glued_words", f"{len(glued)} places look like words run together: {shown}"


def glued_words(text: str) -> list[str]:
    """Places where two words or sentences seem to have lost the space between them.

    >>> glued_words("What helpsTreatment was found.The rest is at example.org and PubMed.")
    ['helpsTreatment', 'found.The']
    """
    without_addresses = _ADDRESS.sub(" ", text)
    return list(dict.fromkeys(m.group() for m in _GLUED.finditer(without_addresses)))


def near_duplicates(documents: Sequence[Document], passages: Sequence[Passage]) -> list[Finding]:
    """Passages of different articles that say the same in (nearly) the same words."""
    by_id = {d.doc_id: d for d in documents}
    shingles = [_shingles(by_id[p.doc_id], p) for p in passages]
    found: dict[tuple[str, str], int] = {}
    for first, second in _alike(shingles):
        pair = (by_id[passages[first].doc_id].source, by_id[passages[second].doc_id].source)
        if passages[first].doc_id != passages[second].doc_id:
            found[pair] = found.get(pair, 0) + 1
    return [
        Finding("warning", "duplicate", one, f"{count} passage(s) say the same as in {other}")
        for (one, other), count in sorted(found.items())
    ]


def _alike(shingles: Sequence[Mapping[str, None]]) -> Iterator[tuple[int, int]]:
    """Rows that share at least `NEAR` of their shingles (Jaccard), in order."""
    rows: dict[str, list[int]] = {}
    for row, of_row in enumerate(shingles):
        for shingle in of_row:
            rows.setdefault(shingle, []).append(row)
    shared: Counter[tuple[int, int]] = Counter()
    for holders in rows.values():
        if len(holders) <= COMMON:
            shared.update((a, b) for i, a in enumerate(holders) for b in holders[i + 1 :])
    for (a, b), count in sorted(shared.items()):
        if count / (len(shingles[a]) + len(shingles[b]) - count) >= NEAR:
            yield a, b


def _shingles(document: Document, passage: Passage) -> dict[str, None]:
    text = passage.span.of(document.text)
    folded = [fold(word.of(text)) for word in words(text)]
    if len(folded) < SHINGLE:
        return {" ".join(folded): None}
    return {" ".join(folded[i : i + SHINGLE]): None for i in range(len(folded) - SHINGLE + 1)}


def _out_of_date(corpus: Path, index_dir: Path, manifest: SnapshotManifest) -> Iterator[Finding]:
    """Files that were added, changed or taken away since the live snapshot was built."""
    if not corpus.is_dir():
        yield Finding("warning", "no_corpus", "", f"there is no corpus folder {corpus}/")
        return
    refused = {r.source for r in manifest.refused}
    there = [s for s in read_manifest(corpus, index_dir).sources if s.source not in refused]
    changes = compare(manifest.sources, there)
    for kind, names in (
        ("added", changes.added),
        ("changed", changes.changed),
        ("removed", changes.removed),
    ):
        for name in names:
            message = f"{kind} since the index was built. Run: python -m qa build"
            yield Finding("warning", kind, name, message)
