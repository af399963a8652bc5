"""Snapshots on disk: opened whole or refused, the same bytes in any process."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qa.config import Settings
from qa.errors import QAError, SnapshotFormat, SnapshotMissing
from qa.snapshot import (
    current_id,
    is_snapshot_id,
    open_snapshot,
    read_snapshot_manifest,
    resolve_id,
    snapshot_ids,
    verify_snapshot,
)
from tests.encoders import WordLengthEncoder
from tests.small_corpus import built_settings, small_settings

DRIVER = Path(__file__).with_name("build_driver.py")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One small corpus, built once; tests that damage it work on a copy."""
    return built_settings(tmp_path_factory.mktemp("built"))


@pytest.fixture
def index(built: Settings, tmp_path: Path) -> Path:
    """A copy of the index that may be damaged."""
    return Path(shutil.copytree(built.index, tmp_path / "index"))


def folder_of(index: Path) -> Path:
    return index / str(current_id(index))


def test_the_parts_of_a_snapshot_agree(built: Settings) -> None:
    """
    Passages, vectors, tokens and embeddings have the same rows; spans lie in their documents.
    """
    snapshot = open_snapshot(built.index)
    embeddings = np.load(snapshot.folder / "embeddings.npy", allow_pickle=False)
    rows = len(snapshot.passages)

    assert (rows, WordLengthEncoder().dim) == embeddings.shape
    assert rows == len(snapshot.vectors) == len(snapshot.tokens.starts) - 1
    for passage in snapshot.passages:
        assert passage.span.of(snapshot.documents[passage.doc_id].text).strip()


def test_a_row_finds_its_own_passage(built: Settings) -> None:
    """
    Row i of the embeddings is row i of the vector index and of the passages.
    """
    snapshot = open_snapshot(built.index)
    embeddings = np.load(snapshot.folder / "embeddings.npy", allow_pickle=False)

    nearest = [snapshot.vectors.search(row, 1)[0][0] for row in embeddings]
    assert list(range(len(snapshot.passages))) == nearest


def test_tokens_of_a_passage_lie_in_its_span(built: Settings) -> None:
    """
    A token's span, where it has one, is a word of the document inside the passage.
    """
    snapshot = open_snapshot(built.index)
    for row, passage in enumerate(snapshot.passages):
        _, spans = snapshot.tokens.of(row)
        own = [(int(a), int(b)) for a, b in spans if a >= 0]
        assert own
        assert all(passage.span.start <= a < b <= passage.span.end for a, b in own)


def test_the_manifest_lists_every_file_with_its_hash(built: Settings) -> None:
    """
    Nothing in the folder but the manifest itself goes unlisted.
    """
    folder = folder_of(built.index)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    listed = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    there = {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.iterdir()
        if p.name != "manifest.json"
    }

    assert there == listed
    assert {"documents.jsonl", "passages.jsonl", "embeddings.npy", "vectors.faiss"} < set(there)
    assert 2 == manifest["format"]


def test_documents_jsonl_can_be_read_without_this_program(built: Settings) -> None:
    """
    One JSON object a line with at least doc_id and text; the id is that of the source's bytes.
    """
    lines = (folder_of(built.index) / "documents.jsonl").read_text("utf-8").split("\n")
    documents = [json.loads(line) for line in lines if line]
    sources = ["ect.md", "more/ketamine.txt", "tms.md"]

    assert sources == [d["source"] for d in documents]
    for document in documents:
        data = (built.corpus / document["source"]).read_bytes()
        assert hashlib.sha256(data).hexdigest()[:16] == document["doc_id"]
        assert document["text"]


def test_any_process_and_hash_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """
    Three processes with three hash seeds write the same id and the same files.
    """
    settings = small_settings(tmp_path)
    written = []
    for seed in ("0", "1", "4242"):
        index = tmp_path / f"index{seed}"
        command = [sys.executable, str(DRIVER), "build", str(settings.corpus), str(index)]
        subprocess.run(command, env={"PYTHONHASHSEED": seed}, check=True, stdout=subprocess.DEVNULL)
        folder = folder_of(index)
        files = {p.name: p.read_bytes() for p in sorted(folder.iterdir())}
        written.append((folder.name, files))

    assert written[0] == written[1] == written[2]


def test_without_a_snapshot_the_message_says_how_to_build_one(tmp_path: Path) -> None:
    """
    An index that is missing, empty or never published is SnapshotMissing.
    """
    for index in (tmp_path, tmp_path / "missing"):
        with pytest.raises(SnapshotMissing, match="python -m qa build"):
            open_snapshot(index)


