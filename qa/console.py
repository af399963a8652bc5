"""Standard output and the files that commands read and write.

Only results go through here: progress, notes and errors go to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from qa.errors import QAError


def write(text: str) -> None:
    """To standard output, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def write_json(value: Any, indent: int | None = 2) -> None:
    """One JSON value to standard output; on one line when `indent` is None."""
    write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


@contextmanager
def lines_of(path: Path) -> Iterator[BinaryIO]:
    """The file, or standard input for `-`."""
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise QAError(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        yield file


def write_file(path: Path, lines: Iterable[str]) -> None:
    """Whole or not at all; what is no ordinary file (a pipe, /dev/stdout) is written into."""
    ordinary = path.is_file() or not path.exists()
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp") if ordinary else path
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
        if ordinary:
            os.replace(fresh, path)
    except OSError as error:
        raise QAError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        if ordinary:
            with suppress(OSError):  # already in place, or never made
                fresh.unlink()


def printable(text: str) -> str:
    """What might steer a terminal is shown as U+FFFD, line ends too.

    >>> printable("red \x1b[31m")
    'red �[31m'
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell.

    >>> print(table(["id", "n"], [["a", "10"], ["bcd", "2"]]), end="")
    id   n
    a    10
    bcd  2
    """
    every = [head, *rows]
    widths = [max(len(row[i]) for row in every) for i in range(len(head))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        + "\n"
        for row in every
    )
