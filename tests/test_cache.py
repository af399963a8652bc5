"""The build's cache: an entry is right or unknown, and what nobody needs goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa.cache import BuildCache, prune_cache, reader_version
from qa.corpus import Source
from qa.records import Document, Metadata
from tests.encoders import WordLengthEncoder

SOURCE = Source("a.md", 3, "aa", "bb")
DOCUMENTS = [Document("0" * 16, "a.md", "text", Metadata("A"))]
TEXTS = ["A\nnine sessions", "A\nno anaesthetic is needed"]


def entries(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def test_what_was_kept_is_found(tmp_path: Path) -> None:
    """
    Documents come back equal, embeddings bit for bit.
    """
    encoder = WordLengthEncoder()
    cache = BuildCache(tmp_path)
    cache.keep_documents(SOURCE, 64, DOCUMENTS)
    made = encoder.embed(TEXTS)
    cache.keep_embeddings(encoder, TEXTS, made)

    again = BuildCache(tmp_path)
    assert DOCUMENTS == again.documents(SOURCE, 64)
    found = again.embeddings(encoder, TEXTS)
    assert found is not None
    for expected, actual in zip(made, found, strict=True):
        assert np.array_equal(expected.embedding, actual.embedding)
        assert np.array_equal(expected.tokens, actual.tokens)
        assert np.array_equal(expected.spans, actual.spans)


@pytest.mark.parametrize(
    ("source", "max_mb"),
    [
        (replace(SOURCE, source="b.md"), 64),
        (replace(SOURCE, sha256="cc"), 64),
        (replace(SOURCE, sidecar_sha256=None), 64),
        (SOURCE, 65),
    ],
)
def test_documents_of_anything_else_are_unknown(
    tmp_path: Path, source: Source, max_mb: int
) -> None:
    """
    Path, bytes, sidecar and size limit are all part of the key.
    """
    cache = BuildCache(tmp_path)
    cache.keep_documents(SOURCE, 64, DOCUMENTS)

    assert cache.documents(source, max_mb) is None


@pytest.mark.parametrize("changed", ["name", "digest", "arithmetic", "dim", "max_tokens"])
def test_embeddings_of_another_encoder_are_unknown(tmp_path: Path, changed: str) -> None:
    """
    Whatever makes other embeddings is part of the key.
    """
    encoder, other = WordLengthEncoder(), WordLengthEncoder()
    cache = BuildCache(tmp_path)
    cache.keep_embeddings(encoder, TEXTS, encoder.embed(TEXTS))
    setattr(other, changed, 99 if isinstance(getattr(other, changed), int) else "other")

    assert cache.embeddings(encoder, TEXTS) is not None
    assert cache.embeddings(other, TEXTS) is None


def test_embeddings_of_other_texts_are_unknown(tmp_path: Path) -> None:
    """
    The texts themselves are the key: another heading or passage size needs no rule of its own.
    """
    encoder = WordLengthEncoder()
    cache = BuildCache(tmp_path)
    cache.keep_embeddings(encoder, TEXTS, encoder.embed(TEXTS))

    assert cache.embeddings(encoder, TEXTS[::-1]) is None
    assert cache.embeddings(encoder, TEXTS[:1]) is None


@pytest.mark.parametrize("damage", ["empty", "short", "flip", "text"])
def test_a_damaged_entry_is_unknown(tmp_path: Path, damage: str) -> None:
    """
    Whatever happened to the file, the answer is None and never a wrong document or row.
    """
    encoder = WordLengthEncoder()
    cache = BuildCache(tmp_path)
    cache.keep_documents(SOURCE, 64, DOCUMENTS)
    cache.keep_embeddings(encoder, TEXTS, encoder.embed(TEXTS))
    for path in entries(tmp_path):
        data = bytearray(path.read_bytes())
        if damage == "empty":
            data.clear()
        elif damage == "short":
            del data[len(data) // 2 :]
        elif damage == "flip":
            data[len(data) // 2] ^= 1
        else:
            data[:] = b"not what it was"
        path.write_bytes(data)

    assert cache.documents(SOURCE, 64) is None
    assert cache.embeddings(encoder, TEXTS) is None


def test_a_clean_build_reads_nothing_but_writes(tmp_path: Path) -> None:
    """
    With `reading=False` every look-up misses, and the entry is there for the next build.
    """
    cache = BuildCache(tmp_path, reading=False)
    cache.keep_documents(SOURCE, 64, DOCUMENTS)

    assert cache.documents(SOURCE, 64) is None
    assert DOCUMENTS == BuildCache(tmp_path).documents(SOURCE, 64)


def test_pruning_spares_what_kept_snapshots_were_made_from(tmp_path: Path) -> None:
    """
    An entry goes when the last snapshot that used it is gone; unfinished files go at once.
    """
    first, second = BuildCache(tmp_path), BuildCache(tmp_path)
    other = replace(SOURCE, source="b.md")
    for cache, sources in ((first, [SOURCE]), (second, [SOURCE, other])):
        for source in sources:
            cache.keep_documents(source, 64, DOCUMENTS)
    first.remember("1" * 16)
    second.remember("2" * 16)
    (tmp_path / "documents" / "half.tmp").write_text("")

    assert 1 == prune_cache(tmp_path, ["1" * 16, "2" * 16])
    assert 4 == len(entries(tmp_path))
    assert 2 == prune_cache(tmp_path, ["1" * 16])
    assert DOCUMENTS == BuildCache(tmp_path).documents(SOURCE, 64)
    assert 2 == prune_cache(tmp_path, [])
    assert [] == entries(tmp_path)


def test_a_cache_that_cannot_be_written_costs_only_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The build goes on; the log says why the next one will be slow.
    """
    (tmp_path / "documents").write_text("a file in the way")
    cache = BuildCache(tmp_path)
    cache.keep_documents(SOURCE, 64, DOCUMENTS)

    assert cache.documents(SOURCE, 64) is None
    assert "the build cache could not be written" in caplog.text


def test_the_reader_version_is_a_hash_of_the_readers(tmp_path: Path) -> None:
    """
    The same in this process always; it covers code that exists.
    """
    assert reader_version() == reader_version()
    assert 64 == len(reader_version())
