"""Findings for people: grouped by article, as text and as one HTML page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qa.check.finding import LEVELS, Finding
from qa.console import printable
from qa.report_page import report_page

INDEX = "the index as a whole"


def check_text(findings: Sequence[Finding]) -> str:
    """An article, then what was found in it; what is worst comes first."""
    lines = []
    for source, group in grouped(findings):
        lines.append(source)
        lines.extend(f"  {f.level:8} {f.kind:14} {printable(f.message)}" for f in group)
    return "\n".join([*lines, counted(findings)]) + "\n"


def check_page(findings: Sequence[Finding], snapshot: str, day: str) -> str:
    """The same as a page."""
    return report_page(
        "check",
        title=f"Check of snapshot {snapshot}",
        summary=f"{counted(findings)}, on {day}",
        groups=grouped(findings),
    )


def counted(findings: Sequence[Finding]) -> str:
    """
    >>> counted([Finding("note", "table", "a.md", "")])
    '0 errors, 0 warnings, 1 note'
    """
    levels = Counter(finding.level for finding in findings)
    return ", ".join(f"{levels[one]} {one}{'' if levels[one] == 1 else 's'}" for one in LEVELS)


def grouped(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """Articles in the order of their worst finding; the index first."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.source, []).append(finding)
    worst = {s: min(LEVELS.index(f.level) for f in group) for s, group in groups.items()}
    order = sorted(groups, key=lambda source: (source != "", worst[source], source))
    return [(source or INDEX, groups[source]) for source in order]


def fails(findings: Sequence[Finding], level: str) -> bool:
    """Whether one of them is as bad as `level` or worse.

    >>> fails([Finding("warning", "overdue", "a.md", "")], "error")
    False
    """
    limit = LEVELS.index(level)
    return any(LEVELS.index(finding.level) <= limit for finding in findings)
