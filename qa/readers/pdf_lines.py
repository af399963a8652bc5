"""Runs of one page -> lines in reading order, columns one after the other.

A line is what stands on one baseline of one column. Lines that reach across columns (a title, a
wide table) part the page into bands; within a band each column is read from top to bottom.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.readers.pdf_runs import Run

# In units of the font size; settled on the public and the shipped PDF files by eye.
WORD_GAP = 0.18  # wider: a space
COLUMN_GAP = 0.75  # wider: may be another column
FULL_LINES = 0.55  # of a text column's lines are at least this wide, as a share of the widest
MIN_COLUMN_LINES = 4
MIN_NEIGHBOUR = 8  # characters; shorter are bullets and numbers of a list
SIZE_SHARE = 0.08  # of a line's characters make its size; fewer are a drop cap
MINOR_DIRECTION = 0.1  # a direction of writing with fewer of the characters is a margin note

_UNITS = frozenset("m cm mm km kg s h".split())


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands together on a line."""

    text: str
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one column; `left` and `right` are the edges of that column."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    is_bold: bool
    left: float = 0.0
    right: float = 0.0
    column: int = 0  # counts on from band to band, so that a new number is a new column
    cells: tuple[Cell, ...] = ()  # more than one: set apart on one baseline


def page_lines(runs: Sequence[Run]) -> list[Line]:
    """All lines of a page, in the order in which a person reads them."""
    by_angle: dict[int, list[Run]] = {}
    for run in runs:
        by_angle.setdefault(run.angle, []).append(run)
    total = sum(len(run.text.strip()) for run in runs)
    lines: list[Line] = []
    for _, group in sorted(by_angle.items(), key=lambda item: (-_letters(item[1]), item[0])):
        if _letters(group) >= MINOR_DIRECTION * total:
            lines += _ordered(_segments(group), lines[-1].column + 1 if lines else 0)
    return lines


def _letters(runs: Sequence[Run]) -> int:
    return sum(len(run.text.strip()) for run in runs)


def _segments(runs: Sequence[Run]) -> list[Line]:
    """Runs that touch, or are a word's gap apart, on one baseline."""
    rows: list[list[Run]] = []
    for run in sorted((r for r in runs if r.text.strip()), key=lambda r: (-r.y, r.x0)):
        row = next((r for r in rows[-4:] if _on_row(r, run)), None)
        if row is None:
            rows.append([run])
        else:
            row.append(run)
    segments: list[Line] = []
    for row in rows:
        group: list[Run] = []
        for run in _without_doubles(sorted(row, key=lambda r: (r.x0, -r.size))):
            if group and run.x0 - max(r.x1 for r in group) > COLUMN_GAP * _size(group):
                segments.append(_line(group))
                group = []
            group.append(run)
        segments.append(_line(group))
    return segments


def _on_row(row: Sequence[Run], run: Run) -> bool:
    """Same baseline, or raised or lowered a little as small figures are."""
    main = max(row, key=lambda r: r.size * len(r.text.strip()))
    distance = abs(main.y - run.y)
    if distance <= 0.2 * max(main.size, run.size):
        return True
    small = min(main.size, run.size) < 0.8 * max(main.size, run.size)
    near = any(-1 < run.x0 - r.x1 < 0.5 * r.size or -1 < r.x0 - run.x1 < 0.5 * r.size for r in row)
    return small and near and distance <= 0.6 * max(main.size, run.size)


def _without_doubles(row: list[Run]) -> list[Run]:
    """Text printed twice at one place, which some programs do for bold, is taken once."""
    kept: list[Run] = []
    for run in row:
        if not any(r.text == run.text and abs(r.x0 - run.x0) < 0.1 * run.size for r in kept[-3:]):
            kept.append(run)
    return kept


def _size(runs: Sequence[Run]) -> float:
    """The largest size of more than a few characters: small capitals and notes do not count."""
    count: Counter[float] = Counter()
    for run in runs:
        count[round(run.size, 1)] += len(run.text.strip())
    enough = SIZE_SHARE * sum(count.values())
    return max(size for size, letters in count.items() if letters >= enough)


def _line(runs: Sequence[Run]) -> Line:
    size = _size(runs)
    base = next(run.y for run in runs if round(run.size, 1) == size)
    text = ""
    end: float | None = None
    for run in _read_order(runs):
        if _is_note_mark(run, text, size, base):
            continue
        gap = 0.0 if end is None else run.x0 - end
        if text and gap > WORD_GAP * min(run.size, size) and not text[-1:].isspace():
            text += " "
        text += run.text
        end = run.x1
    bold = sum(len(run.text.strip()) for run in runs if run.is_bold)
    is_bold = bold > 0.95 * _letters(runs)
    text = re.sub(r"\s+", " ", text).strip()
    return Line(text, min(r.x0 for r in runs), max(r.x1 for r in runs), base, size, is_bold)


def _read_order(runs: Sequence[Run]) -> Sequence[Run]:
    """Right to left where most letters are Hebrew or Arabic."""
    letters = [char for run in runs for char in run.text if char.isalpha()]
    turned = sum("\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufefc" for char in letters)
    return list(reversed(runs)) if turned > len(letters) / 2 else runs


