"""What the desk knows of the articles: how each stands, what a check finds, what it answers.

Everything is asked of what is live now; nothing is kept between two pages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from qa.articles import Article, list_articles
from qa.check import check_documents
from qa.check.finding import Finding
from qa.config import Settings
from qa.engine import Engine
from qa.golden import GoldenQuestion, read_golden
from qa.records import Document, Passage, Quote
from qa.render import source_href
from qa.statuses import Standing, read_statuses, standing_of


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    article: Article
    kind: str | None
    standing: Standing | None  # what a person set, over what the file says
    findings: int


@dataclass(frozen=True, slots=True)
class Place:
    """A passage with the link that opens the article there."""

    heading: str
    page: int | None
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Golden:
    """A golden question that the article answers, and the texts of it that do."""

    question_id: str
    question: str
    texts: tuple[str, ...]


def rows_of(engine: Engine, settings: Settings, today: date) -> list[Row]:
    """A row for each article that is served, in the order of the snapshot."""
    documents, passages = engine.snapshot.documents, engine.snapshot.passages
    standings = read_statuses(settings.index)
    found = Counter(f.source for f in check_documents(documents.values(), passages, today))
    listed = list_articles(documents.values(), passages, today)
    return [
        Row(article, d.metadata.kind, standing_of(d, standings), found[d.source])
        for article, d in zip(listed, documents.values(), strict=True)
    ]


def findings_of(engine: Engine, document: Document, today: date) -> list[Finding]:
    """What a look at this article alone finds."""
    return list(check_documents([document], passages_of(engine, document), today))


def passages_of(engine: Engine, document: Document) -> list[Passage]:
    return [p for p in engine.snapshot.passages if p.doc_id == document.doc_id]


def places_of(engine: Engine, document: Document) -> list[Place]:
    """The passages in reading order."""
    found = sorted(passages_of(engine, document), key=lambda p: p.span)
    cut = [(p, Quote.cut(document, p.span, p, 0.0)) for p in found]
    return [Place(" > ".join(p.heading_path), q.page, q.text, source_href(q)) for p, q in cut]


def golden_of(settings: Settings, source: str) -> list[Golden]:
    """The clinic's golden questions that a text of this source answers."""
    found = []
    for question in read_golden(settings.golden):
        texts = tuple(a.text for a in question.answers if a.source == source)
        if texts:
            found.append(Golden(question.question_id, shown_question(question), texts))
    return found


def shown_question(question: GoldenQuestion) -> str:
    """The question behind what was said before it."""
    said = [turn.content for turn in question.history if turn.role == "user"]
    return " / ".join([*said, question.question])
