"""TREC runs: what a line says, and what stands for a document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.errors import QAError
from qa.records import Document, Hit, Metadata, Passage, SearchHit, Span
from qa.trec import Query, read_queries, run_lines


def hits(*passages: tuple[str, str, float]) -> list[SearchHit]:
    """Search hits of (passage, source, score), best first."""
    made = []
    for rank, (passage_id, source, score) in enumerate(passages, start=1):
        document = Document(source, source, "text", Metadata("T"))
        passage = Passage(passage_id, source, Span(0, 4), (), ())
        made.append(SearchHit(Hit(passage_id, rank, score), passage, document, None, None))
    return made


RANKED = hits(("p1", "a.md", 0.5), ("p2", "a.md", 0.4), ("p3", "b.md", 0.25), ("p4", "c.md", 0.125))


def search(question: str, k: int) -> Sequence[SearchHit]:
    return RANKED[:k]


def lines(k: int, level: str) -> list[str]:
    return list(run_lines([Query("q1", "?")], search, k, level))


def test_a_passage_run_ranks_passages() -> None:
    """
    Query, Q0, passage, rank from 1, score, tag.
    """
    expected = ["q1 Q0 p1 1 0.5 wellsourced\n", "q1 Q0 p2 2 0.4 wellsourced\n"]
    assert expected == lines(2, "passage")


def test_a_document_stands_where_its_best_passage_stands() -> None:
    """
    Each document once; the search goes deeper until there are k documents.
    """
    assert [
        "q1 Q0 a.md 1 0.5 wellsourced\n",
        "q1 Q0 b.md 2 0.25 wellsourced\n",
    ] == lines(2, "document")


def test_more_than_there_is_gives_what_there_is() -> None:
    """
    The run ends when the passages do.
    """
    assert 3 == len(lines(100, "document"))
    assert 4 == len(lines(100, "passage"))


def test_a_jsonl_document_is_named_by_its_record() -> None:
    """
    Its id is the `_id` of its line; white space in an id is percent-encoded.
    """
    document = Document("d", "bulk.jsonl", "text", Metadata("T"), record_id="rec 1%")
    hit = SearchHit(Hit("p", 1, 1.0), Passage("p", "d", Span(0, 4), (), ()), document, None, None)
    run = run_lines([Query("a b", "?")], lambda question, k: [hit], 1, "document")

    assert ["a%20b Q0 rec%201% 1 1 wellsourced\n"] == list(run)


def test_queries_are_read_in_order(tmp_path: Path) -> None:
    """
    Other fields and blank lines are ignored; a number is taken as an id.
    """
    path = tmp_path / "queries.jsonl"
    path.write_text('{"id": "b", "question": "B?", "x": 1}\n\n{"id": 2, "question": "A?"}\n')

    assert [Query("b", "B?"), Query("2", "A?")] == read_queries(path)


@pytest.mark.parametrize("line", ["x", "[]", '{"id": "a"}', '{"id": [], "question": "q"}', "1"])
def test_a_line_that_is_no_query_is_named(tmp_path: Path, line: str) -> None:
    """
    A run without one of its queries would look worse than it is, so the whole run is refused.
    """
    path = tmp_path / "queries.jsonl"
    path.write_text('{"id": "a", "question": "q"}\n' + line + "\n")
    with pytest.raises(QAError, match="line 2"):
        read_queries(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """
    The path is in the message.
    """
    with pytest.raises(QAError, match=r"none\.jsonl cannot be read"):
        read_queries(tmp_path / "none.jsonl")
