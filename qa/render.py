"""An Answer as JSON, and the words that surround quotes everywhere.

Quotes are never reworded or trimmed. The words around them are fixed texts, written and reviewed
here; `terminal` and `web/markup` show them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from qa.articles import is_overdue
from qa.missing import spoken_of
from qa.quote_ids import QuoteId, digest
from qa.records import Answer, AskBack, Crisis, Document, Quote, Reason, Status

MONTHS = (
    "January February March April May June July August September October November December".split()
)
REASONS = {
    Reason.OFF_TOPIC: "The articles here are about depression that is hard to treat. "
    "They do not cover this question.",
    Reason.NOT_IN_SOURCES: "The articles here do not answer this question.",
    Reason.TOO_VAGUE: "This is too short to search for. Please say a little more, "
    "for example the name of a treatment and what you would like to know about it.",
    Reason.EMPTY: "Please type a question first.",
    Reason.TOO_LONG: "This message is too long to search for. Please ask one short question.",
}
ASKS_BACK = {
    AskBack.WHICH_TREATMENT: "Which treatment do you mean?",
    AskBack.WHAT_ABOUT: "What would you like to know?",
    AskBack.ANYTHING_ELSE: "Is there anything else you would like to know?",
    AskBack.ABOUT_THIS: "This is a search in published articles. Nobody writes the answers: it is "
    "not a person and not a doctor. What would you like to know?",
}
CHOICES = "You could ask:"
BACK_TO_QUESTION = "Show what the articles say about your question"  # below the help card
ASK_AGAIN = (Reason.EMPTY, Reason.TOO_LONG, Reason.TOO_VAGUE)  # asking differently helps
ASK_A_PERSON = "Your doctor, nurse or pharmacist can tell you more."
ASK_NEXT = "You could ask next"  # above questions that the articles are known to answer
CAN_BE_ASKED = "The articles do answer these"  # below one that they do not
OLD_YEARS = 5  # an article this long unchecked, with no date for its next review, says so
FAILED = "Something went wrong on our side. Your question was not answered."
FAILED_ADVICE = "Please try again. If you need help now, use the numbers at the top of this page."
# Said before the words that were misspelt, as they were read.
READ_AS = {Status.ANSWERED: "Showing answers for", Status.NOT_FOUND: "Searched for"}
MOST_CHANGES = 3  # words named there
RELATED = "The nearest parts of the articles. They do not answer your question."
DIFFERENCES = "The articles give different figures for this. Both are shown."
NOTICES = {
    "medicine_change": "Please do not stop or change a medicine on your own. "
    "Talk to your doctor or pharmacist first.",
    "emergency_symptoms": "Some signs need help at once. If you or someone else is very unwell "
    "now, call {emergency}.",
    "overdue_source": "An article quoted here is past the date set for its next review. "
    "Please check with your care team that it still holds.",
    "help_line": "If this is about you or someone close to you, help is there day and night. "
    "The numbers are on this page.",
}
_LINK_CHARS = 80  # of a quote that a link carries


# ---------------------------------------------------------------- JSON


def answer_object(answer: Answer, answer_id: str = "q1") -> dict[str, Any]:
    """The answer as the command line's JSON object; every key is always there."""
    return {
        "id": answer_id,
        "question": answer.question,
        "standalone": answer.standalone,
        "status": str(answer.status),
        "reason": None if answer.reason is None else str(answer.reason),
        "missing": list(answer.missing),
        "support": round(answer.support, 4),
        "quotes": [quote_object(quote) for quote in answer.quotes],
        "related": [quote_object(quote) for quote in answer.related],
        "differences": [
            {"first": quote_object(pair.first), "second": quote_object(pair.second)}
            for pair in answer.differences
        ],
        "notices": list(answer.notices),
        "crisis": None if answer.crisis is None else _crisis_object(answer.crisis),
        "asks_back": None if answer.asks_back is None else str(answer.asks_back),
        "choices": list(answer.choices),
        "changes": [{"from": c.written, "to": c.read_as} for c in answer.changes],
        "snapshot": answer.snapshot,
    }


def quote_object(quote: Quote) -> dict[str, Any]:
    """One quote as JSON values."""
    metadata = quote.document.metadata
    return {
        "text": quote.text,
        "document": {
            "id": quote.document.doc_id,
            "title": metadata.title,
            "source": quote.document.source,
            "publisher": metadata.publisher,
            "published": metadata.published,
            "reviewed": metadata.reviewed,
            "url": metadata.url,
            "kind": metadata.kind,
        },
        "start": quote.span.start,
        "end": quote.span.end,
        "page": quote.page,
        "heading": quote.heading,
        "score": round(quote.score, 4),
        "passage": quote.passage_id,
        "id": str(QuoteId.of(quote)),
    }


def _crisis_object(crisis: Crisis) -> dict[str, Any]:
    lines = [{"label": line.label, "href": line.href} for line in crisis.lines]
    return {"message": crisis.message, "lines": lines}


# ---------------------------------------------------------------- words


