"""qa.live, qa.opening: nothing on the disk ends what answers; only what is whole is opened."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.build import build
from qa.config import Settings
from qa.errors import SnapshotFormat, SnapshotMissing
from qa.live import Live
from qa.publish import PUBLISHED
from qa.snapshot import POINTER
from tests.encoders import WordLengthEncoder
from tests.lives import NINE, TWELVE, first_id, flip, opened, second_edition
from tests.small_corpus import ECT, QUESTION


def test_a_damaged_new_snapshot_changes_nothing_until_it_is_mended(
    live: Live, lenient: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """
    One wrong bit is enough; it is said once, with what answers meanwhile.
    """
    first, second = first_id(lenient), second_edition(lenient)
    flip(lenient.index / second / "documents.jsonl")
    for _ in range(3):
        live.look()
        assert NINE in live.ask(QUESTION).quotes[0].text
    (problem,) = live.state.problems

    assert (first, second) == (live.state.snapshot, live.state.wanted)
    assert f"snapshot {second} is damaged" in problem
    assert f"Snapshot {first} answers meanwhile." in problem
    assert [problem] == [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert second == build(lenient, WordLengthEncoder()).snapshot_id
    live.look()
    assert (second, ()) == (live.state.snapshot, live.state.problems)


def garbage(settings: Settings, _: str) -> None:
    (settings.index / POINTER).write_text("nonsense\n")


def no_utf8(settings: Settings, _: str) -> None:
    (settings.index / POINTER).write_bytes(b"\xff\xfe")


def zeros(settings: Settings, _: str) -> None:
    (settings.index / POINTER).write_bytes(bytes(17))


def cut_to_nothing(settings: Settings, _: str) -> None:
    (settings.index / POINTER).write_bytes(b"")


def pointer_gone(settings: Settings, _: str) -> None:
    (settings.index / POINTER).unlink()


def folder_gone(settings: Settings, live_id: str) -> None:
    shutil.rmtree(settings.index / live_id)


def manifest_gone(settings: Settings, live_id: str) -> None:
    (settings.index / live_id / "manifest.json").unlink()


def tokens_cut(settings: Settings, live_id: str) -> None:
    with (settings.index / live_id / "tokens.npy").open("r+b") as file:
        file.truncate(100)


def bit_flipped(settings: Settings, live_id: str) -> None:
    flip(settings.index / live_id / "vectors.faiss")


@pytest.mark.parametrize(
    "damage",
    [
        garbage,
        no_utf8,
        zeros,
        cut_to_nothing,
        pointer_gone,
        folder_gone,
        manifest_gone,
        tokens_cut,
        bit_flipped,
    ],
)
def test_whatever_is_damaged_questions_are_answered(
    lenient: Settings,
    damage: Callable[[Settings, str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    What serves goes on from memory; what starts falls back to the snapshot before. Both say so, in
    the log once.
    """
    first, second = first_id(lenient), second_edition(lenient)
    serving = opened(lenient)
    damage(lenient, second)
    serving.look()
    started = opened(lenient)

    assert TWELVE in serving.ask(QUESTION).quotes[0].text
    assert second == serving.state.snapshot
    assert 1 <= len(serving.state.problems)
    whole = damage in (garbage, no_utf8, zeros, cut_to_nothing, pointer_gone)  # only CURRENT is not
    assert (second if whole else first) == started.state.snapshot
    assert (TWELVE if whole else NINE) in started.ask(QUESTION).quotes[0].text
    (problem,) = started.state.problems
    assert f". Snapshot {started.state.snapshot} answers meanwhile." in problem
    caplog.clear()
    started.look()
    assert (problem,) == started.state.problems
    assert [] == [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    build(lenient, WordLengthEncoder())
    for live in (serving, started):
        live.look()
        assert (second, ()) == (live.state.snapshot, live.state.problems)


def test_a_snapshot_that_was_never_published_stands_in_for_none(lenient: Settings) -> None:
    """
    It may have been held back on purpose.
    """
    first, held_back = first_id(lenient), second_edition(lenient, publish=False)
    assert [first] == (lenient.index / PUBLISHED).read_text().split()
    flip(lenient.index / first / "passages.jsonl")

    with pytest.raises(SnapshotFormat, match=f"snapshot {first} is damaged"):
        opened(lenient)
    (lenient.index / PUBLISHED).unlink()  # an index of before: nothing is known of that
    assert held_back == opened(lenient).state.snapshot


def test_nothing_published_is_said_as_before(tmp_path: Path) -> None:
    """
    The app builds the index then.
    """
    with pytest.raises(SnapshotMissing):
        Live.open(Settings(index=tmp_path), WordLengthEncoder(), reads=False)


def test_a_snapshot_of_another_encoder_is_not_taken_up(live: Live, lenient: Settings) -> None:
    """
    Its embeddings mean something else; the operator is told.
    """
    (lenient.corpus / "ect.md").write_text(ECT.replace(NINE, TWELVE), "utf-8")
    other = WordLengthEncoder()
    other.digest, other.name = "0" * 64, "another"
    build(lenient, other)
    live.look()

    assert NINE in live.ask(QUESTION).quotes[0].text
    assert "the index was built with another, not with word-length" in live.state.problems[0]
