"""A folder below index/ <-> Snapshot: write it into staging, open it, list it, prove it whole.

What is written depends on the content alone, so equal content gives equal bytes in any process.
A snapshot that is of another format, incomplete or damaged is refused, never half opened.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.corpus import Refusal, hash_file
from qa.errors import QAError, SnapshotFormat, SnapshotMissing
from qa.jsonlines import (
    document_from_json,
    documents_to_bytes,
    passage_from_json,
    passages_to_bytes,
    read_lines,
)
from qa.lexical import LexicalIndex
from qa.records import Document, Passage
from qa.snapshot_manifest import (
    REBUILD,
    FileEntry,
    SnapshotManifest,
    identity,
    manifest_from_json,
    manifest_to_json,
)
from qa.support import Support
from qa.tokens import TokenStore
from qa.vectors import VectorIndex

MANIFEST = "manifest.json"
DOCUMENTS = "documents.jsonl"
PASSAGES = "passages.jsonl"
EMBEDDINGS = "embeddings.npy"
VECTORS = "vectors.faiss"
POINTER = "CURRENT"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One complete, immutable build, opened for asking."""

    snapshot_id: str
    folder: Path
    documents: Mapping[str, Document]  # by doc_id
    passages: tuple[Passage, ...]  # row order of both indexes and of the token store
    vectors: VectorIndex
    lexical: LexicalIndex
    tokens: TokenStore
    encoder_name: str
    encoder_digest: str
    arithmetic: str
    support: Support
    refused: tuple[Refusal, ...] = ()  # files of the corpus that could not be read
    withdrawn: frozenset[int] = frozenset()  # rows of passages that are never found

    def with_documents(self, documents: Mapping[str, Document]) -> Snapshot:
        """The same with other metadata; passages of withdrawn documents are found no more."""
        if documents is self.documents:
            return self
        gone = {d.doc_id for d in documents.values() if d.is_withdrawn}
        rows = frozenset(row for row, p in enumerate(self.passages) if p.doc_id in gone)
        return replace(self, documents=documents, withdrawn=rows)


@dataclass(frozen=True, slots=True)
class Content:
    """What a snapshot holds, ready to be written; rows of all parts agree."""

    documents: Sequence[Document]
    passages: Sequence[Passage]
    texts: Sequence[str]  # what was embedded and is searched by words, one a passage
    embeddings: NDArray[np.float32]  # (passages, dim), rows of length 1
    tokens: TokenStore


# ---------------------------------------------------------------- which one


def current_id(index_dir: Path) -> str | None:
    """The id that CURRENT names, or None when nothing was ever published."""
    try:
        name = (index_dir / POINTER).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotFormat(f"{index_dir / POINTER} cannot be read ({error}). {REBUILD}") from None
    return name or None


def snapshot_ids(index_dir: Path) -> list[str]:
    """The ids of the snapshots that are there, newest first."""
    if not index_dir.is_dir():
        return []
    folders = [p for p in index_dir.iterdir() if is_snapshot_id(p.name) and p.is_dir()]
    return [p.name for p in sorted(folders, key=lambda p: (-p.stat().st_mtime_ns, p.name))]


def is_snapshot_id(name: str) -> bool:
    """
    >>> is_snapshot_id("0123456789abcdef"), is_snapshot_id("../escape")
    (True, False)
    """
    return len(name) == 16 and all(c in "0123456789abcdef" for c in name)


def resolve_id(index_dir: Path, prefix: str) -> str:
    """The one snapshot whose id begins with `prefix`. Raises QAError when none or several do."""
    there = snapshot_ids(index_dir)
    found = [name for name in there if prefix and name.startswith(prefix)]
    if len(found) == 1:
        return found[0]
    problem = "no snapshot" if not found else "more than one snapshot"
    listed = ", ".join(found or there) or "none"
    raise QAError(f"{problem} in {index_dir}/ begins with {prefix!r}. There: {listed}.")


def when_published(index_dir: Path, snapshot_id: str) -> datetime:
    """When the snapshot was built or last published (kept as the folder's time, UTC)."""
    return datetime.fromtimestamp((index_dir / snapshot_id).stat().st_mtime, UTC)


# ---------------------------------------------------------------- open and verify


def open_snapshot(
    index_dir: Path, snapshot_id: str | None = None, *, in_memory: bool = False
) -> Snapshot:
    """The snapshot ready for asking; None = the live one.

    Checks the format, that every file is there and has its size; `verify_snapshot` checks every
    byte. `in_memory`, nothing that happens to the files afterwards matters. Raises SnapshotMissing
    or SnapshotFormat.
    """
    manifest = read_snapshot_manifest(index_dir, snapshot_id)
    folder = index_dir / manifest.snapshot_id
    problems = _missing_or_resized(folder, manifest)
    if problems:
        raise SnapshotFormat(f"{folder}/ is damaged: {'; '.join(problems)}. {REBUILD}")
    documents = read_documents(folder)
    passages = read_passages(folder)
    try:
        vectors = VectorIndex.load(folder / VECTORS)
        lexical = LexicalIndex.load(folder)
        tokens = TokenStore.load(folder, in_memory=in_memory)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise SnapshotFormat(f"{folder}/ cannot be opened ({error}). {REBUILD}") from error
    if not len(passages) == len(vectors) == len(tokens.starts) - 1 == manifest.passages:
        raise SnapshotFormat(f"the parts of {folder}/ do not belong together. {REBUILD}")
    return Snapshot(
        snapshot_id=manifest.snapshot_id,
        folder=folder,
        documents={d.doc_id: d for d in documents},
        passages=tuple(passages),
        vectors=vectors,
        lexical=lexical,
        tokens=tokens,
        encoder_name=manifest.encoder_name,
        encoder_digest=manifest.encoder_digest,
        arithmetic=manifest.arithmetic,
        support=Support.of(manifest.support),
        refused=manifest.refused,
    )


