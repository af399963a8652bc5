"""Building again: only what changed is read and embedded, and it gives what a first build gives."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa.build import build
from qa.config import Settings
from qa.corpus import Changes
from qa.snapshot import open_snapshot
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, KETAMINE, TMS


def files_of(settings: Settings, snapshot_id: str) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (settings.index / snapshot_id).iterdir()}


def without_cache(settings: Settings, tmp_path: Path) -> dict[str, bytes]:
    """What a first build of this corpus gives, in an index of its own."""
    fresh = replace(settings, index=tmp_path / "fresh")
    return files_of(fresh, build(fresh, WordLengthEncoder()).snapshot_id)


def test_an_unchanged_corpus_is_neither_read_nor_embedded(settings: Settings) -> None:
    """
    The second build gives the same id and does none of the slow work.
    """
    first = build(settings, WordLengthEncoder())
    encoder = WordLengthEncoder()
    second = build(settings, encoder)

    assert first.snapshot_id == second.snapshot_id
    assert (0, 0, 0) == (second.sources_read, second.passages_encoded, encoder.texts_encoded)
    assert ("ect.md", "more/ketamine.txt", "tms.md") == second.changes.unchanged


def test_only_what_changed_is_read_and_embedded(settings: Settings, tmp_path: Path) -> None:
    """
    One article edited, one added, one removed: with cache = without, byte for byte.
    """
    (settings.corpus / "ect.md").write_text(ECT.replace("nine", "ten"), "utf-8")
    (settings.corpus / "new.txt").write_text("New\n\nSomething else altogether helps too.\n")
    (settings.corpus / "tms.md").unlink()

    encoder = WordLengthEncoder()
    report = build(settings, encoder)

    expected = Changes(("new.txt",), ("ect.md",), ("tms.md",), ("more/ketamine.txt",))
    assert expected == report.changes
    assert 2 == report.sources_read
    assert 0 < encoder.texts_encoded < report.passages
    assert without_cache(settings, tmp_path) == files_of(settings, report.snapshot_id)


def test_a_changed_sidecar_is_a_changed_article(settings: Settings) -> None:
    """
    Metadata counts: the new title is live, and the title is part of what is embedded.
    """
    path = settings.corpus / "more" / "ketamine.toml"
    path.write_text(path.read_text().replace("Ketamine", "Ketamine by drip"))
    report = build(settings, WordLengthEncoder())

    assert ("more/ketamine.txt",) == report.changes.changed
    titles = [d.metadata.title for d in open_snapshot(settings.index).documents.values()]
    assert "Ketamine by drip" in titles


@pytest.mark.parametrize("seed", range(3))
def test_a_build_with_any_history_equals_one_without(
    settings: Settings, tmp_path: Path, seed: int
) -> None:
    """
    The law: random edits, a build after each; the last one equals a first build byte for byte.
    """
    rng = random.Random(seed)
    texts = [ECT, TMS, KETAMINE, ECT.replace("nine", "eight"), TMS.replace("six", "four")]
    report = build(settings, WordLengthEncoder())
    for step in range(4):
        name = rng.choice(["ect.md", "tms.md", "a.md", "b.txt"])
        path = settings.corpus / name
        if path.exists() and rng.random() < 0.3:
            path.unlink()
        else:
            path.write_text(f"{rng.choice(texts)}\nStep {step} of {seed}.\n", "utf-8")
        report = build(settings, WordLengthEncoder())

    assert without_cache(settings, tmp_path) == files_of(settings, report.snapshot_id)


def test_a_damaged_cache_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    """
    Every cache entry is overwritten with noise; the next build is right all the same.
    """
    for path in (settings.index / ".cache").rglob("*.*"):
        path.write_bytes(b"noise")
    (settings.corpus / "ect.md").write_text(ECT.replace("nine", "ten"), "utf-8")
    report = build(settings, WordLengthEncoder())

    assert 3 == report.sources_read
    assert without_cache(settings, tmp_path) == files_of(settings, report.snapshot_id)


def test_clean_does_all_the_work_again_and_gives_the_same(settings: Settings) -> None:
    """
    `clean` ignores the cache; the same corpus is the same snapshot.
    """
    first = build(settings, WordLengthEncoder())
    second = build(settings, WordLengthEncoder(), clean=True)

    assert first.snapshot_id == second.snapshot_id
    assert (3, second.passages) == (second.sources_read, second.passages_encoded)


def test_a_refused_file_is_tried_again(settings: Settings) -> None:
    """
    Refusals are not cached: they may have been caused by a limit, or be mended.
    """
    (settings.corpus / "late.md").write_text("")
    build(settings, WordLengthEncoder())
    (settings.corpus / "late.md").write_text("# Late\n\nNow there is a sentence in it.\n")
    report = build(settings, WordLengthEncoder())

    assert ((), ("late.md",)) == (report.refused, report.changes.added)


@pytest.mark.slow
def test_with_the_real_encoder_the_cache_moves_nothing_but_the_last_bits(
    unbuilt: Settings, tmp_path: Path
) -> None:
    """
    Same id, same passages, embeddings within 1e-5: batch shape moves the last bits.
    """
    from qa.encoder import open_encoder
    from qa.errors import EncoderUnavailable

    try:
        encoder = open_encoder(unbuilt)
    except EncoderUnavailable as error:
        pytest.skip(f"no encoder on this machine: {error}")
    build(unbuilt, encoder)
    (unbuilt.corpus / "ect.md").write_text(ECT.replace("nine", "ten"), "utf-8")
    cached = build(unbuilt, encoder)
    fresh = replace(unbuilt, index=tmp_path / "fresh")
    full = build(fresh, encoder)

    assert cached.snapshot_id == full.snapshot_id
    assert cached.passages_encoded < full.passages_encoded
    one, other = files_of(unbuilt, cached.snapshot_id), files_of(fresh, full.snapshot_id)
    for name in ("documents.jsonl", "passages.jsonl", "bm25.data.npy"):
        assert one[name] == other[name]
    folders = (unbuilt.index / cached.snapshot_id, fresh.index / full.snapshot_id)
    first, second = (np.load(f / "embeddings.npy", allow_pickle=False) for f in folders)
    assert float(np.abs(first - second).max()) <= 1e-5
