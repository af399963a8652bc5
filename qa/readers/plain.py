"""Plain text -> parts: what line breaks, bullets and short lines say about structure.

Paragraphs are parted by empty lines, or are one line each; hard-wrapped lines are rejoined. A line
repeated between paragraphs (a caption, the title) is kept once; a comment section is cut off.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from qa.readers.clean import Vocabulary, join_lines
from qa.readers.furniture import begins_comments, is_furniture, is_references
from qa.readers.glued import glued_parts, is_glued
from qa.readers.parts import Part, heading, list_item, paragraph
from qa.readers.titles import is_title_like

WRAP_WIDTH = 120  # wider lines are not wrapped by hand
MIN_REPEATED = 4  # words; shorter lines may well be repeated on purpose
MAX_BARE_ITEM = 120  # characters of a list item that has no bullet
MAX_BARE_ITEMS = 25

_BULLET = re.compile(r"(?:[•◦▪▫‣·●○■□⁃∙*+]|[-–—](?=\s))\s*(?=\S)")
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]\s+(?=\S)")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(\S.*?)\s*#*")
_RULE = re.compile(r"[-=_*~#\s]{3,}")
_LABEL = re.compile(r"[A-Z][^.:;?!]{2,60}: \S")
_ENDED = re.compile(r"[.!?:;][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class _Row:
    """One paragraph, item or heading of the file, its wrapped lines joined."""

    text: str
    indent: int = 0
    bullet: str = ""  # "•", a number such as "1.", or nothing
    follows_gap: bool = True  # an empty line stands before it


def plain_parts(text: str) -> list[Part]:
    """The parts of a text file."""
    lines = re.split(r"\r\n|[\n\r\f\v\x85\u2028\u2029]", text)
    rows = _without_repeats(_article(_rows(lines)))
    return list(_parts(rows))


def _rows(lines: Sequence[str]) -> list[_Row]:
    """Lines joined to rows, empty lines and drawn rules gone."""
    width = wrap_width(lines)
    vocabulary = Vocabulary.of(lines) if width else Vocabulary.of(())
    rows: list[_Row] = []
    gap, previous = True, ""
    for line in lines:
        shown = line.strip()
        if not shown or _RULE.fullmatch(shown):
            gap = True
            continue
        row = _row(line, gap)
        wraps = not gap and not row.bullet and bool(rows) and _wraps(previous, shown, width)
        if wraps:
            rows[-1] = replace(rows[-1], text=join_lines(rows[-1].text, shown, vocabulary))
        else:
            rows.append(row)
        gap, previous = False, line.rstrip()
    return rows


def _row(line: str, gap: bool) -> _Row:
    expanded = line.expandtabs(4)
    shown = expanded.strip()
    indent = len(expanded) - len(expanded.lstrip())
    if match := _BULLET.match(shown):
        return _Row(shown[match.end() :], indent, "•", gap)
    if match := _NUMBER.match(shown):
        return _Row(shown[match.end() :], indent, match.group().strip(), gap)
    return _Row(shown, indent, "", gap)


def wrap_width(lines: Sequence[str]) -> int:
    """The width at which the lines of a file were wrapped; 0 if each is whole.

    >>> wrap_width(["a line", "another", "", "x"])
    0
    """
    inner = sorted(
        len(line.rstrip())
        for line, below in zip(lines, lines[1:], strict=False)
        if line.strip() and below.strip()
    )
    if len(inner) < 3:
        return 0
    width = inner[int(len(inner) * 0.9)]
    full = sum(length > 0.75 * width for length in inner)
    return width if 40 <= width <= WRAP_WIDTH and full >= len(inner) / 2 else 0


def _wraps(previous: str, line: str, width: int) -> bool:
    """Whether the break between two lines is there only because the first was full."""
    if not width:
        return False
    first = line.split(" ", 1)[0]
    if len(previous) + 1 + len(first) > 0.9 * width:
        return True
    return line[:1].islower() and not _ENDED.search(previous)


def _article(rows: Sequence[_Row]) -> list[_Row]:
    """Rows up to the comment section, buttons and footers left out."""
    kept: list[_Row] = []
    for row in rows:
        if len(kept) > 3 and begins_comments(_with_number(row)):
            break
        if not is_furniture(_with_number(row)):
            kept.append(row)
    return kept


def _with_number(row: _Row) -> str:
    return f"{row.bullet} {row.text}" if row.bullet not in ("", "•") else row.text


def _without_repeats(rows: Sequence[_Row]) -> list[_Row]:
    """A caption or title that comes again between paragraphs is kept where it stands first."""
    counts = Counter(row.text for row in rows if not row.bullet)
    seen: set[str] = set()
    kept: list[_Row] = []
    for row in rows:
        repeated = not row.bullet and counts[row.text] > 1
        if repeated and len(row.text.split()) >= MIN_REPEATED and row.text in seen:
            continue
        seen.add(row.text)
        kept.append(row)
    return kept


def _parts(rows: Sequence[_Row]) -> Iterator[Part]:
    group, total = 0, sum(len(row.text) for row in rows)
    bare = 0  # items without a bullet still to come
    has_gaps = any(row.follows_gap for row in rows[1:])
    indents: list[int] = []
    in_list = in_references = False
    for i, row in enumerate(rows):
        following = rows[i + 1] if i + 1 < len(rows) else None
        level = 0 if bare else _heading_level(rows, i, has_gaps=has_gaps)
        if in_references and not (level and _introduces(following)):
            level, bare = 0, 1
        elif level:
            in_references = is_references(row.text)
        if level:
            yield heading(_heading_text(row), level)
            in_list = False
        elif is_glued(row.text, total):
            for part in glued_parts(row.text, group):
                group = max(group, part.group)
                yield part
            in_list = False
        elif bare or _is_item(rows, i):
            group += not in_list
            indents = indents if in_list else []
            yield list_item(row.text, _depth(row.indent, indents), group)
            bare, in_list = max(0, bare - 1), True
        else:
            yield paragraph(_with_number(row))
            in_list = False
        if not bare and following is not None:
            bare = _bare_items(rows, i)


def _introduces(following: _Row | None) -> bool:
    """Whether running text comes next, so that the references end here."""
    return (
        following is not None and len(following.text) > MAX_BARE_ITEM and following.text[-1] in ".!"
    )


def _heading_text(row: _Row) -> str:
    match = _MARKDOWN_HEADING.fullmatch(row.text)
    return match[2] if match else _with_number(row)


def _heading_level(rows: Sequence[_Row], i: int, *, has_gaps: bool) -> int:
    """1 for the title at the top, 2 for other headings, 3 for numbered ones, 0 for none."""
    row = rows[i]
    if match := _MARKDOWN_HEADING.fullmatch(row.text):
        return len(match[1])
    if row.bullet == "•" or not is_title_like(row.text):
        return 0
    above = rows[i - 1] if i else None
    below = rows[i + 1] if i + 1 < len(rows) else None
    if row.bullet:
        items = any(other is not None and other.bullet for other in (above, below))
        return 0 if items or below is None or len(below.text) < MAX_BARE_ITEM else 3
    if i == 0 or i == 1 and rows[0].text.casefold() in row.text.casefold():
        return 1
    if below is None:
        return 0
    if is_references(row.text):
        return 2
    return 2 if _opens(rows, i, has_gaps=has_gaps) else 0


def _opens(rows: Sequence[_Row], i: int, *, has_gaps: bool) -> bool:
    """Whether text, a list or a lower heading follows: a title alone among titles is a list."""
    row = rows[i]
    run = 1
    while (
        run < 3
        and i + run < len(rows)
        and not rows[i + run].bullet
        and is_title_like(rows[i + run].text)
    ):
        run += 1
    if run > 2:
        return False
    stands_apart = row.follows_gap or not has_gaps
    if i + 1 < len(rows) and len(rows[i + 1].text) > MAX_BARE_ITEM:
        stands_apart = True
    return stands_apart and not _ENDED.search(row.text.rstrip("?"))


def _is_item(rows: Sequence[_Row], i: int) -> bool:
    """A bullet always makes an item; a number does when another number stands near."""
    row = rows[i]
    if row.bullet == "•":
        return True
    if not row.bullet:
        return False
    near = [*rows[max(0, i - 1) : i], *rows[i + 1 : i + 2]]
    return any(other.bullet and other.bullet != "•" for other in near)


def _bare_items(rows: Sequence[_Row], i: int) -> int:
    """How many rows after row `i`, which ends in a colon, are its items without bullets."""
    if not rows[i].text.endswith(":") or rows[i].bullet:
        return 0
    below = rows[i + 1 : i + 1 + MAX_BARE_ITEMS]
    labels = _run(below, lambda row: bool(_LABEL.match(row.text)) and not is_title_like(row.text))
    if labels > 1:
        return labels
    short = 0
    while short < len(below) and _is_bare_item(below, short):
        short += 1
        if below[short - 1].text.endswith(".") and not below[0].text.endswith("."):
            break  # the last item of a list often closes its sentence
    return short if short > 1 else 0


def _run(rows: Sequence[_Row], fits: Callable[[_Row], bool]) -> int:
    """How many rows from the first on have no bullet and fit."""
    for count, row in enumerate(rows):
        if row.bullet or not fits(row):
            return count
    return len(rows)


def _is_bare_item(rows: Sequence[_Row], i: int) -> bool:
    """Short, no heading and no new lead-in; a single word is a heading only before long text."""
    text = rows[i].text
    if rows[i].bullet or len(text) > MAX_BARE_ITEM or text.endswith((":", "?")):
        return False
    before_long = i + 1 < len(rows) and len(rows[i + 1].text) > MAX_BARE_ITEM
    return not is_title_like(text) or (len(text.split()) < MIN_REPEATED and not before_long)


def _depth(indent: int, indents: list[int]) -> int:
    """1 for the outermost items; `indents` remembers those open now."""
    while indents and indents[-1] > indent:
        indents.pop()
    if not indents or indents[-1] < indent:
        indents.append(indent)
    return len(indents)