def verify_snapshot(index_dir: Path, snapshot_id: str | None = None) -> list[str]:
    """What is wrong with the files of a snapshot, one line each; [] when every byte is right.

    Raises SnapshotMissing or SnapshotFormat when there is no manifest to check against.
    """
    manifest = read_snapshot_manifest(index_dir, snapshot_id)
    folder = index_dir / manifest.snapshot_id
    problems = _damaged(folder, manifest)
    listed = {entry.path for entry in manifest.files} | {MANIFEST}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.relative_to(folder).as_posix() not in listed:
            problems.append(f"{path.relative_to(folder).as_posix()} does not belong there")
    return problems


def damaged_files(index_dir: Path, snapshot_id: str) -> list[str]:
    """The same without files that do not belong there: they do no harm to what is read.

    Raises SnapshotFormat, and OSError where a file cannot be read.
    """
    manifest = read_snapshot_manifest(index_dir, snapshot_id)
    return _damaged(index_dir / snapshot_id, manifest)


def _damaged(folder: Path, manifest: SnapshotManifest) -> list[str]:
    problems = _missing_or_resized(folder, manifest)
    broken = {problem.split(" ", 1)[0] for problem in problems}
    for entry in manifest.files:
        if entry.path not in broken and hash_file(folder / entry.path) != entry.sha256:
            problems.append(f"{entry.path} has other bytes than were written")
    if identity(manifest) != manifest.snapshot_id:
        problems.append(f"{MANIFEST} does not give the id that the folder has")
    return problems


def read_snapshot_manifest(index_dir: Path, snapshot_id: str | None = None) -> SnapshotManifest:
    """The manifest alone. Raises SnapshotMissing or SnapshotFormat."""
    chosen = current_id(index_dir) if snapshot_id is None else snapshot_id
    if chosen is None:
        raise SnapshotMissing(index_dir)
    if not is_snapshot_id(chosen):
        raise SnapshotFormat(f"{chosen!r} is not the id of a snapshot in {index_dir}/. {REBUILD}")
    path = index_dir / chosen / MANIFEST
    try:
        manifest = manifest_from_json(json.loads(path.read_bytes()), path)
    except FileNotFoundError:
        raise SnapshotFormat(
            f"there is no whole snapshot {chosen} in {index_dir}/. {REBUILD}, "
            "or choose another with: python -m qa use"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotFormat(f"{path} cannot be read ({error!r}). {REBUILD}") from None
    if manifest.snapshot_id != chosen:
        raise SnapshotFormat(f"{path} belongs to snapshot {manifest.snapshot_id}. {REBUILD}")
    return manifest


def read_documents(folder: Path) -> list[Document]:
    """The documents of a snapshot, in order. Raises SnapshotFormat."""
    try:
        return [document_from_json(value) for value in read_lines(folder / DOCUMENTS)]
    except (OSError, ValueError) as error:
        raise SnapshotFormat(f"{folder}/ cannot be read ({error}). {REBUILD}") from None


def read_passages(folder: Path) -> list[Passage]:
    """The passages of a snapshot, in row order. Raises SnapshotFormat."""
    try:
        return [passage_from_json(value) for value in read_lines(folder / PASSAGES)]
    except (OSError, ValueError) as error:
        raise SnapshotFormat(f"{folder}/ cannot be read ({error}). {REBUILD}") from None


def _missing_or_resized(folder: Path, manifest: SnapshotManifest) -> list[str]:
    problems = []
    for entry in manifest.files:
        try:
            size = (folder / entry.path).stat().st_size
        except OSError:
            problems.append(f"{entry.path} is missing")
            continue
        if size != entry.size:
            problems.append(f"{entry.path} has {size} bytes instead of {entry.size}")
    return problems


# ---------------------------------------------------------------- write


def content_sha256(
    documents: Sequence[Document], passages: Sequence[Passage], texts: Sequence[str]
) -> str:
    """One hash over everything that decides what can be found and quoted."""
    digest = hashlib.sha256()
    for part in (
        documents_to_bytes(documents),
        passages_to_bytes(passages),
        json.dumps(list(texts)).encode(),
    ):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def write_snapshot(folder: Path, manifest: SnapshotManifest, content: Content) -> None:
    """Writes every file of the snapshot into an empty folder, the manifest last."""
    (folder / DOCUMENTS).write_bytes(documents_to_bytes(content.documents))
    (folder / PASSAGES).write_bytes(passages_to_bytes(content.passages))
    np.save(folder / EMBEDDINGS, content.embeddings, allow_pickle=False)
    _save_vectors(content.embeddings, folder / VECTORS)
    LexicalIndex.build(content.texts).save(folder)
    content.tokens.save(folder)
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    entries = [
        FileEntry(p.relative_to(folder).as_posix(), p.stat().st_size, hash_file(p)) for p in files
    ]
    value = {**manifest_to_json(manifest), "files": [asdict(entry) for entry in entries]}
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8", newline="\n")


def _save_vectors(embeddings: NDArray[np.float32], path: Path) -> None:
    """Raises OSError like every other write: faiss says RuntimeError when the disk is full."""
    index = VectorIndex.build(embeddings)
    try:
        index.save(path)
    except RuntimeError as error:
        raise OSError(f"{path.name} could not be written whole") from error
