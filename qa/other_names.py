"""Phrases of a question and the other names of the same thing, set in brackets behind them.

"Is shock treatment safe?" -> "Is shock treatment (ECT, electroconvulsive therapy) safe?": both are
searched for, and a sentence may use either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qa.records import Span
from qa.text import fold, words
from qa.wordlists import Everyday

MOST_WORDS = 6  # of a phrase

Phrase = tuple[str, ...]  # folded words


@dataclass(frozen=True, slots=True)
class Alternative:
    """A phrase of the expanded question and the names behind it that mean the same."""

    written: Span
    names: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Expanded:
    """A question with other names in brackets."""

    text: str
    alternatives: tuple[Alternative, ...] = ()


def phrase(text: str) -> Phrase:
    """The folded words; hyphens and spaces are the same.

    >>> phrase("Treatment-resistant depression")
    ('treatment', 'resistant', 'depression')
    """
    return tuple(fold(w.of(text)) for w in words(text))


@dataclass(frozen=True, slots=True)
class OtherNames:
    """Phrase -> other names of the same thing."""

    names: Mapping[Phrase, tuple[str, ...]]

    @classmethod
    def of(
        cls,
        reviewed: Iterable[Everyday],
        acronyms: Iterable[tuple[str, str]],
        vocabulary: Iterable[str],
    ) -> OtherNames:
        """The reviewed list and the articles' acronyms; names that the articles lack are left out.

        What the articles define of an acronym goes before what the list says.
        """
        known = frozenset(vocabulary)
        found: dict[Phrase, dict[str, str]] = {}
        listed = [(entry.written, name) for entry in reviewed for name in entry.names]
        for written, name in (*acronyms, *listed):
            if known.issuperset(phrase(name)):
                found.setdefault(phrase(written), {}).setdefault(fold(name), name)
        return cls({key: tuple(names.values()) for key, names in found.items()})

    def expand(self, question: str) -> Expanded:
        """The question with other names behind each phrase that has some, longest phrases first.

        A name that stands in the question already is not repeated; nor is any given twice.
        """
        spans = words(question)
        folded = [fold(span.of(question)) for span in spans]
        said = set(folded)
        found: list[tuple[Span, tuple[str, ...]]] = []
        at = 0
        while at < len(spans):
            size, names = self._longest(folded, at)
            fresh = tuple(n for n in names if not said.issuperset(phrase(n)))
            if fresh:
                found.append((Span(spans[at].start, spans[at + size - 1].end), fresh))
                said.update(word for name in fresh for word in phrase(name))
            at += max(size, 1)
        return _bracketed(question, found)

    def _longest(self, folded: Sequence[str], at: int) -> tuple[int, tuple[str, ...]]:
        for size in range(min(MOST_WORDS, len(folded) - at), 0, -1):
            *first, last = folded[at : at + size]
            for form in (last, last.removesuffix("s"), last.removesuffix("es")):
                names = self.names.get((*first, form))
                if names:
                    return size, names
        return 0, ()


def _bracketed(question: str, found: Sequence[tuple[Span, tuple[str, ...]]]) -> Expanded:
    text, at = "", 0
    alternatives = []
    for span, names in found:
        text += question[at : span.start]
        written = Span(len(text), len(text) + len(span))
        text += span.of(question) + " ("
        places = []
        for number, name in enumerate(names):
            text += ", " if number else ""
            places.append(Span(len(text), len(text) + len(name)))
            text += name
        text += ")"
        at = span.end
        alternatives.append(Alternative(written, tuple(places)))
    return Expanded(text + question[at:], tuple(alternatives))
