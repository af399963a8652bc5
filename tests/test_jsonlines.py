"""Documents and passages survive being written as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.jsonlines import (
    document_from_json,
    document_to_json,
    documents_to_bytes,
    passage_from_json,
    passage_to_json,
    read_lines,
)
from qa.records import Block, BlockKind, Document, Metadata, Passage, Sentence, Span

TEXT = "Title\n\nLine\u2028separator, 𝒷old and é.\n\nIt has:\n\none\x85two"
DOCUMENT = Document(
    "0123456789abcdef",
    "more/a.pdf",
    TEXT,
    Metadata("T", authors=("A", "B"), published="2024-01-02", based_on=("C",)),
    (Block(BlockKind.HEADING, Span(0, 5), 1), Block(BlockKind.PARAGRAPH, Span(7, 33))),
    page_starts=(0, 7),
    empty_pages=(3,),
    record_id="17",
)
PASSAGE = Passage(
    "fedcba9876543210",
    DOCUMENT.doc_id,
    Span(7, 50),
    ("Title", "Inner"),
    (
        Sentence(Span(7, 33)),
        Sentence(Span(43, 50), BlockKind.LIST_ITEM, lead_in=Span(35, 42)),
    ),
)


def through_json(value: object) -> object:
    return json.loads(json.dumps(value))


def test_a_document_comes_back_equal() -> None:
    """
    Nothing is lost: text, spans, pages, metadata.
    """
    assert DOCUMENT == document_from_json(through_json(document_to_json(DOCUMENT)))


def test_a_passage_comes_back_equal() -> None:
    """
    Sentences keep their kind and the span of their lead-in.
    """
    assert PASSAGE == passage_from_json(through_json(passage_to_json(PASSAGE)))


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    """
    U+2028 and U+0085 inside a text do not tear a line apart.
    """
    path = tmp_path / "documents.jsonl"
    path.write_bytes(documents_to_bytes([DOCUMENT, DOCUMENT]))

    assert [DOCUMENT, DOCUMENT] == [document_from_json(value) for value in read_lines(path)]


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    """
    The error says which line of which file.
    """
    path = tmp_path / "documents.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": \n')
    with pytest.raises(ValueError, match="documents.jsonl, line 2"):
        list(read_lines(path))


@pytest.mark.parametrize("missing", ["doc_id", "text", "metadata", "blocks"])
def test_half_a_document_is_refused(missing: str) -> None:
    """
    A document without one of its parts is a ValueError, never a half document.
    """
    value = document_to_json(DOCUMENT)
    del value[missing]
    with pytest.raises(ValueError, match="not a document"):
        document_from_json(value)


@pytest.mark.parametrize("value", [None, [], "x", {"passage_id": 1}])
def test_what_is_not_a_passage_is_refused(value: object) -> None:
    """
    Any other JSON value is a ValueError.
    """
    with pytest.raises(ValueError, match="not a passage"):
        passage_from_json(value)
