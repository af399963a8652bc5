"""How fast it is here: cold start, warm questions and their stages, the chat's start, the build.

    python benchmarks/speed.py [--index index] [--runs 5] [--questions 40] [--stages] [--write]

Medians of several runs. Machines differ and other work disturbs: the build rate is measured side by
side with sentence-transformers' default `encode`, in turns, and what counts is the ratio. So too a
whole question with the sentence reader and without. `--stages` prints what the stages cost alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.evaluate.questions import Question

COLD_QUESTION = "How long does a course of ECT take?"
LIMIT = 150  # milliseconds that a warm question may take at the median on two cores
WARMING = 10  # questions asked before any is timed

RULES = "crisis, follow-up and vague-question rules"
NAMES = "spelling and other names"
EMBEDDING = "embedding the question"
RETRIEVAL = "retrieval (dense, BM25 and fusion)"
LATE = "late interaction over the sentences"
READER = "the sentence reader"
MISMATCH = "what cannot answer is left out"
COMPOSING = "composing, and naming what is missing"
WHOLE = "`Engine.ask`, whole"
REST = "the rest of `Engine.ask`"
STAGES = (RULES, NAMES, EMBEDDING, RETRIEVAL, LATE, READER, MISMATCH, COMPOSING)
RENDERING = "rendering as text, after `Engine.ask`"


def main() -> int:
    """Measures all and prints one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, default=ROOT / "index")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--questions", type=int, default=40, help="questions timed by stage")
    parser.add_argument("--stages", action="store_true", help="only what each stage costs")
    parser.add_argument("--write", action="store_true", help="write benchmarks/speed.md")
    parser.add_argument("--warm", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.warm:
        print(json.dumps(warm(options.index)))
        return 0
    if options.stages:
        if options.write:
            parser.error("--stages prints one table of two; write both with --write alone")
        print(stage_table(options.index, options.questions))
        return 0
    rows = [
        ("`python -m qa ask`, cold", seconds([cold(options.index) for _ in range(options.runs)])),
        *warm_rows(options.index, options.runs),
        ("`python app.py` until the page answers", seconds(chats(options.index, options.runs))),
        *build_rows(options.index, options.runs),
    ]
    report = table(rows, options.runs) + "\n" + stages(options.index, options.questions)
    print(report)
    if options.write:
        (ROOT / "benchmarks" / "speed.md").write_text(report, "utf-8")
    return 0


def cold(index: Path) -> float:
    """Seconds of one whole `ask` in a fresh process."""
    command = [sys.executable, "-m", "qa", "ask", "-q", "--index", str(index), COLD_QUESTION]
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def warm(index: Path) -> dict[str, float]:
    """In this process: the golden questions, each once, after ten to warm up."""
    from qa.config import load_settings
    from qa.engine import Engine

    lines = (ROOT / "tests" / "eval" / "answerable.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    engine = Engine.open(load_settings(index=index))
    for question in questions[:10]:
        engine.ask(question)
    times = []
    for question in questions:
        start = time.perf_counter()
        engine.ask(question)
        times.append(1000 * (time.perf_counter() - start))
    cuts = statistics.quantiles(times, n=20)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"p50": statistics.median(times), "p95": cuts[18], "memory": peak}


def warm_rows(index: Path, runs: int) -> list[tuple[str, str]]:
    """Medians over processes of the warm figures."""
    command = [sys.executable, __file__, "--warm", "--index", str(index)]
    found = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(runs)
    ]
    middle = {key: statistics.median(f[key] for f in found) for key in found[0]}
    return [
        ("a warm question, p50", f"{middle['p50']:.0f} ms"),
        ("a warm question, p95", f"{middle['p95']:.0f} ms"),
        ("memory of a process that answers, peak", f"{middle['memory']:.0f} MB"),
    ]


