"""The id of a quote: which article, where in it, and a digest of the words.

An id proves itself: the article's part is the digest of the source file, so with the place and the
digest of the text anybody can check that the words stand there, with or without this program.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.records import Document, Passage, Span

if TYPE_CHECKING:
    from qa.records import Quote

PATTERN = r"[0-9a-f]{16}-(0|[1-9][0-9]{0,8})-[1-9][0-9]{0,8}-[0-9a-f]{16}"
_PATTERN = re.compile(PATTERN)


@dataclass(frozen=True, slots=True)
class QuoteId:
    """What an id says of its quote."""

    doc_id: str
    start: int
    end: int
    digest: str  # of the text, first 16 hex digits of SHA-256

    @classmethod
    def of(cls, quote: Quote) -> QuoteId:
        return cls(quote.document.doc_id, quote.span.start, quote.span.end, digest(quote.text))

    @classmethod
    def read(cls, text: str) -> QuoteId | None:
        """None for what is no id.

        >>> QuoteId.read("0123456789abcdef-5-12-58cb0068a1b2c3d4").end
        12
        >>> QuoteId.read("0123456789abcdef-5-5-58cb0068a1b2c3d4") is None
        True
        """
        if _PATTERN.fullmatch(text) is None:
            return None
        doc_id, start, end, digested = text.split("-")
        return cls(doc_id, int(start), int(end), digested) if int(start) < int(end) else None

    def __str__(self) -> str:
        return f"{self.doc_id}-{self.start}-{self.end}-{self.digest}"

    def is_at(self, document: Document, start: int) -> bool:
        """Whether the words of the quote begin there."""
        end = start + self.end - self.start
        return end <= len(document.text) and digest(document.text[start:end]) == self.digest


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the words of an id stand now."""

    document: Document
    span: Span
    moved: bool  # not where the id says


def digest(text: str) -> str:
    """
    >>> digest("ECT is safe.")
    '58cb00682d4d025a'
    """
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def place(
    wanted: QuoteId, documents: Mapping[str, Document], passages: Iterable[Passage]
) -> Placed | None:
    """Where the id says, else at a sentence of that article or of a current one; else None.

    A withdrawn article holds nothing that may be shown.
    """
    own = documents.get(wanted.doc_id)
    if own is not None and not own.is_withdrawn and wanted.is_at(own, wanted.start):
        return Placed(own, Span(wanted.start, wanted.end), moved=False)
    length = wanted.end - wanted.start
    elsewhere = None
    for document, start in _starts(wanted.doc_id, documents, passages):
        if not wanted.is_at(document, start):
            continue
        found = Placed(document, Span(start, start + length), moved=True)
        if document is own:
            return found
        elsewhere = elsewhere or found
    return elsewhere


def _starts(
    doc_id: str, documents: Mapping[str, Document], passages: Iterable[Passage]
) -> Iterator[tuple[Document, int]]:
    """Where a quote may begin: at a sentence, or at the lead-in of a list."""
    for passage in passages:
        document = documents.get(passage.doc_id)
        if document is None or document.is_withdrawn:
            continue
        if document.metadata.status == "current" or passage.doc_id == doc_id:
            for sentence in passage.sentences:
                yield document, sentence.span.start
                if sentence.lead_in is not None:
                    yield document, sentence.lead_in.start
