"""Sources -> documents, each read in a child process with a time and a memory limit.

Whatever a file does to its reader (hang, crash, fill the memory), the caller gets documents or a
refusal for it and goes on with the next. Children are started only when there is work for them.
They are started by command, not by multiprocessing, which would run the caller's script again.
"""

from __future__ import annotations

import faulthandler
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from qa.corpus import Refusal, Source, describe_source
from qa.errors import QAError, UnreadableSource
from qa.jsonlines import document_from_json, document_to_json, dump_line
from qa.records import Document

MEMORY_BYTES = 2 << 30  # of address space for one child
WORKERS = 4
START = "import sys; sys.path.insert(0, sys.argv[1]); from qa.reading import serve; serve()"
READY = b"ready\n"

Outcome = list[Document] | Refusal


def read_sources(
    corpus: Path, sources: Sequence[Source], seconds: float, max_mb: int
) -> Iterator[Outcome]:
    """The outcome of each source, in order; the limits are for one file."""
    if not sources:
        return
    workers = min(WORKERS, len(sources), os.cpu_count() or 1)
    readers = [_Reader(corpus, seconds, max_mb) for _ in range(workers)]
    idle: SimpleQueue[_Reader] = SimpleQueue()
    for reader in readers:
        idle.put(reader)

    def read(source: Source) -> Outcome:
        reader = idle.get()
        try:
            return reader.read(source)
        finally:
            idle.put(reader)

    threads = ThreadPoolExecutor(workers)
    try:
        yield from threads.map(read, sources)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for reader in readers:
            reader.stop()
        threads.shutdown()
        for reader in readers:
            reader.close()


class _Reader:
    """One child process, started when it is first needed and again after it had to be ended."""

    def __init__(self, corpus: Path, seconds: float, max_mb: int) -> None:
        self._corpus = corpus
        self._seconds = seconds
        self._max_mb = max_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def read(self, source: Source) -> Outcome:
        """Documents, or why there are none. Blocks, at most for the time limit."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        too_slow = threading.Event()

        def end() -> None:
            too_slow.set()
            process.kill()

        timer = threading.Timer(self._seconds, end)
        timer.start()
        try:
            process.stdin.write(dump_line(self._request(source)))
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            return _outcome(json.loads(line))
        code = self._end()
        return _too_slow(source, self._seconds) if too_slow.is_set() else _crashed(source, code)

    def stop(self) -> None:
        """Ends the child, whatever it is doing."""
        self._stopped = True
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """After `stop`, when no thread reads any more."""
        if self._process is not None:
            self._end()

    def _request(self, source: Source) -> dict[str, Any]:
        limits = {"seconds": self._seconds, "max_mb": self._max_mb}
        return {"corpus": str(self._corpus), "source": asdict(source), **limits}

    def _start(self) -> subprocess.Popen[bytes]:
        if self._stopped:
            raise QAError("reading was stopped.")
        process = subprocess.Popen(
            [sys.executable, "-c", START, str(Path(__file__).resolve().parents[1])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        self._process = process
        if process.stdout.readline() != READY:
            raise QAError(
                f"the process that reads articles did not start (code {self._end()}). "
                "Install what it needs again: pip install -r requirements.txt"
            )
        return process

    def _end(self) -> int:
        process, self._process = self._process, None
        assert process is not None
        process.kill()
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:  # what was still to be written has no reader any more
                continue
        return code


def _outcome(value: Any) -> Outcome:
    if "refusal" in value:
        return Refusal(**value["refusal"])
    return [document_from_json(document) for document in value["documents"]]


def _too_slow(source: Source, seconds: float) -> Refusal:
    return Refusal(
        source.source,
        f"reading it takes longer than {seconds:g} seconds",
        "Save the article anew or in another format, or raise QA_READ_SECONDS.",
    )


def _crashed(source: Source, code: int) -> Refusal:
    return Refusal(
        source.source,
        f"its reader crashed (code {code})",
        "Save the article anew or in another format; please report the file.",
    )


# ---------------------------------------------------------------- in the child


def serve() -> None:
    """Answers one request a line until the input ends, which it does when the parent is gone."""
    import qa.readers  # noqa: F401  (before the time of the first file begins to run)

    answers = os.fdopen(os.dup(1), "wb")
    _confine()
    answers.write(READY)
    answers.flush()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        # The parent keeps the time; this ends a child that hangs after its parent was killed.
        faulthandler.dump_traceback_later(request["seconds"] + 5, exit=True)
        answers.write(_answer(Path(request["corpus"]), Source(**request["source"]), request))
        answers.flush()
        faulthandler.cancel_dump_traceback_later()


def _confine() -> None:
    """A memory limit, and nothing printed by a library reaches our output."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    try:
        import resource
    except ImportError:  # not on Windows
        return
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (OSError, ValueError):  # macOS refuses this limit; the time limit remains
        return


def _answer(corpus: Path, source: Source, limits: dict[str, Any]) -> bytes:
    """The answer to one request as a line."""
    from qa.readers import read_source

    try:
        documents = read_source(corpus / source.source, corpus, limits["max_mb"])
        line = dump_line({"documents": [document_to_json(d) for d in documents]})
    except UnreadableSource as error:
        return _refuse(source, error.reason, error.advice)
    except MemoryError:
        reason = f"reading it takes more than {MEMORY_BYTES >> 30} GB of memory"
        return _refuse(source, reason, "Save the article anew, smaller or in another format.")
    except Exception as error:  # the edge: a defect in a reader must cost one file, not the build
        advice = "Save the article anew or in another format; please report the file."
        return _refuse(source, f"its reader failed ({type(error).__name__})", advice)
    if not _as_described(corpus, source):
        return _refuse(source, "it changed while it was being read", "Build again.")
    return line


def _refuse(source: Source, reason: str, advice: str) -> bytes:
    return dump_line({"refusal": asdict(Refusal(source.source, reason, advice))})


def _as_described(corpus: Path, source: Source) -> bool:
    try:
        return describe_source(corpus, source.source) == source
    except OSError:
        return False
