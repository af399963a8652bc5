"""What each stage of a warm question costs, with the sentence reader and without it, in turns."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.evaluate.questions import Question

LIMIT = 150  # milliseconds that a warm question may take at the median on two cores
WARMING = 10  # questions asked before any is timed

DETECTOR = "the crisis detector, besides the embedding"
RULES = "notices, follow-up and vague-question rules"
NAMES = "spelling and other names"
EMBEDDING = "embedding the question"
RETRIEVAL = "retrieval (dense, BM25 and fusion)"
LATE = "late interaction over the sentences"
READER = "the sentence reader"
MISMATCH = "what cannot answer is left out"
COMPOSING = "composing, and naming what is missing"
WHOLE = "`Engine.ask`, whole"
REST = "the rest of `Engine.ask`"
STAGES = (DETECTOR, RULES, NAMES, EMBEDDING, RETRIEVAL, LATE, READER, MISMATCH, COMPOSING)
RENDERING = "rendering as text, after `Engine.ask`"


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
    from qa import engine, evidence, sought
    from qa.acronyms import Acronyms
    from qa.cross_encoder import SentenceReader
    from qa.fast_encoder import FastEncoder
    from qa.other_names import OtherNames
    from qa.pair_reader import PairReader
    from qa.reference_encoder import ReferenceEncoder
    from qa.retrieve import Query
    from qa.safety import Detector, Notices
    from qa.spelling import Speller
    from qa.vague import Guide

    watch.around(sought, "standalone", RULES)
    watch.around(Notices, "read", RULES)
    watch.around(Guide, "ask_back", RULES)
    for owner, name in ((Speller, "mend"), (Acronyms, "undotted"), (OtherNames, "expand")):
        watch.around(owner, name, NAMES)
    watch.around(Detector, "read", DETECTOR)
    watch.around(Query, "of", EMBEDDING, bound=True)
    for encoder in (FastEncoder, ReferenceEncoder):
        watch.around(encoder, "embed", EMBEDDING)
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
    from qa.terminal import answer_text

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
