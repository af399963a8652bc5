"""One article as a server-rendered page with the quote marked; it works without JavaScript.

The page loads one style sheet from this server and, for a PDF, a picture of the page the quote
stands on; nothing else. `Pages.router` has every address below /source/.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa.articles import is_overdue
from qa.config import Settings
from qa.help_lines import Help, open_help
from qa.records import Document, Span
from qa.render import age_note, date_in_words, provenance
from qa.web.article import article_html, contents
from qa.web.citing import at_quote, citation, web_address
from qa.web.escaping import escape
from qa.web.headers import PAGE_HEADERS
from qa.web.helping import help_html
from qa.web.newer import name_of, replacement_of
from qa.web.originals import Originals
from qa.web.permalink import Found, Link, Place, locate, locate_elsewhere
from qa.web.reading_level import ReadingGrades, in_words

if TYPE_CHECKING:
    from qa.live import Live

STATIC = Path(__file__).parent / "static"
# A file is opened as what it is said to be, shown by the browser's own viewer, and may run nothing.
FILE_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
PICTURE_HEADERS = {**FILE_HEADERS, "Cache-Control": "private, max-age=3600"}
_ENOUGH_SECTIONS = 3  # fewer need no list of contents
_TEMPLATES = Path(__file__).parent / "templates"
# Control characters, and those that change the direction of the text around them.
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


class Pages:
    """The article pages of the documents at hand, or of those that a function gives just now."""

    def __init__(
        self,
        documents: Mapping[str, Document] | Callable[[], Mapping[str, Document]],
        clinic: str = "",
        helping: Help | None = None,
        originals: Originals | None = None,
        grades: Grades | ReadingGrades | None = None,
    ) -> None:
        self._documents = documents if callable(documents) else lambda: documents
        self._originals = originals
        self._grades = grades
        environment = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
        )
        environment.filters["plain"] = lambda text: escape(shown(text))
        environment.filters["verbatim"] = escape
        environment.filters["name_of"] = name_of
        environment.filters["in_words"] = date_in_words
        environment.filters["grade_in_words"] = in_words
        environment.globals.update(help=help_html(helping or open_help(Settings())), clinic=clinic)
        self._article = environment.get_template("article.html")
        self._missing = environment.get_template("missing.html")
        self._withdrawn = environment.get_template("withdrawn.html")
        self._refusal = environment.get_template("refusal.html")

    @classmethod
    def of(cls, live: Live, settings: Settings) -> Pages:
        """The pages as the settings ask for them, of whatever is live."""
        originals = Originals(settings.corpus, settings.max_source_mb * 1024 * 1024)
        grades = Grades(lambda: live.documents)
        grades.count()
        return cls(lambda: live.documents, settings.clinic, open_help(settings), originals, grades)

    def refusal(self, said: str) -> str:
        """A page that says why there is none, with the help lines that every page has."""
        return self._refusal.render(said=said)

    def router(self) -> APIRouter:
        """The article, its file and the pictures of its pages."""
        router = APIRouter()

        @router.get("/source/{doc_id}")
        def article(
            request: Request,
            doc_id: str,
            start: str | None = None,
            end: str | None = None,
            q: str | None = None,
            w: str | None = None,
        ) -> HTMLResponse:
            return self.article(doc_id, Link.read(start, end, q, w), str(request.url))

        @router.get("/source/{doc_id}/file")
        def file(doc_id: str) -> Response:
            return self.file(doc_id)

        @router.get("/source/{doc_id}/page/{number}.png")
        def picture(doc_id: str, number: int) -> Response:
            return self.picture(doc_id, number)

        return router

    def article(self, doc_id: str, link: Link, address: str = "") -> HTMLResponse:
        """The article, opened at the mark; 404 if there is no such article now, 410 if withdrawn.

        `address` is where the page was asked for; paper shows it.
        """
        documents = self._documents()
        document = documents.get(doc_id)
        if document is None:
            return self._gone(documents, link)
        if document.is_withdrawn:
            return self._taken_back(documents, document)
        place = locate(document, link)
        sections = contents(document)
        page = self._article.render(
            document=document,
            about=document.metadata,
            language=_language(document),
            provenance=provenance(document),
            article=article_html(document, place.span, nearest=place.found is Found.NEAREST),
            sections=sections if len(sections) >= _ENOUGH_SECTIONS else [],
            found=str(place.found),
            replacement=replacement_of(document, documents),
            overdue=is_overdue(document, date.today()),
            age_note=age_note(document, date.today()),
            citation=citation(document),
            grade=self._grades.of(document) if self._grades else None,
            address=address,
            **_web(document, place),
            **self._pdf(document, place),
        )
        return HTMLResponse(page, headers=PAGE_HEADERS)

    def file(self, doc_id: str) -> Response:
        """The PDF an article was read from; 404 for any other, and once it has changed."""
        document = self._readable(doc_id)
        data = self._originals.file(document) if document and self._originals else None
        if data is None:
            return _nothing()
        return Response(data, media_type="application/pdf", headers=FILE_HEADERS)

    def picture(self, doc_id: str, page: int) -> Response:
        """One page of that PDF; 404 where there is none or it cannot be drawn."""
        document = self._readable(doc_id)
        data = self._originals.picture(document, page) if document and self._originals else None
        if data is None:
            return _nothing()
        return Response(data, media_type="image/png", headers=PICTURE_HEADERS)

    def _readable(self, doc_id: str) -> Document | None:
        """Nothing is shown of what is withdrawn."""
        document = self._documents().get(doc_id)
        return document if document and not document.is_withdrawn else None

    def _taken_back(self, documents: Mapping[str, Document], document: Document) -> HTMLResponse:
        """Says that the article was withdrawn, and shows none of its words: they may do harm."""
        page = self._withdrawn.render(
            about=document.metadata,
            language=_language(document),
            provenance=provenance(document),
            replacement=replacement_of(document, documents),
        )
        return HTMLResponse(page, 410, PAGE_HEADERS)

    def _gone(self, documents: Mapping[str, Document], link: Link) -> HTMLResponse:
        """Says that the article is gone, and where its words, or words like them, stand now."""
        elsewhere = locate_elsewhere(documents.values(), link)
        if elsewhere is None:
            return HTMLResponse(self._missing.render(near=None), 404, PAGE_HEADERS)
        document, place = elsewhere
        span = place.span or Span(0, 0)
        near = {
            "same": place.found is Found.MOVED,
            "text": span.of(document.text),
            "language": _language(document),
            "title": document.metadata.title,
            "provenance": provenance(document),
            "href": f"/source/{document.doc_id}?start={span.start}&end={span.end}#quote",
        }
        return HTMLResponse(self._missing.render(near=near), 404, PAGE_HEADERS)

    def _pdf(self, document: Document, place: Place) -> dict[str, Any]:
        """The page of the file that the mark stands on, and whether it can be shown beside."""
        there = self._originals is not None and self._originals.is_there(document)
        page = document.page_of(place.span.start if place.span else 0)
        if self._originals is None or not there or page is None:
            return {"pdf_page": None, "picture": False}
        return {"pdf_page": page, "picture": not self._originals.fails(document, page)}


class Grades:
    """The reading levels of the articles that are served, counted anew when others are."""

    def __init__(self, documents: Callable[[], Mapping[str, Document]]) -> None:
        self._documents = documents
        self._counted: frozenset[str] = frozenset()
        self._grades: ReadingGrades | None = None
        self._changing = threading.Lock()

    def count(self) -> ReadingGrades:
        """In the background, unless these were counted already."""
        documents = self._documents()
        with self._changing:
            if self._grades is None or self._counted != documents.keys():
                self._counted = frozenset(documents)
                self._grades = ReadingGrades(documents.values())
            return self._grades

    def of(self, document: Document) -> int | None:
        """The grade of one of them, None if it is not known (yet)."""
        return self.count().of(document)


def _web(document: Document, place: Place) -> dict[str, str | None]:
    """The original web page, and the address that opens it at the quote."""
    url = web_address(document.metadata.url)
    marked = place.span if place.found in (Found.HERE, Found.MOVED) else None
    return {
        "link": url,
        "link_at_quote": at_quote(url, document, marked) if url and marked else url,
    }


def shown(text: str) -> str:
    """A title or a name with every character that could reorder the page's own words visible.

    >>> shown("a\\u202eb\\tc")
    'a\ufffdb\ufffdc'
    """
    return _STEERING.sub("\ufffd", text)


def _language(document: Document) -> str:
    """Read out in the right voice, if the maintainers named a language; else as English."""
    return document.metadata.language if _LANGUAGE.fullmatch(document.metadata.language) else "en"


def _nothing() -> PlainTextResponse:
    return PlainTextResponse("There is nothing here.", 404)
