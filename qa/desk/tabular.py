"""Rows -> CSV or JSON, piece by piece, so that a large table is never held in memory.

CSV is for spreadsheets: UTF-8 with a byte order mark, without which Excel reads it as something
else, and no text of it is taken for a formula. JSON is for programs: the values as they are.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

Value = str | int | float | bool | date | datetime | None | Sequence[str]

# A cell that begins with one of these may be run by a spreadsheet, white space before it or not.
_FORMULA = frozenset("=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20")
BOM = "\ufeff"


def csv_pieces(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """A header and a line for each row."""
    yield (BOM + _line(columns)).encode()
    for row in rows:
        yield _line([_cell(value) for value in row]).encode("utf-8", "replace")


def json_pieces(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """A list with an object for each row; it ends with a bracket, or it has broken off."""
    opening = b"["
    for row in rows:
        value = {name: _plain(v) for name, v in zip(columns, row, strict=True)}
        yield opening + b"\n" + json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        opening = b","
    yield b"[]\n" if opening == b"[" else b"\n]\n"


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Value) -> str:
    """
    >>> _cell("=1+1"), _cell(-1.5), _cell(None), _cell(["a", "b"]), _cell(True)
    ("'=1+1", '-1.5', '', 'a; b', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    text = value if isinstance(value, str) else "; ".join(value)
    text = text.replace("\x00", "\ufffd")
    return f"'{text}" if text.lstrip(" ")[:1] in _FORMULA and text.strip(" ") else text


def _plain(value: Value) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return list(value)
