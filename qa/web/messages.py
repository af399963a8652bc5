"""A question as it comes in: its bytes counted as they arrive, its JSON checked and cleaned.

What passes has the form that the page sends and nothing else, so nothing behind it meets a file
reference, a number out of range, a lone surrogate or a hundred nested lists.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.types import Receive

from qa.web.refusals import NOT_READ, TOO_LARGE, TOO_SLOW, Refused

SESSION = re.compile(r"[a-z0-9]{6,40}")  # gradio's page makes eleven of these, at random
_DEEPEST = 12
_LARGEST = 2**53 - 1  # the largest whole number that a browser can write
_FILE_KEYS = frozenset({"path", "url", "meta", "_type", "orig_name"})  # of gradio's file references


class Gone(Exception):
    """The caller hung up."""


@dataclass(frozen=True, slots=True)
class Message:
    """One question of one session, cleaned, as bytes for gradio."""

    session: str
    event: int
    body: bytes


async def read_body(receive: Receive, most: int, seconds: float) -> bytes:
    """The whole body; raises Refused once it is too large or too slow, whatever length was said."""
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                chunks.append(message.get("body", b""))
                size += len(chunks[-1])
                if size > most:
                    raise Refused(413, TOO_LARGE)
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError:
        raise Refused(408, TOO_SLOW) from None


def read_message(body: bytes, inputs: Mapping[int, int]) -> Message:
    """The message in a body; `inputs` says how many values each event of the page takes."""
    sent = _object(body)
    session, event, data = sent.get("session_hash"), sent.get("fn_index"), sent.get("data")
    if not isinstance(session, str) or SESSION.fullmatch(session) is None:
        _refuse()
    if type(event) is not int or not isinstance(data, list) or inputs.get(event) != len(data):
        _refuse()
    trigger = sent.get("trigger_id")
    cleaned = {
        "session_hash": session,
        "fn_index": event,
        "trigger_id": trigger if type(trigger) is int and 0 <= trigger <= _LARGEST else None,
        "data": [_cleaned(value, 0) for value in data],
    }
    return Message(session, event, json.dumps(cleaned).encode())


def read_question(body: bytes) -> bytes:
    """What a program asks, cleaned: the fields that count, and of each turn the same."""
    sent = _only(_object(body), ("question", "history", "id"))
    if isinstance(turns := sent.get("history"), list):
        sent["history"] = [_only(turn, ("role", "content")) for turn in turns]
    return json.dumps(_cleaned(sent, 0)).encode()


def _only(value: Any, keys: tuple[str, ...]) -> Any:
    return {key: value[key] for key in keys if key in value} if isinstance(value, dict) else value


def _object(body: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):  # also what is not UTF-8, and numbers without end
        _refuse()
    if not isinstance(sent, dict):
        _refuse()
    return sent


def _cleaned(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        _refuse()
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        if _FILE_KEYS & value.keys():
            _refuse()
        return {clean_text(key): _cleaned(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item, depth + 1) for item in value]
    if isinstance(value, int | float) and not -_LARGEST <= value <= _LARGEST:
        _refuse()
    return value


def clean_text(text: str) -> str:
    r"""Text that can be written as UTF-8: half characters and NUL become the replacement sign.

    >>> clean_text("a\ud800b\x00c") == "a\ufffdb\ufffdc"
    True
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "\ufffd")


def _refuse(_: str = "") -> NoReturn:
    raise Refused(400, NOT_READ)
