"""Characters as a reader sees them: one form, no hidden ones, one space between words.

`clean` is applied to every block of every format. Lines are joined here too, since whether a
hyphen at a line's end belongs to the word is seen from the words of the whole document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_ODD = re.compile(r"[^\x20-\x7e]")
_SPACE = re.compile(r"\s+")
_JOINERS = "\u200c\u200d"  # seen in emoji, Persian and Indic scripts: kept between such characters
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")

# Symbol and Wingdings characters that Word and PDF files keep at U+F000 + their code.
_SYMBOLS = dict(
    zip(
        (0xF000 + code for code in b"\x2b\x2d\x3c\x3d\x3e\x44\x53\x57\x61\x62\x64\x67\x6c\x6d\x70"),
        "+−<=>ΔΣΩαβδγλμπ",
        strict=True,
    )
) | dict(
    zip(
        (0xF000 + code for code in b"\xa3\xa5\xa7\xa8\xae\xb0\xb1\xb3\xb4\xb7\xd8\xfc\x76\x73"),
        "≤∞••→°±≥×••✓•σ",
        strict=True,
    )
)
_OLD_STYLE_DIGITS = {0xF730 + digit: str(digit) for digit in range(10)}  # Adobe corporate use area
_SMALL_CAPITALS = {0xF761 + letter: chr(ord("A") + letter) for letter in range(26)}
_PRIVATE = _SYMBOLS | _OLD_STYLE_DIGITS | _SMALL_CAPITALS

# A line that ends so goes on without a space: "2018-", "and/", "FAA–", "https://", "name@".
_CLOSED = re.compile(r"\w[-\u2010\u2011\u2013\u2014/@]$|://\S*[/.=&?_-]$|://$")
# First halves after which a hyphen at a line's end is nearly always part of the word.
_HYPHEN_PREFIXES = frozenset("self well ill half cross ex quasi all".split())


def clean(text: str) -> str:
    """NFC, ligatures expanded, hidden characters gone, white space collapsed and trimmed.

    >>> clean(" e\\ufb03cacy\\u00ad of\\tTMS ")
    'efficacy of TMS'
    """
    if not text.isascii() or not text.isprintable():
        text = _ODD.sub(lambda match: _mend(match.group()), text)
        if _JOINERS[0] in text or _JOINERS[1] in text:
            text = _without_stray_joiners(text)
        text = unicodedata.normalize("NFC", text)
    return _SPACE.sub(" ", text).strip()


@lru_cache(maxsize=4096)
def _mend(char: str) -> str:
    """What one character outside printable ASCII becomes."""
    code = ord(char)
    category = unicodedata.category(char)
    if char.isspace() or category.startswith("Z"):
        return " "
    if category == "Co":
        return _PRIVATE.get(code, "")
    if category == "Cf":
        return char if char in _JOINERS or char in _VISIBLE_FORMATS else ""
    if category in ("Cc", "Cs"):
        return ""
    if char in "\u2010\u2011":  # hyphen, non-breaking hyphen
        return "-"
    if 0xFB00 <= code <= 0xFDCF or 0xFE70 <= code <= 0xFEFC:  # ligatures, positional forms
        return unicodedata.normalize("NFKC", char)
    return char


def _without_stray_joiners(text: str) -> str:
    """Joiners stay only between two characters beyond the Latin alphabets."""
    kept: list[str] = []
    for i, char in enumerate(text):
        if char in _JOINERS:
            following = text[i + 1 : i + 2]
            if not (kept and _joins(kept[-1]) and following and _joins(following)):
                continue
        kept.append(char)
    return "".join(kept)


def _joins(char: str) -> bool:
    return ord(char) > 0x2FF and char not in _JOINERS and not char.isspace()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one document, in lower case; `compounds` are those written with hyphens."""

    words: frozenset[str]
    compounds: frozenset[str]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Vocabulary:
        """Words cut at the end of a line are left out, as are their second halves."""
        words: set[str] = set()
        compounds: set[str] = set()
        cut = False
        for line in lines:
            lowered = line.lower()
            found = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*(?!\w*[-\xad]$)", lowered)
            for word in found[1:] if cut else found:
                (compounds if "-" in word else words).add(word)
            cut = lowered.rstrip().endswith(("-", "\xad", "\u2010"))
        return cls(frozenset(words), frozenset(compounds))


def join_lines(first: str, second: str, vocabulary: Vocabulary) -> str:
    """Two lines of one paragraph as one.

    A hyphen between letters at the end of `first` goes, unless the next line starts with a capital
    or a digit, or the document writes the word with a hyphen elsewhere and never without one, or
    writes neither but has both halves as words of their own ("long-" "term").

    >>> join_lines("a treat-", "ment of", Vocabulary.of(["treatments"]))
    'a treatment of'
    """
    before = first.rstrip()
    after = second.lstrip()
    if before.endswith("\xad"):
        return before[:-1] + after
    cut = re.search(r"([^\W\d_]+)[-\u2010\u2011]$", before)
    rest = re.match(r"[^\W\d_]+", after)
    if cut is None or rest is None:
        closed = bool(_CLOSED.search(before)) and after[:1].isalnum()
        return before + after if closed else f"{before} {after}"
    if not rest.group()[0].islower() or keeps_hyphen(cut[1], rest.group(), vocabulary):
        return before + after
    return before[:-1] + after


def keeps_hyphen(first: str, second: str, vocabulary: Vocabulary) -> bool:
    """Whether `first` and `second`, cut at a hyphen, make a word that is written with it."""
    first, second = first.lower(), second.lower()
    if first + second in vocabulary.words:
        return False
    if f"{first}-{second}" in vocabulary.compounds or first in _HYPHEN_PREFIXES:
        return True
    halves = (first, second)
    return all(len(half) > 2 and half in vocabulary.words for half in halves)
