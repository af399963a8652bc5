"""One quote with its source as HTML.

The text content of a quote's blockquote in a browser is the stored quote, whatever stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from qa.records import BlockKind, Document, Quote, Span
from qa.render import age_note, based_on, place, provenance, source_href
from qa.web.escaping import escape
from qa.web.newer import name_of, replacement_of
from qa.web.words import QuotedWords, Words

CELL_SIGN = " | "  # how the readers write the end of a cell within a table row
_NO_WORDS = Words()


@dataclass(frozen=True, slots=True)
class Beside:
    """What a quote is shown with: words that are explained, articles that may have replaced its."""

    words: Words = _NO_WORDS
    documents: Mapping[str, Document] = field(default_factory=dict)


_ALONE = Beside()


def quote_html(quote: Quote, element_id: str, kind: str = "", beside: Beside = _ALONE) -> Markup:
    """A quote with its source; what is old or overdue says so above the quote itself."""
    document = quote.document
    return Markup(
        '<figure class="quote {}" id="{}">{}<blockquote lang="{}" dir="auto">{}</blockquote>'
        '<figcaption><cite dir="auto">{}</cite><span class="by">{}</span>{}{}'
        '<a class="open" href="{}" target="_blank" rel="noopener">Read it in the article'
        '<span class="unseen"> {} (opens in a new tab)</span></a></figcaption></figure>'
    ).format(
        kind,
        element_id,
        _age_html(document, beside.documents),
        document.metadata.language,
        verbatim(quote, beside.words),
        escape(document.metadata.title),
        escape(provenance(document)),
        _line("span", "where", place(quote)),
        _line("span", "based", based_on(document)) if kind == "lead" else "",
        source_href(quote),
        escape(document.metadata.title),
    )


def _age_html(document: Document, documents: Mapping[str, Document]) -> Markup:
    """What is old or overdue, with a link to the article that has replaced it."""
    note = age_note(document, date.today())
    newer = replacement_of(document, documents) if note else None
    if newer is None:
        return _line("p", "age", note)
    return Markup(
        '<p class="age">{}: <a href="/source/{}" target="_blank" rel="noopener"><bdi>{}</bdi>'
        '<span class="unseen"> (opens in a new tab)</span></a></p>'
    ).format(note, newer.doc_id, escape(name_of(newer)))


def _line(tag: str, name: str, text: str) -> Markup:
    """A line of its own, or nothing where there is nothing to say."""
    element = Markup('<{0} class="{1}">{2}</{0}>')
    return element.format(Markup(tag), name, escape(text)) if text else Markup("")


def verbatim(quote: Quote, words: Words = _NO_WORDS) -> Markup:
    """All characters of the quote; where it spans several blocks, each begins a new line."""
    pieces = words.in_quote(quote)
    blocks = [block for block in quote.document.blocks if block.span.overlaps(quote.span)]
    if not blocks or len(blocks) == 1 and blocks[0].kind is not BlockKind.TABLE_ROW:
        return pieces.html(quote.span.start, quote.span.end)
    position, parts = quote.span.start, list[Markup]()
    for block in blocks:
        inside = Span(max(block.span.start, quote.span.start), min(block.span.end, quote.span.end))
        parts += [pieces.html(position, inside.start), _line_html(block.kind, inside, pieces)]
        position = inside.end
    return Markup("").join([*parts, pieces.html(position, quote.span.end)])


def _line_html(kind: BlockKind, line: Span, pieces: QuotedWords) -> Markup:
    """The signs between the cells of a row stay in the text, but the style does not draw them."""
    if kind is not BlockKind.TABLE_ROW:
        name = "item" if kind is BlockKind.LIST_ITEM else "line"
        return Markup('<span class="{}">{}</span>').format(name, pieces.html(line.start, line.end))
    cells = (
        Markup('<span class="cell">{}</span>').format(pieces.html(cell.start, cell.end))
        for cell in cells_of(pieces.text, line)
    )
    sign = Markup('<span class="sign">{}</span>').format(CELL_SIGN)
    return Markup('<span class="row">{}</span>').format(sign.join(cells))


def cells_of(text: str, row: Span) -> list[Span]:
    """
    >>> [cell.of("a | bc") for cell in cells_of("a | bc", Span(0, 6))]
    ['a', 'bc']
    """
    cells, position = [], row.start
    for cell in row.of(text).split(CELL_SIGN):
        cells.append(Span(position, position + len(cell)))
        position += len(cell) + len(CELL_SIGN)
    return cells
