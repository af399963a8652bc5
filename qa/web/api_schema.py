"""What the API takes and gives, as types; `api.openapi.json` is made from them.

The objects themselves are made by `qa.render` and `qa.listing`, as for the command line; the tests
hold them against these types, which allow no other key.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.quote_ids import PATTERN
from qa.records import AskBack, Reason, Status

LONGEST_QUESTION = 10_000  # characters that are read at all, as in the chat's box
MOST_HITS = 50
Date = Annotated[str | None, Field(description="ISO date: 2025-03-01, 2025-03 or 2025")]
DocId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
QuoteName = Annotated[str, Field(pattern=rf"^{PATTERN}$")]


class _Given(BaseModel):
    """No key beyond those named."""

    model_config = ConfigDict(extra="forbid")


# ---------------------------------------------------------------- in


class TurnIn(BaseModel):
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


class QuestionIn(BaseModel):
    """A question; fields that are not named here are ignored."""

    question: Annotated[str, Field(max_length=LONGEST_QUESTION)]
    history: Annotated[
        list[TurnIn] | None,
        Field(description="earlier messages, oldest first; the last 20 are read"),
    ] = None
    id: Annotated[str, Field(max_length=200, description="comes back with the answer")] = "q1"


# ---------------------------------------------------------------- out


class DocumentOut(_Given):
    id: DocId
    title: str
    source: str
    publisher: str | None
    published: Date
    reviewed: Date
    url: str | None
    kind: str | None


class QuoteOut(_Given):
    """`text` is the article's text from `start` to `end`, in code points."""

    text: str
    document: DocumentOut
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    page: Annotated[int | None, Field(description="of a PDF, counted from 1")]
    heading: str | None
    score: float
    passage: str
    id: Annotated[QuoteName, Field(description="for /api/quote/")]


class DifferenceOut(_Given):
    first: QuoteOut
    second: QuoteOut


class HelpLineOut(_Given):
    label: str
    href: str


class CrisisOut(_Given):
    """The help card. Show it before anything else."""

    message: str
    lines: list[HelpLineOut]


class ChangeOut(_Given):
    written: Annotated[str, Field(alias="from")]
    read_as: Annotated[str, Field(alias="to")]


class AnswerOut(_Given):
    """The answer object of `python -m qa ask --json`; every key is always there."""

    id: str
    question: str
    standalone: str
    status: Status
    reason: Reason | None
    missing: list[str]
    support: Annotated[float, Field(ge=0, le=1)]
    quotes: list[QuoteOut]
    related: list[QuoteOut]
    differences: list[DifferenceOut]
    notices: list[str]
    crisis: CrisisOut | None
    asks_back: AskBack | None
    choices: list[str]
    changes: list[ChangeOut]
    snapshot: str


class StageOut(_Given):
    rank: Annotated[int, Field(ge=1)]
    score: float


class FoundIn(_Given):
    id: DocId
    title: str
    source: str


class HitOut(_Given):
    rank: Annotated[int, Field(ge=1)]
    score: float
    dense: StageOut | None
    lexical: StageOut | None
    passage: str
    document: FoundIn
    start: int
    end: int
    page: int | None
    heading: str | None
    text: str


class SearchOut(_Given):
    query: str
    snapshot: str
    hits: list[HitOut]


class SourceOut(_Given):
    source: str
    doc_id: DocId
    title: str
    publisher: str | None
    status: Literal["current", "superseded", "withdrawn"]
    published: Date
    reviewed: Date
    review_due: Date
    overdue: bool
    passages: int


class SourcesOut(_Given):
    snapshot: str
    sources: list[SourceOut]


class PlacedDocument(DocumentOut):
    status: Literal["current", "superseded"]


class PlacedOut(_Given):
    """Where the words of a quote stand now."""

    id: Annotated[QuoteName, Field(description="as it was asked for")]
    state: Annotated[
        Literal["here", "moved"],
        Field(description="moved: the same words, at another place or in another article"),
    ]
    now: Annotated[QuoteName, Field(description="the id of the place where they stand")]
    text: str
    document: PlacedDocument
    start: int
    end: int
    page: int | None
    heading: str | None
    passage: str | None
    link: Annotated[str, Field(description="the article's page, opened at the quote")]
    snapshot: str


class Problem(_Given):
    code: Annotated[str, Field(description="the same for the same kind of problem")]
    message: str


class ErrorOut(_Given):
    """What comes instead of an answer, with every status from 400."""

    error: Problem


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of one model by itself."""
    return model.model_json_schema(by_alias=True)
