"""Rows and retrieval values -> scores: one named number each, with its interval, by section.

One number never stands for all. Questions met with the help card are left out of every share and
counted by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qa.evaluate import measures
from qa.evaluate.asking import Row
from qa.evaluate.measures import Interval
from qa.evaluate.questions import (
    ANSWERABLE,
    DIFFERING,
    FOLLOW_UP,
    MISSPELT,
    NEAR_MISS,
    OFF_TOPIC,
)

HIGHER, LOWER = "higher", "lower"


@dataclass(frozen=True, slots=True)
class Score:
    """A measure's value over `of` questions; None where there is nothing to measure."""

    section: str
    name: str
    value: float | None
    interval: Interval | None
    of: int
    hits: int | None = None  # of a share
    better: str = HIGHER

    @property
    def measure(self) -> str:
        """Its name in the file of expected values."""
        return f"{self.section}: {self.name}"


def all_scores(rows: Sequence[Row], retrieved: Mapping[str, Mapping[str, float]]) -> list[Score]:
    """Every score, in the order of the report."""
    counted = [row for row in rows if not row.crisis]
    return [
        *_retrieval(retrieved),
        *_evidence(_of(counted, ANSWERABLE)),
        _fidelity(rows),
        *_abstention(counted),
        *_calibration(counted),
        *_misspelt(_of(counted, MISSPELT)),
        *_follow_ups(_of(counted, FOLLOW_UP)),
        *_differing(_of(counted, DIFFERING)),
        *_registers(_of(counted, ANSWERABLE)),
    ]


def calibrated(rows: Sequence[Row]) -> tuple[list[float], list[bool]]:
    """Support and whether the sentence that comes first answers: answerable and near misses."""
    pairs = _of(rows, ANSWERABLE) + _of(rows, NEAR_MISS)
    return [r.outcome.support for r in pairs], [r.outcome.first_right for r in pairs]


def share(section: str, name: str, hits: Sequence[bool], better: str = HIGHER) -> Score:
    """How many of the rows, with the exact interval."""
    found, of = sum(hits), len(hits)
    interval = measures.clopper_pearson(found, of)
    return Score(section, name, found / of if of else None, interval, of, found, better)


def average(section: str, name: str, values: Sequence[float], better: str = HIGHER) -> Score:
    """The mean, with the interval of the bootstrap."""
    interval = measures.bootstrap([values], lambda drawn: measures.mean([values[i] for i in drawn]))
    return Score(section, name, measures.mean(values), interval, len(values), better=better)


def _of(rows: Sequence[Row], sort: str) -> list[Row]:
    return [row for row in rows if row.question.sort == sort]


def _retrieval(retrieved: Mapping[str, Mapping[str, float]]) -> list[Score]:
    return [average("retrieval", name, list(values.values())) for name, values in retrieved.items()]


def _evidence(rows: Sequence[Row]) -> list[Score]:
    outcomes = [row.outcome for row in rows]
    return [
        share("evidence", "lead quote answers", [o.lead_right for o in outcomes]),
        share("evidence", "some quote answers", [o.any_right for o in outcomes]),
        share("evidence", "answered at all", [o.answered for o in outcomes]),
        share("evidence", "first sentence answers", [o.first_right for o in outcomes]),
        average(
            "evidence",
            "words of the lead quote",
            [o.lead_words for o in outcomes if o.answered],
            LOWER,
        ),
    ]


def _fidelity(rows: Sequence[Row]) -> Score:
    """Over all quotes shown, those beside the help card too."""
    quotes = sum(row.outcome.quotes for row in rows)
    faithful = sum(row.outcome.faithful for row in rows)
    interval = measures.clopper_pearson(faithful, quotes)
    value = faithful / quotes if quotes else None
    return Score("fidelity", "quotes equal to their source", value, interval, quotes, faithful)


