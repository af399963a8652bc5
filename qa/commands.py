"""What each command does: settings and plain arguments in, written output and exit code out.

JSON goes to standard output, words for people too where they are the result; progress and notes
go to standard error. Each command imports what it needs when it runs.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

from qa.config import Settings
from qa.console import lines_of, write, write_file, write_json
from qa.errors import QAError

VERDICTS = {
    "proved": "proved",
    "source_changed": "source changed since",
    "not_there": "not there",
}


def build(
    settings: Settings, *, publish: bool, clean: bool, anyway: bool, as_json: bool, quiet: bool
) -> int:
    """corpus -> snapshot; 1 when the golden questions keep it from being published."""
    from qa import build as building
    from qa.corpus import check_folder
    from qa.encoder import open_encoder
    from qa.listing import build_words
    from qa.progress import open_progress

    check_folder(settings.corpus)  # before the encoder, which takes longer to open
    progress = open_progress(sys.stderr, quiet=quiet)
    report = building.build(
        settings, open_encoder(settings), progress, publish=publish, clean=clean, anyway=anyway
    )
    if as_json:
        write_json(asdict(report))
    elif not quiet:
        sys.stderr.write(build_words(report))
    stopped = report.gate is not None and not report.gate.passed
    if report.gate is not None and (stopped or not quiet):
        sys.stderr.write(report.gate.message + "\n")
    return 1 if stopped else 0


def ask(settings: Settings, question: str, *, history: Path | None, as_json: bool) -> int:
    """One answer."""
    from qa.batch import read_history
    from qa.engine import Engine
    from qa.render import answer_object
    from qa.terminal import answer_text

    turns = read_history(history) if history is not None else []
    answer = Engine.open(settings).ask(question, turns)
    if as_json:
        write_json(answer_object(answer))
    else:
        width = min(shutil.get_terminal_size().columns, 100)
        write(answer_text(answer, width) + "\n")
    return 0


def ask_batch(settings: Settings, batch: Path, *, quiet: bool) -> int:
    """One answer object a line, each written as soon as it is there."""
    from qa.batch import answer_lines
    from qa.engine import Engine

    bad = 0
    with lines_of(batch) as lines:
        engine = Engine.open(settings)
        for value in answer_lines(lines, engine.ask):
            bad += "error" in value
            write_json(value, indent=None)
    if bad and not quiet:
        sys.stderr.write(f'{bad} line(s) could not be answered; see "error" in the output\n')
    return 0


def search(settings: Settings, query: str, k: int, *, as_json: bool) -> int:
    """Ranked passages with each stage's score."""
    from qa.engine import Engine
    from qa.listing import hit_object, hit_words

    hits = Engine.open(settings, reads=False).search(query, k)
    if as_json:
        write_json([hit_object(hit) for hit in hits])
    else:
        write("".join(hit_words(hit) for hit in hits) or "no passage found\n")
    return 0


def search_run(
    settings: Settings, queries: Path, run: Path, k: int, *, level: str, quiet: bool
) -> int:
    """A TREC run of all queries."""
    from qa.engine import Engine
    from qa.trec import read_queries, run_lines

    asked = read_queries(queries)
    lines = run_lines(asked, Engine.open(settings, reads=False).search, k, level)
    if str(run) == "-":
        for line in lines:
            write(line)
        return 0
    write_file(run, lines)
    if not quiet:
        sys.stderr.write(f"{len(asked)} queries, run written to {run}\n")
    return 0


def sources(settings: Settings, today: date, *, as_json: bool) -> int:
    """The articles of the live snapshot, with the status that holds now."""
    from qa.articles import list_articles
    from qa.listing import source_table
    from qa.snapshot import read_documents, read_passages, read_snapshot_manifest
    from qa.statuses import as_set_now

    folder = settings.index / read_snapshot_manifest(settings.index).snapshot_id
    built = {document.doc_id: document for document in read_documents(folder)}
    documents = as_set_now(settings.index, built)
    rows = list_articles(documents.values(), read_passages(folder), today)
    if as_json:
        write_json([asdict(row) for row in rows])
        return 0
    write(source_table(rows))
    return 0


