"""Bytes of a text file -> str: byte order marks first, then UTF-8, then what the bytes suggest.

What decodes to binary or garbled characters is refused, never guessed into a document.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from qa.errors import UnreadableSource

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ADVICE = "Save it as UTF-8 text"
# UTF-8 that was once read as Windows-1252: "â€™" for an apostrophe, "Ã©" for an accented e.
_MOJIBAKE = re.compile(r"â€[\x80-\xff\u2013-\u2122\ufffdœž]|Ã[\x80-\xbf]|Â[\xa0-\xbf]|ï¿½")
# Western text has few bytes beyond ASCII: there Windows-1252 is meant unless it makes no sense.
_WESTERN_SHARE = 0.2
_WESTERN = re.compile(r"[\s\x20-\x7e\xa0-\xffŒœŠšŽžŸƒ\u02c6\u02dc\u2010-\u203a€™]*")
_SIGN_IN_WORD = re.compile(r"[a-z][\xa1-\xb6\xb8-\xbf]+[a-z]")


def decode(data: bytes, source: str, declared: str | None = None) -> str:
    """The text of a file; `declared` is the encoding that the file itself names, if any."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _try(data, encoding)
            if text is None:
                raise _refusal(source, f"its byte order mark says {encoding}, its bytes do not")
            return _checked(text, source)
    for known in ("utf-8", _zero_pattern(data), declared):
        text = _try(data, known) if known else None
        if text is not None and "\0" not in text:
            return _checked(text, source)
    if b"\0" in data:
        raise _refusal(source, "it holds binary data, not text")
    return _checked(_western(data) or _detected(data, source), source)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _zero_pattern(data: bytes) -> str | None:
    """UTF-16 without a mark: Latin text has a zero in every other byte."""
    sample = data[:4096]
    if len(sample) < 4 or len(data) % 2:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    enough = len(sample) // 2 * 0.4
    if odd > enough and even < odd / 10:
        return "utf-16-le"
    return "utf-16-be" if even > enough and odd < even / 10 else None


def _western(data: bytes) -> str | None:
    beyond = sum(byte > 0x7F for byte in data)
    if beyond > _WESTERN_SHARE * len(data):
        return None
    text = _try(data, "cp1252")
    if text is None or not _WESTERN.fullmatch(text) or _SIGN_IN_WORD.search(text):
        return None
    return text


def _detected(data: bytes, source: str) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise _refusal(source, "its encoding cannot be told")
    return str(best)


def _checked(text: str, source: str) -> str:
    """Refuse what decodes but is not text."""
    sample = text[:200_000]
    garbled = len(_MOJIBAKE.findall(sample))
    if garbled > max(3, len(sample) * 0.001):
        raise _refusal(source, "its accents and quotation marks were garbled when it was saved")
    bad = sum(
        unicodedata.category(char) in ("Cc", "Cn", "Cs", "Co") and char not in "\t\n\r\f\v\x85"
        for char in sample
    ) + sample.count("\ufffd")
    if bad > max(2, len(sample) * 0.01):
        raise _refusal(source, "it holds binary data or characters of an unknown encoding")
    return text


def _refusal(source: str, reason: str) -> UnreadableSource:
    return UnreadableSource(source, reason, _ADVICE)
