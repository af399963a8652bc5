"""Every stage of the program on public data, one table: benchmarks/public.md.

    python benchmarks/public.py --data DATA [--only SET ...] [--sample N]

Figures are kept below scratch/public/ by set and stage, so that a run that was interrupted goes on
where it stopped; a change of the data, of the models or of the code that decides makes them anew.
QA_READER names another sentence reader. With --only or --sample the page is written if --write is
given too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.public_data import SAMPLES, SETS  # noqa: E402
from benchmarks.public_followups import WORDINGS, follow_ups  # noqa: E402
from benchmarks.public_measures import retrieval  # noqa: E402
from benchmarks.public_set import Set  # noqa: E402
from benchmarks.public_stages import ALONE, STAGES, Bench, open_bench  # noqa: E402
from benchmarks.public_table import About, report  # noqa: E402
from qa.build import build  # noqa: E402
from qa.config import load_settings  # noqa: E402
from qa.encoder import Encoder, open_encoder  # noqa: E402
from qa.engine import Engine  # noqa: E402
from qa.records import Status  # noqa: E402
from qa.sentence_reader import Reader, open_reader  # noqa: E402
from qa.support import shipped_record  # noqa: E402

RETRIEVAL = ("nfcorpus", "scifact", "scifact_clean")
FOLLOW_UPS = ("mtrag_turns", "cast")
# Of qa/ these decide no figure; a change of anything else makes them anew.
APART = frozenset(
    """__main__ arguments articles batch check cli commands console evaluate listing models progress
    publish receipts render web""".split()
)

Figures = dict[str, dict[str, Any]]  # question id -> what came of it


@dataclass(frozen=True, slots=True)
class Workshop:
    """What measuring needs: the models, and where things are kept."""

    data: Path
    kept: Path
    encoder: Encoder
    reader: Reader
    sample: int | None
    code: str  # digest of what decides besides the models and the data

    def choose(self, name: str) -> Set:
        """The set with the questions that are asked of it."""
        return SETS[name](self.data, self.sample or SAMPLES.get(name))


def main() -> int:
    """Measures what is not kept yet and writes the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", required=True, help="folder of the public sets"
    )
    parser.add_argument(
        "--only", nargs="+", choices=list(SETS), metavar="SET", help=", ".join(SETS)
    )
    parser.add_argument("--sample", type=int, metavar="N", help="at most so many questions a set")
    parser.add_argument("--write", action="store_true", help="write the page for a part too")
    parser.add_argument(
        "--kept",
        type=Path,
        metavar="DIR",
        default=ROOT / "scratch" / "public",
        help="where figures and indexes are kept, so that a run can go on (scratch/public)",
    )
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"{options.data} is no folder; it should hold nfcorpus/, scifact/ and so on")
    options.kept.mkdir(parents=True, exist_ok=True)
    settings = load_settings()
    shop = Workshop(
        options.data.resolve(),
        options.kept,
        open_encoder(settings),
        open_reader(settings),
        options.sample,
        code(),
    )
    measured = {}
    for name in options.only or SETS:
        chosen = shop.choose(name)
        measured[name] = (chosen, figures_of(shop, chosen))
    about = About(shop.encoder.name, shop.encoder.arithmetic, shop.reader.digest, options.sample)
    text = report(measured, about)
    print(text)
    if options.write or (not options.only and options.sample is None):
        (ROOT / "benchmarks" / "public.md").write_text(text, "utf-8")
    return 0


