"""MedQuAD pages -> windows: their own section questions in other words.

A negative is another section of the page, or the same section of another page.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from windows import UNJUDGED, Window, read_lines, split

from qa.text import fold

ASKED = {
    "information": ["what is {}", "what does {} mean", "tell me about {}", "{}", "explain {}"],
    "symptoms": ["symptoms of {}", "what are the signs of {}", "how do i know if i have {}",
                 "how does {} feel", "{} symptoms"],
    "treatment": ["how is {} treated", "treatment for {}", "what helps against {}",
                  "what can be done about {}", "{} treatment options"],
    "causes": ["what causes {}", "why do people get {}", "where does {} come from", "{} cause"],
    "inheritance": ["is {} inherited", "can I pass {} on to my children",
                    "does {} run in families"],
    "frequency": ["how common is {}", "how many people have {}", "is {} rare"],
    "exams and tests": ["how is {} diagnosed", "what tests are there for {}",
                        "how do doctors find {}", "test for {}"],
    "outlook": ["what is the outlook for people with {}", "can {} be cured",
                "how long can you live with {}", "prognosis {}"],
    "susceptibility": ["who is at risk for {}", "who gets {}", "am I more likely to get {}"],
    "prevention": ["how can {} be prevented", "how do I avoid {}", "prevent {}"],
    "complications": ["what problems can {} lead to", "complications of {}"],
    "research": ["what research is being done on {}", "are there new studies on {}"],
}  # fmt: skip


def medquad(data: Path, rng: random.Random) -> Iterator[Window]:
    """Section questions put in several wordings; negatives are other sections and other pages."""
    rows = [r for r in read_lines(data / "medquad" / "documents.jsonl.gz") if len(r["focus"]) < 50]
    sections: dict[str, list[tuple[str, list[str]]]] = {}
    kept = []
    for row in rows:
        usable = [
            (q["qtype"], body)
            for q in row["qas"]
            if q["qtype"] in ASKED
            and "Human Phenotype" not in q["answer"]
            and (body := [s for s in split(q["answer"]) if not s.endswith("?")][:4])
            and len(body[0].split()) > 5
        ]
        if usable:
            kept.append((row, usable))
            for kind, body in usable:
                sections.setdefault(kind, []).append((row["focus"], body))
    for row, usable in kept:
        for kind, body in usable:
            wordings = [*ASKED[kind], *ASKED[kind], row["qas"][0]["question"]]
            wording = rng.choice(wordings[: 2 * len(ASKED[kind])]).format(row["focus"])
            heading = f"{row['focus']}" if rng.random() < 0.8 else ""
            labels = (1,) + (UNJUDGED,) * (len(body) - 1)
            yield Window("medquad", row["id"], wording, heading, tuple(body), labels)
            others = [b for k, b in usable if k not in (kind, "information")]
            if kind != "information" and others:
                other = tuple(rng.choice(others)[:3])
                if not _about(kind, other):
                    yield Window(
                        "medquad", row["id"], wording, row["focus"], other, (0,) * len(other)
                    )
            focus, foreign = rng.choice(sections[kind])
            if focus != row["focus"] and fold(row["focus"]) not in fold(" ".join(foreign)):
                cut = tuple(foreign[:3])
                yield Window("medquad", row["id"], wording, focus, cut, (0,) * len(cut))


_HINTS = {
    "treatment": r"treat|therap|surg|medic",
    "causes": r"caus|mutation|gene|due to|result",
    "inheritance": r"inherit|gene|parent|famil",
    "frequency": r"\d|rare|common|prevalence",
    "symptoms": r"symptom|sign|feel|pain|includ|characteri",
    "outlook": r"outlook|prognos|surviv|live|cure|recover|die",
    "susceptibility": r"risk|likely|more common|affect",
    "prevention": r"prevent|avoid|risk|lower",
    "exams and tests": r"test|diagnos|exam|scan",
    "complications": r"complic|lead|cause",
    "research": r"research|stud|trial",
}


def _about(kind: str, parts: Iterable[str]) -> bool:
    hint = _HINTS.get(kind)
    return hint is not None and re.search(hint, fold(" ".join(parts))) is not None
