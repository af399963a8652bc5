"""One PDF page -> runs: each shown string with its place, size and weight (uses pypdf's parser).

pypdf's own text extraction gives no right edges, without which columns cannot be told apart. The
operators are those of ISO 32000-1, sections 8.4 (graphics state), 9.3 and 9.4 (text), 14.6
(marked content). Running headers that the file itself marks as such are left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pypdf import PageObject
from pypdf.generic import ContentStream, DictionaryObject
from pypdf.generic._font import Font

Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MAX_DEPTH = 8  # of forms within forms
_MAX_RUNS = 200_000  # on one page
_BOLD = re.compile(r"bold|black|heavy|cmbx|semib|demi", re.IGNORECASE)
_PICTURES = re.compile(r"dingbat|wingding|webding|symbol", re.IGNORECASE)
_BULLET_CODES = "\x7flnqu§·¨Øv"  # what bullets of picture fonts decode to


@dataclass(frozen=True, slots=True)
class Run:
    """Text shown at once, from `x0` to `x1` on a baseline at `y`, in points of the page.

    `angle` is the direction of writing in quarter turns; x and y are already turned back by it.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    angle: int
    is_bold: bool


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """First `first`, then `second`.

    >>> multiply((1, 0, 0, 1, 5, 0), (2, 0, 0, 2, 0, 0))
    (2, 0, 0, 2, 10, 0)
    """
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


@dataclass(frozen=True, slots=True)
class _State:
    """The graphics state that `q` saves and `Q` brings back."""

    transform: Matrix = _IDENTITY
    font: Font | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


@dataclass(slots=True)
class _Marked:
    """One level of marked content."""

    is_furniture: bool = False
    actual_text: str | None = None


def page_runs(page: PageObject, reader: Any) -> list[Run]:
    """The runs of a page in the order in which they are drawn."""
    content = page.get("/Contents")
    if content is None:
        return []
    interpreter = _Interpreter(reader)
    interpreter.draw(content.get_object(), _resources(page), 0)
    return interpreter.runs


def _resources(page: Any) -> DictionaryObject:
    """Of the page, or of the nearest node above it that has some."""
    node, steps = page, 0
    while node is not None and steps < 50:
        if "/Resources" in node:
            found = node["/Resources"].get_object()
            return found if isinstance(found, DictionaryObject) else DictionaryObject()
        parent = node.get("/Parent")
        node = parent.get_object() if parent is not None else None
        steps += 1
    return DictionaryObject()


@dataclass(slots=True)
class _Interpreter:
    """Follows the operators that matter to text."""

    reader: Any
    runs: list[Run] = field(default_factory=list)
    state: _State = _State()
    saved: list[_State] = field(default_factory=list)
    matrix: Matrix = _IDENTITY
    line: Matrix = _IDENTITY
    marked: list[_Marked] = field(default_factory=list)

    def draw(self, content: Any, resources: DictionaryObject, depth: int) -> None:
        """Run one content stream, the page's own or a form's."""
        fonts = _fonts(resources)
        stream = ContentStream(content, self.reader, "bytes")
        for operands, operator in stream.operations:
            if len(self.runs) > _MAX_RUNS:
                break
            if operator == b"Do" and depth < _MAX_DEPTH:
                self._form(operands, resources, depth)
            else:
                self._step(operator, operands, fonts, resources)

    def _form(self, operands: Sequence[Any], resources: DictionaryObject, depth: int) -> None:
        forms = resources.get("/XObject")
        form = forms.get_object().get(operands[0]) if forms is not None and operands else None
        form = form.get_object() if form is not None else None
        if form is None or form.get("/Subtype") != "/Form":
            return
        own = form.get("/Resources")
        before, saved = self.state, len(self.saved)
        place = _matrix(form.get("/Matrix") or [])
        if place is not None:
            self.state = replace(before, transform=multiply(place, before.transform))
        self.draw(form, own.get_object() if own is not None else resources, depth + 1)
        self.state = before
        del self.saved[saved:]

    def _step(
        self,
        operator: bytes,
        operands: Sequence[Any],
        fonts: dict[str, Font],
        resources: DictionaryObject,
    ) -> None:
        state, numbers = self.state, _numbers(operands)
        if operator == b"q":
            self.saved.append(state)
        elif operator == b"Q":
            self.state = self.saved.pop() if self.saved else state
        elif operator == b"cm" and (matrix := _matrix(operands)):
            self.state = replace(state, transform=multiply(matrix, state.transform))
        elif operator == b"BT":
            self.matrix = self.line = _IDENTITY
        elif operator == b"Tf" and operands:
            size = numbers[0] if numbers else state.size
            self.state = replace(state, font=fonts.get(str(operands[0])), size=size)
        elif operator == b"Tm" and (matrix := _matrix(operands)):
            self.matrix = self.line = matrix
        elif operator in (b"Td", b"TD") and len(numbers) == 2:
            if operator == b"TD":
                self.state = replace(state, leading=-numbers[1])
            self._next_line(numbers[0], numbers[1])
        elif operator == b"T*":
            self._next_line(0.0, -state.leading)
        elif operator in _SETTINGS and numbers:
            name, factor = _SETTINGS[operator]
            self.state = replace(state, **{name: numbers[0] * factor})  # type: ignore[arg-type]
        elif operator in (b"BMC", b"BDC"):
            self.marked.append(_marked(operands, resources))
        elif operator == b"EMC" and self.marked:
            self.marked.pop()
        else:
            self._show_operator(operator, operands, numbers)

    def _show_operator(
        self, operator: bytes, operands: Sequence[Any], numbers: list[float]
    ) -> None:
        if operator == b'"' and len(numbers) == 2:
            self.state = replace(self.state, word_space=numbers[0], char_space=numbers[1])
        if operator in (b"'", b'"'):
            self._next_line(0.0, -self.state.leading)
        if operator in (b"Tj", b"'", b'"') and operands:
            self._show(operands[-1])
        elif operator == b"TJ" and operands and isinstance(operands[0], list):
            for item in operands[0]:
                if isinstance(item, (int, float)):
                    shift = -float(item) / 1000 * self.state.size * self.state.scale
                    self.matrix = multiply((1, 0, 0, 1, shift, 0), self.matrix)
                else:
                    self._show(item)

    def _next_line(self, x: float, y: float) -> None:
        self.matrix = self.line = multiply((1, 0, 0, 1, x, y), self.line)

    def _show(self, value: Any) -> None:
        state = self.state
        if not isinstance(value, (bytes, str)) or state.font is None:
            return
        codes, text = _decode(value, state.font)
        font = state.font
        spaces = codes.count(font.space_char)
        width = font.get_text_width(codes.replace(font.space_char, ""))
        width = (width + spaces * font.space_width) / 1000 * state.size
        width = (width + len(codes) * state.char_space + spaces * state.word_space) * state.scale
        place = multiply((1, 0, 0, 1, 0, state.rise), multiply(self.matrix, state.transform))
        self.matrix = multiply((1, 0, 0, 1, width, 0), self.matrix)
        if not font.interpretable or any(level.is_furniture for level in self.marked):
            return
        for level in self.marked:
            if level.actual_text is not None:
                text, level.actual_text = level.actual_text, ""
        if _PICTURES.search(font.name) and text.strip() and set(text.strip()) <= set(_BULLET_CODES):
            text = "•"
        self._add(text.replace("\x7f", "•"), place, width)

    def _add(self, text: str, place: Matrix, width: float) -> None:
        a, b, c, d, x, y = place
        numbers = (a, b, c, d, x, y, width)
        if not text or not all(map(math.isfinite, numbers)):
            return
        font, size = self.state.font, abs(self.state.size) * math.hypot(c, d)
        if font is None or not 0.5 < size < 500:
            return
        angle = round(math.atan2(b, a) / (math.pi / 2)) % 4
        if angle == 1:
            x, y = y, -x
        elif angle == 2:
            x, y = -x, -y
        elif angle == 3:
            x, y = -y, x
        is_bold = bool(_BOLD.search(font.name)) or _is_heavy(font)
        end = x + width * math.hypot(a, b)
        self.runs.append(Run(text, min(x, end), max(x, end), y, size, angle, is_bold))


