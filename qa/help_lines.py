"""Whom to call in a crisis, from words/help.toml or a clinic's own file: checked at start.

The help card, the strip on every page and the numbers in the emergency notice are made from it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.config import Settings
from qa.errors import QAError
from qa.records import Crisis, HelpLine

SHIPPED = Path(__file__).parent / "words" / "help.toml"
MOST_LABEL, MOST_NAME, MOST_MESSAGE = 40, 40, 160  # characters: what fits a phone
EMERGENCY = "Emergency"
MOST_LINES = 6  # of one region, of each sort
_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,11}")
_HREF = re.compile(
    r"(?:tel|sms):\+?[0-9][0-9-]{1,19}|https://[a-z0-9][a-z0-9.-]*(?:/[\w./~%?=&#-]*)?"
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
_KEYS = {"code", "name", "crisis", "emergency"}


class HelpUnusable(QAError):
    """The file of help lines cannot be used; the program does not start without."""


@dataclass(frozen=True, slots=True)
class Region:
    """The lines of one country or group of countries."""

    code: str
    name: str
    crisis: tuple[HelpLine, ...]
    emergency: tuple[HelpLine, ...]


@dataclass(frozen=True, slots=True)
class Help:
    """What is shown to a person in need, for the regions that were chosen, in their order."""

    message: str
    regions: tuple[Region, ...]

    def groups(self) -> tuple[tuple[str, tuple[HelpLine, ...]], ...]:
        """(name, crisis lines): regions with the very same lines are named together."""
        return _together((r.name, r.crisis) for r in self.regions if r.crisis)

    def emergency(self) -> tuple[tuple[str, HelpLine], ...]:
        """(names, line): each emergency number once, with the regions where it is answered."""
        single = ((r.name, (line,)) for r in self.regions for line in r.emergency)
        return tuple((name, lines[0]) for name, lines in _together(single))

    def card(self) -> Crisis:
        """The help card; a line names its region only where several are shown."""
        several = len(self.regions) > 1
        crisis = [
            HelpLine(f"{line.label} ({name})", line.href, name, line.label) if several else line
            for name, lines in self.groups()
            for line in lines
        ]
        return Crisis(self.message, (*crisis, *self._urgent(several)))

    def _urgent(self, several: bool) -> Iterator[HelpLine]:
        for name, line in self.emergency():
            number = f"{line.label} ({name})" if several else line.label
            yield HelpLine(f"{EMERGENCY}: {number}", line.href, EMERGENCY, number)

    def emergency_words(self) -> str:
        """What the emergency notice says to call: "911 (US), 999 (UK) or 112 (EU)"."""
        found = self.emergency()
        several = len(self.regions) > 1
        said = [f"{line.label} ({name})" if several else line.label for name, line in found]
        if not said:
            return "your emergency number"
        *first, last = said
        return f"{', '.join(first)} or {last}" if first else last


def open_help(settings: Settings) -> Help:
    """The lines that QA_HELP and QA_REGION ask for. Raises HelpUnusable."""
    path = settings.help or SHIPPED
    found = _checked(_read(path), path)
    return Help(found.message, _chosen(found.regions, settings.region, path))


def _together(
    named: Iterable[tuple[str, tuple[HelpLine, ...]]],
) -> tuple[tuple[str, tuple[HelpLine, ...]], ...]:
    names: dict[tuple[HelpLine, ...], list[str]] = {}
    for name, lines in named:
        names.setdefault(lines, []).append(name)
    return tuple((", ".join(dict.fromkeys(said)), lines) for lines, said in names.items())


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise HelpUnusable(
            f"the help lines in {path} cannot be read ({error}). Correct the file, or unset "
            "QA_HELP to use the lines that ship."
        ) from error


def _checked(table: Mapping[str, Any], path: Path) -> Help:
    _expect_keys(table, {"message", "region"}, f"{path}")
    message = _text(table.get("message"), MOST_MESSAGE, f"{path}: message")
    regions = table.get("region")
    if not isinstance(regions, list) or not regions:
        raise HelpUnusable(f"{path}: there is no [[region]]. Add one with at least one line.")
    found = [_region(entry, number, path) for number, entry in enumerate(regions, start=1)]
    codes = [region.code for region in found]
    for code in codes:
        if codes.count(code) > 1:
            raise HelpUnusable(f"{path}: the code {code} stands twice. Give each region its own.")
    return Help(message, tuple(found))


def _region(entry: object, number: int, path: Path) -> Region:
    where = f"{path}: region {number}"
    if not isinstance(entry, dict):
        raise HelpUnusable(f"{where} is not a table. Write it as [[region]].")
    _expect_keys(entry, _KEYS, where)
    code = entry.get("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise HelpUnusable(
            f"{where}: code is {code!r}, but must be 2 to 12 capital letters, digits or hyphens. "
            "Correct it."
        )
    where = f"{path}: region {code}"
    name = _text(entry.get("name"), MOST_NAME, f"{where}: name")
    crisis = _lines(entry.get("crisis", []), f"{where}: crisis")
    emergency = _lines(entry.get("emergency", []), f"{where}: emergency")
    if not crisis and not emergency:
        raise HelpUnusable(f"{where} has no line. Add one under crisis or emergency.")
    for line in emergency:
        if not line.href.startswith("tel:"):
            raise HelpUnusable(
                f"{where}: emergency: {line.href!r} must begin with tel:. Correct it."
            )
    return Region(code, name, crisis, emergency)


def _lines(entries: object, where: str) -> tuple[HelpLine, ...]:
    if not isinstance(entries, list) or len(entries) > MOST_LINES:
        raise HelpUnusable(f"{where} must be a list of at most {MOST_LINES} lines. Correct it.")
    return tuple(_line(entry, f"{where} {number}") for number, entry in enumerate(entries, start=1))


def _line(entry: object, where: str) -> HelpLine:
    if not isinstance(entry, dict):
        raise HelpUnusable(f"{where} must be {{ label = ..., href = ... }}. Correct it.")
    _expect_keys(entry, {"label", "href"}, where)
    label, href = _text(entry.get("label"), MOST_LABEL, f"{where}: label"), entry.get("href")
    if not isinstance(href, str) or not _HREF.fullmatch(href):
        raise HelpUnusable(
            f"{where}: href is {href!r}, but must be tel: or sms: with a number, or an https: "
            "address. Correct it."
        )
    return HelpLine(label, href)


def _text(value: object, most: int, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or _UNPRINTABLE.search(value):
        raise HelpUnusable(f"{where} is {value!r}, but must be one line of text. Correct it.")
    if len(value) > most:
        raise HelpUnusable(f"{where} has {len(value)} characters, at most {most} fit. Shorten it.")
    return value.strip()


def _expect_keys(table: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise HelpUnusable(
            f"{where}: {unknown[0]!r} is not known. The keys are: {', '.join(sorted(known))}."
        )


def _chosen(regions: tuple[Region, ...], wanted: str, path: Path) -> tuple[Region, ...]:
    by_code = {region.code: region for region in regions}
    codes = [code.strip().upper() for code in wanted.split(",") if code.strip()]
    for code in codes:
        if code not in by_code:
            raise HelpUnusable(
                f"QA_REGION names {code!r}, which {path} does not have. "
                f"It has: {', '.join(by_code)}. Correct or unset QA_REGION."
            )
    return tuple(by_code[code] for code in dict.fromkeys(codes)) or regions
