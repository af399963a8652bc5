"""The nouns that cross module boundaries: frozen, slotted, and free of behaviour that needs I/O.

Every position is a half-open code-point offset into one document's canonical text, and a quote
can only be made by slicing that text.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open ``[start, end)`` code points in one document's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span must satisfy 0 <= start <= end, not {self.start}, {self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The text under the span.

        >>> Span(1, 3).of("abcd")
        'bc'
        """
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end


class BlockKind(StrEnum):
    """What a block of a document is to its reader."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or table row, in reading order.

    `level` is 1 to 6 for a heading, the nesting depth from 1 for a list item, 0 otherwise.
    """

    kind: BlockKind
    span: Span
    level: int = 0


WITHDRAWN = "withdrawn"
STATUSES = ("current", "superseded", WITHDRAWN)  # that an article may have


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the maintainers say of one article; dates are ISO strings (YYYY-MM-DD)."""

    title: str
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    published: str | None = None
    reviewed: str | None = None
    review_due: str | None = None
    kind: str | None = None
    population: str | None = None
    status: str = "current"  # one of STATUSES
    language: str = "en"
    based_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One source after reading. Blocks do not overlap and lie in reading order."""

    doc_id: str  # sha256 of the source bytes (of the line, for .jsonl), first 16 hex digits
    source: str  # path relative to corpus/ with forward slashes, as shown to the reader
    text: str = field(repr=False)  # canonical text; every Span in the project points into it
    metadata: Metadata
    blocks: tuple[Block, ...] = ()
    page_starts: tuple[int, ...] = ()  # where page i+1 begins; () if unpaged
    empty_pages: tuple[int, ...] = ()  # 1-based indexes of pages without a text layer
    record_id: str | None = None  # the `_id` of a .jsonl line

    def page_of(self, offset: int) -> int | None:
        """1-based page index holding `offset`; None for unpaged documents.

        >>> Document("d", "a.pdf", "abcdef", Metadata("A"), page_starts=(0, 3)).page_of(3)
        2
        """
        return bisect_right(self.page_starts, offset) or None

    @property
    def is_withdrawn(self) -> bool:
        """Then it is never quoted."""
        return self.metadata.status == WITHDRAWN

    @property
    def run_id(self) -> str:
        """How a TREC run names this document."""
        return self.record_id if self.record_id is not None else self.source


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest span that may be quoted: a sentence, a whole list item or a table row.

    `lead_in` is the sentence that introduces the list this item belongs to, if there is one.
    """

    span: Span
    kind: BlockKind = BlockKind.PARAGRAPH
    lead_in: Span | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is indexed and ranked: neighbouring sentences of one section."""

    passage_id: str
    doc_id: str
    span: Span
    heading_path: tuple[str, ...]  # outermost first; searched, never quoted
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry of a ranking; ranks count from 1."""

    passage_id: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A fused hit with what each stage said of it; None where a stage did not list it."""

    hit: Hit
    passage: Passage
    document: Document
    dense: Hit | None
    lexical: Hit | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of whole sentences with the probability that it answers the question."""

    passage: Passage
    document: Document
    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of a document, with everything needed to show where it stands.

    Made by `Quote.cut` only, so that a text differing from its source cannot exist.
    """

    text: str = field(init=False)
    document: Document
    span: Span
    heading: str | None
    score: float
    passage_id: str

    def __post_init__(self) -> None:
        if not 0 <= self.span.start < self.span.end <= len(self.document.text):
            raise ValueError(f"{self.span} does not lie in {self.document.source}")
        object.__setattr__(self, "text", self.span.of(self.document.text))

    @classmethod
    def cut(cls, document: Document, span: Span, passage: Passage, score: float) -> Quote:
        """The quote of `span`, with the innermost heading above it."""
        heading = passage.heading_path[-1] if passage.heading_path else None
        return cls(document, span, heading, score, passage.passage_id)

    @property
    def page(self) -> int | None:
        """1-based page index where the quote starts."""
        return self.document.page_of(self.span.start)


class Status(StrEnum):
    """What came of a question."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    CRISIS = "crisis"


class Reason(StrEnum):
    """Why there is no answer."""

    OFF_TOPIC = "off_topic"
    NOT_IN_SOURCES = "not_in_sources"
    TOO_VAGUE = "too_vague"
    EMPTY = "empty"
    TOO_LONG = "too_long"


class AskBack(StrEnum):
    """What to ask a person whose message says too little."""

    WHICH_TREATMENT = "which_treatment"
    WHAT_ABOUT = "what_about"
    ANYTHING_ELSE = "anything_else"
    ABOUT_THIS = "about_this"  # the chat itself was asked about


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One way to reach a person: what to say, and the link a phone can follow."""

    label: str
    href: str  # tel:, sms: or https:
    group: str = ""  # the region or "Emergency", where lines are shown in groups
    short: str = ""  # the label inside its group


@dataclass(frozen=True, slots=True)
class Crisis:
    """The help card: fixed, reviewed words and where to call."""

    message: str
    lines: tuple[HelpLine, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A word of the question that was read as another; `matters` if it bears the meaning."""

    written: str
    read_as: str
    matters: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """Two quotes of different sources that give different figures for the same thing."""

    first: Quote
    second: Quote


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes, or none with a reason; the words around them are fixed texts of `render`."""

    question: str
    standalone: str  # the question as searched, made complete from the conversation
    status: Status
    snapshot: str
    reason: Reason | None = None
    missing: tuple[str, ...] = ()
    support: float = 0.0
    quotes: tuple[Quote, ...] = ()
    related: tuple[Quote, ...] = ()
    differences: tuple[Difference, ...] = ()
    notices: tuple[str, ...] = ()
    crisis: Crisis | None = None
    asks_back: AskBack | None = None  # only when the message is too vague
    choices: tuple[str, ...] = ()  # whole questions to choose from
    changes: tuple[Change, ...] = ()  # misspelt words and what they were read as
    emergency: str = ""  # the numbers to call, as words, where a notice names them

    @property
    def shown(self) -> tuple[Quote, ...]:
        """All that a reader sees as words of an article, in that order."""
        sides = (quote for pair in self.differences for quote in (pair.first, pair.second))
        return (*self.quotes, *sides, *self.related)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: str  # "user" | "assistant"
    content: str
