"""The errors an operator can mend: each says what is wrong, where, and what to do. And how one that
may hold a person's words is told of in a log."""

from __future__ import annotations

from pathlib import Path


class QAError(Exception):
    """Something the operator can put right; shown as one line, exit code 1."""


class UnreadableSource(QAError):
    """One source file cannot be read; the build refuses it and goes on with the rest."""

    def __init__(self, source: str, reason: str, advice: str) -> None:
        super().__init__(f"{source}: {reason}. {advice}")
        self.source = source
        self.reason = reason
        self.advice = advice


class SnapshotMissing(QAError):
    """There is no published snapshot to open."""

    def __init__(self, index_dir: Path) -> None:
        super().__init__(f"no index in {index_dir}/. Build one with: python -m qa build")


class SnapshotFormat(QAError):
    """A snapshot is damaged, incomplete or written by another version."""


class EncoderUnavailable(QAError):
    """The encoder's weights are missing, or are not the ones that were asked for."""


def where(problem: BaseException | None) -> str:
    """Kind and place of an error without its message, which may hold a person's words."""
    trace = problem.__traceback__ if problem else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(problem).__name__} at {place}"