def test_another_format_is_refused(index: Path) -> None:
    """
    A snapshot of another version is not guessed at.
    """
    path = folder_of(index) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"format": 2', '"format": 3'), "utf-8")
    with pytest.raises(SnapshotFormat, match=r"format 3; this version reads 2.*python -m qa build"):
        open_snapshot(index)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', "\x00\x01"])
def test_a_broken_manifest_is_refused(index: Path, content: str) -> None:
    """
    Whatever stands in it, the error is SnapshotFormat and names the file.
    """
    path = folder_of(index) / "manifest.json"
    path.write_text(content, "utf-8")
    with pytest.raises(SnapshotFormat, match=r"manifest\.json"):
        open_snapshot(index)


@pytest.mark.parametrize("name", ["nothing", "../../etc", "0123456789abcdef"])
def test_a_pointer_to_nothing_is_refused(index: Path, name: str) -> None:
    """
    CURRENT may name only a snapshot that is there; it never leads out of the index.
    """
    (index / "CURRENT").write_text(name + "\n")
    with pytest.raises(SnapshotFormat, match="python -m qa build"):
        open_snapshot(index)


def files_of_a_snapshot() -> list[str]:
    return [
        "bm25.data.npy",
        "bm25.vocabulary.json",
        "documents.jsonl",
        "embeddings.npy",
        "passages.jsonl",
        "token_spans.npy",
        "tokens.npy",
        "vectors.faiss",
    ]


@pytest.mark.parametrize("name", files_of_a_snapshot())
def test_a_missing_or_shortened_file_is_refused_at_opening(index: Path, name: str) -> None:
    """
    Opening checks that every file is there with its size, and names the one that is not.
    """
    path = folder_of(index) / name
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(SnapshotFormat, match=f"{name} has {len(data) - 1} bytes instead of"):
        open_snapshot(index)
    path.unlink()
    with pytest.raises(SnapshotFormat, match=f"{name} is missing"):
        open_snapshot(index)
    assert [f"{name} is missing"] == verify_snapshot(index)


@pytest.mark.parametrize("name", files_of_a_snapshot())
def test_a_single_changed_byte_is_found_by_verifying(index: Path, name: str) -> None:
    """
    Every byte of every file is under a checksum.
    """
    path = folder_of(index) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    assert [f"{name} has other bytes than were written"] == verify_snapshot(index)


def test_a_changed_manifest_is_found_by_verifying(index: Path) -> None:
    """
    The id is the hash of what the manifest says, so the manifest proves itself.
    """
    path = folder_of(index) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace("ect.md", "etc.md"), "utf-8")

    assert ["manifest.json does not give the id that the folder has"] == verify_snapshot(index)


def test_a_file_too_many_is_found_by_verifying(index: Path) -> None:
    """
    A snapshot is exactly its files.
    """
    (folder_of(index) / "extra").write_text("")

    assert ["extra does not belong there"] == verify_snapshot(index)


def test_an_intact_snapshot_has_no_problems(built: Settings) -> None:
    """
    The checks above are not simply always red.
    """
    assert [] == verify_snapshot(built.index)
    assert [] == verify_snapshot(built.index, current_id(built.index))


def test_an_id_may_be_shortened_while_it_is_clear(tmp_path: Path) -> None:
    """
    A prefix of exactly one snapshot is enough; otherwise the error lists what there is.
    """
    for name in ("aa00000000000000", "ab00000000000000", "not-a-snapshot"):
        (tmp_path / name).mkdir()

    assert "ab00000000000000" == resolve_id(tmp_path, "ab")
    with pytest.raises(QAError, match="more than one snapshot .* begins with 'a'"):
        resolve_id(tmp_path, "a")
    for prefix in ("c", "", "not"):
        with pytest.raises(QAError, match="no snapshot .*aa00000000000000"):
            resolve_id(tmp_path, prefix)


def test_only_ids_are_snapshots(built: Settings) -> None:
    """
    The cache, the lock and staging folders are never listed.
    """
    assert [current_id(built.index)] == snapshot_ids(built.index)
    assert [False] * 4 == [is_snapshot_id(n) for n in ("", ".cache", "0" * 15, "G" * 16)]


def test_the_manifest_records_settings_and_encoder(built: Settings) -> None:
    """
    Enough to open the right encoder and to know what the snapshot was made from.
    """
    manifest = read_snapshot_manifest(built.index)
    encoder = WordLengthEncoder()

    assert (encoder.name, encoder.digest, encoder.arithmetic) == (
        manifest.encoder_name,
        manifest.encoder_digest,
        manifest.arithmetic,
    )
    assert built.passage_tokens == manifest.passage_tokens
    assert ["ect.md", "more/ketamine.txt", "tms.md"] == [s.source for s in manifest.sources]
    assert 3 == manifest.documents
