"""The index folder: one writer, whole snapshots, nothing lost when something fails."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from qa import publish
from qa.build import build
from qa.config import Settings
from qa.errors import QAError, SnapshotFormat
from qa.publish import (
    index_lock,
    make_current,
    prune_snapshots,
    published_ids,
    put_in_place,
    remove_leftovers,
    use_snapshot,
)
from qa.snapshot import MANIFEST, current_id, snapshot_ids, verify_snapshot
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, small_settings


def edition(settings: Settings, number: int) -> str:
    """Builds another edition of the corpus; its id."""
    text = ECT.replace("nine", f"nine ({number})")
    (settings.corpus / "ect.md").write_text(text, "utf-8")
    return build(settings, WordLengthEncoder()).snapshot_id


def half_written_then_disk_full(folder: Path) -> None:
    (folder / "half").write_text("x")
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_the_old_snapshot_live(settings: Settings) -> None:
    """
    The error says what happened and what to do; nothing of the new snapshot remains.
    """
    live = current_id(settings.index)
    with pytest.raises(QAError, match=r"No space left on device.*stays in use.*Free space"):
        put_in_place(settings.index, "f" * 16, half_written_then_disk_full)

    assert live == current_id(settings.index)
    assert [live] == snapshot_ids(settings.index)
    assert [] == list(settings.index.glob(".staging-*"))
    assert [] == verify_snapshot(settings.index)


def test_a_disk_that_fills_while_faiss_writes_is_the_same_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    faiss says RuntimeError then; the operator is told what to do all the same.
    """
    live = current_id(settings.index)

    def refuse(self: object, path: Path) -> None:
        raise RuntimeError("write error")

    monkeypatch.setattr("qa.vectors.VectorIndex.save", refuse)
    (settings.corpus / "ect.md").write_text(ECT.replace("nine", "ten"), "utf-8")
    with pytest.raises(QAError, match=r"vectors\.faiss could not be written whole.*Free space"):
        build(settings, WordLengthEncoder())
    assert live == current_id(settings.index)


def test_any_failure_while_writing_cleans_up(settings: Settings) -> None:
    """
    Not only a full disk: a defect, or ^C, leaves no staging folder either.
    """

    def interrupted(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put_in_place(settings.index, "f" * 16, interrupted)
    assert [] == list(settings.index.glob(".staging-*"))


def test_a_failing_replacement_of_the_pointer_keeps_the_old_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The pointer is never half written.
    """
    live = current_id(settings.index)
    new = edition(settings, 1)
    make_current(settings.index, str(live))

    def refuse(source: object, target: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(publish.os, "replace", refuse)
    with pytest.raises(QAError, match="Input/output error"):
        make_current(settings.index, new)
    assert live == current_id(settings.index)


def test_an_intact_snapshot_is_not_touched(settings: Settings) -> None:
    """
    Published snapshots are immutable: nothing is written for an id that is there and whole.
    """
    put_in_place(settings.index, str(current_id(settings.index)), half_written_then_disk_full)


@pytest.mark.parametrize("damage", ["byte", "missing", "extra", "manifest", "empty"])
def test_a_damaged_snapshot_is_mended_by_building(settings: Settings, damage: str) -> None:
    """
    The same corpus gives the same id again, and afterwards every byte is right.
    """
    live = str(current_id(settings.index))
    folder = settings.index / live
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    if damage == "byte":
        (folder / "tokens.npy").write_bytes(before["tokens.npy"][:-1] + b"x")
    elif damage == "missing":
        (folder / "passages.jsonl").unlink()
    elif damage == "extra":
        (folder / "extra").write_text("")
    elif damage == "manifest":
        (folder / "manifest.json").write_text("{")
    else:
        shutil.rmtree(folder)
        folder.mkdir()

    report = build(settings, WordLengthEncoder())

    assert live == report.snapshot_id == current_id(settings.index)
    assert before == {p.name: p.read_bytes() for p in folder.iterdir()}
    assert [] == verify_snapshot(settings.index)


def test_use_publishes_an_older_snapshot(settings: Settings) -> None:
    """
    Going back is one change of the pointer; both snapshots stay.
    """
    old = str(current_id(settings.index))
    new = edition(settings, 1)
    assert new == current_id(settings.index)

    use_snapshot(settings.index, old)

    assert old == current_id(settings.index)
    assert {old, new} == set(snapshot_ids(settings.index))


def test_use_refuses_a_damaged_snapshot(settings: Settings) -> None:
    """
    Every checksum is verified before anything is switched.
    """
    old = str(current_id(settings.index))
    new = edition(settings, 1)
    path = settings.index / old / "documents.jsonl"
    path.write_bytes(path.read_bytes().replace(b"nine", b"nina"))

    with pytest.raises(SnapshotFormat, match=r"documents\.jsonl.*was not published"):
        use_snapshot(settings.index, old)
    assert new == current_id(settings.index)


def test_prune_keeps_the_live_one_and_the_newest_others(settings: Settings) -> None:
    """
    Three others, keep one: the newest stays, however old the live one is.
    """
    live = str(current_id(settings.index))
    others = [edition(settings, number) for number in (1, 2, 3)]
    for age, name in enumerate([*reversed(others)]):
        os.utime(settings.index / name, (10_000 - age, 10_000 - age))
    use_snapshot(settings.index, live)
    os.utime(settings.index / live, (1, 1))

    assert [others[1], others[0]] == prune_snapshots(settings.index, keep=1)
    assert [others[2], live] == snapshot_ids(settings.index)
    assert [] == prune_snapshots(settings.index, keep=1)
    assert [others[2]] == prune_snapshots(settings.index, keep=0)
    assert [live] == snapshot_ids(settings.index)


@pytest.mark.parametrize("damage", ["cut", "manifest", "pointer", "nonsense"])
def test_prune_deletes_nothing_while_the_live_one_is_damaged(
    settings: Settings, damage: str
) -> None:
    """
    Another may have to stand in for it.
    """
    ids = {edition(settings, 1), live := edition(settings, 2)}
    if damage == "cut":
        with (settings.index / live / "tokens.npy").open("r+b") as file:
            file.truncate(10)
    elif damage == "manifest":
        (settings.index / live / MANIFEST).unlink()
    elif damage == "pointer":
        (settings.index / "CURRENT").unlink()
    else:
        (settings.index / "CURRENT").write_text("nonsense")
    with pytest.raises(SnapshotFormat, match="python -m qa build"):
        prune_snapshots(settings.index, keep=0)

    assert ids <= set(snapshot_ids(settings.index))


def test_what_was_live_is_listed_last_first(settings: Settings) -> None:
    """
    Each snapshot once, by the last time it became live; not what was only built, or is deleted.
    """
    first = current_id(settings.index)
    second = edition(settings, 2)
    assert first is not None
    use_snapshot(settings.index, first)
    third = edition(settings, 3)
    (settings.corpus / "ect.md").write_text(ECT.replace("nine", "ten"), "utf-8")
    build(settings, WordLengthEncoder(), publish=False)

    assert [third, first, second] == published_ids(settings.index)
    prune_snapshots(settings.index, keep=0)
    assert [third] == published_ids(settings.index)


def test_leftovers_of_killed_builds_are_removed(settings: Settings) -> None:
    """
    Folders and pointers left in staging go; snapshots, cache and links' targets stay.
    """
    (settings.index / ".staging-1-dead").mkdir()
    (settings.index / ".staging-1-dead" / "half").write_text("")
    (settings.index / ".staging-1-CURRENT").write_text("")
    there = sorted(p.name for p in settings.index.iterdir() if ".staging" not in p.name)

    remove_leftovers(settings.index)

    assert there == sorted(p.name for p in settings.index.iterdir())


def hold_lock(index: Path, seconds: float) -> subprocess.Popen[str]:
    code = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from qa.publish import index_lock
        with index_lock(Path({str(index)!r}), print):
            print("held", flush=True)
            time.sleep({seconds})
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "held\n" == process.stdout.readline()
    return process


def test_a_second_writer_waits_and_says_for_whom(tmp_path: Path) -> None:
    """
    It names the process that holds the index, then goes on when that one is done.
    """
    said: list[str] = []
    process = hold_lock(tmp_path, 0.5)
    with index_lock(tmp_path, said.append):
        pass
    process.communicate()

    assert 1 == len(said)
    assert f"process {process.pid}, since " in said[0]
    assert "waiting" in said[0]


def test_a_second_writer_gives_up_with_a_clear_message(tmp_path: Path) -> None:
    """
    After the waiting time the error names the holder.
    """
    process = hold_lock(tmp_path, 60)
    try:
        with (
            pytest.raises(QAError, match=f"process {process.pid}.*still holds"),
            index_lock(tmp_path, lambda message: None, seconds=0.1),
        ):
            pass
    finally:
        process.kill()
        process.communicate()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """
    A kill never blocks the index for good.
    """
    process = hold_lock(tmp_path, 60)
    process.kill()
    process.communicate()
    said: list[str] = []
    with index_lock(tmp_path, said.append):
        assert [] == said


@pytest.mark.skipif(os.name != "posix", reason="permissions of another kind")
def test_an_index_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    """
    Even before anything is read.
    """
    (tmp_path / "index").write_text("a file in the way")
    settings = Settings(corpus=small_settings(tmp_path / "other").corpus, index=tmp_path / "index")
    with pytest.raises(QAError, match=r"index/ could not be written.*try again"):
        build(settings, WordLengthEncoder())


def test_a_new_index_explains_itself(settings: Settings) -> None:
    """
    The folder says what it is; an existing README is left alone.
    """
    readme = settings.index / "README"
    assert "generated" in readme.read_text("utf-8")
    readme.write_text("ours")
    edition(settings, 1)
    assert "ours" == readme.read_text("utf-8")
