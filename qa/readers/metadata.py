"""What the maintainers say of an article: YAML front matter in .md, a sidecar NAME.toml for others.

Every field is checked here; an error names the field, its value and what is allowed.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from qa.errors import UnreadableSource
from qa.readers.clean import clean
from qa.records import STATUSES, Metadata

KINDS = ("guideline", "trial", "review", "news", "leaflet")
POPULATIONS = ("adults", "adolescents", "any")
TEXTS = ("title", "publisher")
LISTS = ("authors", "based_on")
DATES = ("published", "reviewed", "review_due")
CHOICES = {"kind": KINDS, "population": POPULATIONS, "status": STATUSES}
FIELDS = (*TEXTS, *LISTS, *DATES, *CHOICES, "url", "language")
_FENCE = re.compile(r"\A---[ \t]*\r?\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_UNCLOSED = re.compile(r"\A---[ \t]*\r?\n\s*[A-Za-z_]+[ \t]*:")


class _Bad(Exception):
    """A field that cannot be taken, said in words."""


def split_front_matter(text: str, source: str) -> tuple[dict[str, object], str]:
    """The fields at the top of a Markdown file, and the rest of it."""
    match = _FENCE.match(text)
    if match is None:
        if _UNCLOSED.match(text):
            raise _refusal(source, "the front matter at its top is not closed with ---")
        return {}, text
    import yaml

    class Loader(yaml.SafeLoader):
        """Dates are left as text, so that a wrong one is named with its field."""

        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    try:
        fields = yaml.load(match[1], Loader=Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        said = " ".join(str(error).split())
        raise _refusal(source, f"its front matter is not valid YAML ({said})") from error
    if fields is None:
        fields = {}
    if not isinstance(fields, dict):
        raise _refusal(source, "its front matter is not a list of fields such as title: TEXT")
    return {str(key): value for key, value in fields.items()}, text[match.end() :]


def sidecar_path(path: Path) -> Path:
    """Where the metadata of a file that is not Markdown stands."""
    return path.with_suffix(".toml")


def read_sidecar(path: Path, source: str) -> dict[str, object]:
    """The fields of NAME.toml beside `path`; none if there is no such file."""
    sidecar = sidecar_path(path)
    if not sidecar.is_file():
        return {}
    try:
        return tomllib.loads(sidecar.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        reason = f"its metadata file {sidecar.name} is not valid TOML ({error})"
        raise _refusal(source, reason) from error


def make_metadata(fields: Mapping[str, object], fallback_title: str, source: str) -> Metadata:
    """Checked metadata; `fallback_title` serves when the fields give no title."""
    values: dict[str, object] = {}
    for name, value in fields.items():
        if value is None or value == "":
            continue
        try:
            values[name] = _take(name, value)
        except _Bad as bad:
            raise _refusal(source, f"metadata field {name} {bad}") from None
    values.setdefault("title", fallback_title)
    return Metadata(**values)  # type: ignore[arg-type]


def _take(name: str, value: object) -> object:
    if name in TEXTS:
        return _text(value)
    if name in LISTS:
        entries = value if isinstance(value, list) else [value]
        return tuple(_text(entry) for entry in entries)
    if name in DATES:
        return _date(value)
    if name in CHOICES:
        return _choice(value, CHOICES[name])
    if name == "url":
        return _url(value)
    if name == "language":
        return _language(value)
    close = difflib.get_close_matches(name, FIELDS, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise _Bad(f"is not known; {hint}known are: {', '.join(sorted(FIELDS))}")


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not clean(value):
        raise _Bad(f"is {value!r}, but must be text")
    return clean(value)


def _date(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[T ][\d:.+Z-]+)?", str(value).strip())
    if isinstance(value, str) and match:
        try:
            return date.fromisoformat(match[1]).isoformat()
        except ValueError:
            pass
    raise _Bad(f"is {value!r}, but must be a date such as 2026-01-31")


def _choice(value: object, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise _Bad(f"is {value!r}, but must be one of: {', '.join(allowed)}")
    return str(value)


def _url(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s<>\"]+", value.strip()):
        raise _Bad(f"is {value!r}, but must be an address that begins with https:// or http://")
    return value.strip()


def _language(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise _Bad(f"is {value!r}, but must be a language code such as en")
    return value


def _refusal(source: str, reason: str) -> UnreadableSource:
    return UnreadableSource(source, reason, "Correct the metadata")
