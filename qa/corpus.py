"""The corpus folder -> Manifest: every source in sorted order with its size and sha256.

Hidden files, README files and sidecars are left out; what cannot be a source (a link that leaves
the folder, a pipe, a sidecar without its article) is refused by name, never silently skipped.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.errors import QAError

SIDECAR_SUFFIX = ".toml"


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the corpus: what it is called and exactly which bytes it holds."""

    source: str  # path relative to the corpus folder, forward slashes
    size: int
    sha256: str
    sidecar_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is not in the snapshot, why, and what the maintainer can do about it."""

    source: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stood in the corpus folder at one moment; both tuples are sorted by path."""

    sources: tuple[Source, ...]
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """How the sources of one manifest differ from those of an earlier one; sorted paths."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def read_manifest(corpus: Path, leave_out: Path | None = None) -> Manifest:
    """Every source below `corpus`; the folder `leave_out` (the index) is not looked into.

    Raises QAError when the folder is missing, is not a folder, or may not be read.
    """
    check_folder(corpus)
    sources: list[Source] = []
    refused: list[Refusal] = []
    files, links = _walk(corpus, leave_out)
    refused.extend(_refused_link(name) for name in links)
    stems = {_stem(name) for name in files if not _is_sidecar(name)}
    for name in files:
        if _is_sidecar(name):
            if _stem(name) not in stems:
                refused.append(_orphan_sidecar(name))
            continue
        found = _describe(corpus, name, files)
        if isinstance(found, Source):
            sources.append(found)
        else:
            refused.append(found)
    return Manifest(
        tuple(sorted(sources, key=lambda s: s.source)),
        tuple(sorted(refused, key=lambda r: r.source)),
    )


def compare(old: Iterable[Source], new: Iterable[Source]) -> Changes:
    """What was added, changed (bytes or sidecar), removed and left as it was.

    >>> compare([Source("a.md", 1, "x")], [Source("a.md", 1, "y"), Source("b.md", 1, "z")])
    Changes(added=('b.md',), changed=('a.md',), removed=(), unchanged=())
    """
    before = {s.source: s for s in old}
    after = {s.source: s for s in new}
    both = sorted(name for name in after if name in before)
    return Changes(
        added=tuple(sorted(name for name in after if name not in before)),
        changed=tuple(name for name in both if after[name] != before[name]),
        removed=tuple(sorted(name for name in before if name not in after)),
        unchanged=tuple(name for name in both if after[name] == before[name]),
    )


def hash_file(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sidecar_of(path: Path) -> Path:
    """Where the metadata of a source stands: `ect.pdf` -> `ect.toml`."""
    return path.with_suffix(SIDECAR_SUFFIX)


def describe_source(corpus: Path, source: str) -> Source:
    """The source as it is on disk now. Raises OSError when it cannot be read."""
    path = corpus / source
    sidecar = sidecar_of(path)
    sidecar_sha256 = hash_file(sidecar) if sidecar.is_file() else None
    return Source(source, path.stat().st_size, hash_file(path), sidecar_sha256)


def check_folder(corpus: Path) -> None:
    """Raises QAError when the corpus folder is missing or is not a folder."""
    if not corpus.exists():
        raise QAError(
            f"there is no corpus folder {corpus}/. Make it and put articles into it, "
            "or name another with --corpus."
        )
    if not corpus.is_dir():
        raise QAError(f"{corpus} is not a folder. Name the folder of articles with --corpus.")


def _walk(corpus: Path, leave_out: Path | None) -> tuple[list[str], list[str]]:
    """Sorted relative paths of the files, and of the links to folders (never followed)."""

    def fail(error: OSError) -> None:
        raise QAError(f"{error.filename} cannot be listed: {error.strerror}. Mend its permissions.")

    avoid = leave_out.resolve() if leave_out is not None else None
    files: list[str] = []
    links: list[str] = []
    for folder, names, file_names in os.walk(corpus, onerror=fail):
        here = Path(folder)
        kept = [n for n in names if not n.startswith(".") and (here / n).resolve() != avoid]
        names[:] = [n for n in kept if not (here / n).is_symlink()]
        links.extend((here / n).relative_to(corpus).as_posix() for n in kept if n not in names)
        files.extend((here / n).relative_to(corpus).as_posix() for n in _articles(file_names))
    return sorted(files), sorted(links)


def _articles(names: Iterable[str]) -> Iterator[str]:
    return (n for n in names if not n.startswith((".", "README")))


def _is_sidecar(name: str) -> bool:
    return name.lower().endswith(SIDECAR_SUFFIX)


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _describe(corpus: Path, name: str, files: list[str]) -> Source | Refusal:
    path = corpus / name
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        shown = name.encode("utf-8", "replace").decode("utf-8")
        return Refusal(shown, "its name is not valid UTF-8", "Rename the file.")
    try:
        if not path.resolve().is_relative_to(corpus.resolve()):
            return _refused_link(name)
        if not stat.S_ISREG(path.stat().st_mode):
            return Refusal(name, "it is not an ordinary file", "Take it out of the corpus folder.")
        return describe_source(corpus, name)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that points at itself
        reason = getattr(error, "strerror", None) or "the link points at itself"
        return Refusal(name, f"it cannot be opened ({reason})", "Mend it or take it out.")


def _refused_link(name: str) -> Refusal:
    return Refusal(
        name,
        "it is a link to a folder, or to a file outside the corpus folder",
        "Put the file itself into the corpus folder.",
    )


def _orphan_sidecar(name: str) -> Refusal:
    return Refusal(
        name,
        "it describes an article that is not there",
        "Give it the name of its article (ect.toml for ect.pdf) or take it out.",
    )
