"""JSON lines for bulk: one `{"_id", "title", "text"}` a line, each a document of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from qa.errors import UnreadableSource
from qa.readers.parts import Part, paragraph


@dataclass(frozen=True, slots=True)
class Record:
    """One line: its bytes, for the id, and its three fields."""

    line: bytes
    record_id: str
    title: str
    text: str


def records(data: bytes, source: str) -> Iterator[Record]:
    """The records of a file; an unusable line raises, naming its number."""
    seen: dict[str, int] = {}
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        line = line.rstrip(b"\r")
        if not line.strip():
            continue
        record = _record(line, f"line {number}", source)
        if record.record_id in seen:
            first = seen[record.record_id]
            reason = f"line {number} repeats the _id {record.record_id!r} of line {first}"
            raise UnreadableSource(source, reason, "Give every line an _id of its own")
        seen[record.record_id] = number
        yield record


def record_parts(record: Record) -> list[Part]:
    """Paragraphs as the empty lines of the text part them."""
    return [paragraph(piece) for piece in record.text.replace("\r\n", "\n").split("\n\n")]


def _record(line: bytes, where: str, source: str) -> Record:
    advice = 'Write one {"_id": "...", "title": "...", "text": "..."} on each line, as UTF-8'
    try:
        fields = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(source, f"{where} is not JSON ({error})", advice) from error
    if not isinstance(fields, dict):
        raise UnreadableSource(source, f"{where} is not a JSON object", advice)
    record_id, title, text = fields.get("_id"), fields.get("title") or "", fields.get("text")
    if isinstance(record_id, int) and not isinstance(record_id, bool):
        record_id = str(record_id)
    if not isinstance(record_id, str) or not record_id.strip():
        raise UnreadableSource(source, f"{where} has no _id", advice)
    if not isinstance(text, str) or not isinstance(title, str):
        raise UnreadableSource(source, f"{where} has no text", advice)
    return Record(line, record_id.strip(), title, text)
