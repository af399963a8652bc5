"""What commands list, for people and for machines: a build's report, hits, articles, snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.console import table
from qa.errors import SnapshotFormat
from qa.snapshot import current_id, read_snapshot_manifest, when_published

if TYPE_CHECKING:
    from qa.articles import Article
    from qa.build import BuildReport
    from qa.records import SearchHit


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """One snapshot; None for what one that cannot be read does not tell."""

    id: str
    when: str  # ISO, UTC: built or last published
    documents: int | None
    passages: int | None
    live: bool


def build_words(report: BuildReport) -> str:
    """The report as a person reads it."""
    changes = report.changes
    lines: list[str] = []
    for label, names in (
        ("added", changes.added),
        ("changed", changes.changed),
        ("removed", changes.removed),
    ):
        lines.extend(f"{label:9} {name}" for name in names)
    lines.extend(f"refused   {r.source}: {r.reason}. {r.advice}" for r in report.refused)
    for item in report.empty_pages:
        pages = ", ".join(str(page) for page in item.pages)
        lines.append(f"no text   {item.source}: page {pages}")
    lines.append(
        f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} "
        f"removed, {len(changes.unchanged)} unchanged, {len(report.refused)} refused"
    )
    lines.append(
        f"{report.documents} documents, {report.passages} passages "
        f"({report.passages_encoded} newly embedded) in {report.seconds:.1f} s"
    )
    name = report.snapshot_id
    not_live = f"is built but not live; to publish it: python -m qa use {name}"
    lines.append(f"snapshot {name} {'is live' if report.published else not_live}")
    return "\n".join(lines) + "\n"


def source_table(rows: Sequence[Article]) -> str:
    """A row an article; overdue reviews are marked."""
    head = ("source", "status", "published", "reviewed", "review due", "passages", "title")
    shown = [
        (
            row.source,
            row.status,
            row.published or "-",
            row.reviewed or "-",
            f"{row.review_due or '-'}{' OVERDUE' if row.overdue else ''}",
            str(row.passages),
            row.title,
        )
        for row in rows
    ]
    return table(head, shown)


def snapshot_row(index_dir: Path, name: str) -> SnapshotRow:
    """What the folder and the manifest of a snapshot tell."""
    when, live = when_published(index_dir, name).isoformat(), name == current_id(index_dir)
    try:
        manifest = read_snapshot_manifest(index_dir, name)
    except SnapshotFormat:
        return SnapshotRow(name, when, None, None, live)
    return SnapshotRow(name, when, manifest.documents, manifest.passages, live)


def snapshot_table(rows: Sequence[SnapshotRow]) -> str:
    """A line each."""
    head = ("snapshot", "published (UTC)", "documents", "passages", "")
    shown = [
        (
            row.id,
            row.when[:19].replace("T", " "),
            *("unreadable" if n is None else str(n) for n in (row.documents, row.passages)),
            "live" if row.live else "",
        )
        for row in rows
    ]
    return table(head, shown)


def hit_object(hit: SearchHit) -> dict[str, Any]:
    """A hit as JSON values, with what each stage made of it."""
    span = hit.passage.span
    stages = {"dense": hit.dense, "lexical": hit.lexical}
    return {
        "rank": hit.hit.rank,
        "score": hit.hit.score,
        **{
            name: None if stage is None else {"rank": stage.rank, "score": stage.score}
            for name, stage in stages.items()
        },
        "passage": hit.passage.passage_id,
        "document": {
            "id": hit.document.doc_id,
            "title": hit.document.metadata.title,
            "source": hit.document.source,
        },
        "start": span.start,
        "end": span.end,
        "page": hit.document.page_of(span.start),
        "heading": hit.passage.heading_path[-1] if hit.passage.heading_path else None,
        "text": span.of(hit.document.text),
    }


def hit_words(hit: SearchHit) -> str:
    """A hit in two lines: where it stands and how it begins."""
    stages = ", ".join(
        f"{name} {stage.rank} ({stage.score:.3f})" if stage else f"{name} -"
        for name, stage in (("dense", hit.dense), ("lexical", hit.lexical))
    )
    place = " > ".join((hit.document.source, *hit.passage.heading_path))
    text = " ".join(hit.passage.span.of(hit.document.text).split())
    shown = text if len(text) <= 200 else text[:200].rsplit(" ", 1)[0] + " ..."
    return f"{hit.hit.rank:3}  {hit.hit.score:.4f}  {stages}  {place}\n     {shown}\n"
