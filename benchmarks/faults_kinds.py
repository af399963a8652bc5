"""The faults of a campaign. Each does its harm, lasts a moment, and is mended; none cleans up after
the app, which has to be well again by itself.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults_checks import Checks
from benchmarks.faults_place import Place, is_running, kill_group
from qa.snapshot import current_id
from qa.statuses import COPY, NAME

YEAR = 365 * 24 * 3600
BOTH = (NAME, COPY)  # files of the statuses


@dataclass
class Faults:
    """What can be done to a place; the random numbers come from the seed alone."""

    place: Place
    checks: Checks
    rng: random.Random
    build_seconds: float = 3.0
    kill_share: float = 0.15  # of the faults during which the app is killed as well
    outcomes: list[str] = field(default_factory=list)  # of the fault under way
    _edition: int = 0
    _aside: int = 0

    def kinds(self) -> dict[str, Callable[[], None]]:
        """Every kind that can be done here, by the name that stands in the table."""
        found = {
            "kill -9 of a build": self.build_killed,
            "kill -9 of the app": self.app_killed,
            "kill -9 of app and build together": self.all_killed,
            "index read-only": self.index_read_only,
            "no file may grow (RLIMIT_FSIZE)": self.no_file_grows,
            "snapshot file cut short": self.file_cut,
            "byte of a snapshot flipped": self.byte_flipped,
            "snapshot file removed": self.file_removed,
            "CURRENT garbage, empty or gone": self.pointer_garbage,
            "use, back and forth": self.back_and_forth,
            "one statuses file garbage or gone": self.one_status_file,
            "both statuses files garbage, app killed": self.both_status_files,
        }
        if self.place.sqlite is not None:
            found["database locked"] = self.locked
            found["database file taken away"] = self.file_away
            found["database folder taken away"] = self.folder_away
            found["database folder read-only"] = self.folder_read_only
        if self.place.mounted:
            found["disk of the index full"] = self.index_full
            if self.place.sqlite is not None:
                found["disk of the database full"] = self.data_full
        if self.place.shim is not None:
            found["clock jump"] = self.clock_jump
        return found

    def hold(self, most: float = 1.5) -> None:
        time.sleep(self.rng.uniform(0.2, most))

    def maybe_kill(self) -> bool:
        """Whether the app dies as well; it is then started while the fault is there."""
        dies = self.rng.random() < self.kill_share
        if dies:
            self.outcomes.append("app killed and started meanwhile")
            self.place.kill()
            self.place.start()
        return dies

    # ------------------------------------------------------------ kills

    def change_article(self) -> None:
        """Another corpus, so that a build has something to make."""
        self._edition += 1
        path = self.place.folder / "corpus" / "edition.md"
        line = f"This is edition {self._edition} of an article on the scale used in clinics."
        path.write_text(f"# The scale\n\n{line}\n", "utf-8")

    def build_killed(self) -> None:
        self.change_article()
        path = self.place.folder / "build.log"
        path.unlink(missing_ok=True)
        process = self.place.begin("build", "qa", "build", "-q")
        time.sleep(self.rng.uniform(0.05, 1.2 * self.build_seconds))
        ended = not is_running(process)
        kill_group(process)
        self.outcomes.append("build had ended" if ended else "build killed")

    def app_killed(self) -> None:
        time.sleep(self.rng.uniform(0, 0.5))
        self.place.kill()
        self.place.start()

    def all_killed(self) -> None:
        self.change_article()
        process = self.place.begin("build", "qa", "build", "-q")
        time.sleep(self.rng.uniform(0.05, self.build_seconds))
        self.place.up = False
        kill_group(process)
        self.place.kill()
        self.place.start()

    # ------------------------------------------------------------ disks

    def index_read_only(self) -> None:
        with _mode(self.place.index, 0o555):
            self._build_fails()
            self.maybe_kill()
            self.hold()

    def index_full(self) -> None:
        with _filled(self.place.index):
            self._build_fails()
            self.maybe_kill()
            self.hold()

    def data_full(self) -> None:
        with _filled(self.place.folder / "disk"):
            self.maybe_kill()
            self.hold(2.5)

    def no_file_grows(self) -> None:
        """Neither the database nor the statuses nor the log."""
        _, hard = resource.prlimit(self.place.app, resource.RLIMIT_FSIZE)
        resource.prlimit(self.place.app, resource.RLIMIT_FSIZE, (0, hard))
        self.hold(2.0)
        if not self.maybe_kill():
            resource.prlimit(self.place.app, resource.RLIMIT_FSIZE, (hard, hard))

    def _build_fails(self) -> None:
        if self.rng.random() < 0.5:
            self.change_article()
            code = self.place.command("build", "-q")
            self.outcomes.append(f"build ended with {code}")
            if code not in (0, 1):
                self.place.ledger.violated(f"a build ended with {code}: {self.place.trace[-1]}")

    # ------------------------------------------------------------ the database

    def locked(self) -> None:
        connection = sqlite3.connect(str(self.place.sqlite), timeout=30, isolation_level=None)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            self.maybe_kill()
            self.hold(3.0)
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    def file_away(self) -> None:
        """With what SQLite keeps beside it; what is written meanwhile is put aside and counted."""
        path = self.place.sqlite
        assert path is not None
        away = self.place.folder / "disk" / "away"
        away.mkdir()
        _move(path, away / path.name)
        self.maybe_kill()
        self.hold(2.0)
        if path.exists():
            self._aside += 1
            aside = self.place.folder / "disk" / f"meanwhile-{self._aside}.sqlite"
            _move(path, aside)
            self.checks.elsewhere.append(aside)
            self.outcomes.append("a new file was made meanwhile")
        _move(away / path.name, path)
        away.rmdir()

    def folder_away(self) -> None:
        away = self.place.data.with_name("data-away")
        self.place.data.rename(away)
        self.maybe_kill()
        self.hold(2.0)
        away.rename(self.place.data)

    def folder_read_only(self) -> None:
        with _mode(self.place.data, 0o555):
            self.maybe_kill()
            self.hold(2.0)

    def clock_jump(self) -> None:
        shift = self.rng.choice((-1, 1)) * self.rng.choice((3600, YEAR // 4, YEAR, 9 * YEAR))
        self.outcomes.append("forward" if shift > 0 else "back")
        self.place.set_clock(shift)
        self.maybe_kill()
        self.hold(2.5)
        self.place.set_clock(0)

    # ------------------------------------------------------------ snapshots

    def file_cut(self) -> None:
        self._damaged(lambda path: os.truncate(path, self.rng.randrange(path.stat().st_size)))

    def byte_flipped(self) -> None:
        self._damaged(self._flip)

    def file_removed(self) -> None:
        self._damaged(lambda path: path.unlink())

    def _flip(self, path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(8)
        path.write_bytes(data)

    def _damaged(self, harm: Callable[[Path], None]) -> None:
        """To one file of the live snapshot; the same bytes are put back."""
        live = current_id(self.place.index)
        assert live is not None
        path = self.rng.choice(sorted((self.place.index / live).iterdir()))
        kept = self.place.folder / "kept"
        shutil.copy2(path, kept)
        harm(path)
        self.outcomes.append(path.name)
        self.maybe_kill()
        self.hold(2.5)
        shutil.copy2(kept, path)

    def pointer_garbage(self) -> None:
        path = self.place.index / "CURRENT"
        kept = path.read_bytes()
        garbage = self.rng.choice((b"", b"\0" * 9, b"../../etc\n", b"0123456789abcdef\n", None))
        if garbage is None:
            path.unlink()
        else:
            path.write_bytes(garbage)
        self.maybe_kill()
        self.hold(2.5)
        path.write_bytes(kept)

    def back_and_forth(self) -> None:
        live = current_id(self.place.index)
        ids = [i for i in self.place.ledger.learn() if (self.place.index / i).is_dir()]
        others = [i for i in ids if i != live]
        for chosen in (*self.rng.sample(others, min(2, len(others))), str(live)):
            code = self.place.command("use", chosen)
            if code != 0:
                self.place.ledger.violated(f"use {chosen} ended with {code}")
            self.hold(1.0)

    # ------------------------------------------------------------ statuses

    def one_status_file(self) -> None:
        """The other one still says everything; the next status that is set mends both."""
        path = self.place.index / self.rng.choice(BOTH)
        if path.exists():
            with self.place.ledger.setting:
                self._harm_status(path)
        self.maybe_kill()
        self.hold(2.0)
        self._until_mended()

    def both_status_files(self) -> None:
        """The app does not start before one is back: it is not known what is withdrawn."""
        with self.place.ledger.setting:
            kept = {p: p.read_bytes() for p in map(self.place.index.joinpath, BOTH)}
            for path in kept:
                path.write_bytes(self.rng.randbytes(20))
            self.hold()
            self.place.kill()
            if self.place.start(refused=True):
                self.place.ledger.violated("the app started without knowing what is withdrawn")
                self.place.kill()
            for path, data in kept.items():
                path.write_bytes(data)
        self.outcomes.append("the app refused to start until one was back")
        self.place.start()

    def _harm_status(self, path: Path) -> None:
        data = path.read_bytes()
        harmed = self.rng.choice((b"", data[: len(data) // 2], self.rng.randbytes(40), None))
        if harmed is None:
            path.unlink()
        else:
            path.write_bytes(harmed)

    def _until_mended(self) -> None:
        """Somebody at the desk sets a status within a while; else the campaign does."""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            one, other = (self.place.index / name for name in BOTH)
            with suppress(OSError):
                if one.read_bytes() == other.read_bytes():
                    self.outcomes.append("mended by the next status")
                    return
            time.sleep(0.1)
        self.place.command("status", "edition.md", "current", "--why", "mends the files")


@contextmanager
def _mode(folder: Path, mode: int) -> Iterator[None]:
    before = folder.stat().st_mode
    folder.chmod(mode)
    try:
        yield
    finally:
        folder.chmod(before)


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    """Not a byte is left on the disk that the folder is."""
    ballast = folder / ".ballast"
    try:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 65536)
        yield
    finally:
        ballast.unlink()


def _move(path: Path, to: Path) -> None:
    for end in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(to.with_name(to.name + end))
