"""A golden question and the answer it got -> what is true of that answer.

When a quote is right is said in tests/eval/README.md; `qa.golden.is_right` is that rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.evaluate.questions import Question
from qa.golden import is_right
from qa.records import Answer, Quote, Status


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking one question once."""

    status: Status
    support: float
    lead_right: bool  # answered, and the first quote answers
    any_right: bool  # answered, and some quote answers
    first_right: bool  # the sentence that comes first answers, quoted or not
    lead_source: str | None
    lead_words: int  # of the lead quote; 0 where nothing is quoted
    quotes: int  # every quote shown: answers, related passages, sides of differences
    faithful: int  # those of them that equal their source when cut again
    sides_shown: int  # of a question that sources answer differently
    differences: int

    @property
    def answered(self) -> bool:
        """Whether something is quoted as an answer."""
        return self.status is Status.ANSWERED


def outcome_of(question: Question, answer: Answer, texts: Mapping[str, str]) -> Outcome:
    """`texts` are the documents' texts by id, read apart from the answer."""
    shown = answer.shown
    right = [is_right(quote, question.answers, question.pattern) for quote in answer.quotes]
    first = (*answer.quotes, *answer.related)[:1]
    lead = answer.quotes[0] if answer.quotes else None
    return Outcome(
        status=answer.status,
        support=answer.support,
        lead_right=right[:1] == [True],
        any_right=any(right),
        first_right=any(is_right(q, question.answers, question.pattern) for q in first),
        lead_source=lead.document.source if lead else None,
        lead_words=len(lead.text.split()) if lead else 0,
        quotes=len(shown),
        faithful=sum(is_faithful(quote, texts) for quote in shown),
        sides_shown=sum(
            any(is_right(q, [side], question.pattern) for q in (*answer.quotes, *_sides(answer)))
            for side in question.sides
        ),
        differences=len(answer.differences),
    )


def is_faithful(quote: Quote, texts: Mapping[str, str]) -> bool:
    """Whether the document, cut again, gives the quote."""
    text = texts.get(quote.document.doc_id)
    return text is not None and quote.text == text[quote.span.start : quote.span.end]


def _sides(answer: Answer) -> list[Quote]:
    """The quotes put side by side as differing."""
    return [quote for d in answer.differences for quote in (d.first, d.second)]
