"""The reviewed word lists in words/*.toml, and the English words that symspellpy carries.

Of symspellpy (MIT) only its list of 82,765 words, commonest first, is read; the package itself is
never imported. A word is looked up in the bytes of the list, since parsing it would take longer
than a question may.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from qa.errors import QAError

FOLDER = Path(__file__).parent / "words"
_ENGLISH = "frequency_dictionary_en_82_765.txt"
_COMMON_BYTES = 140_000  # the first 8,000 words: what a misspelt word may have been meant as
_SOFT = frozenset("aeiouyh")
_FEWEST = 2  # consonants after the first letter; fewer say too little


class WordsUnavailable(QAError):
    """A word list is missing or damaged."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """A word taken for another, where its surroundings show it: group 1 of `find` is the slip."""

    find: re.Pattern[str]
    read: str


@dataclass(frozen=True, slots=True)
class Slips:
    """Forms that are misspelt wherever they stand, and those that are so in some places."""

    words: Mapping[str, str]
    confusions: tuple[Confusion, ...]


@dataclass(frozen=True, slots=True)
class Everyday:
    """What people say and the article names of the same thing."""

    written: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of treatment: what it is called and what belongs to it, other kinds included."""

    said: tuple[str, ...]
    has: frozenset[str]


@dataclass(frozen=True, slots=True)
class Treatments:
    """Written name -> the name used for that treatment; kind -> what it takes in."""

    same: Mapping[str, str]
    kinds: Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """Words that can answer a question for a number, and for a time."""

    quantities: frozenset[str]
    times: frozenset[str]


class English:
    """A general English vocabulary."""

    def __init__(self, data: bytes) -> None:
        self._data = b"\n" + data.replace(b"\r", b"").removeprefix(b"\xef\xbb\xbf")

    def __contains__(self, word: str) -> bool:
        return b"\n" + word.encode() + b" " in self._data

    def common(self) -> list[str]:
        """The commonest words, commonest first."""
        end = self._data.rfind(b"\n", 0, _COMMON_BYTES) if _COMMON_BYTES < len(self._data) else None
        return self._data[:end].decode().split()[::2]

    def sounding(self, word: str) -> list[str]:
        """Words, however rare, with the same first letter and the same consonants in order."""
        first, rest = word[0], word[1:]
        consonants = [c for c, before in zip(rest, word, strict=False) if c != before]
        consonants = [c for c in consonants if c not in _SOFT]
        if len(consonants) < _FEWEST:
            return []
        inside = b"[aeiouyh]*".join(c.encode() + b"+" for c in consonants)
        pattern = rb"\n(" + first.encode() + rb"+[aeiouyh]*" + inside + rb"[aeiouyh]*) "
        found = re.findall(pattern, self._data)
        return [match.decode() for match in found]


@lru_cache(maxsize=1)
def english() -> English:
    """The list of symspellpy; WordsUnavailable if it is not installed."""
    found = importlib.util.find_spec("symspellpy")
    folders = (found.submodule_search_locations if found else None) or []
    for folder in folders:
        path = Path(folder) / _ENGLISH
        if path.is_file():
            return English(path.read_bytes())
    raise WordsUnavailable(
        f"the word list {_ENGLISH} of symspellpy is missing. "
        "Install the requirements: pip install -r requirements.txt"
    )


@lru_cache(maxsize=1)
def slips() -> Slips:
    """words/slips.toml."""
    table = _table("slips.toml")
    confusions = (Confusion(re.compile(c["find"]), c["read"]) for c in table["confusion"])
    return Slips(table["words"], tuple(confusions))


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """words/names.toml: names that are never read as one another."""
    return frozenset(word for group in _table("names.toml").values() for word in group.split())


@lru_cache(maxsize=1)
def medicines() -> frozenset[str]:
    """The names of words/names.toml that can be a treatment: all but alcohol and the like."""
    groups = _table("names.toml").items()
    return frozenset(w for group, said in groups if group != "substances" for w in said.split())


@lru_cache(maxsize=1)
def drugs() -> frozenset[str]:
    """The names of words/names.toml that are medicines: no procedures, therapies or substances."""
    groups = _table("names.toml").items()
    others = ("substances", "treatments")
    return frozenset(w for group, said in groups if group not in others for w in said.split())


@lru_cache(maxsize=1)
def everyday() -> tuple[Everyday, ...]:
    """words/everyday.toml, longest phrase first."""
    entries = [
        Everyday(written, tuple(part.strip() for part in key.split(" / ")))
        for group in _table("everyday.toml").values()
        for key, said in group.items()
        for written in said
    ]
    return tuple(sorted(entries, key=lambda e: (-len(e.written), e.written)))


@lru_cache(maxsize=1)
def everyday_words() -> frozenset[str]:
    """The single words that people say for something of words/everyday.toml, plurals included."""
    said = {word for entry in everyday() for word in re.findall(r"[a-z]+", entry.written)}
    return frozenset(said | {f"{word}s" for word in said if not word.endswith("s")})


@lru_cache(maxsize=1)
def treatments() -> Treatments:
    """words/treatments.toml and the single names of words/names.toml, folded."""
    table = _table("treatments.toml")
    same = {name: name for name in names()}
    for name, others in table["same"].items():
        same.update(dict.fromkeys((name, *others), name))
    kinds = {
        k: Kind(tuple(v["said"]), frozenset(v["has"].split())) for k, v in table["kinds"].items()
    }
    return Treatments(same, kinds)


@lru_cache(maxsize=1)
def answer_words() -> AnswerWords:
    """words/asked.toml; numbers answer both."""
    said = {key: frozenset(value.split()) for key, value in _table("asked.toml").items()}
    return AnswerWords(said["numbers"] | said["quantities"], said["numbers"] | said["times"])


def _table(name: str) -> dict[str, Any]:
    path = FOLDER / name
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WordsUnavailable(
            f"{path} cannot be read ({error}). Restore the file from the repository."
        ) from error
