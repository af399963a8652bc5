"""The article that holds now, for one that does not hold any more."""

from __future__ import annotations

from collections.abc import Mapping

from qa.records import Document
from qa.render import date_in_words


def replacement_of(document: Document, documents: Mapping[str, Document]) -> Document | None:
    """The newest current article of the same title; None for one that still holds."""
    if document.metadata.status == "current":
        return None
    title = document.metadata.title.casefold().strip()
    current = (d for d in documents.values() if d.metadata.status == "current")
    same = [d for d in current if d.metadata.title.casefold().strip() == title]
    return max(same, key=lambda d: (d.metadata.published or "", d.doc_id), default=None)


def name_of(document: Document) -> str:
    """Its title, with the date that tells it from an older article of the same title."""
    about = document.metadata
    return f"{about.title}, {date_in_words(about.published)}" if about.published else about.title
