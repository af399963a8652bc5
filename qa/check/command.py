"""`python -m qa check`: settings and plain arguments in, written output and exit code out."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

from qa.check import check as find
from qa.check import in_order
from qa.check.report import check_page, check_text, fails
from qa.check.unfound import unfound
from qa.config import Settings
from qa.console import write, write_file, write_json
from qa.engine import Engine
from qa.progress import open_progress
from qa.snapshot import read_snapshot_manifest


def check_index(
    settings: Settings,
    today: date,
    *,
    fail_on: str,
    searching: bool,
    page: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Problems of corpus and index; 1 when one of them is as bad as `fail_on`."""
    findings = find(settings.corpus, settings.index, today)
    if searching and not any(f.kind == "damaged" for f in findings):
        engine = Engine.open(settings, reads=False)
        progress = open_progress(sys.stderr, quiet=quiet)
        findings = in_order([*findings, *unfound(engine, progress)])
    if page is not None:
        snapshot = read_snapshot_manifest(settings.index).snapshot_id
        write_file(page, [check_page(findings, snapshot, today.isoformat())])
    if as_json:
        write_json([asdict(finding) for finding in findings])
    else:
        write(check_text(findings))
    return 1 if fails(findings, fail_on) else 0
