"""Passages that no question finds: not even their own sentences and headings, asked as questions.

A passage counts as found once it is among the candidates whose sentences are weighed. Most are
found by the first sentence tried, so this costs about one search a passage.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa.check.finding import WARNING, Finding, on_pages, pages_of
from qa.engine import SCORED, Engine
from qa.progress import Progress
from qa.records import Document, Passage

SHOWN = 60  # characters of a passage in its finding


def unfound(engine: Engine, progress: Progress) -> list[Finding]:
    """One finding for each passage that none of its own queries finds."""
    passages = engine.snapshot.passages
    findings = []
    progress.start("Searching for each passage", len(passages))
    for done, passage in enumerate(passages, start=1):
        document = engine.snapshot.documents[passage.doc_id]
        if not document.is_withdrawn and not is_found(engine, passage, document):
            findings.append(_finding(passage, document))
        progress.reach(done)
    progress.finish()
    return findings


def is_found(engine: Engine, passage: Passage, document: Document) -> bool:
    """Whether one of the passage's own queries brings it among the candidates."""
    return any(
        passage.passage_id in (hit.passage.passage_id for hit in engine.search(query, SCORED))
        for query in queries(passage, document)
    )


def queries(passage: Passage, document: Document) -> Iterator[str]:
    """Its sentences, then its innermost heading with the article's title."""
    for sentence in passage.sentences:
        yield " ".join(sentence.span.of(document.text).split())
    if passage.heading_path:
        yield f"{document.metadata.title} {passage.heading_path[-1]}"


def _finding(passage: Passage, document: Document) -> Finding:
    text = " ".join(passage.span.of(document.text).split())
    shown = text if len(text) <= SHOWN else text[:SHOWN].rsplit(" ", 1)[0] + " ..."
    pages = pages_of(document, [passage.span.start])
    message = f"no question finds the passage {shown!r}{on_pages(pages)}"
    return Finding(WARNING, "unfound", document.source, message, pages)
