"""Queries in, a TREC run out: `query Q0 document rank score tag`, one line a hit.

At document level a document stands where its best passage stands. A TREC line is divided by
spaces, so white space in an id is written as in a web address (`my leaflet.md` ->
`my%20leaflet.md`); everything else stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from qa.errors import QAError
from qa.records import SearchHit

TAG = "wellsourced"

Search = Callable[[str, int], Sequence[SearchHit]]


@dataclass(frozen=True, slots=True)
class Query:
    """One line of a file of queries."""

    query_id: str
    question: str


def read_queries(path: Path, id_field: str = "id", field: str = "question") -> list[Query]:
    """The queries of a JSON-lines file that calls them so. Raises QAError naming the line."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise QAError(f"{path} cannot be read: {error.strerror}.") from None
    lines = enumerate(data.split(b"\n"), start=1)
    return [
        _query(line, f"{path}, line {number}", id_field, field)
        for number, line in lines
        if line.strip()
    ]


def run_lines(queries: Sequence[Query], search: Search, k: int, level: str) -> Iterator[str]:
    """The lines of the run, at most `k` a query."""
    for query in queries:
        ranked = (
            _documents(query, search, k) if level == "document" else _passages(query, search, k)
        )
        for rank, (name, score) in enumerate(ranked, start=1):
            yield f"{trec_id(query.query_id)} Q0 {trec_id(name)} {rank} {score:.9g} {TAG}\n"


def trec_id(name: str) -> str:
    """
    >>> trec_id("my leaflet.md")
    'my%20leaflet.md'
    """
    return "".join(quote(c) if c.isspace() or not c.isprintable() else c for c in name) or "%00"


def _passages(query: Query, search: Search, k: int) -> list[tuple[str, float]]:
    return [(hit.passage.passage_id, hit.hit.score) for hit in search(query.question, k)]


def _documents(query: Query, search: Search, k: int) -> list[tuple[str, float]]:
    """Best passages until `k` documents are found or there are no more passages."""
    wanted = k
    while True:
        hits = search(query.question, wanted)
        best: dict[str, float] = {}
        for hit in hits:
            best.setdefault(hit.document.run_id, hit.hit.score)
        if len(best) >= k or len(hits) < wanted:
            return list(best.items())[:k]
        wanted *= 2


def _query(line: bytes, where: str, id_field: str, field: str) -> Query:
    try:
        value = json.loads(line)
        question, query_id = value[field], value[id_field]
    except (ValueError, KeyError, TypeError) as error:
        raise QAError(
            f"{where} is not a query ({error!r}). "
            f'Each line is {{"{id_field}": ..., "{field}": ...}}.'
        ) from None
    if not isinstance(question, str) or not isinstance(query_id, str | int):
        raise QAError(
            f"{where}: the {id_field} must be text or a number and the {field} must be text."
        )
    return Query(str(query_id), question)