def stages(index: Path, number: int) -> str:
    """The table of stages, measured in a fresh process."""
    command = [sys.executable, __file__, "--stages", "--index", str(index)]
    command += ["--questions", str(number)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


class Stopwatch:
    """Milliseconds by stage; a stage inside another counts for itself alone."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._inside: list[float] = []  # what the stages within each open one have taken

    def around(self, owner: Any, attribute: str, name: str, *, bound: bool = False) -> None:
        """From now on the owner's function counts as this stage; `bound`: a class method."""
        function: Callable[..., Any] = getattr(owner, attribute)

        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            self._inside.append(0.0)
            start = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                taken = 1000 * (time.perf_counter() - start)
                self.spent[name] = self.spent.get(name, 0.0) + taken - self._inside.pop()
                if self._inside:
                    self._inside[-1] += taken

        setattr(owner, attribute, staticmethod(timed) if bound else timed)


def watch_stages(watch: Stopwatch) -> None:
    """Puts the stopwatch around the stages; before an engine is opened, which binds the reader."""
    from qa import engine, evidence
    from qa.acronyms import Acronyms
    from qa.cross_encoder import SentenceReader
    from qa.other_names import OtherNames
    from qa.pair_reader import PairReader
    from qa.retrieve import Query
    from qa.spelling import Speller
    from qa.vague import Guide

    for name in ("crisis", "notices", "standalone"):
        watch.around(engine, name, RULES)
    watch.around(Guide, "ask_back", RULES)
    for owner, name in ((Speller, "mend"), (Acronyms, "undotted"), (OtherNames, "expand")):
        watch.around(owner, name, NAMES)
    watch.around(Query, "of", EMBEDDING, bound=True)
    watch.around(engine, "retrieve", RETRIEVAL)
    for name in ("units", "cover", "score", "tells"):
        watch.around(evidence, name, LATE)
    for reader in (SentenceReader, PairReader):
        watch.around(reader, "score", READER)
    for name in ("quotable_span", "heading_line", "mismatch"):
        watch.around(evidence, name, MISMATCH)
    watch.around(evidence, "name_missing", COMPOSING)
    watch.around(engine, "compose", COMPOSING)


def stage_table(index: Path, number: int) -> str:
    """Asks each question once with the reader and once without, in turns; medians of all."""
    from dataclasses import replace

    from qa.config import load_settings
    from qa.engine import Engine
    from qa.evaluate.questions import read_questions

    watch = Stopwatch()
    watch_stages(watch)
    settings = load_settings(index=index)
    reader = "default" if settings.reader == "off" else settings.reader
    engines = {
        name: Engine.open(replace(settings, reader=chosen))
        for name, chosen in (("on", reader), ("off", "off"))
    }
    every = read_questions(split="tune")
    chosen = spread(every, number)
    taken = {q.question_id for q in chosen}
    warming = spread([q for q in every if q.question_id not in taken], WARMING)
    for question in warming:
        for engine in engines.values():
            asked(engine, question, watch)
    on, off = [], []
    for turn, question in enumerate(chosen):
        # Whoever goes second finds what both share in the processor's cache: they take turns.
        order = ("on", "off") if turn % 2 else ("off", "on")
        found = {name: asked(engines[name], question, watch) for name in order}
        on.append(found["on"])
        off.append(found["off"])
    return stage_report(on, off)


def asked(engine: Engine, question: Question, watch: Stopwatch) -> dict[str, float]:
    """Milliseconds of each stage of one question, of the whole and of rendering its answer."""
    from qa.render import answer_text

    watch.spent = {}
    start = time.perf_counter()
    answer = engine.ask(question.text, question.history)
    whole = 1000 * (time.perf_counter() - start)
    spent = {name: watch.spent.get(name, 0.0) for name in STAGES}
    start = time.perf_counter()
    answer_text(answer)
    rendering = 1000 * (time.perf_counter() - start)
    return {**spent, REST: whole - sum(spent.values()), WHOLE: whole, RENDERING: rendering}


def spread(questions: list[Question], number: int) -> list[Question]:
    """At most so many, evenly over the lists."""
    if len(questions) <= number:
        return questions
    edges = [len(questions) * n // number for n in range(number + 1)]
    return [questions[first] for first, _ in pairwise(edges)]


def stage_report(on: list[dict[str, float]], off: list[dict[str, float]]) -> str:
    """Markdown: medians over the questions, with the reader (`on`) and without (`off`)."""
    middle = {name: statistics.median(o[name] for o in on) for name in on[0]}
    without = statistics.median(o[WHOLE] for o in off)
    ratio = statistics.median(a[WHOLE] / b[WHOLE] for a, b in zip(on, off, strict=True))
    verdict = "met" if middle[WHOLE] < LIMIT else "not met"
    return "\n".join(
        [
            "## What each stage of a warm question costs",
            "",
            f"Medians over {len(on)} questions of the *tune* half of `tests/eval`, all lists, each "
            f"asked once after {WARMING} to warm up, with the sentence reader and without it in "
            "turns. Medians do not add up: each stage has its own median question.",
            "",
            "| stage | median |",
            "|---|--:|",
            *(f"| {name} | {milliseconds(value)} |" for name, value in middle.items()),
            f"| `Engine.ask`, whole, with `QA_READER=off` | {milliseconds(without)} |",
            f"| ratio, median of the turns | {ratio:.1f} |",
            "",
            f"Limit: a warm `Engine.ask` under {LIMIT} ms at the median on 2 cores. Here, on "
            f"{os.cpu_count()} cores, {milliseconds(middle[WHOLE])}: {verdict}.",
        ]
    )


def milliseconds(value: float) -> str:
    """To a tenth below ten."""
    return f"{value:.1f} ms" if value < 9.95 else f"{value:.0f} ms"


def chats(index: Path, runs: int) -> list[float]:
    """Seconds from the command to the first page, over fresh processes."""
    return [chat(index, port) for port in range(8960, 8960 + runs)]


def chat(index: Path, port: int) -> float:
    """Seconds until the page answers."""
    environment = {**os.environ, "QA_INDEX": str(index), "QA_PORT": str(port)}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py")],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None and time.perf_counter() - start < 120:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2):
                    return time.perf_counter() - start
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("app.py did not answer within 120 s; run it by hand to see why")
    finally:
        process.terminate()
        process.wait()


def build_rows(index: Path, runs: int) -> list[tuple[str, str]]:
    """Passages a second of the builder's encoder and of sentence-transformers, in turns."""
    from sentence_transformers import SentenceTransformer

    from qa.config import load_settings
    from qa.encoder import open_encoder
    from qa.model_export import default_model_folder
    from qa.passages import search_text
    from qa.snapshot import open_snapshot

    encoder = open_encoder(load_settings())
    model = SentenceTransformer(str(default_model_folder()), device="cpu", local_files_only=True)
    snapshot = open_snapshot(index)
    texts = [search_text(p, snapshot.documents[p.doc_id]) for p in snapshot.passages]
    encoder.embed(texts[:8])
    model.encode(texts[:8], show_progress_bar=False)
    ours, theirs = [], []
    for _ in range(runs):
        start = time.perf_counter()
        encoder.embed(texts)
        middle = time.perf_counter()
        model.encode(texts, show_progress_bar=False)
        ours.append(len(texts) / (middle - start))
        theirs.append(len(texts) / (time.perf_counter() - middle))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return [
        (f"build encodes ({encoder.arithmetic}, with token embeddings)",
         f"{statistics.median(ours):.0f} passages/s"),
        ("sentence-transformers' default `encode` in the same run",
         f"{statistics.median(theirs):.0f} passages/s"),
        ("ratio, median of the turns", f"{ratio:.1f}"),
    ]  # fmt: skip


def seconds(values: list[float]) -> str:
    """The median, to a tenth."""
    return f"{statistics.median(values):.1f} s"


def table(rows: list[tuple[str, str]], runs: int) -> str:
    """Markdown."""
    return "\n".join(
        [
            "# Speed",
            "",
            f"`python benchmarks/speed.py --runs {runs}`, {os.cpu_count()} cores, medians of "
            f"{runs} runs, over the shipped articles. Read the ratios; the machine is shared.",
            "",
            "| what | median |",
            "|---|--:|",
            *(f"| {name} | {value} |" for name, value in rows),
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
