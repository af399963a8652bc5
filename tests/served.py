"""Servers for tests, each in a process of its own, on a free port of this machine.

`python tests/served.py` serves the scripted engine; `fake()` and `real()` start and stop one.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUARD = ROOT / "tests" / "guard"  # on the path first: refuses connections beyond this machine


CLINIC = "Clinic <b>One</b>"
SLOW_SECONDS = 2.0  # what each "slowly" in a question takes
LIMIT_SECONDS = 60.0  # for what is waited for; then something is broken, not slow
ASKED = "asked"  # the file beside the gate that has a character for each question at it
KEPT = "kept by: "  # begins the line that a server writes when it is asked what it keeps


def rare_word() -> str:
    """A word for questions that stands nowhere in the code, not even as a constant."""
    return "".join(("quo", "kka"))


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    log: Path  # everything it wrote to standard error
    connections: Path  # what it tried to reach beyond this machine; absent if nothing
    process_id: int
    gate: Path  # while this file exists, a question with "gated" in it waits (fake only)
    routes: Path  # every route of the app, as `route_table` writes them (fake only)

    @contextmanager
    def gate_closed(self) -> Iterator[None]:
        """Gated questions wait for the end of the block."""
        self.gate.touch()
        try:
            yield
        finally:
            self.open_gate()

    def open_gate(self) -> None:
        self.gate.unlink(missing_ok=True)

    def kept(self) -> list[str]:
        """What in the server's memory holds a string with the rare word in it (fake only)."""
        before = self.log.read_text().count(KEPT)
        os.kill(self.process_id, signal.SIGUSR1)
        end = time.monotonic() + LIMIT_SECONDS
        while self.log.read_text().count(KEPT) == before or not self.log.read_text().endswith("\n"):
            assert time.monotonic() < end, "the server does not say what it keeps"
            time.sleep(0.05)
        return self.log.read_text().rpartition(KEPT)[2].split()

    def kept_at_last(self) -> list[str]:
        """The same once the last steps of finished requests are done, which takes a moment."""
        end = time.monotonic() + LIMIT_SECONDS
        while (found := self.kept()) and time.monotonic() < end:
            time.sleep(0.5)  # the look itself stops the server
        return found


@contextmanager
def fake(
    folder: Path, environment: Mapping[str, str] | None = None, **settings: object
) -> Iterator[Served]:
    """The chat with the scripted engine of `fake_engine`; settings as the fields of `Settings`."""
    chosen = {f"QA_{name.upper()}": str(value) for name, value in settings.items()}
    chosen = {"QA_CLINIC": CLINIC, **chosen, **(environment or {})}
    with _process([str(Path(__file__))], folder, chosen) as served:
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
    gate, routes = folder / "gate", folder / "routes.json"
    environment |= {"QA_TEST_GATE": str(gate), "QA_TEST_ROUTES": str(routes)}
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
            url = _wait_for_url(process, log)
            yield Served(url, log, connections, process.pid, gate, routes)
        finally:
            process.terminate()
            code = process.wait(LIMIT_SECONDS)
            (folder / "exit-code").write_text(str(code))
            assert process.stdout is not None
            errors.write(process.stdout.read())  # what came after "Ready"


def _wait_for_url(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:  # ends when the process does
        if line.startswith("Ready: "):
            return line.split()[1]
    raise AssertionError(f"the server ended before it was ready:\n{log.read_text()}")


def _holders_of(word: str) -> list[str]:
    """The kinds of live objects that hold a string with `word` in it.

    Loops, not a comprehension: its closure would hold the word itself.
    """
    gc.collect()
    found = []
    for holder in gc.get_objects():
        for held in gc.get_referents(holder):
            if isinstance(held, str) and word in held:
                found.append(f"{type(holder).__module__}.{type(holder).__name__}")
    return found


def _tell_what_is_kept(*_: object) -> None:
    sys.stderr.write(f"{KEPT}{' '.join(_holders_of(rare_word()))}\n")
    sys.stderr.flush()


def _serve_fake() -> None:
    from qa import logs
    from qa.config import load_settings
    from qa.desk.routes import staff_desk
    from qa.live import Live
    from qa.records import Answer, Turn
    from qa.web.listen import STOP_SECONDS, bind, run
    from qa.web.server import create_app
    from tests.fake_engine import FakeEngine
    from tests.route_table import routes_of

    gate = Path(os.environ["QA_TEST_GATE"])

    class Engine(FakeEngine):
        """Takes its time when a question asks for it."""

        def ask(self, message: str, history: Sequence[Turn] = ()) -> Answer:
            if "gated" in message:
                with gate.with_name(ASKED).open("a") as asked:
                    asked.write(".")
            while "gated" in message and gate.exists():
                time.sleep(0.02)
            time.sleep(SLOW_SECONDS * message.count("slowly"))
            return super().ask(message, history)

    signal.signal(signal.SIGUSR1, _tell_what_is_kept)
    settings = load_settings()
    logs.set_up(settings)
    stop = int(os.environ.get("QA_TEST_STOP_SECONDS", STOP_SECONDS))
    with bind("127.0.0.1", 0) as listener:
        live = Live.of(Engine(histories=deque(maxlen=0)))  # type: ignore[arg-type]
        app = create_app(live, settings, staff_desk(live, settings))
        Path(os.environ["QA_TEST_ROUTES"]).write_text(json.dumps(sorted(set(routes_of(app)))))
        run(app, listener, _say_ready, stop_seconds=stop)


def _say_ready(url: str) -> None:
    print(f"Ready: {url}", flush=True)  # noqa: T201


if __name__ == "__main__":
    _serve_fake()