def figures_of(shop: Workshop, chosen: Set) -> dict[str, Figures]:
    """Stage (or wording, for follow-ups) -> figures by question."""
    bench: list[Bench] = []

    def opened() -> Bench:
        if not bench:
            bench.append(open_bench(chosen, shop.kept, shop.encoder, shop.reader.score))
        return bench[0]

    if chosen.name == "clinc150":
        stages: tuple[str, ...] = ("floor", "reader")
        engines: dict[str, Engine] = {}
        make: Callable[[str], Figures] = lambda s: off_topic(shop, chosen, s, engines)  # noqa: E731
    elif chosen.name in FOLLOW_UPS:
        stages, make = WORDINGS, lambda wording: follow_ups(opened(), chosen, wording)
    elif chosen.name in RETRIEVAL:
        stages, make = STAGES, lambda stage: documents(opened(), chosen, stage)
    else:
        stages, make = (*STAGES, ALONE), lambda stage: sentences(opened(), chosen, stage)
    return {stage: kept(shop, chosen, stage, make) for stage in stages}


def kept(shop: Workshop, chosen: Set, stage: str, make: Callable[[str], Figures]) -> Figures:
    """The figures of one set and stage, measured unless they are there."""
    models = [shop.encoder.digest, shop.encoder.arithmetic]
    models += [json.dumps(shipped_record())] if stage in ("floor", "reader") else []
    models += [shop.reader.digest] if stage in ("reader", ALONE) else []
    key = hashlib.sha256(json.dumps([chosen.digest, stage, models, shop.code]).encode()).hexdigest()
    path = shop.kept / f"{chosen.name}-{stage}-{key[:16]}.json"
    if path.is_file():
        found: Figures = json.loads(path.read_text("utf-8"))
        return found
    started = time.perf_counter()
    figures = make(stage)
    fresh = path.with_suffix(".tmp")
    fresh.write_text(json.dumps(figures), "utf-8")
    os.replace(fresh, path)
    seconds = time.perf_counter() - started
    print(f"{chosen.name} {stage}: {len(figures)} in {seconds:.0f} s", file=sys.stderr, flush=True)
    return figures


def code() -> str:
    """sha256 over the code that decides, this benchmark's own and the shipped articles."""
    ours = [p for p in (ROOT / "benchmarks").glob("public*.py") if p.stem != "public_table"]
    theirs = [
        path
        for path in (ROOT / "qa").rglob("*")
        if path.suffix in (".py", ".toml", ".json", ".txt")
        and path.relative_to(ROOT / "qa").parts[0].partition(".")[0] not in APART
    ]
    articles = [p for p in (ROOT / "corpus").rglob("*") if p.is_file()]
    whole = hashlib.sha256()
    for path in sorted([*ours, *theirs, *articles]):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def documents(bench: Bench, chosen: Set, stage: str) -> Figures:
    """How well the documents are ranked."""
    qrels = {q.question_id: dict(q.relevant) for q in chosen.questions}
    run = {q.question_id: dict(bench.documents(stage, q.text)) for q in chosen.questions}
    return retrieval(qrels, run)


def sentences(bench: Bench, chosen: Set, stage: str) -> Figures:
    """The score of the sentence that would lead, and whether it answers (None: nothing does)."""
    figures: Figures = {}
    for question in chosen.questions:
        best = bench.best(stage, bench.completed(question), question)
        figures[question.question_id] = {
            "score": best.score if best else 0.0,
            "right": bench.is_right(best, question.right) if question.right else None,
        }
    return figures


def off_topic(shop: Workshop, chosen: Set, stage: str, engines: dict[str, Engine]) -> Figures:
    """Whether the program answers from the shipped articles."""
    settings = load_settings(corpus=ROOT / "corpus", index=shop.kept / "index-shipped")
    if not engines:
        build(settings, shop.encoder)
    read = shop.reader.score if stage == "reader" else None
    floor = Engine.open(settings, shop.encoder, reads=False)
    engines[stage] = Engine(settings, floor.snapshot, shop.encoder, read)
    figures: Figures = {}
    for question in chosen.questions:
        status = engines[stage].ask(question.text).status
        figures[question.question_id] = {
            "answered": status is Status.ANSWERED,
            "crisis": status is Status.CRISIS,
            "text": question.text,
        }
    return figures


if __name__ == "__main__":
    sys.exit(main())
