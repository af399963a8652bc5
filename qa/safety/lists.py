"""words/crisis.toml and words/notices.toml, read once and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from qa.errors import QAError
from qa.safety.patterns import compile_patterns

FOLDER = Path(__file__).parents[1] / "words"


class ListUnusable(QAError):
    """A reviewed list is missing or damaged; nothing is answered without it."""


@lru_cache(maxsize=2)
def lists(name: str, parts: tuple[str, ...]) -> Mapping[str, re.Pattern[str]]:
    """The named parts of a list, compiled. Raises QAError."""
    table = table_of(name)
    try:
        return {
            part: compile_patterns(table[part]["says"], table["classes"], f"{name}: {part}")
            for part in parts
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ListUnusable(
            f"{FOLDER / name} lacks a part ({error}). Restore the file from the repository."
        ) from error


def table_of(name: str) -> dict[str, Any]:
    """A list as TOML. Raises ListUnusable."""
    path = FOLDER / name
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ListUnusable(
            f"{path} cannot be read ({error}). Restore the file from the repository."
        ) from error