def status(
    settings: Settings,
    source: str,
    chosen: str,
    *,
    why: str,
    by: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Sets what an article is from now on, in every snapshot."""
    from getpass import getuser

    from qa.set_status import set_known

    change = set_known(settings.index, source, chosen, by or getuser(), why)
    if as_json:
        write_json(asdict(change))
    elif not quiet:
        sys.stderr.write(f"{source} is {chosen} from the next answer on (was {change.before})\n")
    return 0


def watch(settings: Settings, *, as_json: bool, quiet: bool) -> int:
    """Builds now, and again after every change, until ^C."""
    from qa.corpus import check_folder
    from qa.watch import watch as watch_folder

    def rebuild() -> None:
        build(settings, publish=True, clean=False, anyway=False, as_json=as_json, quiet=quiet)
        if not quiet:
            sys.stderr.write(f"watching {settings.corpus}/ (stop with Ctrl+C)\n")

    def note(problem: str) -> None:
        sys.stderr.write(problem + "\n")

    check_folder(settings.corpus)
    watch_folder(settings.corpus, settings.index, rebuild, note)
    return 0


def snapshots(settings: Settings, *, as_json: bool) -> int:
    """What is in the index, newest first."""
    from qa.listing import snapshot_row, snapshot_table

    rows = [snapshot_row(settings.index, name) for name in _ids(settings.index)]
    if as_json:
        write_json([asdict(row) for row in rows])
        return 0
    write(snapshot_table(rows) if rows else f"no snapshots in {settings.index}/\n")
    return 0


def use(settings: Settings, prefix: str, *, as_json: bool, quiet: bool) -> int:
    """Publishes a snapshot that is already there, after proving it whole."""
    from qa.progress import open_progress
    from qa.publish import index_lock, use_snapshot
    from qa.snapshot import resolve_id

    chosen = resolve_id(settings.index, prefix)
    with index_lock(settings.index, open_progress(sys.stderr, quiet=quiet).note):
        use_snapshot(settings.index, chosen)
    if as_json:
        write_json({"live": chosen})
    elif not quiet:
        sys.stderr.write(f"snapshot {chosen} is live\n")
    return 0


def prune(settings: Settings, keep: int, *, as_json: bool, quiet: bool) -> int:
    """Deletes old snapshots and what only they needed of the cache."""
    from qa.cache import prune_cache
    from qa.progress import open_progress
    from qa.publish import CACHE, index_lock, prune_snapshots

    if not settings.index.is_dir():
        raise QAError(f"there is no index folder {settings.index}/. Name it with --index.")
    with index_lock(settings.index, open_progress(sys.stderr, quiet=quiet).note):
        deleted = prune_snapshots(settings.index, keep)
        prune_cache(settings.index / CACHE, _ids(settings.index))
    if as_json:
        write_json({"deleted": deleted})
    elif not quiet:
        sys.stderr.write(f"{len(deleted)} snapshots deleted {' '.join(deleted)}".rstrip() + "\n")
    return 0


def verify(settings: Settings, receipt: Path, *, as_json: bool) -> int:
    """Proves each quote of a receipt from its source file; 1 unless all are proved."""
    from qa.corpus import check_folder
    from qa.receipts import Verdict, prove, read_claims

    check_folder(settings.corpus)
    with lines_of(receipt) as lines:
        claims = read_claims(b"".join(lines), str(receipt))
    proofs = prove(claims, settings.corpus, settings.read_seconds, settings.max_source_mb)
    proved = sum(p.verdict is Verdict.PROVED for p in proofs)
    if as_json:
        quotes = [{**asdict(p.claim), "verdict": p.verdict, "detail": p.detail} for p in proofs]
        write_json({"proved": proved, "quotes": quotes})
    else:
        for proof in proofs:
            write(f"{VERDICTS[proof.verdict.value]}: {proof.detail}\n")
        write(f"{proved} of {len(proofs)} quotes proved\n")
    return 0 if proved == len(proofs) else 1


def _ids(index_dir: Path) -> list[str]:
    from qa.snapshot import snapshot_ids

    return snapshot_ids(index_dir)
