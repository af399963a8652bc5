"""`python -m qa eval`: settings and plain arguments in, files, written output and exit code out."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from qa.config import Settings
from qa.console import write, write_file, write_json
from qa.errors import QAError
from qa.evaluate.kept import keep
from qa.evaluate.questions import GOLDEN, read_questions
from qa.evaluate.report import Evaluation, error_text, evaluation_object, evaluation_text
from qa.progress import Progress, open_progress


def evaluate(
    settings: Settings,
    *,
    split: str,
    questions: Path | None,
    out: Path,
    write_expected: bool,
    errors: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Asks the golden questions; 1 when a measure dropped by more than is tolerated."""
    from qa.engine import Engine
    from qa.evaluate import golden

    folder = questions or GOLDEN
    read_questions(folder)  # a bad line is named before anything heavy is opened
    golden.make_folder(out)  # and that nothing can be written before a question is asked
    if write_expected:
        golden.make_folder(folder, "--questions")
    progress = open_progress(sys.stderr, quiet=quiet)
    found = golden.evaluate(Engine.open(settings), folder, split, progress)
    if write_expected:
        found = golden.accept(found, folder)
        progress.note(f"expected values written to {found.note}")
    golden.write_files(found, out, progress)
    progress.note(f"report, run and figures written to {out}/")
    _keep(found, settings.index, progress)
    if as_json:
        write_json(evaluation_object(found))
    else:
        write(error_text(found.rows) + "\n" if errors else "")
        write(evaluation_text(found))
    return _verdict(found)


def _keep(found: Evaluation, index: Path, progress: Progress) -> None:
    """For the staff desk; an index that cannot be written takes nothing away from the figures."""
    try:
        keep(evaluation_object(found), index, datetime.now(UTC))
    except QAError as problem:
        progress.note(f"not kept for the staff desk: {problem}")


def _verdict(found: Evaluation) -> int:
    """Names each drop on standard error."""
    for drop in found.drops or ():
        sys.stderr.write(f"dropped: {drop}\n")
    return 1 if found.drops else 0


def evaluate_beir(
    settings: Settings, folder: Path, index: Path | None, out: Path, *, as_json: bool, quiet: bool
) -> int:
    """Retrieval measures of a folder in BEIR's form."""
    from qa.encoder import open_encoder
    from qa.evaluate import beir
    from qa.evaluate.beir_folder import read_judged
    from qa.evaluate.golden import make_folder

    judged = read_judged(folder)
    make_folder(out)
    progress = open_progress(sys.stderr, quiet=quiet)
    with beir.beir_engine(folder, settings, index, open_encoder(settings), progress) as engine:
        found = beir.compare_stages(engine, judged, progress)
    write_file(out / "beir.trec", found.run)
    progress.note(f"run written to {out / 'beir.trec'}")
    if as_json:
        write_json(beir.comparison_object(found))
    else:
        write(beir.comparison_text(found))
    return 0
