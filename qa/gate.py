"""The gate of a build: a new snapshot that answers golden questions worse is not published.

Where there is nothing to compare with, the gate says why and stands open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.config import Settings
from qa.diff import Comparison, compare, open_two
from qa.diff_report import reworded_lines
from qa.encoder import Encoder
from qa.errors import EncoderUnavailable, SnapshotFormat
from qa.golden import GoldenQuestion, read_golden
from qa.progress import Progress

SHOWN = 5  # sentences that were reworded or lost, in the message


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the golden questions say of a new snapshot."""

    passed: bool
    message: str
    questions: int = 0  # 0 = not asked
    lost: tuple[str, ...] = ()  # ids of the questions whose answer is worth less
    gained: tuple[str, ...] = ()


def gate_questions(settings: Settings) -> list[GoldenQuestion]:
    """The golden questions, none if the gate is off. Raises QAError for a bad line."""
    return read_golden(settings.golden) if settings.gate else []


def hold_against(
    settings: Settings,
    questions: Sequence[GoldenQuestion],
    live: str | None,
    fresh: str,
    encoder: Encoder,
    progress: Progress,
) -> GateReport | None:
    """The verdict on `fresh` beside the live snapshot; None where nobody is to be asked."""
    if not questions or live == fresh:
        return None
    if live is None:
        return _open("there is no live snapshot to compare with")
    try:
        before, after = open_two(settings, live, fresh, encoder)
    except (EncoderUnavailable, SnapshotFormat) as error:
        return _open(str(error))
    return judged(settings, compare(before, after, questions, progress))


def judged(settings: Settings, found: Comparison) -> GateReport:
    """Whether so many answers may be worth less."""
    lost, asked = len(found.lost), len(found.rows)
    passed = lost <= settings.gate_worse * asked
    limit = f"{settings.gate_worse:.1%} may be (QA_GATE_WORSE)"
    message = f"golden questions: {lost} of {asked} answers are worth less than before; {limit}"
    message += _reworded(found)
    if not passed:
        message += (
            f"\nsnapshot {found.after} is built but not published; {found.before} stays live\n"
            f"  look at it:     python -m qa diff {found.before} {found.after}\n"
            f"  publish anyway: python -m qa use {found.after}\n"
            "                  or: python -m qa build --publish-anyway"
        )
    return GateReport(
        passed=passed,
        message=message,
        questions=asked,
        lost=tuple(row.question.question_id for row in found.lost),
        gained=tuple(row.question.question_id for row in found.gained),
    )


def _reworded(found: Comparison) -> str:
    """Of the answers that are worth less, those whose listed sentence stands nowhere now."""
    lost = {row.question.question_id for row in found.lost}
    those = [one for one in found.reworded if one.question_id in lost]
    if not those:
        return ""
    count = "1 of them is" if len(those) == 1 else f"{len(those)} of them are"
    lines = [f"\n{count} held to a sentence that stands in no article any more. If the new wording"]
    lines.append("answers, put it into the golden question; if nothing does, the answer is lost:")
    for one in those[:SHOWN]:
        lines.extend(reworded_lines(one))
    if len(those) > SHOWN:
        lines.append(f"  and {len(those) - SHOWN} more, which diff lists")
    return "\n".join(lines)


def _open(reason: str) -> GateReport:
    return GateReport(True, f"the golden questions were not asked: {reason}")