def _abstention(rows: Sequence[Row]) -> list[Score]:
    answerable, near, off = (_of(rows, sort) for sort in (ANSWERABLE, NEAR_MISS, OFF_TOPIC))
    section = "abstention"
    return [
        share(section, "near misses answered", [r.outcome.answered for r in near], LOWER),
        share(section, "off topic answered", [r.outcome.answered for r in off], LOWER),
        _separation(answerable, near),
        _cost([*answerable, *near, *off]),
        _over_supports(section, "area under risk-coverage", rows, measures.risk_area),
    ]


def _separation(answerable: Sequence[Row], near: Sequence[Row]) -> Score:
    supports = [r.outcome.support for r in (*answerable, *near)]
    many = len(answerable)

    def of_drawn(drawn: Sequence[int]) -> float | None:
        return measures.auc(
            [supports[i] for i in drawn if i < many], [supports[i] for i in drawn if i >= many]
        )

    value = of_drawn(range(len(supports)))
    interval = measures.bootstrap([supports[:many], supports[many:]], of_drawn)
    name = "answerable above near miss (AUC)"
    return Score("abstention", name, value, interval, len(supports))


def _cost(rows: Sequence[Row]) -> Score:
    """An answer none of whose quotes answers is unsupported; silence on an answerable needless."""
    costs = [
        measures.cost(
            row.outcome.answered and not row.outcome.any_right,
            bool(row.question.answers) and not row.outcome.answered,
            1,
        )
        or 0.0
        for row in rows
    ]
    return average("abstention", "cost of a question (wrong answer 5, silence 1)", costs, LOWER)


def _calibration(rows: Sequence[Row]) -> list[Score]:
    return [
        _over_supports(
            "calibration", "expected calibration error", rows, measures.calibration_error
        )
    ]


def _over_supports(
    section: str,
    name: str,
    rows: Sequence[Row],
    measure: Callable[[Sequence[float], Sequence[bool]], float | None],
) -> Score:
    supports, rights = calibrated(rows)

    def of_drawn(drawn: Sequence[int]) -> float | None:
        return measure([supports[i] for i in drawn], [rights[i] for i in drawn])

    interval = measures.bootstrap([supports], of_drawn)
    value = measure(supports, rights)
    return Score(section, name, value, interval, len(supports), better=LOWER)


def _compared(rows: Sequence[Row], section: str, other: str) -> list[Score]:
    """Shares right of both ways to ask, and the difference question by question."""
    ours = [row.right for row in rows]
    theirs = [row.reference_right for row in rows]
    change = [float(a) - float(b) for a, b in zip(ours, theirs, strict=True)]
    return [
        share(section, "right", ours),
        share(section, f"right, {other}", theirs),
        average(section, "difference", change),
    ]


def _misspelt(rows: Sequence[Row]) -> list[Score]:
    return _compared(rows, "misspelt", "the same, clean") + [
        share("misspelt", f"{kind}: right", [r.right for r in rows if r.question.register == kind])
        for kind in _kinds(rows)
    ]


def _follow_ups(rows: Sequence[Row]) -> list[Score]:
    section = FOLLOW_UP.replace("_", "-")
    answerable = [row for row in rows if row.question.answers]
    silent = [row.outcome.answered for row in rows if not row.question.answers]
    moved = [row.right for row in rows if row.question.changes_topic]
    return [
        *_compared(rows, section, "asked whole"),
        share(section, "lead quote answers", [r.outcome.lead_right for r in answerable]),
        share(section, "near misses answered", silent, LOWER),
        share(section, "right after a change of topic", moved),
    ]


def _differing(rows: Sequence[Row]) -> list[Score]:
    both = [row.outcome.sides_shown == len(row.question.sides) > 0 for row in rows]
    return [
        share("differing", "every side quoted", both),
        share("differing", "a difference shown", [r.outcome.differences > 0 for r in rows]),
        share("differing", "lead quote answers", [r.outcome.lead_right for r in rows]),
    ]


def _registers(rows: Sequence[Row]) -> list[Score]:
    return [
        share(
            "register",
            f"{kind}: lead quote answers",
            [r.outcome.lead_right for r in rows if r.question.register == kind],
        )
        for kind in _kinds(rows)
    ]


def _kinds(rows: Sequence[Row]) -> list[str]:
    return sorted({row.question.register for row in rows if row.question.register})
