"""Settings: defaults < QA_* environment variables < flags. Read once, at the edge."""

from __future__ import annotations

import ipaddress
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
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
    # limits of the served page; each refusal is one calm sentence in the chat
    messages_per_minute: int = 30  # questions of one client
    requests_per_minute: int = 3000  # of one client, every file of a page counted
    queue_size: int = 64  # questions that wait
    answers_at_once: int = 8
    sessions: int = 200  # conversations in which an answer is awaited
    sessions_per_client: int = 50  # the same for one client: a clinic may share one address
    connections: int = 1000  # open connections of all clients
    max_body_kb: int = 256  # a question with the conversation before it is at most about 100 KB
    receive_seconds: int = 15  # for a question to arrive whole
    answer_seconds: int = 60  # for an answer to be found and sent
    trusted_proxies: str = ""  # addresses or networks whose X-Forwarded-* headers count
    allowed_hosts: str = ""  # names by which the page is reached, besides localhost and addresses
    exit_url: str = "about:blank"  # where "Leave quickly" goes: https://..., or a blank page
    idle_minutes: int = 15  # without use, after which the conversation is wiped from the screen
    database: str = "data/wellsourced.sqlite"  # a file or URL; made when it is first needed
    journal: str = "off"  # off | counts | text; text: a patient may have the question kept
    journal_days: int = 90  # after which rows are deleted
    help: Path | None = None  # a clinic's own help lines; None = words/help.toml
    golden: Path = Path("golden.jsonl")  # a clinic's golden questions: a file, or a folder
    gate: bool = True  # a build is held against them before it is published
    gate_worse: float = 0.02  # the most of them that may get worse, as a share
    region: str = ""  # codes of the regions whose help lines are shown, "UK,IE"; empty = all
    staff: bool = True  # the staff desk answers; off it is not there
    # for programs and operators
    api: bool = False  # /api/ answers; off it is not there
    api_token: str = field(default="", repr=False)  # asked of every program; empty = of none
    metrics_port: int = 0  # where 127.0.0.1 tells how the service does; 0 = nowhere
    metrics_token: str = field(default="", repr=False)  # opens /metrics on the page's own port
    log: str = "text"  # text | json
    log_level: str = "warning"  # error | warning | info; with info, a line for each request


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
    settings = Settings(**chosen)  # type: ignore[arg-type]
    if settings.sessions_per_client > settings.sessions:
        raise QAError(
            f"QA_SESSIONS_PER_CLIENT is {settings.sessions_per_client}, but QA_SESSIONS, for all "
            f"clients together, is {settings.sessions}. Lower the first or raise the second."
        )
    return settings


_RANGES: Mapping[str, tuple[float, float]] = {
    "minimum_support": (0, 1),
    "port": (0, 65535),
    "metrics_port": (0, 65535),
    "journal_days": (1, 36500),
    "gate_worse": (0, 1),
}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "journal": ("off", "counts", "text"),
    "log": ("text", "json"),
    "log_level": ("error", "warning", "info"),
}
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{20,200}=*")  # what RFC 6750 lets a header carry
_SWITCH = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}


def _convert(name: str, value: str, where: str) -> object:
    default = 0.0 if name == "minimum_support" else getattr(Settings(), name)
    if name in ("cache", "help") or isinstance(default, Path):
        return Path(value).expanduser()
    if isinstance(default, str):
        _check_choice(name, value, where)
        _check_token(name, value, where)
        _check_list(name, value, where)
        return value
    if isinstance(default, bool):
        if value.strip().lower() not in _SWITCH:
            raise QAError(f"{where} is {value!r}, but must be true or false. Correct or unset it.")
        return _SWITCH[value.strip().lower()]
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


def _check_choice(name: str, value: str, where: str) -> None:
    if value not in _CHOICES.get(name, (value,)):
        *others, last = _CHOICES[name]
        wanted = f"{', '.join(others)} or {last}"
        raise QAError(f"{where} is {value!r}, but must be {wanted}. Correct or unset it.")


def _check_token(name: str, value: str, where: str) -> None:
    """Refuses a token that is easily guessed or cannot be sent, without repeating it."""
    if name in ("api_token", "metrics_token") and _TOKEN.fullmatch(value) is None:
        raise QAError(
            f"{where} must be 20 to 200 letters, digits and . _ ~ + / - only. Make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )


_HOST_NAME = re.compile(
    r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE
)


def _check_list(name: str, value: str, where: str) -> None:
    """Refuses a list of networks or host names in which one entry is none."""
    for part in (part.strip() for part in value.split(",")):
        if name == "trusted_proxies" and not _is_network(part):
            wanted = "addresses or networks with commas between, like 127.0.0.1,10.0.0.0/8"
        elif name == "allowed_hosts" and _HOST_NAME.fullmatch(part) is None:
            wanted = "host names with commas between, without https:// and port"
        else:
            continue
        raise QAError(f"{where} holds {part!r}, but must be {wanted}. Correct or unset it.")


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True