def date_in_words(iso: str) -> str:
    """A date as people say it; what is not an ISO date stays as it is.

    >>> date_in_words("2022-09-21"), date_in_words("2022-09"), date_in_words("2022")
    ('21 September 2022', 'September 2022', '2022')
    """
    try:
        if len(iso) == len("2022-09"):
            month = date.fromisoformat(f"{iso}-01")
            return f"{MONTHS[month.month - 1]} {month.year}"
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def provenance(document: Document) -> str:
    """Who published the article, and when it was written and checked."""
    metadata = document.metadata
    parts = [metadata.publisher or "Publisher not named"]
    parts.append(date_in_words(metadata.published) if metadata.published else "not dated")
    if metadata.reviewed:
        parts.append(f"reviewed {date_in_words(metadata.reviewed)}")
    return ", ".join(parts)


def age_note(document: Document, today: date) -> str:
    """What a reader should know of the article's age before trusting a quote; "" if nothing.

    An article with a date for its next review is not old before that date.
    """
    metadata = document.metadata
    if metadata.status == "superseded":
        return "A newer article has replaced this one"
    if metadata.review_due and is_overdue(document, today):
        return f"Was due for review in {_month(metadata.review_due)}"
    checked = max(metadata.published or "", metadata.reviewed or "")
    if checked and not metadata.review_due and _years_since(checked, today) >= OLD_YEARS:
        return f"Older article, last checked in {checked[:4]}"
    return ""


def _month(iso: str) -> str:
    """
    >>> _month("2020-01-31"), _month("2020")
    ('January 2020', '2020')
    """
    return date_in_words(iso[: len("2020-01")])


def _years_since(iso: str, today: date) -> int:
    """Whole years, 0 where it is no date.

    >>> _years_since("2020-06", date(2025, 5, 31)), _years_since("2020", date(2025, 1, 1))
    (4, 5)
    """
    if not iso[:4].isdecimal():
        return 0
    return today.year - int(iso[:4]) - (today.isoformat()[4 : len(iso)] < iso[4:])


def based_on(document: Document) -> str:
    """The article that a text of ours reports, with how many more there are."""
    first, *others = document.metadata.based_on or ("",)
    more = f" And {len(others)} more." if others else ""
    return f"Reports: {first}{more}" if first else ""


def place(quote: Quote) -> str:
    """Where in the article the quote stands, or "" where nothing more is known than the article.

    The heading is left out when it only repeats the title.
    """
    parts = []
    if quote.heading and quote.heading != quote.document.metadata.title:
        parts.append(f"Section: {quote.heading}")
    if quote.page is not None:
        parts.append(f"Page {quote.page}")
    return " · ".join(parts)


def source_href(quote: Quote) -> str:
    """The page that shows the whole article, opened at the marked quote."""
    known = {
        "start": quote.span.start,
        "end": quote.span.end,
        "q": text_digest(quote.text),
        "w": first_words(quote.text),
    }
    return f"/source/{quote.document.doc_id}?{urlencode(known, errors='replace')}#quote"


def text_digest(text: str) -> str:
    """By which a link's text is recognised when the article has changed since.

    >>> text_digest("ECT is safe.")
    '58cb0068'
    """
    return digest(text)[:8]


def first_words(text: str) -> str:
    """How the text begins, in whole words, for a link to look for it by.

    >>> len(first_words("a " * 100)), first_words("a b")
    (79, 'a b')
    """
    if len(text) <= _LINK_CHARS:
        return text
    cut = text.rfind(" ", 1, _LINK_CHARS + 1)
    return text[: cut if cut > 0 else _LINK_CHARS]


def silence(answer: Answer) -> list[str]:
    """The sentences that say why there is no answer and what the articles leave out."""
    if answer.asks_back:
        return [ASKS_BACK[answer.asks_back]]
    said = [REASONS[answer.reason or Reason.NOT_IN_SOURCES]]
    if answer.missing and answer.reason is Reason.NOT_IN_SOURCES:
        words = _listed([f"“{word}”" for word in answer.missing])
        spoken = spoken_of(answer.standalone, answer.missing)
        speak = f"speak of “{spoken}”, but not of" if spoken else "do not speak of"
        said.append(f"The parts nearest to your question {speak} {words}.")
    return said


def _listed(words: Sequence[str]) -> str:
    """
    >>> _listed(["a", "b", "c"])
    'a, b or c'
    """
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def read_as(answer: Answer) -> list[str]:
    """The words that `READ_AS` names: those that bear the meaning, in the order of the question."""
    if answer.status not in READ_AS:
        return []
    named = (change.read_as for change in answer.changes if change.matters)
    return list(dict.fromkeys(named))[:MOST_CHANGES]


def notice_texts(answer: Answer) -> list[str]:
    """The fixed texts of the answer's notices; a code without a text is not shown."""
    numbers = answer.emergency or "your emergency number"
    found = (NOTICES[code] for code in answer.notices if code in NOTICES)
    return [text.replace("{emergency}", numbers) for text in found]
