"""A private PostgreSQL server for tests: in a temporary folder, on a socket there, on no port."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

USER = "wellsourced"
ACCOUNT = "postgres"  # PostgreSQL does not run as root
_OPTIONS = "-c listen_addresses= -c unix_socket_directories={0} -c fsync=off -c max_connections=40"


@dataclass
class Postgres:
    """A running server, which can be stopped and started again."""

    programs: Path
    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def new_database(self) -> str:
        """The URL of a database without tables."""
        name = f"test{next(self._numbers)}"
        command = [str(self.programs / "createdb"), "-h", str(self.folder), "-U", USER, name]
        subprocess.run(command, check=True, capture_output=True)
        return f"postgresql+psycopg://{USER}@/{name}?host={self.folder}"

    def start(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-o", _OPTIONS.format(self.folder), "-w", "start")

    def stop(self, *, kill: bool = False) -> None:
        """With `kill`, as if the power had gone."""
        mode = "immediate" if kill else "fast"
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    @contextmanager
    def stopped(self, *, kill: bool = False) -> Iterator[None]:
        """Not there until the end of the block."""
        self.stop(kill=kill)
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes what is sent and says nothing, until the end of the block."""
        try:
            self._signal(signal.SIGSTOP)
            yield
        finally:
            self._signal(signal.SIGCONT)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _signal(self, number: signal.Signals) -> None:
        main = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        found = subprocess.run(["pgrep", "-P", str(main)], capture_output=True, text=True)
        for process in (main, *map(int, found.stdout.split())):
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(process, number)

    def _run(self, program: str, *arguments: str) -> None:
        with (self.folder / "server.log").open("a") as log:
            subprocess.run(
                [*_as_account(), str(self.programs / program), *arguments],
                check=True,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )


@contextmanager
def running() -> Iterator[Postgres]:
    """Skips where PostgreSQL is not installed; with QA_CI set that is a failure."""
    programs = _programs()
    if programs is None:
        missing = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        pytest.fail(missing) if os.environ.get("QA_CI") else pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="qa-pg-"))
    server = Postgres(programs, folder)
    try:
        if _as_account():
            shutil.chown(folder, ACCOUNT)
        server._run("initdb", "-D", server._data, "-U", USER, "-A", "trust", "-E", "UTF8", "-N")
        server.start()
        yield server
        server.stop(kill=True)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return None if on_path is None else Path(on_path).resolve().parent


def _as_account() -> list[str]:
    return ["runuser", "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []
