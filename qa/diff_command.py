"""`python -m qa diff`: settings and plain arguments in, written output and exit code out."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from qa.config import Settings
from qa.console import write, write_file, write_json
from qa.diff import compare, open_two, wanted_questions, which_two
from qa.diff_report import diff_object, diff_page, diff_text
from qa.progress import open_progress


def diff(
    settings: Settings,
    before: str | None,
    after: str | None,
    *,
    page: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Which golden answers change between two snapshots; None = the live and the newest other."""
    questions = wanted_questions(settings)
    first, second = which_two(settings.index, before, after)
    engines = open_two(settings, first, second)
    progress = open_progress(sys.stderr, quiet=quiet)
    found = compare(*engines, questions, progress)
    if page is not None:
        write_file(page, [diff_page(found)])
        progress.note(f"page written to {page}")
    if as_json:
        write_json(diff_object(found))
    else:
        write(diff_text(found, min(shutil.get_terminal_size((100, 24)).columns, 140)))
    return 0
