"""A comparison of two snapshots as text, as JSON and as one HTML page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from qa.console import printable, table
from qa.diff import AnswerChange, Compared, Comparison, Side
from qa.golden import Verdict, collapsed
from qa.records import Quote
from qa.render import answer_object
from qa.report_page import report_page
from qa.reworded import Reworded

LISTED = 3  # listed answers shown of a question in text and page
GAP = 3  # columns between the two sides
WORDS = {
    Verdict.RIGHT: "right",
    Verdict.LATER: "right, but not the first quote",
    Verdict.SILENT: "silent",
    Verdict.WRONG: "wrong",
}


def diff_object(found: Comparison) -> dict[str, Any]:
    """For machines: counts, and every question with both answers whole."""
    return {
        "before": found.before,
        "after": found.after,
        "questions": len(found.rows),
        "counts": {str(change): found.count(change) for change in AnswerChange},
        "lost": [row.question.question_id for row in found.lost],
        "gained": [row.question.question_id for row in found.gained],
        "unlisted": list(found.unlisted),
        "reworded": [_reworded_object(one) for one in found.reworded],
        "rows": [_row_object(row) for row in found.rows],
    }


def summary(found: Comparison) -> str:
    """One sentence: what was compared and what it cost.

    >>> summary(Comparison("a", "b", ()))
    '0 questions asked of a and b: 0 answers worth less, 0 worth more, 0 changed in all'
    """
    changed = len(found.rows) - found.count(AnswerChange.SAME)
    return (
        f"{len(found.rows)} questions asked of {found.before} and {found.after}: "
        f"{len(found.lost)} answer{'' if len(found.lost) == 1 else 's'} worth less, "
        f"{len(found.gained)} worth more, "
        f"{changed} changed in all"
    )


def diff_text(found: Comparison, width: int = 100) -> str:
    """For people: the counts, then every question that changed with its answers side by side."""
    counts = table(("change", "questions"), [(str(c), str(found.count(c))) for c in AnswerChange])
    parts = [counts]
    for change, rows in _groups(found):
        parts.extend(_row_text(change, row, max(width, 60)) for row in rows)
    if found.reworded:
        parts.append(_reworded_text(found, max(width, 60)))
    return "\n".join([*parts, summary(found) + "\n"])


def diff_page(found: Comparison) -> str:
    """The same as a page."""
    return report_page(
        "diff",
        title=f"Answers of snapshots {found.before} and {found.after}",
        summary=summary(found) + ".",
        before=found.before,
        after=found.after,
        questions=len(found.rows),
        counts=[(str(change), found.count(change)) for change in AnswerChange],
        reworded=found.reworded,
        groups=[(str(c).capitalize(), [_page_row(r) for r in rows]) for c, rows in _groups(found)],
    )


def _groups(found: Comparison) -> list[tuple[AnswerChange, list[Compared]]]:
    """What changed, by kind; within a kind what is worth less comes first."""
    groups: list[tuple[AnswerChange, list[Compared]]] = []
    for change in AnswerChange:
        rows = [row for row in found.rows if row.change is change]
        if rows and change is not AnswerChange.SAME:
            groups.append((change, sorted(rows, key=lambda row: not row.lost)))
    return groups


def _effect(row: Compared) -> str:
    return "lost" if row.lost else "gained" if row.gained else ""


def _silence(side: Side) -> str:
    """Why nothing is quoted, or "" where something is."""
    if side.answer.quotes:
        return ""
    return str(side.answer.reason or side.answer.status)


def _place(quote: Quote) -> str:
    parts = [quote.document.source, quote.heading, quote.page and f"page {quote.page}"]
    return " > ".join(part for part in parts if part)


# ---------------------------------------------------------------- JSON and page


def _row_object(row: Compared) -> dict[str, Any]:
    return {
        "id": row.question.question_id,
        "question": row.question.question,
        "change": str(row.change),
        "effect": _effect(row) or None,
        "before": {"verdict": str(row.before.verdict), "answer": answer_object(row.before.answer)},
        "after": {"verdict": str(row.after.verdict), "answer": answer_object(row.after.answer)},
    }


def _reworded_object(one: Reworded) -> dict[str, Any]:
    return {
        "id": one.question_id,
        "source": one.listed.source,
        "listed": one.listed.text,
        "now": one.now,
    }


def _page_row(row: Compared) -> dict[str, Any]:
    question = row.question
    return {
        "id": question.question_id,
        "question": question.question,
        "history": question.history,
        "effect": _effect(row),
        "before": _page_side(row.before),
        "after": _page_side(row.after),
        "wanted": question.answers[:LISTED],
    }


def _page_side(side: Side) -> dict[str, Any]:
    return {
        "verdict": WORDS[side.verdict],
        "silence": _silence(side),
        "quotes": [{"text": q.text, "place": _place(q)} for q in side.answer.quotes],
    }


# ---------------------------------------------------------------- text


def _row_text(change: AnswerChange, row: Compared, width: int) -> str:
    worth = {"lost": ", worth less", "gained": ", worth more", "": ""}[_effect(row)]
    question = row.question
    head = f"{str(change).upper()}{worth}: {_safe(question.question)} [{question.question_id}]"
    lines = textwrap.wrap(head, width)
    column = (width - GAP) // 2
    sides = [list(_side_lines(side, column)) for side in (row.before, row.after)]
    lines.extend(
        f"{left.ljust(column)}{' ' * GAP}{right}".rstrip()
        for left, right in zip_longest(*sides, fillvalue="")
    )
    listed = [f"listed ({a.source}): {_safe(a.text)}" for a in question.answers[:LISTED]]
    for text in listed or ["listed: nothing answers this, silence is right"]:
        lines.extend(textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    "))
    return "\n".join(lines) + "\n"


def _side_lines(side: Side, column: int) -> Iterator[str]:
    silence = _silence(side)
    said = f"{WORDS[side.verdict]}{f', nothing quoted ({silence})' if silence else ''}"
    yield from textwrap.wrap(said, column, initial_indent="  ", subsequent_indent="  ")
    for quote in side.answer.quotes:
        yield from textwrap.wrap(
            _safe(quote.text), column, initial_indent="  | ", subsequent_indent="  | "
        )
        yield from textwrap.wrap(
            _safe(_place(quote)), column, initial_indent="    ", subsequent_indent="    "
        )


def _reworded_text(found: Comparison, width: int) -> str:
    head = (
        f"golden questions whose listed answers stand in no article of {found.after} any more; "
        "correct them:"
    )
    lines = textwrap.wrap(head, width)
    for one in found.reworded:
        lines.extend(reworded_lines(one, width))
    return "\n".join(lines) + "\n"


def reworded_lines(one: Reworded, width: int = 100) -> list[str]:
    """What became of the listed sentence, for a terminal."""
    lines = [f"  {_safe(one.question_id)}: the listed sentence is {_safe(one.words)}"]
    for name, text in (("was", one.listed.text), ("now", one.now)):
        if text is not None:
            said = f"{name}: {_safe(text)}"
            lines += textwrap.wrap(said, width, initial_indent=" " * 4, subsequent_indent=" " * 9)
    return lines


def _safe(text: str) -> str:
    return printable(collapsed(text))
