"""How to cite an article, and the link that opens its original web page at the quote."""

from __future__ import annotations

import re
from urllib.parse import quote as percent
from urllib.parse import urlsplit

from qa.records import Block, BlockKind, Document, Span
from qa.render import date_in_words

_EXACT_CHARS = 150  # a longer quote is named by its first and its last words
_END_WORDS = 6  # of them
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\<>\"`{}|^]")
_LINE = re.compile(r"\s*\n\s*| \| ")


def web_address(url: str | None) -> str | None:
    """The address if it is one of the web that a browser reads as it is written.

    >>> web_address("https://a.org/x"), web_address("javascript:hit()"), web_address("https:///x")
    ('https://a.org/x', None, None)
    """
    if url is None or _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        named = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and named else None


def at_quote(url: str, document: Document, span: Span) -> str:
    """The address with a text fragment, by which browsers scroll to the quote and mark it."""
    fragment = url.partition("#")[2].partition(":~:")[0]
    directive = ",".join(_encoded(part) for part in _named(document, span))
    return f"{url.partition('#')[0]}#{fragment}:~:text={directive}"


def _named(document: Document, span: Span) -> list[str]:
    """The whole quote if it is short and of one block, else how it begins and how it ends.

    A browser finds each part within one block only.
    """
    lines = _lines(document, span)
    if len(lines) == 1 and len(lines[0]) <= _EXACT_CHARS:
        return lines
    begin, end = lines[0].split()[:_END_WORDS], lines[-1].split()[-_END_WORDS:]
    if len(lines) == 1 and len(lines[0].split()) < 2 * _END_WORDS:
        half = len(lines[0].split()) // 2
        begin, end = lines[0].split()[:half], lines[0].split()[half:]
    return [" ".join(part) for part in (begin, end) if part]


def _lines(document: Document, span: Span) -> list[str]:
    """The quote by blocks, cells and lines, white space as one space."""
    inside = [b for b in document.blocks if b.span.overlaps(span)]
    inside = inside or [Block(BlockKind.PARAGRAPH, span)]
    cut = (document.text[max(b.span.start, span.start) : min(b.span.end, span.end)] for b in inside)
    lines = [" ".join(line.split()) for text in cut for line in _LINE.split(text)]
    return [line for line in lines if line] or [" ".join(span.of(document.text).split())]


def _encoded(text: str) -> str:
    """Percent-encoded; `-`, `,` and `&` mean something in a text fragment.

    >>> _encoded("well-kept, so & so")
    'well%2Dkept%2C%20so%20%26%20so'
    """
    return percent(text, safe="", errors="replace").replace("-", "%2D")


def citation(document: Document) -> list[str]:
    """Authors, title, publisher and dates, each a sentence of its own; the address stands apart."""
    about = document.metadata
    dated = date_in_words(about.published) if about.published else "not dated"
    if about.reviewed:
        dated += f" (reviewed {date_in_words(about.reviewed)})"
    parts = ["; ".join(about.authors), about.title, f"{about.publisher or ''}, {dated}"]
    if about.status != "current":
        parts.append(about.status.capitalize())
    kept = (part.strip().strip(",").strip() for part in parts)
    return [part if part.endswith((".", "?", "!")) else f"{part}." for part in kept if part]
