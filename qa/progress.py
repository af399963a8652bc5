"""How long work tells that it moves: a bar on a terminal, plain lines elsewhere, or nothing.

Everything goes to the stream given (standard error), never to standard output.
"""

from __future__ import annotations

import time
from typing import Any, TextIO

LINE_SECONDS = 5.0  # between two lines of the same stage


class Progress:
    """Silent; also what the others build on. One stage at a time."""

    def start(self, label: str, total: int) -> None:
        """A stage of `total` steps begins."""

    def reach(self, done: int) -> None:
        """`done` steps of the stage are done so far."""

    def finish(self) -> None:
        """The stage is over."""

    def note(self, message: str) -> None:
        """Something the operator should know now."""


class LineProgress(Progress):
    """Plain lines, for logs and pipes: one when a stage begins, then at most one in 5 seconds."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._label = ""
        self._total = 0
        self._said = 0.0

    def start(self, label: str, total: int) -> None:
        self._label, self._total, self._said = label, total, time.monotonic()
        self.note(f"{label}: {total}")

    def reach(self, done: int) -> None:
        if time.monotonic() - self._said >= LINE_SECONDS:
            self._said = time.monotonic()
            self.note(f"{self._label}: {done} of {self._total}")

    def note(self, message: str) -> None:
        self._stream.write(message + "\n")
        self._stream.flush()


class BarProgress(Progress):
    """A bar for each stage."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: Any = None

    def start(self, label: str, total: int) -> None:
        from tqdm import tqdm

        self.finish()
        self._bar = tqdm(total=total, desc=label, file=self._stream, leave=False, mininterval=0.2)

    def reach(self, done: int) -> None:
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def finish(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def note(self, message: str) -> None:
        self.finish()
        self._stream.write(message + "\n")
        self._stream.flush()


def open_progress(stream: TextIO, *, quiet: bool = False) -> Progress:
    """A bar on a terminal, lines elsewhere, nothing when quiet."""
    if quiet:
        return Progress()
    return BarProgress(stream) if stream.isatty() else LineProgress(stream)
