"""A build with the toy encoder as a process of its own, so that it can really be killed.

`python build_driver.py build CORPUS INDEX [--clean]` builds and prints the snapshot id.
`python build_driver.py die CORPUS INDEX` builds again and again, each time in a child that kills
itself at the next of its file operations, until one comes through; prints what each left behind.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from qa.build import build
from qa.config import Settings
from qa.snapshot import open_snapshot, verify_snapshot
from tests.encoders import WordLengthEncoder

EVENTS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.utime", "shutil.rmtree")


def die_at(operation: int, index: Path) -> None:
    """Arms this process: it kills itself before its n-th operation on a file of the index."""
    seen = 0

    def count(event: str, args: tuple[object, ...]) -> None:
        nonlocal seen
        if event in EVENTS and args and str(index) in str(args[0]):
            seen += 1
            if seen == operation:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def build_in_child(settings: Settings, operation: int) -> bool:
    """Whether the build came through without reaching that operation."""
    child = os.fork()
    if child == 0:
        die_at(operation, settings.index)
        build(settings, WordLengthEncoder())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    if status != 0:
        raise SystemExit(f"the build failed at operation {operation} with status {status}")
    return True


def die_everywhere(settings: Settings) -> None:
    """Kills at operation 1, 2, 3, ... and looks at the live snapshot after each."""
    operation = 1
    while not build_in_child(settings, operation):
        snapshot = open_snapshot(settings.index)
        problems = verify_snapshot(settings.index)
        sys.stdout.write(f"{operation} {snapshot.snapshot_id} {len(problems)}\n")
        operation += 1
    sys.stdout.write(f"done {open_snapshot(settings.index).snapshot_id} {operation}\n")


def main(mode: str, corpus: str, index: str, *flags: str) -> None:
    """Runs one of the two modes."""
    settings = Settings(corpus=Path(corpus), index=Path(index))
    if mode == "die":
        die_everywhere(settings)
    else:
        report = build(settings, WordLengthEncoder(), clean="--clean" in flags)
        sys.stdout.write(report.snapshot_id + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
