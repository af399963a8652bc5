"""How fast each way of encoding is, side by side with sentence-transformers' own `encode`.

    python benchmarks/encoder.py            # prints the table and writes benchmarks/encoder.md

Every contender is a process of its own, so that memory and start are its own. They take turns on
the same passages of the shipped articles, so that other work on the machine falls on all of them;
read the ratios. A passage is about 150 tokens; a question is one warm call.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

BASE = "sentence-transformers"
CONTENDERS = (BASE, "torch-float32", "onnx-float32", "openvino-float32", "openvino-bf16")
WORDS = 110  # of plain English: about 150 tokens
QUESTIONS = (
    "What is treatment-resistant depression?",
    "How long did responders keep their improvement?",
    "can i drink alcohol while having ketamine",
    "side effects of ECT on memory",
    "Is there a device that stimulates the vagus nerve, and who may have it?",
)


def passages(count: int) -> list[str]:
    """Runs of 90 to 130 words of the articles in Markdown, in a fixed order."""
    words = [w for path in sorted((ROOT / "corpus").glob("*.md")) for w in path.read_text().split()]
    made = []
    for number in range(count):
        start = number * 997 % (len(words) - WORDS - 20)
        made.append(" ".join(words[start : start + WORDS - 20 + number * 7 % 41]))
    return made


def open_contender(name: str):
    """Texts -> rows, by the named way."""
    if name == BASE:
        from sentence_transformers import SentenceTransformer

        from qa.model_export import default_model_folder

        model = SentenceTransformer(
            str(default_model_folder()), device="cpu", local_files_only=True
        )
        return lambda texts: model.encode(texts, show_progress_bar=False)
    from qa.config import Settings
    from qa.encoder import open_encoder

    backend = name.partition("-")[0]
    encoder = open_encoder(Settings(backend=backend), name)
    return encoder.encode


def serve(name: str, count: int) -> None:
    """Answer each line of standard input with one line of figures."""
    began = time.perf_counter()
    encode = open_contender(name)
    encode([QUESTIONS[0]])
    start = time.perf_counter() - began
    texts = passages(count)
    print(json.dumps({"start": start}), flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        rows = encode(texts) if line.strip() == "passages" else None
        seconds = time.perf_counter() - began
        figures: dict[str, object] = {"rate": count / seconds}
        if rows is not None:
            alone = [encode([text])[0] for text in texts[:4]]
            figures["alone"] = min(float(a @ b) for a, b in zip(alone, rows, strict=False))
            figures["first"] = [float(x) for x in rows[:40].ravel()]
        else:
            figures["questions"] = [timed(encode, q) for _ in range(4) for q in QUESTIONS]
        figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(figures), flush=True)


def timed(encode, question: str) -> float:
    """Milliseconds for one question."""
    began = time.perf_counter()
    encode([question])
    return 1000 * (time.perf_counter() - began)


class Contender:
    """The process of one way, asked by lines."""

    def __init__(self, name: str, count: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", name, "--passages", str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.start = self._read()["start"]

    def ask(self, what: str) -> dict:
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self._read()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()

    def _read(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the contender ended early")
        return json.loads(line)


def compare(count: int, rounds: int, ways: list[str]) -> list[str]:
    """The rows of the table."""
    import numpy as np

    contenders: dict[str, Contender] = {}
    for name in ways:
        try:
            contenders[name] = Contender(name, count)
        except RuntimeError:
            print(f"{name}: not on this machine", file=sys.stderr)
    runs: dict[str, list[dict]] = {name: [] for name in contenders}
    questions: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            figures = contender.ask("passages")
            asked = contender.ask("questions")
            if number:  # the first round warms up
                runs[name].append(figures | {"memory": asked["memory"]})
                questions[name] += asked["questions"]
    base = np.array(runs[BASE][0]["first"]).reshape(-1, 384)
    lines = []
    for name, contender in contenders.items():
        contender.close()
        rate = statistics.median(r["rate"] for r in runs[name])
        pairs = zip(runs[name], runs[BASE], strict=True)
        ratio = statistics.median(ours["rate"] / theirs["rate"] for ours, theirs in pairs)
        cosine = (np.array(runs[name][0]["first"]).reshape(-1, 384) * base).sum(axis=1).min()
        p50, p95 = np.percentile(questions[name], [50, 95])
        lines.append(
            f"| {name} | {rate:.1f} | {ratio:.2f} | {p50:.1f} | {p95:.1f} | {contender.start:.1f} "
            f"| {runs[name][-1]['memory']:.0f} | {cosine:.6f} "
            f"| {min(r['alone'] for r in runs[name]):.7f} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, metavar="N", default=128, help="a round (128)")
    parser.add_argument("--rounds", type=int, metavar="N", default=5, help="after a warm-up (5)")
    parser.add_argument("--serve", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument(
        "--ways",
        nargs="+",
        choices=CONTENDERS[1:],
        default=CONTENDERS[1:],
        help=f"what is compared with {BASE} (all)",
    )
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve, arguments.passages)
        return
    lines = compare(arguments.passages, arguments.rounds, [BASE, *arguments.ways])
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    report = "\n".join(
        [
            "# Encoding, side by side",
            "",
            f"Made by `python benchmarks/encoder.py`: {arguments.passages} passages of about 150 "
            f"tokens, {arguments.rounds} rounds after a warm-up, contenders taking turns, medians. "
            f"{platform.machine()}, {os.cpu_count()} cores, load {busy:.1f} (read the ratios).",
            "",
            "| way | passages/s | ratio | question p50 ms | p95 ms | start s | memory MB "
            "| worst cosine to the first row | worst cosine alone to in a batch |",
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
            *lines,
            "",
            "`sentence-transformers` is its default `encode` (batch 32, float32). The others are "
            "this project's `Encoder`. Start is from an imported interpreter to the first "
            "embedding, with the export in the cache.",
            "",
        ]
    )
    print(report)
    (ROOT / "benchmarks" / "encoder.md").write_text(report, "utf-8")


if __name__ == "__main__":
    main()
