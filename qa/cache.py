"""What a build may skip: documents already read and passages already embedded, by content hash.

A key covers everything the entry depends on, so an entry is right or unknown; one that is damaged
counts as unknown. Entries are replaced whole, never changed. No pickle.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import logging
import os
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from qa.corpus import Source
from qa.encoder import Encoder, TextEmbedding
from qa.jsonlines import document_from_json, document_to_json, dump_line
from qa.records import Document

FORMAT = 1
READER_CODE = ("readers", "readers.py", "text.py", "records.py", "jsonlines.py")
READER_LIBRARIES = (
    "beautifulsoup4",
    "charset-normalizer",
    "lxml",
    "markdown-it-py",
    "pypdf",
    "python-docx",
    "PyYAML",
    "trafilatura",
)
logger = logging.getLogger(__name__)


class BuildCache:
    """Below one folder; remembers what was asked for, so that the rest can be pruned."""

    def __init__(self, folder: Path, *, reading: bool = True) -> None:
        self._folder = folder
        self._reading = reading  # False: every look-up misses; entries are written all the same
        self._used: dict[str, None] = {}  # in order, without repeats

    def documents(self, source: Source, max_mb: int) -> list[Document] | None:
        """What reading this source gave, or None."""
        path = self._entry("documents", _documents_key(source, max_mb), ".json")
        if not self._reading:
            return None
        try:
            digest, _, payload = path.read_bytes().partition(b"\n")
            if hashlib.sha256(payload).hexdigest().encode() != digest:
                return None
            return [document_from_json(value) for value in json.loads(payload)]
        except (OSError, ValueError):
            return None

    def keep_documents(self, source: Source, max_mb: int, documents: Iterable[Document]) -> None:
        """Stores what reading gave."""
        payload = dump_line([document_to_json(d) for d in documents])
        digest = hashlib.sha256(payload).hexdigest().encode()
        path = self._entry("documents", _documents_key(source, max_mb), ".json")
        self._write(path, lambda file: file.write(digest + b"\n" + payload))

    def embeddings(self, encoder: Encoder, texts: Sequence[str]) -> list[TextEmbedding] | None:
        """The embeddings of one document's passages, or None. Tokens are float16."""
        path = self._entry("embeddings", _embeddings_key(encoder, texts), ".npz")
        if not self._reading:
            return None
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return _unpack(arrays, len(texts), encoder.dim)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def keep_embeddings(
        self, encoder: Encoder, texts: Sequence[str], embedded: Sequence[TextEmbedding]
    ) -> None:
        """Stores the embeddings of one document's passages."""
        path = self._entry("embeddings", _embeddings_key(encoder, texts), ".npz")
        arrays: dict[str, Any] = {
            "embeddings": np.stack([e.embedding for e in embedded]),
            "counts": np.array([len(e.spans) for e in embedded], np.int64),
            "tokens": np.concatenate([e.tokens for e in embedded]),
            "spans": np.concatenate([e.spans for e in embedded]),
        }
        self._write(path, lambda file: np.savez(file, **arrays))

    def use_embeddings(self, encoder: Encoder, texts: Sequence[str]) -> None:
        """Notes that a snapshot was made from this entry, without reading it."""
        if texts:
            self._entry("embeddings", _embeddings_key(encoder, texts), ".npz")

    def remember(self, snapshot_id: str) -> None:
        """Notes which entries this snapshot was made from, so that pruning spares them."""
        path = self._folder / "uses" / f"{snapshot_id}.json"
        self._write(path, lambda file: file.write(dump_line(list(self._used))))

    def _entry(self, kind: str, key: str, suffix: str) -> Path:
        name = f"{kind}/{key[:2]}/{key}{suffix}"
        self._used[name] = None
        return self._folder / name

    def _write(self, path: Path, write: Any) -> None:
        fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                write(file)
            os.replace(fresh, path)
        except OSError as error:  # a cache that cannot be written costs time, nothing else
            with suppress(OSError):
                fresh.unlink()
            logger.warning("the build cache could not be written: %s", error)


def prune_cache(folder: Path, snapshot_ids: Sequence[str]) -> int:
    """Deletes the entries that none of these snapshots was made from; returns how many."""
    spared: set[str] = set()
    for path in sorted((folder / "uses").glob("*.json")):
        if path.stem in snapshot_ids:
            spared.add(f"uses/{path.name}")
            spared.update(_names(path))
    doomed = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() not in spared
    ]
    for path in doomed:
        path.unlink(missing_ok=True)
    return len(doomed)


def _names(path: Path) -> list[str]:
    try:
        return [str(name) for name in json.loads(path.read_bytes())]
    except (OSError, ValueError, TypeError):
        return []


def _documents_key(source: Source, max_mb: int) -> str:
    parts = [source.source, source.sha256, source.sidecar_sha256, max_mb, reader_version()]
    return _hash([FORMAT, "documents", *parts])


def _embeddings_key(encoder: Encoder, texts: Sequence[str]) -> str:
    made_by = [encoder.name, encoder.digest, encoder.arithmetic, encoder.dim, encoder.max_tokens]
    return _hash([FORMAT, "embeddings", *made_by, *texts])


def _hash(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


@lru_cache(maxsize=1)
def reader_version() -> str:
    """A hash of the code and the libraries that reading depends on: nobody has to bump it."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for name in READER_CODE:
        path = here / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    for library in READER_LIBRARIES:
        digest.update(f"{library} {_version(library)}\n".encode())
    return digest.hexdigest()


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def _unpack(arrays: Any, count: int, dim: int) -> list[TextEmbedding] | None:
    embeddings, counts = arrays["embeddings"], arrays["counts"]
    tokens, spans = arrays["tokens"], arrays["spans"]
    total = int(counts.sum())
    shapes = [embeddings.shape, counts.shape, tokens.shape, spans.shape]
    if shapes != [(count, dim), (count,), (total, dim), (total, 2)]:
        return None
    ends = np.cumsum(counts)
    return [
        TextEmbedding(embeddings[i], tokens[end - n : end], spans[end - n : end])
        for i, (n, end) in enumerate(zip(counts, ends, strict=True))
    ]
