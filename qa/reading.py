"""Sources -> documents, each read in a child process with a time and a memory limit.

Whatever a file does to its reader (hang, crash, fill the memory), the caller gets documents or a
refusal for it and goes on with the next. Children are started only when there is work for them; a
program that calls this at its top level needs the usual `if __name__ == "__main__":`.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import TimeoutError as TooSlow
from pathlib import Path

from qa.corpus import Refusal, Source, describe_source
from qa.errors import UnreadableSource
from qa.records import Document

MEMORY_BYTES = 2 << 30  # of address space for one child
WORKERS = 4

Outcome = list[Document] | Refusal


def read_sources(
    corpus: Path, sources: Sequence[Source], seconds: float, max_mb: int
) -> Iterator[Outcome]:
    """The outcome of each source, in order; the limits are for one file."""
    if not sources:
        return
    from pebble import ProcessExpired, ProcessPool

    workers = min(WORKERS, len(sources), os.cpu_count() or 1)
    context = multiprocessing.get_context("spawn")  # a fork would copy the encoder's threads
    pool = ProcessPool(max_workers=workers, initializer=_confine, context=context)
    try:
        futures = [
            pool.schedule(_read_one, args=[corpus, source, max_mb], timeout=seconds)
            for source in sources
        ]
        for source, future in zip(sources, futures, strict=True):
            try:
                yield future.result()
            except TooSlow:
                yield _too_slow(source, seconds)
            except ProcessExpired as error:
                yield _crashed(source, error.exitcode)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _confine() -> None:
    """In the child: a memory limit, and nothing printed by a library reaches our output."""
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


def _read_one(corpus: Path, source: Source, max_mb: int) -> Outcome:
    """In the child. Returns refusals: an exception would have to survive pickling."""
    from qa.readers import read_source

    try:
        documents = read_source(corpus / source.source, corpus, max_mb)
        for document in documents:
            document.text.encode("utf-8")
    except UnreadableSource as error:
        return Refusal(source.source, error.reason, error.advice)
    except MemoryError:
        return Refusal(
            source.source,
            f"reading it takes more than {MEMORY_BYTES >> 30} GB of memory",
            "Save the article anew, smaller or in another format.",
        )
    except Exception as error:  # the edge: a defect in a reader must cost one file, not the build
        return Refusal(
            source.source,
            f"its reader failed ({type(error).__name__})",
            "Save the article anew or in another format; please report the file.",
        )
    return documents if _as_described(corpus, source) else _moving(source)


def _as_described(corpus: Path, source: Source) -> bool:
    try:
        return describe_source(corpus, source.source) == source
    except OSError:
        return False


def _moving(source: Source) -> Refusal:
    return Refusal(source.source, "it changed while it was being read", "Build again.")


def _too_slow(source: Source, seconds: float) -> Refusal:
    return Refusal(
        source.source,
        f"reading it takes longer than {seconds:g} seconds",
        "Save the article anew or in another format, or raise QA_READ_SECONDS.",
    )


def _crashed(source: Source, exit_code: object) -> Refusal:
    return Refusal(
        source.source,
        f"its reader crashed (code {exit_code})",
        "Save the article anew or in another format; please report the file.",
    )
