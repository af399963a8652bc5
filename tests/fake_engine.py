"""A scripted engine for tests of the web pages: three hostile articles, one answer per key word.

`FakeEngine` has what the pages use of the real one: `ask`, and `snapshot.documents`.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

from qa.config import Settings
from qa.help_lines import open_help
from qa.records import (
    Answer,
    AskBack,
    Block,
    BlockKind,
    Crisis,
    Difference,
    Document,
    HelpLine,
    Metadata,
    Quote,
    Reason,
    Span,
    Status,
    Turn,
)

HOSTILE_SENTENCE = (
    '1. *Two* of _three_ patients # got $5$ & $$x^2$$ <b>bold</b> <img src=x onerror="hit()"> '
    "`code` ${1+1} {{2+2}} [link](http://example.org) &amp; “quotes”   with  spaces."
)
HOSTILE_TITLE = "<script>hit()</script> \"Title\" & 'more' ${3} {{4}}"
LIST_LEAD_IN = "Doctors look at three things:"
LIST_ITEMS = ("1. how long you took it,", "2. the *dose*, and", "3. whether <you> took it daily.")

_BLOCKS = {"h": BlockKind.HEADING, "p": BlockKind.PARAGRAPH, "l": BlockKind.LIST_ITEM}
_BLOCKS["r"] = BlockKind.TABLE_ROW


def document(
    doc_id: str, metadata: Metadata, *parts: tuple[str, str], pages: tuple[str, ...] = ()
) -> Document:
    """A document of (kind, text) blocks; `pages` are texts of which each begins a new page."""
    text, blocks = "", []
    for kind, content in parts:
        if text:
            text += "\n" if kind[0] in "lr" else "\n\n"
        level = int(kind[1:] or 1) if kind[0] in "hl" else 0
        blocks.append(Block(_BLOCKS[kind[0]], Span(len(text), len(text) + len(content)), level))
        text += content
    starts = (0, *(text.index(page) for page in pages)) if pages else ()
    return Document(doc_id, f"{doc_id}.md", text, metadata, tuple(blocks), page_starts=starts)


ECT = document(
    "a" * 16,
    Metadata(
        "Electroconvulsive therapy (ECT)",
        publisher="Wellsourced",
        authors=("Wellsourced editors",),
        published="2026-11-22",
        review_due="2999-11-22",
        kind="leaflet",
        population="adults",
        url="https://example.org/ect",
        based_on=("Jones H. Managing it. Verywell Health, 21 September 2022.",),
    ),
    ("h1", "Electroconvulsive therapy (ECT)"),
    ("p", "ECT is a treatment that uses brief electrical pulses. It has an old image."),
    ("h2", "What is ECT?"),
    ("p", "You are asleep during ECT. A 2022 article explains the pulses. It is short."),
    ("h2", "How often is ECT given?"),
    ("p", "ECT is usually given two to three times a week. A full course is six to 18 sessions."),
    ("h2", "ECT at a glance"),
    ("r", "Question | Answer"),
    ("r", "How often? | Two to three a week"),
    ("r", "How many? | Six to 18"),
    ("h2", "What doctors look at"),
    ("p", LIST_LEAD_IN),
    *(("l1", item) for item in LIST_ITEMS),
    ("p", "ECT is safe for most people."),
)
HOSTILE = document(
    "b" * 16,
    Metadata(HOSTILE_TITLE, publisher="<i>Evil</i> & Co", published="2022-09-21", reviewed="2023"),
    ("h2", "Heading with <em>tags</em> & $x$"),
    ("p", f"Before it. {HOSTILE_SENTENCE} After it."),
    ("p", "</p></main><script>hit()</script>"),
)
PAGED = document(
    "c" * 16,
    Metadata("Vagus nerve stimulation (VNS)", publisher="A clinic", review_due="2020-01-31"),
    ("h1", "Vagus nerve stimulation"),
    ("p", "The device is small. It sits under the skin of the chest and sends mild pulses."),
    ("p", "In one trial, 80 percent of those who responded kept their improvement for two years."),
    ("p", "In an older study it was 60 percent."),
    pages=("sends mild", "In one trial"),
)
CRISIS = Crisis(
    "You do not have to go through this alone.",
    (HelpLine("Call 988", "tel:988"), HelpLine("Text 988", "sms:988")),
)


NOTICES = {"seizure": "emergency_symptoms", "stop": "medicine_change"}  # by word of the question


def quote(document: Document, text: str, heading: str | None = None, score: float = 0.9) -> Quote:
    """The quote of the first place where `text` stands."""
    start = document.text.index(text)
    return Quote(document, Span(start, start + len(text)), heading, score, "f" * 16)


OFTEN = quote(
    ECT, "ECT is usually given two to three times a week.", "How often is ECT given?", 0.934567
)
ASLEEP = quote(ECT, "You are asleep during ECT.", "What is ECT?", 0.8)
LISTED = quote(ECT, "\n".join([LIST_LEAD_IN, *LIST_ITEMS]), "What doctors look at", 0.7)
EVIL = quote(HOSTILE, HOSTILE_SENTENCE, "Heading with <em>tags</em> & $x$", 0.6)
EIGHTY = quote(PAGED, "80 percent of those who responded kept their improvement for two years")
SIXTY = quote(PAGED, "In an older study it was 60 percent.")
CROSSING = quote(PAGED, "It sits under the skin of the chest and sends mild pulses.")


@dataclass
class FakeEngine:
    """Answers by key word; remembers the history of every question it was asked."""

    histories: MutableSequence[tuple[Turn, ...]] = field(default_factory=list)
    snapshot: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            snapshot_id="s" * 16, documents={d.doc_id: d for d in (ECT, HOSTILE, PAGED)}
        )
    )

    def ask(self, message: str, history: Sequence[Turn] = ()) -> Answer:
        self.histories.append(tuple(history))
        return answer_to(message, history)


def answer_to(message: str, history: Sequence[Turn] = ()) -> Answer:
    """The scripted answer."""
    word = message.lower()
    if "crash" in word:
        raise RuntimeError(f"cannot answer {message}")
    if "die" in word:
        return Answer(message, message, Status.CRISIS, "s" * 16, crisis=CRISIS)
    if "flying" in word:
        return Answer(
            message,
            message,
            Status.NOT_FOUND,
            "s" * 16,
            reason=Reason.NOT_IN_SOURCES,
            missing=("flying",),
            related=(CROSSING, ASLEEP),
        )
    if word == "vague":
        return Answer(
            message,
            message,
            Status.NOT_FOUND,
            "s" * 16,
            reason=Reason.TOO_VAGUE,
            asks_back=AskBack.WHICH_TREATMENT,
            choices=("Is ECT <b>safe</b>?", "Is TMS safe?"),
        )
    if "weather" in word:
        return Answer(message, message, Status.NOT_FOUND, "s" * 16, reason=Reason.OFF_TOPIC)
    codes = [code for key, code in NOTICES.items() if key in word]
    quotes = (OFTEN, ASLEEP, LISTED, EVIL)
    if "list" in word:
        quotes = (LISTED, OFTEN)
    if "hostile" in word:
        quotes = (EVIL, OFTEN)
    if "page" in word:
        quotes = (CROSSING,)
    return Answer(
        message,
        "How often is ECT given and is it safe?" if history and "it" in word.split() else message,
        Status.ANSWERED,
        "s" * 16,
        support=0.934567,
        quotes=quotes,
        differences=(Difference(EIGHTY, SIXTY),) if "differ" in word else (),
        notices=tuple(codes),
        emergency=open_help(Settings()).emergency_words() if "seizure" in word else "",
    )
