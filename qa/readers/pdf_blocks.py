"""Lines of all pages -> parts: furniture dropped, paragraphs, headings, items and rows rebuilt.

A paragraph that goes on in the next column or on the next page stays whole; where the page changes
inside it is marked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa.readers.clean import Vocabulary, clean, join_lines
from qa.readers.parts import PageMark, Part
from qa.readers.pdf_furniture import without_furniture
from qa.readers.pdf_lines import Line
from qa.records import BlockKind

# In units of the usual line distance or of the size; settled on the public PDF files by eye.
PARAGRAPH_GAP = 1.18
HEADING_SIZE = 1.12
NOTE_SIZE = 0.92
INDENT = 0.8
MAX_HEADING = 200

_BULLET = re.compile(r"[•▪▫◦‣⁃·●○■□◆➢➤✓✔»–*-]\s+|[•▪◦‣●■]")
_NUMBER = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+(?=\S)")
_NUMBER_ALONE = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]")
_ENDED = re.compile(r"[.!?:;…][\"'”’)\]]*$")


@dataclass(slots=True)
class _Block:
    """One block while it grows; `start` is the x of its first line."""

    kind: BlockKind
    lines: list[tuple[Line, int]]  # with their 1-based pages
    start: float
    cells: list[list[str]] = field(default_factory=list)  # of a table row

    @property
    def first(self) -> Line:
        return self.lines[0][0]

    @property
    def last(self) -> Line:
        return self.lines[-1][0]

    @property
    def place(self) -> tuple[int, int]:
        """Page and column of its end."""
        return self.lines[-1][1], self.last.column


@dataclass(frozen=True, slots=True)
class _Style:
    """What is usual in this document."""

    body_size: float
    leading: float


def pdf_parts(pages: Sequence[Sequence[Line]]) -> list[Part]:
    """The parts of a document; `pages[i]` holds the lines of page i + 1 in reading order."""
    kept = without_furniture(pages)
    if not any(kept):
        kept = [list(page) for page in pages]
    style = _style(kept)
    blocks: list[_Block] = []
    for number, page in enumerate(kept, 1):
        blocks += _page_blocks(page, number, style)
    blocks = _joined(blocks, style)
    vocabulary = Vocabulary.of(line.text for page in kept for line in page)
    levels = _heading_levels(blocks)
    return list(_parts(blocks, levels, vocabulary))


def _style(pages: Sequence[Sequence[Line]]) -> _Style:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size * 2) / 2] += len(line.text)
    body = min(sizes.items(), key=lambda item: (-item[1], item[0]))[0] if sizes else 10.0
    gaps: Counter[float] = Counter()
    for page in pages:
        for above, below in zip(page, page[1:], strict=False):
            gap = above.y - below.y
            same = above.column == below.column and abs(below.size - body) < 0.6
            if same and 0.8 * body < gap < 2.2 * body:
                gaps[round(gap * 2) / 2] += 1
    leading = min(gaps.items(), key=lambda item: (-item[1], item[0]))[0] if gaps else 1.2 * body
    return _Style(body, leading)


def _page_blocks(page: Sequence[Line], number: int, style: _Style) -> list[_Block]:
    blocks: list[_Block] = []
    previous: Line | None = None
    for i, line in enumerate(page):
        following = page[i + 1] if i + 1 < len(page) else None
        if previous is not None and previous.column != line.column:
            previous = None
        if blocks and previous is not None and _extends_row(blocks[-1], line, previous, style):
            _extend_row(blocks[-1], line, number)
        elif _is_row(line, following) or (previous and _is_row(previous, line)):
            cells = [[cell.text] for cell in line.cells]
            blocks.append(_Block(BlockKind.TABLE_ROW, [(line, number)], line.x0, cells))
        elif blocks and previous is not None and _continues(blocks[-1], line, previous, style):
            blocks[-1].lines.append((line, number))
        else:
            kind = _kind(line, previous, following, style)
            blocks.append(_Block(kind, [(line, number)], line.x0))
        previous = line
    return blocks


def _is_row(line: Line, following: Line | None) -> bool:
    """Cells far apart that stand under one another on two lines."""
    if following is None or line.column != following.column:
        return False
    if min(len(line.cells), len(following.cells)) < 2:
        return False
    if _bullet(line) or _bullet(following):
        return False
    pairs = zip(line.cells[1:], following.cells[1:], strict=False)
    aligned = any(abs(a.x0 - b.x0) < 3 or abs(a.x1 - b.x1) < 3 for a, b in pairs)
    aligned = aligned or len(line.cells) == len(following.cells) > 2
    return aligned and all(_widest_gap(row) > 1.2 * row.size for row in (line, following))


def _widest_gap(line: Line) -> float:
    cells = line.cells
    return max(b.x0 - a.x1 for a, b in zip(cells, cells[1:], strict=False))


def _extends_row(block: _Block, line: Line, previous: Line, style: _Style) -> bool:
    """A cell that runs over onto a line of its own."""
    if block.kind is not BlockKind.TABLE_ROW or len(line.cells) > len(block.first.cells) - 1:
        return False
    if previous.y - line.y > PARAGRAPH_GAP * style.leading:
        return False
    starts = [cell.x0 for cell in block.first.cells]
    return line.x0 > starts[0] + line.size and all(
        any(abs(cell.x0 - start) < 3 for start in starts) for cell in line.cells
    )


def _extend_row(block: _Block, line: Line, number: int) -> None:
    starts = [cell.x0 for cell in block.first.cells]
    for cell in line.cells:
        nearest = min(range(len(starts)), key=lambda i: abs(starts[i] - cell.x0))
        block.cells[nearest].append(cell.text)
    block.lines.append((line, number))


def _kind(line: Line, previous: Line | None, following: Line | None, style: _Style) -> BlockKind:
    if _heads(line, previous, following, style):
        return BlockKind.HEADING
    if _bullet(line) or _NUMBER.match(line.text):
        return BlockKind.LIST_ITEM
    return BlockKind.PARAGRAPH


def _heads(line: Line, previous: Line | None, following: Line | None, style: _Style) -> bool:
    """Larger than the text, or bold or in capitals and standing apart from it."""
    if len(line.text) > MAX_HEADING or not re.search(r"[^\W\d_]", line.text) or _bullet(line):
        return False
    if line.size >= HEADING_SIZE * style.body_size:
        return True
    if line.size < 0.95 * style.body_size or re.search(r"[.,;]$", line.text):
        return False
    if following is not None and following.is_bold and following.size == line.size:
        after_next = _ENDED.search(following.text)  # a bold sentence, not a heading
        if after_next and not following.text.endswith("?"):
            return False
    if line.is_bold:
        return True
    apart = previous is None or previous.y - line.y > PARAGRAPH_GAP * style.leading
    letters = [char for char in line.text if char.isalpha()]
    capitals = len(letters) > 3 and all(char.isupper() for char in letters)
    return apart and capitals and len(line.text) <= 60 and line.x1 < line.right


def _bullet(line: Line) -> bool:
    if _BULLET.match(line.text):
        return True
    first = line.cells[0].text if len(line.cells) > 1 else ""
    is_mark = len(first) == 1 and not first.isalnum()  # "!" of WordPerfect fonts
    return is_mark or bool(_NUMBER_ALONE.fullmatch(first))


def _continues(block: _Block, line: Line, previous: Line, style: _Style) -> bool:
    """Whether a line belongs to the block above it."""
    gap = previous.y - line.y
    if block.kind is BlockKind.TABLE_ROW or _bullet(line) or gap < 0:
        return False
    if block.kind is BlockKind.HEADING:
        same = abs(line.size - previous.size) < 0.5 and line.is_bold == previous.is_bold
        return same and gap < 1.5 * line.size and line.x0 < block.start + 4 * line.size
    usual = style.leading * max(1.0, line.size / style.body_size)
    if gap > PARAGRAPH_GAP * usual or abs(line.size - previous.size) > 0.15 * previous.size:
        return False
    ended = bool(_ENDED.search(previous.text))
    short = _ends_early(previous, line)
    if line.is_bold and not previous.is_bold and short and ended:
        return False
    if _NUMBER.match(line.text) and ended and line.x0 <= block.start + 2:
        return False
    if block.kind is BlockKind.LIST_ITEM:
        inside = line.x0 > block.start + 0.3 * line.size
        return inside or not (ended or short) or line.text[:1].islower() and not ended
    indented = line.x0 > previous.x0 + INDENT * line.size
    return not (ended and (indented or short))


def _ends_early(line: Line, following: Line) -> bool:
    """Whether the first word of the next line would have had room: a line ended on purpose."""
    word = following.text.split(" ", 1)[0]
    width = (following.x1 - following.x0) * (len(word) + 1) / max(1, len(following.text))
    return line.x1 + width < line.right


def _joined(blocks: Sequence[_Block], style: _Style) -> list[_Block]:
    """Paragraphs that go on in another column; notes between them are put before the whole."""
    joined: list[_Block] = []
    open_at: int | None = None  # where the last block of running text stands in `joined`
    for block in blocks:
        is_note = block.first.size < NOTE_SIZE * style.body_size
        if open_at is not None and not is_note and _goes_on(joined[open_at], block):
            whole = joined.pop(open_at)
            whole.lines += block.lines
            joined.append(whole)
            open_at = len(joined) - 1
            continue
        joined.append(block)
        if not is_note:
            flows = block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
            open_at = len(joined) - 1 if flows else None
    return joined


def _goes_on(block: _Block, following: _Block) -> bool:
    if following.kind is not BlockKind.PARAGRAPH:
        return False
    if block.place == (following.lines[0][1], following.first.column):
        return False
    if abs(block.last.size - following.first.size) > 0.06 * block.last.size:
        return False
    text = following.first.text
    if block.kind is BlockKind.LIST_ITEM and not text[:1].islower():
        step = following.first.x0 - following.first.left
        if step < 0.3 * following.first.size:
            return False
    if text[:1].islower():
        return True
    return not (_ENDED.search(block.last.text) or _ends_early(block.last, following.first))


def _heading_levels(blocks: Sequence[_Block]) -> dict[tuple[float, bool], int]:
    """The largest headings are of level 1."""
    styles = sorted(
        {_look(block) for block in blocks if block.kind is BlockKind.HEADING},
        key=lambda look: (-look[0], not look[1]),
    )
    return {look: min(level, 6) for level, look in enumerate(styles, 1)}


def _look(block: _Block) -> tuple[float, bool]:
    return round(block.first.size * 2) / 2, block.first.is_bold


def _parts(
    blocks: Sequence[_Block], levels: dict[tuple[float, bool], int], vocabulary: Vocabulary
) -> Iterator[Part]:
    group = 0
    previous: BlockKind | None = None
    indents: list[float] = []
    for block in blocks:
        if block.kind is not previous:
            group += 1
            indents = []
        previous = block.kind
        if block.kind is BlockKind.TABLE_ROW:
            cells = [clean(" ".join(pieces)) for pieces in block.cells]
            yield Part(block.kind, " | ".join(cells), 0, group, (PageMark(0, block.lines[0][1]),))
            continue
        level = 0
        if block.kind is BlockKind.HEADING:
            level = levels[_look(block)]
        elif block.kind is BlockKind.LIST_ITEM:
            level = _depth(block.start - block.first.left, indents)
        text, marks = _flow(block, vocabulary)
        if text:
            yield Part(block.kind, text, level, group, marks)


def _depth(indent: float, indents: list[float]) -> int:
    """1 for the outermost items; `indents` remembers those open now."""
    while indents and indents[-1] > indent + 3:
        indents.pop()
    if not indents or indents[-1] < indent - 3:
        indents.append(indent)
    return len(indents)


def _flow(block: _Block, vocabulary: Vocabulary) -> tuple[str, tuple[PageMark, ...]]:
    """The block's lines as one text, and where its pages begin in it."""
    text = ""
    marks: list[PageMark] = []
    for i, (line, page) in enumerate(block.lines):
        raw = line.text
        if i == 0 and block.kind is BlockKind.LIST_ITEM:
            raw = _without_bullet(line)
        shown = clean(raw) + ("\xad" if raw.endswith("\xad") else "")
        if not shown:
            continue
        text = join_lines(text, shown, vocabulary) if text else shown
        if not marks or marks[-1].page != page:
            marks.append(PageMark(len(text) - len(shown) if marks else 0, page))
    return text.rstrip("\xad"), tuple(marks)


def _without_bullet(line: Line) -> str:
    if match := _BULLET.match(line.text):
        return line.text[match.end() :]
    if len(line.cells) > 1 and _bullet(line):
        return line.text[len(line.cells[0].text) :].lstrip()
    return _NUMBER.sub("", line.text, count=1)
