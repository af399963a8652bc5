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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.speed_stages import stage_table  # noqa: E402

COLD_QUESTION = "How long does a course of ECT take?"


def main() -> int:
    """Measures all and prints one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--index", type=Path, metavar="DIR", default=ROOT / "index", help="of the articles (index)"
    )
    parser.add_argument("--runs", type=int, metavar="N", default=5, help="of each figure (5)")
    parser.add_argument(
        "--questions", type=int, metavar="N", default=40, help="questions timed by stage (40)"
    )
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
