"""What can be done to the PostgreSQL server of a campaign."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from benchmarks.faults_place import Place
from tests.postgres import Postgres

START_SECONDS = 60.0


@dataclass
class ServerFaults:
    """Each leaves the server running; `outcomes` are those of the fault under way."""

    server: Postgres
    place: Place
    rng: random.Random
    outcomes: list[str]

    def kinds(self) -> dict[str, Callable[[], None]]:
        return {
            "PostgreSQL stopped at once (immediate)": self.stopped_at_once,
            "PostgreSQL stopped (fast)": self.stopped,
            "kill -9 of PostgreSQL": self.killed,
            "PostgreSQL frozen": self.frozen,
            "tables of PostgreSQL locked": self.locked,
            "kill -9 of app and PostgreSQL together": self.both_killed,
        }

    def stopped_at_once(self) -> None:
        with self.server.stopped(kill=True):
            self._hold()

    def stopped(self) -> None:
        with self.server.stopped():
            self._hold()

    def killed(self) -> None:
        self._kill()
        self._hold()
        self._start()

    def frozen(self) -> None:
        with self.server.frozen():
            self._hold(4.0)

    def locked(self) -> None:
        engine = create_engine(self.place.database, poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text("LOCK TABLE feedback, answer, action, mark"))
            self._hold(3.0)

    def both_killed(self) -> None:
        self.place.kill()
        self._kill()
        self._start()
        self.place.start()

    def _hold(self, most: float = 2.0) -> None:
        if self.rng.random() < 0.2:
            self.outcomes.append("app killed and started meanwhile")
            self.place.kill()
            self.place.start()
        time.sleep(self.rng.uniform(0.2, most))

    def _start(self) -> None:
        """As a supervisor does: again, while what was killed is still being cleared away."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.server.start()
            except subprocess.CalledProcessError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)

    def _kill(self) -> None:
        """The server with all its processes, as if the power had gone."""
        main = int((self.server.folder / "data" / "postmaster.pid").read_text().split()[0])
        found = subprocess.run(["pgrep", "-P", str(main)], capture_output=True, text=True)
        processes = (main, *map(int, found.stdout.split()))
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(map(_is_alive, processes)):
            time.sleep(0.02)


def _is_alive(process: int) -> bool:
    """What is dead stays in the list of processes until somebody asks for it."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    return False
