"""Opens snapshots for serving: only what is proved byte by byte, and fits the encoder in use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qa.config import Settings
from qa.encoder import Encoder, open_encoder
from qa.engine import Engine, check_arithmetic, check_encoder, open_read
from qa.errors import EncoderUnavailable, QAError, SnapshotFormat, SnapshotMissing
from qa.evidence import Read
from qa.publish import published_ids
from qa.snapshot import Snapshot, current_id, damaged_files, open_snapshot
from qa.snapshot_manifest import REBUILD


@dataclass(frozen=True, slots=True)
class Opened:
    """A snapshot, which one CURRENT names, and why it is not that one if it is another."""

    snapshot: Snapshot
    wanted: str | None
    problem: str | None = None


class Opener:
    """Makes engines that share one encoder and one sentence reader."""

    def __init__(self, settings: Settings, encoder: Encoder | None, *, reads: bool) -> None:
        self.settings = settings
        self._encoder = encoder
        self._read: Read | None = None
        self._reads = reads

    def engine(self, snapshot: Snapshot) -> Engine:
        """An engine for a snapshot that `open` or `open_wanted` gave."""
        if self._read is None and self._reads:
            self._read = open_read(self.settings)
        assert self._encoder is not None, "no snapshot was opened before"
        return Engine(self.settings, snapshot, self._encoder, self._read)

    def open(self, snapshot_id: str) -> Snapshot:
        """A snapshot of which every byte is right, in memory. Raises QAError."""
        snapshot = _open_whole(self.settings.index, snapshot_id)
        if self._encoder is None:
            encoder = open_encoder(self.settings, snapshot.arithmetic)
            check_encoder(snapshot, encoder)
            self._encoder = encoder
        check_encoder(snapshot, self._encoder)
        check_arithmetic(snapshot, self._encoder)
        return snapshot

    def open_wanted(self) -> Opened:
        """What CURRENT names; if that is damaged, the newest whole one that was live before.

        Raises SnapshotMissing where nothing was published, otherwise QAError.
        """
        index = self.settings.index
        wanted: str | None = None
        problem: QAError
        try:
            wanted = current_id(index)
            if wanted is not None:
                return Opened(self.open(wanted), wanted)
            problem = SnapshotMissing(index)
            said = pointer_gone(index)
        except EncoderUnavailable:  # nothing is damaged: the settings are wrong
            raise
        except QAError as error:
            problem, said = error, str(error)
        for other in _others(index, wanted):
            try:
                snapshot = self.open(other)
            except QAError:
                continue
            return Opened(snapshot, wanted, meanwhile(said, other))
        raise problem


def pointer_gone(index_dir: Path) -> str:
    """What staff read when nothing says which snapshot should answer."""
    return f"{index_dir}/CURRENT is gone or empty. Choose a snapshot with: python -m qa use"


def meanwhile(problem: str, snapshot_id: str) -> str:
    """The problem, and what answers although it is there."""
    return f"{problem.removesuffix('.')}. Snapshot {snapshot_id} answers meanwhile."


def _others(index_dir: Path, wanted: str | None) -> list[str]:
    """What may stand in, the newest first; nothing where the folder cannot be listed."""
    try:
        return [name for name in published_ids(index_dir) if name != wanted]
    except OSError:
        return []


def disk_problem(snapshot: Snapshot) -> str | None:
    """What is wrong with the files that an open snapshot was read from."""
    try:
        damaged = damaged_files(snapshot.folder.parent, snapshot.snapshot_id)
    except (QAError, OSError) as error:
        damaged = [str(error)]
    if not damaged:
        return None
    return (
        f"snapshot {snapshot.snapshot_id} is damaged on the disk ({'; '.join(damaged)}). Answers "
        f"come from memory, and a restart could not read it. {REBUILD}"
    )


def _open_whole(index_dir: Path, snapshot_id: str) -> Snapshot:
    try:
        damaged = damaged_files(index_dir, snapshot_id)
        if not damaged:
            return open_snapshot(index_dir, snapshot_id, in_memory=True)
    except OSError as error:
        damaged = [str(error)]
    raise SnapshotFormat(f"snapshot {snapshot_id} is damaged ({'; '.join(damaged)}). {REBUILD}")
