"""Builds again whenever the corpus changes, until it is told to stop. Owns watchfiles.

Several files that are copied at once make one build; what changes nothing makes none.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from qa.corpus import Manifest, read_manifest
from qa.errors import QAError

logger = logging.getLogger(__name__)

QUIET = 1.0  # seconds without a change after which a build begins
PATIENCE = 60.0  # seconds after which it begins though files keep changing
LOOK = 1.0  # seconds between two looks at whether the folder is still there


def watch(
    corpus: Path,
    index: Path,
    rebuild: Callable[[], object],
    note: Callable[[str], None],
    moments: Callable[[Path], Iterator[bool]] | None = None,
) -> None:
    """Builds once, then after every change; what fails is noted and waits for the next change.

    `moments` comes back about every second, True when something below the folder has changed since,
    and ends when the folder is gone. Returns only by an exception, as ^C makes one.
    """
    moments = moments or _moments
    built: Manifest | None = None
    while True:
        for changed in moments(corpus):
            if not changed and built is not None:
                continue
            try:
                found = read_manifest(corpus, index)
            except QAError as problem:
                note(f"{problem} Watching goes on.")
                continue
            if found != built:
                built = found
                _build(rebuild, note)
        note(f"{corpus}/ is gone; waiting for it")
        while not corpus.is_dir():
            time.sleep(LOOK)


def _build(rebuild: Callable[[], object], note: Callable[[str], None]) -> None:
    try:
        rebuild()
    except QAError as problem:
        note(f"error: {problem} Watching goes on.")
    except Exception as problem:  # a defect that one file brings out must not end the watch
        logger.exception("a build failed")
        note(f"error: a defect in the program ({type(problem).__name__}). Watching goes on.")


def _moments(folder: Path) -> Iterator[bool]:
    from watchfiles import watch as changes

    for changed in changes(
        folder,
        debounce=round(PATIENCE * 1000),
        step=round(QUIET * 1000),
        rust_timeout=round(LOOK * 1000),
        yield_on_timeout=True,
    ):
        if not folder.is_dir():
            return
        yield bool(changed)
