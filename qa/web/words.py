"""Terms and acronyms explained where they stand, from the reviewed glossary.

In each quote the first place of a term is a button that opens its meaning (a popover of the
browser itself). The letters of the quote stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from qa.glossary import Term, places_in, words_in
from qa.records import Quote, Span
from qa.web.escaping import escape

_BEFORE = re.compile(r"[^\w\s]{0,3}\Z")
_AFTER = re.compile(r"[^\w\s]{0,3}")


@dataclass(frozen=True, slots=True)
class Words:
    """What is explained in one turn: terms by the id of the element that explains them."""

    terms: Mapping[str, Term] = field(default_factory=dict)

    @classmethod
    def of(cls, quotes: Iterable[Quote], turn_id: str) -> Words:
        """The terms in these quotes; every id begins with `turn_id`."""
        terms = words_in(quote.text for quote in quotes)
        return cls({f"{turn_id}-word-{n}": term for n, term in enumerate(terms, start=1)})

    def in_quote(self, quote: Quote) -> QuotedWords:
        """With where each of them first stands in this quote."""
        ids = {term.term: element_id for element_id, term in self.terms.items()}
        at, shift = places_in(quote.text), quote.span.start
        places = tuple(
            (Span(place.start + shift, place.end + shift), ids[name])
            for name, place in at.items()
            if name in ids
        )
        return QuotedWords(quote.document.text, places)

    def html(self) -> Markup:
        """The meanings, closed; a browser without popovers, and paper, show them as a list."""
        meanings = (
            Markup(
                '<div popover class="meaning" id="{}"><strong>{}</strong> {} '
                '<span class="from">From: {}</span></div>'
            ).format(element_id, escape(term.term), escape(term.plain), escape(term.title))
            for element_id, term in self.terms.items()
        )
        listed = Markup("").join(meanings)
        return Markup('<div class="words">{}</div>').format(listed) if listed else listed


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """The text of a document with the terms that are explained in one quote of it."""

    text: str
    places: tuple[tuple[Span, str], ...]  # in order

    def html(self, start: int, end: int) -> Markup:
        """All characters from `start` to `end`, the terms among them as buttons."""
        parts, position = list[Markup](), start
        for place, element_id in self.places:
            if position <= place.start and place.end <= end:
                first, last = self._held(place, position, end)
                parts += [
                    escape(self.text[position:first]),
                    self._term(place, first, last, element_id),
                ]
                position = last
        return Markup("").join([*parts, escape(self.text[position:end])])

    def _held(self, place: Span, start: int, end: int) -> tuple[int, int]:
        """The term with the signs next to it: no line may end between them."""
        before = _BEFORE.search(self.text, max(start, place.start - 3), place.start)
        after = _AFTER.match(self.text, place.end, end)
        return (
            before.start() if before else place.start,
            after.end() if after else place.end,
        )

    def _term(self, place: Span, first: int, last: int, element_id: str) -> Markup:
        button = Markup('<button type="button" class="term" popovertarget="{}">{}</button>').format(
            element_id, escape(place.of(self.text))
        )
        if (first, last) == (place.start, place.end):
            return button
        return Markup('<span class="held">{}{}{}</span>').format(
            escape(self.text[first : place.start]), button, escape(self.text[place.end : last])
        )