_SETTINGS: dict[bytes, tuple[str, float]] = {
    b"Tc": ("char_space", 1.0),
    b"Tw": ("word_space", 1.0),
    b"Tz": ("scale", 0.01),
    b"TL": ("leading", 1.0),
    b"Ts": ("rise", 1.0),
}


def _fonts(resources: DictionaryObject) -> dict[str, Font]:
    fonts = resources.get("/Font")
    found: dict[str, Font] = {}
    for name, value in (fonts.get_object() if fonts is not None else {}).items():
        font = value.get_object()
        if isinstance(font, DictionaryObject):
            try:
                found[name] = Font.from_font_resource(font)
            except (AttributeError, TypeError, KeyError, ValueError, IndexError):
                continue  # a damaged font: its text is missing, as in a viewer
    return found


def _is_heavy(font: Font) -> bool:
    weight = str(font.font_descriptor.weight)
    return weight.isdigit() and int(weight) >= 600


def _decode(value: bytes | str, font: Font) -> tuple[str, str]:
    """The character codes, for widths, and the text that they show."""
    if isinstance(value, str):
        return value, value
    if isinstance(font.encoding, str):
        codes = value.decode(font.encoding, "replace")
        letters = codes
    else:
        codes = "".join(map(chr, value))
        letters = "".join(font.encoding.get(code, chr(code)) for code in value)
    return codes, "".join(font.character_map.get(letter, letter) for letter in letters)


def _marked(operands: Sequence[Any], resources: DictionaryObject) -> _Marked:
    properties = operands[1] if len(operands) > 1 else None
    if isinstance(properties, str):  # a name that the resources explain
        named = resources.get("/Properties")
        properties = named.get_object().get(properties) if named is not None else None
    if properties is not None and hasattr(properties, "get_object"):
        properties = properties.get_object()
    if not isinstance(properties, dict):
        return _Marked()
    kinds = (properties.get("/Type"), properties.get("/Subtype"))
    is_furniture = (
        bool(operands)
        and operands[0] == "/Artifact"
        and any(kind in ("/Pagination", "/Header", "/Footer", "/Watermark") for kind in kinds)
    )
    actual = properties.get("/ActualText")
    return _Marked(is_furniture, actual if isinstance(actual, str) else None)


def _numbers(operands: Sequence[Any]) -> list[float]:
    return [float(item) for item in operands if isinstance(item, (int, float))]


def _matrix(operands: Sequence[Any]) -> Matrix | None:
    numbers = _numbers(operands)
    if len(numbers) != 6:
        return None
    return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
