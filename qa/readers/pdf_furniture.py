"""Running headers, footers and page numbers of a PDF: rows at the edge that other pages repeat."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from qa.readers.clean import clean
from qa.readers.pdf_lines import Line

EDGE_ROWS = 3
EDGE_BAND = 0.1  # of the height from the highest to the lowest line of the file
FURNITURE_GAP = 1.4
EDGE_SHARE = 0.25  # of the pages must repeat a line for it to be a running header or footer

_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite)?\s*[-–|]?\s*(?:#+|[ivxl]+)\s*[-–|]?(?:\s*(?:of|/|von)\s*#+)?",
    re.IGNORECASE,
)


def without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Running headers, footers and page numbers go: outermost rows that other pages repeat."""
    heights = [line.y for page in pages for line in page]
    if not heights:
        return [[] for _ in pages]
    band = EDGE_BAND * (max(heights) - min(heights))
    inner = (min(heights) + band, max(heights) - band)
    rows = [_page_rows(page) for page in pages]
    counts: Counter[tuple[str, float]] = Counter()
    for page in rows:
        counts.update(sorted({_key(row) for row in page if _is_outside(row, inner)}))
    filled = sum(bool(page) for page in rows)
    enough = max(2, -(-filled * EDGE_SHARE // 1))
    repeated = frozenset(key for key, count in counts.items() if count >= enough)
    return [_peeled(page, rows[i], repeated, inner) for i, page in enumerate(pages)]


def _is_outside(row: Sequence[Line], inner: tuple[float, float]) -> bool:
    """Whether a row stands above or below the part of the page where text is."""
    return not inner[0] < row[0].y < inner[1]


def _page_rows(page: Sequence[Line]) -> list[list[Line]]:
    """The lines of a page by height, whatever their column."""
    rows: list[list[Line]] = []
    for line in sorted(page, key=lambda found: (-found.y, found.x0)):
        if rows and abs(rows[-1][0].y - line.y) < 0.5 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda found: found.x0) for row in rows]


def _key(row: Sequence[Line]) -> tuple[str, float]:
    text = " ".join(clean(line.text) for line in row).casefold()
    return re.sub(r"\d+", "#", text), round(row[0].size)


def _peeled(
    page: Sequence[Line],
    rows: Sequence[Sequence[Line]],
    repeated: frozenset[tuple[str, float]],
    inner: tuple[float, float],
) -> list[Line]:
    gone: list[Line] = []
    for inwards in (rows, rows[::-1]):
        count = 0
        while count < min(EDGE_ROWS, len(rows)):
            key = _key(inwards[count])
            if not _is_outside(inwards[count], inner):
                break
            if key not in repeated and not _PAGE_NUMBER.fullmatch(key[0]):
                break
            count += 1
        named = count and all(_key(row)[0].startswith("page #") for row in inwards[:count])
        if named or count and _stands_apart(inwards, count):
            gone += [line for row in inwards[:count] for line in row]
    return [line for line in page if not any(line is other for other in gone)]


def _stands_apart(rows: Sequence[Sequence[Line]], count: int) -> bool:
    """Whether white space parts the outermost `count` rows from the text."""
    if count >= len(rows):
        return True
    last, text = rows[count - 1][0], rows[count][0]
    return abs(last.y - text.y) > FURNITURE_GAP * text.size
