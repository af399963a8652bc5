"""Settings: defaults < QA_* environment variables < flags. Read once, at the edge."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from qa.errors import QAError

DEFAULT_MODEL = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator may set; each field `x` is read from the variable `QA_X`."""

    corpus: Path = Path("corpus")
    index: Path = Path("index")
    model: str = DEFAULT_MODEL  # the default, or any sentence-transformers name or path
    backend: str = "auto"  # auto | onnx | openvino | torch; auto = the fastest that is proved
    reader: str = "default"  # the sentence reader: default, off, or a folder with another one
    cache: Path | None = None  # for exported models; None = the user's cache folder
    host: str = "127.0.0.1"
    port: int = 7860
    max_question_chars: int = 1000
    max_source_mb: int = 64
    read_seconds: int = 60  # a source that takes longer to read is refused
    passage_tokens: int = 120  # chosen in benchmarks/passages.md
    depth: int = 40  # candidates taken from each ranking
    minimum_support: float | None = None  # below it nothing is quoted; None = as the index says
    clinic: str = ""  # the name shown on the page
    help: Path | None = None  # a clinic's own help lines; None = words/help.toml
    region: str = ""  # codes of the regions whose help lines are shown, "UK,IE"; empty = all


def load_settings(
    environ: Mapping[str, str] | None = None, **flags: str | int | float | Path | None
) -> Settings:
    """Defaults < `QA_*` variables < flags that are not None.

    Raises QAError naming the variable, its value and the wanted type.
    """
    environ = os.environ if environ is None else environ
    chosen: dict[str, object] = {}
    for name in (f.name for f in fields(Settings)):
        flag = flags.get(name)
        if flag is not None:
            chosen[name] = _convert(name, str(flag), f"--{name.replace('_', '-')}")
        elif environ.get(f"QA_{name.upper()}"):
            chosen[name] = _convert(name, environ[f"QA_{name.upper()}"], f"QA_{name.upper()}")
    return Settings(**chosen)  # type: ignore[arg-type]


_RANGES: Mapping[str, tuple[float, float]] = {"minimum_support": (0, 1), "port": (0, 65535)}


def _convert(name: str, value: str, where: str) -> object:
    default = 0.0 if name == "minimum_support" else getattr(Settings(), name)
    if name in ("cache", "help") or isinstance(default, Path):
        return Path(value).expanduser()
    if isinstance(default, str):
        return value
    try:
        number = type(default)(value)
    except ValueError:
        wanted = "a whole number" if isinstance(default, int) else "a number"
        raise QAError(f"{where} is {value!r}, but must be {wanted}. Correct or unset it.") from None
    low, high = _RANGES.get(name, (1, math.inf))
    if not low <= number <= high:  # also refuses nan
        limit = f"at least {low}" if high == math.inf else f"from {low} to {high}"
        raise QAError(f"{where} is {value!r}, but must be {limit}. Correct or unset it.")
    return number
