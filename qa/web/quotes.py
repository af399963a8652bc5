"""One quote with its source as HTML.

The text content of a quote's blockquote in a browser is the stored quote, whatever stands in it.
"""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from qa.records import BlockKind, Quote
from qa.render import age_note, based_on, place, provenance, source_href
from qa.web.escaping import escape

CELL_SIGN = " | "  # how the readers write the end of a cell within a table row


def quote_html(quote: Quote, element_id: str, kind: str = "") -> Markup:
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
        _line("p", "age", age_note(document, date.today())),
        document.metadata.language,
        verbatim(quote),
        escape(document.metadata.title),
        escape(provenance(document)),
        _line("span", "where", place(quote)),
        _line("span", "based", based_on(document)) if kind == "lead" else "",
        source_href(quote),
        escape(document.metadata.title),
    )


def _line(tag: str, name: str, text: str) -> Markup:
    """A line of its own, or nothing where there is nothing to say."""
    element = Markup('<{0} class="{1}">{2}</{0}>')
    return element.format(Markup(tag), name, escape(text)) if text else Markup("")


def verbatim(quote: Quote) -> Markup:
    """All characters of the quote; where it spans several blocks, each begins a new line."""
    blocks = [block for block in quote.document.blocks if block.span.overlaps(quote.span)]
    if not blocks or len(blocks) == 1 and blocks[0].kind is not BlockKind.TABLE_ROW:
        return escape(quote.text)
    text, position, parts = quote.document.text, quote.span.start, list[Markup]()
    for block in blocks:
        start, end = max(block.span.start, quote.span.start), min(block.span.end, quote.span.end)
        parts += [escape(text[position:start]), _line_html(block.kind, text[start:end])]
        position = end
    return Markup("").join([*parts, escape(text[position : quote.span.end])])


def _line_html(kind: BlockKind, text: str) -> Markup:
    """The signs between the cells of a row stay in the text, but the style does not draw them."""
    if kind is not BlockKind.TABLE_ROW:
        name = "item" if kind is BlockKind.LIST_ITEM else "line"
        return Markup('<span class="{}">{}</span>').format(name, escape(text))
    cells = (Markup('<span class="cell">{}</span>').format(c) for c in map(escape, _cells(text)))
    sign = Markup('<span class="sign">{}</span>').format(CELL_SIGN)
    return Markup('<span class="row">{}</span>').format(sign.join(cells))


def _cells(row: str) -> list[str]:
    return row.split(CELL_SIGN)
