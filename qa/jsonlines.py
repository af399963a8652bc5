"""Documents and passages <-> lines of JSON, as a snapshot and the build's cache keep them.

A line that does not describe a whole document or passage raises ValueError, never a half one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qa.records import Block, BlockKind, Document, Metadata, Passage, Sentence, Span


def dump_line(value: Any) -> bytes:
    """One JSON value as one line of UTF-8; keys stay in the order given.

    >>> dump_line({"text": "é"})
    b'{"text":"\\xc3\\xa9"}\\n'
    """
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def read_lines(path: Path) -> Iterator[Any]:
    """The JSON value of each line; raises ValueError naming the file and the line."""
    with path.open("rb") as file:  # bytes: only \n ends a line, never U+2028
        for number, line in enumerate(file, start=1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from None


def documents_to_bytes(documents: Iterable[Document]) -> bytes:
    """One document a line."""
    return b"".join(dump_line(document_to_json(d)) for d in documents)


def passages_to_bytes(passages: Iterable[Passage]) -> bytes:
    """One passage a line, in row order."""
    return b"".join(dump_line(passage_to_json(p)) for p in passages)


def document_to_json(document: Document) -> dict[str, Any]:
    """The document as plain JSON values; a block is `[kind, start, end, level]`."""
    return {
        "doc_id": document.doc_id,
        "source": document.source,
        "record_id": document.record_id,
        "metadata": asdict(document.metadata),
        "text": document.text,
        "blocks": [[b.kind.value, b.span.start, b.span.end, b.level] for b in document.blocks],
        "page_starts": list(document.page_starts),
        "empty_pages": list(document.empty_pages),
    }


def document_from_json(value: Any) -> Document:
    """The document that `document_to_json` wrote. Raises ValueError."""
    try:
        return Document(
            doc_id=_text(value["doc_id"]),
            source=_text(value["source"]),
            text=_text(value["text"]),
            metadata=_metadata(value["metadata"]),
            blocks=tuple(
                Block(BlockKind(kind), Span(start, end), level)
                for kind, start, end, level in value["blocks"]
            ),
            page_starts=tuple(value["page_starts"]),
            empty_pages=tuple(value["empty_pages"]),
            record_id=value["record_id"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a document: {error!r}") from None


def passage_to_json(passage: Passage) -> dict[str, Any]:
    """The passage as JSON; a sentence is `[kind, start, end]` and the span of its lead-in."""
    return {
        "passage_id": passage.passage_id,
        "doc_id": passage.doc_id,
        "start": passage.span.start,
        "end": passage.span.end,
        "heading_path": list(passage.heading_path),
        "sentences": [_sentence_to_json(s) for s in passage.sentences],
    }


def passage_from_json(value: Any) -> Passage:
    """The passage that `passage_to_json` wrote. Raises ValueError."""
    try:
        return Passage(
            passage_id=_text(value["passage_id"]),
            doc_id=_text(value["doc_id"]),
            span=Span(value["start"], value["end"]),
            heading_path=tuple(_text(h) for h in value["heading_path"]),
            sentences=tuple(_sentence_from_json(s) for s in value["sentences"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a passage: {error!r}") from None


def _metadata(value: Any) -> Metadata:
    listed = {"authors", "based_on"}
    fields: dict[str, Any] = {k: tuple(v) if k in listed else v for k, v in value.items()}
    return Metadata(**fields)


def _sentence_to_json(sentence: Sentence) -> list[Any]:
    lead = sentence.lead_in
    place = [sentence.kind.value, sentence.span.start, sentence.span.end]
    return place if lead is None else [*place, lead.start, lead.end]


def _sentence_from_json(value: Any) -> Sentence:
    kind, start, end, *lead = value
    return Sentence(Span(start, end), BlockKind(kind), Span(*lead) if lead else None)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value
