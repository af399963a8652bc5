"""The reviewed glossary, words/glossary.toml: what terms and acronyms in a quote mean.

Each explanation is a fact found in one of the articles, which the entry names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from qa.errors import QAError
from qa.records import Span

PATH = Path(__file__).parent / "words" / "glossary.toml"
MOST_TERMS = 6  # explained below one answer
MOST_WORDS = 25  # of one explanation


class GlossaryDamaged(QAError):
    """The glossary cannot be read."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word and what it means."""

    term: str
    aliases: tuple[str, ...]
    plain: str
    source: str  # the article in corpus/ that says so
    title: str  # how that article is called
    says: str  # its words

    def forms(self) -> tuple[str, ...]:
        """Every way of writing it."""
        return (self.term, *self.aliases)


@lru_cache(maxsize=1)
def glossary() -> tuple[Term, ...]:
    """All terms, in the order of the file; raises GlossaryDamaged naming the entry."""
    try:
        entries = tomllib.loads(PATH.read_text("utf-8"))["term"]
        terms = [Term(**{**entry, "aliases": tuple(entry["aliases"])}) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GlossaryDamaged(f"cannot read {PATH}: {error}. Restore it.") from None
    for term in terms:
        if len(term.plain.split()) > MOST_WORDS:
            raise GlossaryDamaged(f"{PATH}: {term.term!r} takes more than {MOST_WORDS} words.")
    return tuple(terms)


def words_in(texts: Iterable[str]) -> list[Term]:
    """The terms that stand in the texts, in the order in which they first appear.

    >>> [term.term for term in words_in(["An anesthetic is needed for ECT.", "ECT"])]
    ['Anesthesia', 'ECT']
    """
    found = dict.fromkeys(name for text in texts for name in places_in(text))
    known = {term.term: term for term in glossary()}
    return [known[name] for name in found][:MOST_TERMS]


def places_in(text: str) -> dict[str, Span]:
    """Where each term first stands, by term, in the order of the text.

    >>> places_in("In ECT, and ECT alone, an anesthetic")
    {'ECT': Span(start=3, end=6), 'Anesthesia': Span(start=26, end=36)}
    """
    found: dict[str, Span] = {}
    by_form = _by_form()
    for match in _pattern().finditer(text):
        written = match.group()
        term = by_form.get(written) or by_form.get(written.lower())
        if term is not None:
            found.setdefault(term.term, Span(*match.span()))
    return found


@lru_cache(maxsize=1)
def _by_form() -> dict[str, Term]:
    """Acronyms as they are written; other words in lower case."""
    return {
        form if _is_acronym(form) else form.lower(): term
        for term in glossary()
        for form in term.forms()
    }


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    forms = sorted((form for term in glossary() for form in term.forms()), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)", re.IGNORECASE)


def _is_acronym(form: str) -> bool:
    return any(letter.isupper() for letter in form[1:])
