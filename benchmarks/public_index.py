"""A set's documents -> an index made by the program itself, and places in the text as indexed."""

from __future__ import annotations

import json
import re
from pathlib import Path

from benchmarks.public_set import Text, documents_digest
from qa.build import build
from qa.config import Settings, load_settings
from qa.encoder import Encoder
from qa.records import Span


def indexed(documents: tuple[Text, ...], folder: Path, encoder: Encoder) -> Settings:
    """The settings of the index below `folder`, made unless that is done already."""
    home = folder / f"index-{documents_digest(documents)[:16]}"
    settings = load_settings(corpus=home / "corpus", index=home / "index", max_source_mb=1000)
    settings.corpus.mkdir(parents=True, exist_ok=True)
    source = settings.corpus / "documents.jsonl"
    rows = (
        {
            "_id": d.record_id,
            "title": d.title.strip() or d.record_id,  # else the first words are taken for one
            "text": re.sub(r"\s*\n\s*", "\n\n", d.text),  # a line break ends a sentence
        }
        for d in documents
    )
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if not source.is_file() or source.read_text("utf-8") != text:
        source.write_text(text, "utf-8")
    build(settings, encoder)
    return settings


def moved(raw: str, indexed: str, start: int, end: int) -> Span | None:
    """The place in the indexed text of `raw[start:end]`; reading changes white space only.

    Where it changed more, the nearest place with the same characters; None if there is none.

    >>> moved("a  bc d", "a bc d", 3, 5)
    Span(start=2, end=4)
    """
    kept = [i for i, c in enumerate(indexed) if not c.isspace()]
    there = "".join(indexed[i] for i in kept)
    wanted = re.sub(r"\s", "", raw[start:end])
    about = len(re.sub(r"\s", "", raw[:start]))
    if not wanted:
        return None
    places = [m.start() for m in re.finditer(f"(?={re.escape(wanted)})", there)]
    if not places:
        return None
    first = min(places, key=lambda place: abs(place - about))
    return Span(kept[first], kept[first + len(wanted) - 1] + 1)
