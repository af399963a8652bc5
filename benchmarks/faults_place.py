"""The app of a fault campaign with its own corpus, index, database and clock, and its programs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults_ledger import Ledger

ROOT = Path(__file__).resolve().parents[1]
HOST = ROOT / "benchmarks" / "faults_host.py"
SHIM = ROOT / "benchmarks" / "faults_clock.c"
METRICS_TOKEN = "only-figures-of-a-campaign"
PASSWORD = "four words that hold"
STAFF = "kim"
LIMIT_SECONDS = 240.0  # for what is waited for; then something is broken, not slow
INDEX_MB, DATA_MB = 192, 8
SETTINGS = {
    "QA_HOST": "127.0.0.1",
    "QA_API": "on",
    "QA_JOURNAL": "text",
    "QA_METRICS_TOKEN": METRICS_TOKEN,
    "QA_MESSAGES_PER_MINUTE": "1000000",
    "QA_REQUESTS_PER_MINUTE": "1000000",
    "QA_GATE": "off",
}


@dataclass
class Place:
    """Where it all happens. `up`: the app answers, as far as the campaign has anything to do."""

    folder: Path
    toy: bool
    database: str
    port: int
    ledger: Ledger
    mounted: bool
    shim: Path | None
    up: bool = False
    lives: int = 0
    app: int = 0
    programs: int = 0
    trace: list[str] = field(default_factory=list)
    _host: subprocess.Popen[str] | None = None
    _asking: threading.Lock = field(default_factory=threading.Lock)

    @property
    def index(self) -> Path:
        return self.folder / "index"

    @property
    def data(self) -> Path:
        """The folder of SQLite's database."""
        return self.folder / "disk" / "data"

    @property
    def sqlite(self) -> Path | None:
        return None if "://" in self.database else Path(self.database)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self, program: str = "app") -> str:
        path = self.folder / f"{program}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # ------------------------------------------------------------ programs

    def load(self) -> None:
        """Starts the host, which has the programs in memory."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("QA_")}
        environment |= SETTINGS | {
            "QA_CORPUS": str(self.folder / "corpus"),
            "QA_INDEX": str(self.index),
            "QA_DATABASE": self.database,
            "QA_GOLDEN": str(self.folder / "golden.jsonl"),
            "QA_PORT": str(self.port),
        }
        if self.toy:
            environment |= {"QA_FAULTS_ENCODER": "toy", "QA_READER": "off"}
        self.set_clock(0)
        if self.shim is not None:
            environment |= {
                "LD_PRELOAD": str(self.shim),
                "QA_FAULTS_CLOCK": str(self.folder / "clock"),
            }
        self._host = subprocess.Popen(
            [*_obeying_modes(), sys.executable, str(HOST)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._host.stdout is not None
        assert self._host.stdout.readline() == "ready\n", "the programs could not be loaded"

    def begin(self, name: str, *program: str, given: str = "") -> int:
        """A program, which runs on; its output goes to NAME.log. The number of its process."""
        assert self._host is not None
        assert self._host.stdin
        assert self._host.stdout
        wanted = {"program": program, "output": str(self.folder / f"{name}.log"), "input": given}
        with self._asking:
            self._host.stdin.write(json.dumps(wanted) + "\n")
            self._host.stdin.flush()
            return int(self._host.stdout.readline())

    def command(self, *arguments: str, given: str = "") -> int:
        """`python -m qa ARGUMENTS`, to its end; the exit code."""
        self.programs += 1
        name = f"program-{self.programs}"
        process = self.begin(name, "qa", *arguments, given=given)
        _wait(lambda: not is_running(process), f"qa {arguments[0]} does not end")
        said = self.log(name)
        self.trace.append(f"qa {' '.join(arguments)}: {said.strip()}")
        (self.folder / f"{name}.log").unlink()
        return int(said.rpartition("ended with ")[2])

    def start(self, *, refused: bool = False) -> bool:
        """The app, until it answers; False if it ends by itself, which is right if `refused`."""
        path = self.folder / "app.log"
        with path.open("a") as log:
            log.write(f"\n==== life {self.lives + 1}\n")
        began = path.stat().st_size
        self.app = self.begin("app", "app.py")

        def said() -> str:
            return path.read_bytes()[began:].decode(errors="replace")

        _wait(lambda: "Ready: " in said() or not is_running(self.app), "the app does not start")
        if not is_running(self.app):
            if not refused:
                self.ledger.violated(f"the app does not start: {said().strip()[-300:]}")
            return False
        self.lives += 1
        self.up = True
        return True

    def kill(self) -> None:
        """As if the power had gone."""
        self.up = False
        if self.app:
            kill_group(self.app)

    def close(self) -> None:
        self.kill()
        if self._host is not None:
            with self._host:  # it ends when nothing more can come
                pass
        if self.mounted:
            for name in ("index", "disk"):
                subprocess.run(["umount", "-l", str(self.folder / name)], check=False)

    def set_clock(self, shift: int) -> None:
        """So many seconds are added to the time of day, for programs that run too."""
        with (self.folder / "clock").open("r+b" if self.lives else "wb") as clock:
            clock.write(struct.pack("<q", shift))


def new_place(
    folder: Path, *, toy: bool, mount: bool, database: str | None, articles: str
) -> Place:
    """A place in an empty folder; with `mount`, index and database are small disks of their own."""
    (folder / "corpus").mkdir(parents=True)
    for path in sorted((ROOT / "corpus").glob(articles)):
        shutil.copy(path, folder / "corpus")
    mounted = mount and all(
        _mount(folder / name, size) for name, size in (("index", INDEX_MB), ("disk", DATA_MB))
    )
    for name in ("index", "disk/data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    where = database or str(folder / "disk" / "data" / "wellsourced.sqlite")
    ledger = Ledger(folder / "index")
    return Place(folder, toy, where, _free_port(), ledger, mounted, _shim(folder))


def is_running(process: int) -> bool:
    """Until its last thread has ended and let go of files and port."""
    return Path(f"/proc/{process}").exists()


def kill_group(process: int) -> None:
    """With all that it began, and not before they are gone."""
    try:
        os.killpg(process, signal.SIGKILL)
    except ProcessLookupError:
        return
    _wait(lambda: not is_running(process), "a killed program runs on")


def _wait(done: Callable[[], bool], problem: str) -> None:
    end = time.monotonic() + LIMIT_SECONDS
    while not done():
        if time.monotonic() > end:
            raise RuntimeError(problem)
        time.sleep(0.03)


def _obeying_modes() -> list[str]:
    """Root may write what is read-only; without this right it may not, as a service of its own."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]


def _mount(folder: Path, megabytes: int) -> bool:
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _shim(folder: Path) -> Path | None:
    """The library that moves the clock; None where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    made = folder / "clock.so"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", made, str(SHIM)], check=True)
    return made


def _free_port() -> int:
    """None that a connection might be given: it could then be connected to itself."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")
