"""What tells that files were written, without reading them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

# Name, time, size and number of each file: another value means that something was written.
Stamp = tuple[tuple[str, int, int, int], ...]


def stamp_of_files(paths: Iterable[Path]) -> Stamp:
    """Changes whenever one of them does; one that is not there is left out."""
    found = []
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            continue
        found.append((path.name, state.st_mtime_ns, state.st_size, state.st_ino))
    return tuple(found)


def stamp_of_folder(folder: Path) -> Stamp:
    """Changes whenever a file of the folder does; () when it is gone."""
    try:
        return stamp_of_files(sorted(folder.iterdir()))
    except (OSError, ValueError):  # ValueError: what a damaged CURRENT names is no path
        return ()
