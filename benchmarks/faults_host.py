"""Starts the programs of a fault campaign: `app.py` and `python -m qa ...`, loaded once and forked.

Each child is the real program, in a process group of its own, with the code already in memory, so
that hundreds of starts cost little. A line of JSON on standard input names a program and the files
that its output goes to; the answer is the number of its process. With QA_FAULTS_ENCODER=toy the
encoder of the tests stands in for the real one; nothing else is different.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

DEFECT = 3


def main() -> int:
    """Serves until standard input ends."""
    _load()
    if os.environ.get("QA_FAULTS_ENCODER") == "toy":
        _use_toy_encoder()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children: they are reaped
    print("ready", flush=True)
    children = []
    for line in sys.stdin:
        wanted = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(wanted["program"], wanted["output"], wanted.get("input", ""))
        children.append(child)
        print(child, flush=True)
    for child in filter(_is_ours, children):  # the campaign has ended, perhaps not by itself
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    return 0


def _is_ours(process: int) -> bool:
    """Its number may have been given to a stranger since."""
    try:
        parent = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()[1]
    except OSError:
        return False
    return int(parent) == os.getpid()


def _load() -> None:
    """Everything that a program would load by itself. None of it starts a thread."""
    import alembic.command
    import faiss
    import psycopg
    import sqlalchemy.dialects.postgresql.psycopg

    import app
    import qa.build
    import qa.cli
    import qa.commands
    import qa.desk.command
    import qa.live
    from qa.web.patient import load_gradio

    load_gradio()
    used = (alembic, app, faiss, psycopg, qa, sqlalchemy)
    assert all(used)


def _use_toy_encoder() -> None:
    import qa.encoder
    import qa.opening
    from tests.encoders import WordLengthEncoder

    def toy(*_: object) -> WordLengthEncoder:
        return WordLengthEncoder()

    vars(qa.encoder)["open_encoder"] = toy
    vars(qa.opening)["open_encoder"] = toy


def _become(program: list[str], output: str, given: str) -> None:
    """Runs a program to its end; never returns."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    reading, writing = os.pipe()
    os.write(writing, given.encode())
    os.close(writing)
    os.dup2(reading, 0)
    code = DEFECT
    try:
        code = _run(program)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        print(f"ended with {code}", file=sys.stderr, flush=True)
        os._exit(code)


def _run(program: list[str]) -> int:
    sys.argv = program
    if program[0] == "app.py":
        import app

        return app.main()
    from qa.cli import main as command_line

    return command_line(program[1:])


if __name__ == "__main__":
    sys.exit(main())
