"""A small corpus whose second edition says otherwise, and what serves it."""

from __future__ import annotations

from pathlib import Path

from qa.build import build
from qa.config import Settings
from qa.live import Live
from qa.records import Answer
from qa.snapshot import POINTER
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT

NINE, TWELVE = "about nine sessions", "about twelve sessions"


def opened(settings: Settings) -> Live:
    return Live.open(settings, WordLengthEncoder(), reads=False)


def first_id(settings: Settings) -> str:
    return (settings.index / POINTER).read_text().strip()


def second_edition(settings: Settings, *, publish: bool = True) -> str:
    """A snapshot in which the article says twelve."""
    (settings.corpus / "ect.md").write_text(ECT.replace(NINE, TWELVE), "utf-8")
    return build(settings, WordLengthEncoder(), publish=publish).snapshot_id


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def sources_of(answer: Answer) -> set[str]:
    shown = (*answer.quotes, *answer.related)
    pairs = [q for d in answer.differences for q in (d.first, d.second)]
    return {quote.document.source for quote in (*shown, *pairs)}