def _is_note_mark(run: Run, before: str, size: float, base: float) -> bool:
    """A small raised figure after a word or a full stop points to a note; after a unit not."""
    if run.size > 0.8 * size or run.y - base < 0.15 * size:
        return False
    if not re.fullmatch(r"[\d,\s*†‡§–-]+", run.text):
        return False
    if not before:  # the number of the note itself
        return True
    word = re.search(r"([^\W\d_]+)$", before.rstrip())
    if word is None:
        return bool(re.search(r"[.,;:?!)\"'”’]\s*$", before))
    return word[1] not in _UNITS


def _ordered(segments: list[Line], column: int) -> list[Line]:
    """Columns found, bands read one after the other."""
    segments = [line for line in segments if line.text]
    if not segments:
        return []
    starts = column_starts(segments)
    lines: list[Line] = []
    band: list[Line] = []
    for row in _rows(segments):
        if starts and not any(_spans(line, starts) for line in row):
            band += row
            continue
        column = _take_band(band, starts, lines, column)
        band = []
        if starts:
            column = _take_band(row, [], lines, column) if row else column
        else:
            lines += _merged(row, segments, column)
    _take_band(band, starts, lines, column)
    return lines


def _rows(segments: Sequence[Line]) -> list[list[Line]]:
    """Lines on one baseline together, from the top of the page down."""
    rows: list[list[Line]] = []
    for line in sorted(segments, key=lambda s: (-s.y, s.x0)):
        if rows and abs(rows[-1][0].y - line.y) <= 0.3 * min(rows[-1][0].size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda s: s.x0) for row in rows]


def _spans(line: Line, starts: Sequence[float]) -> bool:
    """Whether a line reaches from one column into another."""
    return any(line.x0 < start - line.size and line.x1 > start + line.size for start in starts)


def _take_band(band: list[Line], starts: Sequence[float], lines: list[Line], column: int) -> int:
    """Add the lines of a band column by column; the number of the next column."""
    edges = [float("-inf"), *(start - 2.0 for start in starts), float("inf")]
    for left, right in zip(edges, edges[1:], strict=False):
        inside = [line for line in band if left <= line.x0 < right]
        if inside:
            for row in _rows(inside):
                lines += _merged(row, inside, column)
            column += 1
    return column


def _merged(row: Sequence[Line], column_lines: Sequence[Line], column: int) -> list[Line]:
    """Segments of one baseline that are no columns: one line, its cells kept."""
    left = min(line.x0 for line in column_lines)
    right = max(line.x1 for line in column_lines)
    longest = max(row, key=lambda line: len(line.text))
    return [
        Line(
            text=" ".join(line.text for line in row),
            x0=row[0].x0,
            x1=row[-1].x1,
            y=longest.y,
            size=longest.size,
            is_bold=all(line.is_bold for line in row),
            left=left,
            right=right,
            column=column,
            cells=tuple(Cell(line.text, line.x0, line.x1) for line in row),
        )
    ]


def column_starts(segments: Sequence[Line]) -> list[float]:
    """Left edges of the second and further text columns; none on a page of one column."""
    starts: list[float] = []
    for edge in _left_edges(segments):
        inside = [s for s in segments if abs(s.x0 - edge) <= 2.0]
        crossing = [s for s in segments if s.x0 < edge - s.size and s.x1 > edge + s.size]
        beside = [s for s in inside if _has_left_neighbour(s, segments, edge)]
        if len(beside) < MIN_COLUMN_LINES or len(inside) < 2 * _crossing_rows(crossing, inside):
            continue
        if starts and edge - starts[-1] < 60:
            continue
        if _is_full(inside) and _is_full([s for s in segments if s.x1 < edge]):
            starts.append(edge)
    return starts


def _left_edges(segments: Sequence[Line]) -> list[float]:
    """Where several lines begin, from left to right, the page's own left edge left out."""
    edges: list[float] = []
    counts: list[int] = []
    for x in sorted(line.x0 for line in segments):
        if edges and x - edges[-1] <= 2.0:
            counts[-1] += 1
        else:
            edges.append(x)
            counts.append(1)
    first = min(line.x0 for line in segments)
    return [
        edge
        for edge, count in zip(edges, counts, strict=True)
        if count >= MIN_COLUMN_LINES and edge > first + 40
    ]


def _crossing_rows(crossing: Sequence[Line], inside: Sequence[Line]) -> int:
    """Lines that run across the edge between the first and the last line that begins there."""
    top, bottom = max(s.y for s in inside), min(s.y for s in inside)
    return sum(bottom <= s.y <= top for s in crossing)


def _has_left_neighbour(line: Line, segments: Sequence[Line], edge: float) -> bool:
    return any(
        s.x1 < edge - 0.4 * line.size
        and abs(s.y - line.y) < 1.2 * line.size
        and len(s.text) >= MIN_NEIGHBOUR
        for s in segments
    )


def _is_full(lines: Sequence[Line]) -> bool:
    """Running text fills its column; the cells of a table do not."""
    widths = sorted(line.x1 - line.x0 for line in lines)
    return bool(widths) and widths[len(widths) // 2] >= FULL_LINES * widths[int(len(widths) * 0.9)]
