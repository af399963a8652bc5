"""Word files -> parts, in body order: headings by style, numbered and bulleted items, tables.

Page headers, footers, comments and deleted text are not part of the article.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from qa.readers.parts import Part, heading, list_item, paragraph, table_row

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HIDDEN = frozenset(
    _WORD + name for name in ("del", "moveFrom", "instrText", "delText", "txbxContent", "pict")
)
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def unpacked_mb(data: bytes) -> float:
    """How large the archive says that its parts are."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return sum(entry.file_size for entry in archive.infolist()) / 1e6


def word_parts(data: bytes) -> tuple[list[Part], str | None]:
    """The parts of a .docx file and the title among its properties."""
    import docx

    document = docx.Document(BytesIO(data))
    title = document.core_properties.title or None
    return list(_body_parts(document)), title


def _body_parts(document: Any) -> Iterator[Part]:
    group = 0
    in_list = False
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            group, in_list = group + 1, False
            yield from _table_parts(block, group)
            continue
        text = _text(block._p)
        if not text.strip():
            continue
        level = _heading_level(block)
        depth = 0 if level else _list_depth(block)
        group += bool(depth) and not in_list
        in_list = bool(depth)
        if level:
            yield heading(text, level)
        elif depth:
            yield list_item(text, depth, group)
        else:
            yield paragraph(text)


def _table_parts(table: Any, group: int) -> Iterator[Part]:
    for row in table.rows:
        cells: list[str] = []
        previous = None
        for cell in row.cells:
            if cell._tc is not previous:  # a merged cell is given once for each column
                cells.append(" ".join(_text(p) for p in cell._tc.iter(_WORD + "p")))
            previous = cell._tc
        yield table_row(cells, group)


def _text(node: Any) -> str:
    """Text as shown, hyperlinks and inserted words included."""
    pieces: list[str] = []
    for child in node:
        if child.tag in _HIDDEN or child.tag == _COMPATIBLE:
            continue
        if child.tag == _WORD + "t":
            pieces.append(child.text or "")
        elif child.tag in (_WORD + "tab", _WORD + "br", _WORD + "cr"):
            pieces.append(" ")
        elif child.tag == _WORD + "noBreakHyphen":
            pieces.append("-")
        elif child.tag != _WORD + "pPr":
            pieces.append(_text(child))
    return "".join(pieces)


def _heading_level(block: Any) -> int:
    style = block.style
    while style is not None:
        name = (style.name or "").lower()
        if name == "title":
            return 1
        if match := re.fullmatch(r"heading (\d)", name):
            return int(match[1])
        style = style.base_style
    return 0


def _list_depth(block: Any) -> int:
    """1 for an item of an outer list; 0 for a paragraph that is no item."""
    properties = [block._p.pPr]
    style = block.style
    name = ((style.name if style is not None else "") or "").lower()
    while style is not None:
        properties.append(style.element.pPr)
        style = style.base_style
    for found in properties:
        number = found.numPr if found is not None else None
        if number is not None:
            if number.numId is not None and number.numId.val == 0:
                return 0
            if number.ilvl is not None or number.numId is not None:
                level = number.ilvl.val if number.ilvl is not None else 0
                return level + 1 if level else _style_depth(name)
    return _style_depth(name) if name.startswith(("list bullet", "list number")) else 0


def _style_depth(name: str) -> int:
    match = re.fullmatch(r"list (?:bullet|number) (\d)", name)
    return int(match[1]) if match else 1
