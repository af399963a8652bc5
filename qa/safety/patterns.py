"""Rows of words from the reviewed lists -> one regular expression a group.

`{class}` stands for an entry of a class, `a|b` for either, `word?` may be missing, `word*` has any
ending, `..` is up to three words, `^` and `$` are the ends of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from qa.errors import QAError

_GAP = r"(?:\w+ ){0,3}?"
_WORD = re.compile(r"[a-z0-9]+\*?")


class PatternUnusable(QAError):
    """A pattern of a word list cannot be read."""


def compile_patterns(
    patterns: Iterable[str], classes: Mapping[str, str], where: str
) -> re.Pattern[str]:
    """Matches a sentence, as `plain` gives it, that one of the patterns stands in.

    >>> rows = compile_patterns(["{want} .. die", "end it all?"], {"want": "want wish"}, "here")
    >>> bool(rows.search("i want to die ")), bool(rows.search("the lights died "))
    (True, False)
    """
    said = {name: _class(entries, f"{where}: class {name}") for name, entries in classes.items()}
    rows = [_row(pattern, said, where) for pattern in patterns]
    return re.compile("|".join(rows) if rows else "(?!)")


def _class(entries: str, where: str) -> str:
    """Single words apart by spaces; phrases apart by | after them."""
    singles, *phrases = entries.split("|")
    words = [*singles.split(), *(phrase.strip() for phrase in phrases)]
    if not words or not all(re.fullmatch(r"[a-z0-9 ]+", word) for word in words):
        raise PatternUnusable(f"{where} is {entries!r}. Write lower-case words and digits only.")
    return "(?:" + "|".join(sorted(words, key=lambda w: (-len(w), w))) + ") "


def _row(pattern: str, classes: Mapping[str, str], where: str) -> str:
    parts = [_part(token, classes, f"{where}: {pattern!r}") for token in pattern.split()]
    if not parts:
        raise PatternUnusable(f"{where} has an empty pattern. Delete it.")
    return r"\b" + "".join(parts)


def _part(token: str, classes: Mapping[str, str], where: str) -> str:
    if token == "..":
        return _GAP
    if token.startswith("^"):
        return "^" + (_part(token[1:], classes, where) if len(token) > 1 else "")
    name = re.fullmatch(r"\{(\w+)\}", token)
    if name:
        if name[1] not in classes:
            raise PatternUnusable(f"{where} names the class {name[1]!r}, which there is not.")
        return classes[name[1]]
    optional = token.endswith("?")
    found = [_word(word, classes, where) for word in token.removesuffix("?").split("|")]
    return "(?:" + "|".join(found) + ")" + ("?" if optional else "")


def _word(word: str, classes: Mapping[str, str], where: str) -> str:
    if word == "$":
        return "$"
    if word.startswith("{"):
        return _part(word, classes, where)
    if not _WORD.fullmatch(word):
        raise PatternUnusable(f"{where}: {word!r} is no word. Write lower case and digits only.")
    return word.replace("*", r"\w*") + " "
