"""The documents of a snapshot as maintainers see them: one row an article, overdue or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qa.records import Document, Passage


@dataclass(frozen=True, slots=True)
class Article:
    """What the list of sources shows of one document."""

    source: str
    doc_id: str
    title: str
    publisher: str | None
    status: str
    published: str | None
    reviewed: str | None
    review_due: str | None
    overdue: bool
    passages: int


def list_articles(
    documents: Iterable[Document], passages: Iterable[Passage], today: date
) -> list[Article]:
    """One row a document, in the order of the snapshot."""
    counts = Counter(p.doc_id for p in passages)
    return [
        Article(
            source=d.source if d.record_id is None else f"{d.source}#{d.record_id}",
            doc_id=d.doc_id,
            title=d.metadata.title,
            publisher=d.metadata.publisher,
            status=d.metadata.status,
            published=d.metadata.published,
            reviewed=d.metadata.reviewed,
            review_due=d.metadata.review_due,
            overdue=is_overdue(d, today),
            passages=counts[d.doc_id],
        )
        for d in documents
    ]


def is_overdue(document: Document, today: date) -> bool:
    """Whether the day (or month, or year) set for the next review has passed."""
    due = document.metadata.review_due
    return due is not None and not document.is_withdrawn and _passed(due, today)


def _passed(due: str, today: date) -> bool:
    """
    >>> _passed("2025-03-01", date(2025, 3, 1)), _passed("2025-03", date(2025, 4, 1))
    (False, True)
    """
    return today.isoformat()[: len(due)] > due
