"""Servers for tests, each in a process of its own, on a free port of this machine.

`python tests/served.py` serves the scripted engine; `fake()` and `real()` start and stop one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUARD = ROOT / "tests" / "guard"  # on the path first: refuses connections beyond this machine


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    log: Path  # everything it wrote to standard error
    connections: Path  # what it tried to reach beyond this machine; absent if nothing


@contextmanager
def fake(folder: Path) -> Iterator[Served]:
    """The chat with the scripted engine of `fake_engine`."""
    with _process([str(Path(__file__))], folder, {}) as served:
        yield served


@contextmanager
def real(folder: Path, settings: Mapping[str, str]) -> Iterator[Served]:
    """`python app.py` as an operator starts it."""
    with _process([str(ROOT / "app.py")], folder, settings) as served:
        yield served


@contextmanager
def _process(command: list[str], folder: Path, extra: Mapping[str, str]) -> Iterator[Served]:
    log, connections = folder / "server.log", folder / "connections.log"
    environment = {**os.environ, "QA_HOST": "127.0.0.1", "QA_PORT": "0", **extra}
    environment["PYTHONPATH"] = os.pathsep.join((str(GUARD), str(ROOT)))
    environment["QA_TEST_CONNECTIONS"] = str(connections)
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            yield Served(_wait_for_url(process, log), log, connections)
        finally:
            process.terminate()
            process.wait(20)


def _wait_for_url(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:  # ends when the process does
        if line.startswith("Ready: "):
            return line.split()[1]
    raise AssertionError(f"the server ended before it was ready:\n{log.read_text()}")


def _serve_fake() -> None:
    from qa.config import Settings
    from qa.web.listen import bind, run
    from qa.web.server import create_app
    from tests.fake_engine import FakeEngine

    settings = Settings(clinic="Clinic <b>One</b>")
    with bind("127.0.0.1", 0) as listener:
        app = create_app(FakeEngine(), settings)  # type: ignore[arg-type]
        run(app, listener, lambda url: print(f"Ready: {url}", flush=True))  # noqa: T201


if __name__ == "__main__":
    _serve_fake()
