"""What the program writes about itself to standard error: text or JSON, never what was asked.

An exception is named by its kind and place: its message may hold somebody's words. Libraries are
heard from warnings up, whatever the level.
"""

from __future__ import annotations

import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType

from pythonjsonlogger.json import JsonFormatter

from qa.config import Settings
from qa.errors import where

OURS = "qa"
REQUESTS = logging.getLogger("qa.requests")
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _Text(logging.Formatter):
    def formatException(self, ei: _Raised) -> str:
        return f"  {where(ei[1])}"


class _Json(JsonFormatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def formatException(self, ei: _Raised) -> str:
        return where(ei[1])


def set_up(settings: Settings) -> None:
    """One handler for everything, at the level and in the form of the settings."""
    handler = logging.StreamHandler()
    handler.setLevel(settings.log_level.upper())  # here, since libraries lower their own
    handler.addFilter(_is_for_operators)
    handler.setFormatter(formatter(settings.log))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    logging.getLogger(OURS).setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    threading.excepthook = _say_thread_ended


def formatter(form: str) -> logging.Formatter:
    """
    >>> formatter("text").format(logging.LogRecord("qa.x", 30, "", 1, "said", None, None))
    'WARNING qa.x: said'
    """
    if form == "text":
        return _Text("%(levelname)s %(name)s: %(message)s")
    return _Json(
        "{asctime}{levelname}{name}{message}",
        style="{",
        rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
    )


def request(method: str, endpoint: str, status: int, seconds: float) -> None:
    """A line for a request, where the level lets it through: nothing of who asked, or what."""
    milliseconds = round(seconds * 1000)
    REQUESTS.info(
        "%s %s %d %d ms",
        method,
        endpoint,
        status,
        milliseconds,
        extra={
            "method": method,
            "endpoint": endpoint,
            "status": status,
            "milliseconds": milliseconds,
        },
    )


def _is_for_operators(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] == OURS


def _say_thread_ended(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is not SystemExit:
        logging.getLogger(OURS).error("a thread ended: %s", where(ended.exc_value))
        sys.stderr.flush()
