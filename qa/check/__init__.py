"""A snapshot and its corpus -> findings: what a maintainer must or may want to put right.

Each rule has its own small module: wording, encoding, layout, facts, duplicates, unfound. What they
find and how often they are wrong stands in docs/check.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from qa.check.duplicates import near_duplicates
from qa.check.encoding import ligature_places, mojibake_places, unreadable_places
from qa.check.facts import fact_findings
from qa.check.finding import ERROR, LEVELS, NOTE, WARNING, Finding, finding_of
from qa.check.layout import mixed_places, table_places
from qa.check.wording import (
    Counts,
    broken_places,
    glued_places,
    run_on_places,
    spaced_places,
    word_counts,
)
from qa.corpus import Source, check_folder, compare, read_manifest
from qa.errors import QAError
from qa.records import Document, Passage
from qa.snapshot import (
    read_documents,
    read_passages,
    read_snapshot_manifest,
    verify_snapshot,
)
from qa.snapshot_manifest import SnapshotManifest
from qa.statuses import StatusesDamaged, load_statuses, with_statuses


def check(corpus: Path, index_dir: Path, today: date) -> list[Finding]:
    """Findings about the live snapshot, worst first, then by source.

    Raises QAError where no article is there: a misspelt folder is not a sound one.
    """
    check_folder(corpus)
    manifest = read_snapshot_manifest(index_dir)
    sources = _sources(corpus, index_dir)
    folder = index_dir / manifest.snapshot_id
    findings = [Finding(ERROR, "damaged", "", problem) for problem in verify_snapshot(index_dir)]
    damaged = bool(findings)
    findings.extend(
        Finding(ERROR, "refused", r.source, f"{r.reason}. {r.advice}") for r in manifest.refused
    )
    if not damaged:
        passages = read_passages(folder)
        documents, problems = _as_set(index_dir, read_documents(folder))
        findings.extend(problems)
        findings.extend(check_documents(documents, passages, today))
        findings.extend(near_duplicates(documents, passages))
    findings.extend(_out_of_date(sources, manifest))
    return in_order(findings)


def _as_set(
    index_dir: Path, documents: Sequence[Document]
) -> tuple[Sequence[Document], list[Finding]]:
    """The documents with the statuses that are set now, and what is wrong with their file."""
    try:
        statuses = load_statuses(index_dir)
    except StatusesDamaged as error:
        return documents, [Finding(ERROR, "statuses", "", str(error))]
    problems = [Finding(ERROR, "statuses", "", p) for p in [statuses.problem] if p]
    changed = with_statuses({d.doc_id: d for d in documents}, statuses.standings)
    return [changed[d.doc_id] for d in documents], problems


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Worst first, then by source and kind."""
    return sorted(findings, key=lambda f: (LEVELS.index(f.level), f.source, f.kind, f.message))


def check_documents(
    documents: Iterable[Document], passages: Iterable[Passage], today: date
) -> Iterator[Finding]:
    """What can be said of each article alone."""
    counts = Counter(p.doc_id for p in passages)
    documents = list(documents)
    known = word_counts(documents)
    for document in documents:
        yield from fact_findings(document, today)
        if document.is_withdrawn:
            continue  # never quoted: how its text reads is of no concern
        yield from text_findings(document, known)
        if not counts[document.doc_id]:
            yield Finding(WARNING, "no_passages", document.source, "nothing in it can be quoted")


def text_findings(document: Document, known: Counts) -> Iterator[Finding]:
    """What reading the source did to its text; `known` are the words of all articles."""
    text = document.text
    glued = sorted([*glued_places(text), *run_on_places(text, known)], key=lambda p: p.start)
    for level, kind, places, what in (
        (WARNING, "glued_words", glued, "words run together"),
        (WARNING, "broken_words", broken_places(text, known), "a word torn in two"),
        (NOTE, "spaced_letters", spaced_places(text), "letters that stand apart"),
        (WARNING, "mojibake", mojibake_places(text), "read with a wrong encoding"),
        (WARNING, "ligatures", ligature_places(text), "a word that lost fi, fl or ff"),
        (
            WARNING,
            "unreadable",
            unreadable_places(document),
            "hardly an English word, though its language is English",
        ),
        (WARNING, "columns", mixed_places(document), "columns may be mixed"),
        (NOTE, "table", table_places(document), "a table that lost its rows"),
    ):
        yield from finding_of(document, level, kind, places, what)


def _sources(corpus: Path, index_dir: Path) -> tuple[Source, ...]:
    found = read_manifest(corpus, index_dir)
    if not found.sources and not found.refused:
        raise QAError(
            f"{corpus}/ holds no articles. Put files into it, or name another with --corpus."
        )
    return found.sources


def _out_of_date(sources: Iterable[Source], manifest: SnapshotManifest) -> Iterator[Finding]:
    """Files that were added, changed or taken away since the live snapshot was built."""
    refused = {r.source for r in manifest.refused}
    there = [s for s in sources if s.source not in refused]
    changes = compare(manifest.sources, there)
    for kind, names in (
        ("added", changes.added),
        ("changed", changes.changed),
        ("removed", changes.removed),
    ):
        for name in names:
            message = f"{kind} since the index was built. Run: python -m qa build"
            yield Finding(WARNING, kind, name, message)
