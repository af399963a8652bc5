"""argv -> exit code: 0 done, 1 the operator can mend it, 2 usage, 3 a defect of ours, 130 ^C.

The only place that catches errors and sets up logging. Commands import what they need when they
run, so `--help` loads nothing heavy.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from qa.arguments import Handler, parser
from qa.config import load_settings
from qa.errors import QAError

LOG = "errors.log"
PRIVATE = ("ask", "search")  # commands whose error messages might repeat a question


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command."""
    args = parser().parse_args(argv)  # argparse ends the process with 2 on wrong usage
    _set_up_output(quiet=args.quiet)
    try:
        return run(args)
    except QAError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the edge: everything else is our bug
        log = _log_bug(error, args)
        print(
            f"error: a defect in the program ({type(error).__name__}); see {log}", file=sys.stderr
        )
        return 3


def run(args: argparse.Namespace) -> int:
    """The command that was parsed, with its settings."""
    settings = load_settings(corpus=args.corpus, index=args.index)
    handler: Handler = args.handler
    return handler(settings, args)


def _set_up_output(*, quiet: bool) -> None:
    """UTF-8 whatever the terminal says; what cannot be written becomes an escape."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.ERROR if quiet else logging.WARNING)  # libraries set their own levels
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler])


def _log_bug(error: Exception, args: argparse.Namespace) -> Path:
    """Appends the traceback to a log; without its message where that might repeat a question."""
    index = Path(args.index) if args.index else load_settings().index
    folder = index if os.access(index, os.W_OK) else Path(tempfile.gettempdir())
    path = folder / (LOG if folder == index else f"wellsourced-{LOG}")
    frames = "".join(traceback.format_tb(error.__traceback__))
    message = "" if args.command in PRIVATE else f": {error}"
    when = datetime.now(UTC).isoformat(timespec="seconds")
    about = f"{when} {args.command}, Python {platform.python_version()}, {platform.platform()}"
    with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{about}\n{frames}{type(error).__name__}{message}\n\n")
    return path
