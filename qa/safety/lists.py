"""words/crisis.toml and words/notices.toml, read once and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from qa.errors import QAError
from qa.safety.patterns import compile_patterns

FOLDER = Path(__file__).parents[1] / "words"


class ListUnusable(QAError):
    """A reviewed list is missing or damaged; nothing is answered without it."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What words/crisis.toml says, compiled."""

    rules: Mapping[str, re.Pattern[str]]  # kind -> what decides
    other_sense: re.Pattern[str]
    past: re.Pattern[str]
    asked: re.Pattern[str]
    person: re.Pattern[str]
    in_light: frozenset[str]  # words of a message that only continues the one before
    phrases: Mapping[str, tuple[str, ...]]  # "crisis", "other" -> what is compared by meaning


@lru_cache(maxsize=1)
def crisis_lists() -> Lists:
    """words/crisis.toml. Raises QAError."""
    name = "crisis.toml"
    table = table_of(name)
    try:
        classes = table["classes"]
        rules = {kind: rule["says"] for kind, rule in table["rule"].items()}
        found = {part: table[part]["says"] for part in ("other_sense", "past", "asked", "person")}
        phrases = {
            sense: tuple(line for said in groups.values() for line in said.strip().splitlines())
            for sense, groups in table["phrases"].items()
        }
        in_light = frozenset(table["in_light"]["words"].split())
    except (KeyError, TypeError, AttributeError) as error:
        raise ListUnusable(
            f"{FOLDER / name} lacks a part ({error}). Restore the file from the repository."
        ) from error
    single = {
        part: compile_patterns(says, classes, f"{name}: {part}") for part, says in found.items()
    }
    return Lists(
        {kind: compile_patterns(says, classes, f"{name}: {kind}") for kind, says in rules.items()},
        **single,
        in_light=in_light,
        phrases=phrases,
    )


def table_of(name: str) -> dict[str, Any]:
    """A list as TOML. Raises ListUnusable."""
    path = FOLDER / name
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ListUnusable(
            f"{path} cannot be read ({error}). Restore the file from the repository."
        ) from error
