"""Sets the status of an article that is in the index; what `python -m qa status` does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from qa.errors import QAError
from qa.records import WITHDRAWN, Document
from qa.snapshot import current_id, read_documents, snapshot_ids
from qa.statuses import as_set_now, name_of, set_status


@dataclass(frozen=True, slots=True)
class StatusChange:
    """What was set, and what held before."""

    source: str
    before: str
    status: str


def set_known(index_dir: Path, source: str, status: str, by: str, why: str) -> StatusChange:
    """Sets it if a snapshot holds such an article, and says what held before. Raises QAError."""
    if not why.strip():
        raise QAError("say why the status is set, with --why: others will want to know.")
    found = _find(index_dir, source)
    now = as_set_now(index_dir, {d.doc_id: d for d in found})
    if status != WITHDRAWN and all(d.is_withdrawn for d in found):
        raise QAError(
            f"the file of {source} itself says that it is withdrawn, and it was not indexed. "
            "Change the status in the file, then run: python -m qa build"
        )
    before = next(iter(now.values())).metadata.status
    set_status(index_dir, source, status, by, why.strip())
    return StatusChange(source, before, status)


def _find(index_dir: Path, source: str) -> list[Document]:
    """Its documents in the live snapshot, else in any other: it may be gone back to."""
    names: set[str] = set()
    for documents in _snapshots(index_dir):
        found = [d for d in documents if source in (d.source, name_of(d))]
        if found:
            return found
        names.update(d.source for d in documents)
    near = get_close_matches(source, names, n=3)
    meant = f" Did you mean: {', '.join(near)}?" if near else ""
    raise QAError(
        f"no article {source} in {index_dir}/.{meant} List them with: python -m qa sources"
    )


def _snapshots(index_dir: Path) -> Iterator[list[Document]]:
    try:
        live = current_id(index_dir)
    except QAError:
        live = None
    ids = snapshot_ids(index_dir)
    for name in sorted(ids, key=lambda name: name != live):
        try:
            yield read_documents(index_dir / name)
        except QAError:  # a damaged one holds nothing that could be served
            continue
