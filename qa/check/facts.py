"""What the maintainers say of an article: dates that are missing, late or contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from qa.articles import is_overdue
from qa.check.finding import NOTE, WARNING, Finding, on_pages
from qa.records import Document

SOON = timedelta(days=60)  # a review due so soon is worth knowing
# The languages of ISO 639-1.
_LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
    ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln
    lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi
    pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
    tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)


def fact_findings(document: Document, today: date) -> Iterator[Finding]:
    """What the metadata and the pages of one article show."""
    for level, kind, message in (
        *_missing(document),
        *_order(document, today),
        *_due(document, today),
    ):
        yield Finding(level, kind, document.source, message)
    if document.empty_pages:
        pages = document.empty_pages
        message = f"these pages hold no text: {on_pages(pages).strip(' ()')}"
        yield Finding(WARNING, "empty_pages", document.source, message, pages)


def _missing(document: Document) -> Iterator[tuple[str, str, str]]:
    metadata = document.metadata
    if not metadata.published and not metadata.reviewed:
        yield WARNING, "no_date", "it has neither a publishing nor a review date"
    if not metadata.publisher:
        yield WARNING, "no_publisher", "it names no publisher"
    if metadata.kind in ("guideline", "leaflet") and not metadata.review_due:
        yield NOTE, "no_review_due", f"a {metadata.kind} without a date for its next review"
    language = metadata.language.partition("-")[0]
    if len(language) == 2 and language not in _LANGUAGES:
        yield WARNING, "language", f"there is no language {metadata.language!r}"
    elif language != "en":
        yield NOTE, "language", f"written in {metadata.language!r}; questions are read as English"


def _order(document: Document, today: date) -> Iterator[tuple[str, str, str]]:
    """Dates that cannot all be right."""
    metadata = document.metadata
    now = today.isoformat()
    for name in ("published", "reviewed"):
        value = getattr(metadata, name)
        if value and value > now[: len(value)]:
            yield WARNING, "dates", f"{name} {value} lies in the future"
    for first, then in (
        ("published", "reviewed"),
        ("reviewed", "review_due"),
        ("published", "review_due"),
    ):
        early, late = getattr(metadata, first), getattr(metadata, then)
        if early and late and late < early[: len(late)]:
            yield WARNING, "dates", f"{then} {late} is before {first} {early}"


def _due(document: Document, today: date) -> Iterator[tuple[str, str, str]]:
    due = document.metadata.review_due
    if is_overdue(document, today):
        yield WARNING, "overdue", f"its review was due on {due}"
    elif due and not document.is_withdrawn:
        if due <= (today + SOON).isoformat()[: len(due)]:
            yield NOTE, "due_soon", f"its review is due on {due}"
