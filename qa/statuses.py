"""What maintainers set an article's status to, beside the snapshots: it holds from the next answer.

The file stands twice in the index, the copy written first. If one of the two is damaged the other
still holds everything that was set, so that what was withdrawn does not come back in silence.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from qa.durable import write_durably
from qa.errors import QAError
from qa.records import STATUSES, Document
from qa.stamps import Stamp, stamp_of_files

logger = logging.getLogger(__name__)

NAME = "statuses.json"
COPY = "statuses.copy.json"
LOCK = ".statuses-lock"
LOCK_SECONDS = 30.0
FORMAT = 1


class StatusesDamaged(QAError):
    """What was set cannot be read from either file."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The status that a person set for one article, and why."""

    status: str  # one of STATUSES
    by: str
    at: datetime  # UTC
    why: str


@dataclass(frozen=True, slots=True)
class Statuses:
    """What was set, by source; `problem` says what is wrong with the files all the same."""

    standings: Mapping[str, Standing]
    problem: str | None = None


def read_statuses(index_dir: Path) -> Mapping[str, Standing]:
    """What was set, by source; {} if nothing was. Raises StatusesDamaged if both files are bad."""
    found = load_statuses(index_dir)
    if found.problem:
        logger.error("%s", found.problem)
    return found.standings


def load_statuses(index_dir: Path) -> Statuses:
    """The same with what is wrong: the copy stands in for a file that is damaged or gone."""
    path, copy = index_dir / NAME, index_dir / COPY
    there = [p for p in (path, copy) if p.exists()]
    if not there:
        return Statuses({})
    try:
        return Statuses(_read(path))
    except (OSError, ValueError) as error:
        problem = f"{path} is {_how_bad(error)}"
    try:
        standings = _read(copy)
    except (OSError, ValueError) as error:
        raise StatusesDamaged(
            f"{problem}, and {copy} is {_how_bad(error)}: it is not known which articles are "
            "withdrawn. Put one of the two back from a backup. If there is none, delete both and "
            "set each status again with: python -m qa status"
        ) from None
    return Statuses(standings, f"{problem}; {copy.name} is used. Setting any status mends it.")


def set_status(index_dir: Path, source: str, status: str, by: str, why: str) -> None:
    """Sets the status of one article; it is on the disk, twice, when this returns.

    `source` is its path below the corpus; one line of a .jsonl is `path#id`. Raises QAError.
    """
    from filelock import FileLock, Timeout

    if status not in STATUSES:
        raise QAError(f"{status!r} is no status. Choose one of: {', '.join(STATUSES)}.")
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(index_dir / LOCK, timeout=LOCK_SECONDS):
            known = dict(load_statuses(index_dir).standings)
            known[source] = Standing(status, by, datetime.now(UTC).replace(microsecond=0), why)
            data = _written(known)
            write_durably(index_dir / COPY, data)
            write_durably(index_dir / NAME, data)
    except Timeout:
        raise QAError(
            f"{index_dir / LOCK} has been held for {LOCK_SECONDS:.0f} seconds; the status of "
            f"{source} was not set. Try again."
        ) from None
    except OSError as error:
        raise QAError(
            f"{index_dir / NAME} could not be written: {error.strerror or error}. The status of "
            f"{source} may not hold. Free space or mend the permissions, then set it again."
        ) from error


def stamp_of(index_dir: Path) -> Stamp:
    """Changes whenever one of the files does; costs two looks at the folder."""
    return stamp_of_files((index_dir / NAME, index_dir / COPY))


# ---------------------------------------------------------------- applying


def name_of(document: Document) -> str:
    """How a status names it: its source, or `path#id` for one line of a .jsonl."""
    own = document.record_id
    return document.source if own is None else f"{document.source}#{own}"


def standing_of(document: Document, standings: Mapping[str, Standing]) -> Standing | None:
    """What was set for this document, or for the whole file that it is a line of."""
    return standings.get(name_of(document)) or standings.get(document.source)


def with_statuses(
    documents: Mapping[str, Document], standings: Mapping[str, Standing]
) -> Mapping[str, Document]:
    """The documents as they stand now. What an article's own file withdraws stays withdrawn."""
    if not standings:
        return documents
    return {doc_id: _as_set(document, standings) for doc_id, document in documents.items()}


def as_set_now(index_dir: Path, documents: Mapping[str, Document]) -> Mapping[str, Document]:
    """The documents with the statuses that are set now. Raises StatusesDamaged."""
    return with_statuses(documents, read_statuses(index_dir))


def _as_set(document: Document, standings: Mapping[str, Standing]) -> Document:
    standing = standing_of(document, standings)
    own = document.metadata.status
    if standing is None or standing.status == own or document.is_withdrawn:
        return document
    return replace(document, metadata=replace(document.metadata, status=standing.status))


# ---------------------------------------------------------------- the file


def _read(path: Path) -> dict[str, Standing]:
    """Raises OSError or ValueError."""
    try:
        value = json.loads(path.read_bytes())
        entries: dict[str, dict[str, str]] = value["statuses"]
        if value["format"] != FORMAT or value["sha256"] != _digest(entries):
            raise ValueError("its parts do not belong together")
        return {source: _standing(entry) for source, entry in entries.items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"of another form ({error!r})") from None


def _standing(entry: Mapping[str, str]) -> Standing:
    if entry["status"] not in STATUSES:
        raise ValueError(f"{entry['status']!r} is no status")
    return Standing(entry["status"], entry["by"], datetime.fromisoformat(entry["at"]), entry["why"])


def _written(standings: Mapping[str, Standing]) -> bytes:
    entries = {
        source: {**asdict(standing), "at": standing.at.isoformat()}
        for source, standing in sorted(standings.items())
    }
    value = {"format": FORMAT, "sha256": _digest(entries), "statuses": entries}
    return (json.dumps(value, indent=1) + "\n").encode()


def _digest(entries: Mapping[str, Mapping[str, str]]) -> str:
    canonical = json.dumps(entries, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(canonical).hexdigest()


def _how_bad(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "gone"
    return f"damaged ({str(error) or type(error).__name__})"
