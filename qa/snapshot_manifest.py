"""The manifest of a snapshot: what it was made from, which files it consists of, and its id.

The id is the hash of everything the manifest says but the files, so equal content has equal ids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.corpus import Refusal, Source
from qa.errors import SnapshotFormat

FORMAT = 2
REBUILD = "Rebuild it with: python -m qa build"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a snapshot as its manifest lists it."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SnapshotManifest:
    """What a snapshot was made from and which files it consists of."""

    snapshot_id: str
    passage_tokens: int
    encoder_name: str
    encoder_digest: str
    arithmetic: str
    dim: int
    sources: tuple[Source, ...]
    refused: tuple[Refusal, ...]
    documents: int
    passages: int
    content_sha256: str  # over documents, passages and the texts that were embedded
    support: Mapping[str, Any]  # weights and threshold, and the figures they were chosen on
    files: tuple[FileEntry, ...] = ()


def name_manifest(manifest: SnapshotManifest) -> SnapshotManifest:
    """The manifest with the id that its content gives."""
    values = {name: getattr(manifest, name) for name in SnapshotManifest.__slots__}
    return SnapshotManifest(**{**values, "snapshot_id": identity(manifest)})


def identity(manifest: SnapshotManifest) -> str:
    value = {k: v for k, v in manifest_to_json(manifest).items() if k != "snapshot"}
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(canonical).hexdigest()[:16]


def manifest_to_json(manifest: SnapshotManifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "snapshot": manifest.snapshot_id,
        "settings": {"passage_tokens": manifest.passage_tokens},
        "encoder": {
            "name": manifest.encoder_name,
            "digest": manifest.encoder_digest,
            "arithmetic": manifest.arithmetic,
            "dim": manifest.dim,
        },
        "sources": [asdict(source) for source in manifest.sources],
        "refused": [asdict(refusal) for refusal in manifest.refused],
        "documents": manifest.documents,
        "passages": manifest.passages,
        "content_sha256": manifest.content_sha256,
        "support": manifest.support,
    }


def manifest_from_json(value: Any, path: Path) -> SnapshotManifest:
    if value["format"] != FORMAT:
        raise SnapshotFormat(
            f"{path} has format {value['format']!r}; this version reads {FORMAT}. {REBUILD}"
        )
    encoder = value["encoder"]
    return SnapshotManifest(
        snapshot_id=value["snapshot"],
        passage_tokens=value["settings"]["passage_tokens"],
        encoder_name=encoder["name"],
        encoder_digest=encoder["digest"],
        arithmetic=encoder["arithmetic"],
        dim=encoder["dim"],
        sources=tuple(Source(**source) for source in value["sources"]),
        refused=tuple(Refusal(**refusal) for refusal in value["refused"]),
        documents=value["documents"],
        passages=value["passages"],
        content_sha256=value["content_sha256"],
        support=value["support"],
        files=tuple(FileEntry(**entry) for entry in value["files"]),
    )
