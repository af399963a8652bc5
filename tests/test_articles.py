"""The list of articles: counts, dates and what is overdue."""

from __future__ import annotations

from datetime import date

import pytest

from qa.articles import is_overdue, list_articles
from qa.records import Document, Metadata, Passage, Span


def document(**metadata: str) -> Document:
    return Document("d" * 16, "a.md", "text", Metadata("A", **metadata))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due", "today", "overdue"),
    [
        ("2025-03-01", date(2025, 3, 1), False),  # the day itself is in time
        ("2025-03-01", date(2025, 3, 2), True),
        ("2025-03", date(2025, 3, 31), False),  # the whole month is in time
        ("2025-03", date(2025, 4, 1), True),
        ("2025", date(2025, 12, 31), False),
        ("2025", date(2026, 1, 1), True),
    ],
)
def test_an_article_is_overdue_from_the_day_after(due: str, today: date, overdue: bool) -> None:
    """
    A date, a month and a year are each in time until their end.
    """
    assert overdue is is_overdue(document(review_due=due), today)


def test_without_a_date_or_withdrawn_nothing_is_overdue() -> None:
    """
    Nobody reviews what is withdrawn.
    """
    withdrawn = document(review_due="2000-01-01", status="withdrawn")
    assert not is_overdue(document(), date(2025, 1, 1))
    assert not is_overdue(withdrawn, date(2025, 1, 1))


def test_each_document_is_a_row_with_its_passages() -> None:
    """
    Passages are counted by document; a line of a .jsonl file shows its record id.
    """
    first = document(published="2024-01-01")
    second = Document("e" * 16, "b.jsonl", "text", Metadata("B"), record_id="7")
    passage = Passage("p" * 16, first.doc_id, Span(0, 4), (), ())

    rows = list_articles([first, second], [passage, passage], date(2025, 1, 1))

    assert [("a.md", 2, "2024-01-01"), ("b.jsonl#7", 0, None)] == [
        (row.source, row.passages, row.published) for row in rows
    ]
