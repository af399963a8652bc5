"""One article as a server-rendered page with the quote marked; it works without JavaScript.

The page loads one style sheet from this server and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa.articles import is_overdue
from qa.config import Settings
from qa.help_lines import Help, open_help
from qa.records import Document, Span
from qa.render import date_in_words, provenance
from qa.web.article import article_html, contents
from qa.web.markup import escape, help_html

STATIC = Path(__file__).parent / "static"
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_ENOUGH_SECTIONS = 3  # fewer need no list of contents
_TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """The article pages of one set of documents."""

    def __init__(
        self, documents: Mapping[str, Document], clinic: str = "", helping: Help | None = None
    ) -> None:
        self._documents = documents
        environment = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
        )
        environment.filters["plain"] = escape
        environment.filters["in_words"] = date_in_words
        environment.globals.update(help=help_html(helping or open_help(Settings())), clinic=clinic)
        self._article = environment.get_template("article.html")
        self._missing = environment.get_template("missing.html")

    def article(self, doc_id: str, start: str | None, end: str | None) -> HTMLResponse:
        """The article, opened at the mark; 404 if there is no such article now."""
        document = self._documents.get(doc_id)
        if document is None:
            return HTMLResponse(self._missing.render(), 404, PAGE_HEADERS)
        mark = mark_of(document, start, end)
        sections = contents(document)
        page = self._article.render(
            document=document,
            about=document.metadata,
            provenance=provenance(document),
            article=article_html(document, mark),
            sections=sections if len(sections) >= _ENOUGH_SECTIONS else [],
            lost=mark is None and (start is not None or end is not None),
            marked=mark is not None,
            overdue=is_overdue(document, date.today()),
            link=document.metadata.url if _is_web(document.metadata.url) else None,
        )
        return HTMLResponse(page, headers=PAGE_HEADERS)


def mark_of(document: Document, start: str | None, end: str | None) -> Span | None:
    """The span a link asks for, or None where it does not lie in the document."""
    try:
        first, last = int(start or ""), int(end or "")
    except ValueError:
        return None
    return Span(first, last) if 0 <= first < last <= len(document.text) else None


def _is_web(url: str | None) -> bool:
    return url is not None and url.startswith(("https://", "http://"))
