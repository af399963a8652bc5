"""An answer with everything that led to it, for staff: how the message was understood, what was
found, what each sentence is worth, and why the others were ruled out.

Nothing is worked out a second time: `Engine.work` gives the answer and its steps together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.asked import Asked, Kind, Mismatch
from qa.engine import Engine, Found
from qa.evidence import Near, Weighed, Working
from qa.records import Answer, Change, Quote, Reason, SearchHit, Span, Turn
from qa.retrieve import Query
from qa.safety import Need, Reading

_RULED_OUT: Mapping[Kind, str] = {
    Kind.POPULATION: "It is not about {}.",
    Kind.PLACE: "It is about other countries than {}.",
    Kind.TREATMENT: "It is about another treatment than {}.",
    Kind.COST: "It says nothing of cost.",
    Kind.NUMBER: "It gives no number, and one is asked for.",
    Kind.TIME: "It gives no time, and one is asked for.",
    Kind.FIGURE: "It gives other figures than {}.",
    Kind.POLARITY: "It says nothing of what not to do.",
}
_DENIED = "It tells of people in whom there was no {}."
_CRISIS: Mapping[Need, str] = {
    Need.NONE: "Nothing in it speaks of a crisis.",
    Need.DOUBTFUL: "It may speak of a crisis: help is shown, and the message is answered too.",
    Need.CRISIS: "It speaks of a crisis: help is shown, and nothing is searched.",
}


@dataclass(frozen=True, slots=True)
class OtherName:
    """A phrase of the question and the names of the same thing that were searched too."""

    written: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """How a message was read."""

    standalone: str  # made complete from the conversation
    searched: str  # with other names in brackets; "" where nothing was searched
    changes: tuple[Change, ...]
    other_names: tuple[OtherName, ...]
    asks_for: tuple[str, ...]  # what an answer must be about or give
    crisis: str
    too_vague: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found, in the order of the fused ranking."""

    hit: SearchHit  # with the rank and score of each stage
    likeness: float | None  # of its sentence most like the question; None where none can be quoted
    read: bool  # whether its sentences were judged
    score: float | None  # of its best sentence, where they were


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence that was weighed, best first."""

    rank: int
    hit: SearchHit
    span: Span
    coverage: float  # how well it covers the words of the question
    similarity: float  # cosine with the whole question
    logit: float | None  # of the sentence reader; None where nothing reads
    score: float  # the chance that it answers; 0 where it is ruled out
    ruled_out: str  # why, or ""
    shown: bool  # whether it lies in a quote of the answer

    @property
    def text(self) -> str:
        """The sentence as it stands in its article."""
        return self.span.of(self.hit.document.text)

    @property
    def quote(self) -> Quote:
        """The sentence alone, for its link and its source."""
        return Quote.cut(self.hit.document, self.span, self.hit.passage, self.score)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One answer and why it is what it is."""

    answer: Answer
    understood: Understood
    candidates: tuple[Candidate, ...]
    judged: tuple[Judged, ...]
    threshold: float


def explain(engine: Engine, message: str, history: Sequence[Turn] = ()) -> Explanation:
    """What `engine.ask` answers, and why."""
    worked = engine.work(message, history)
    working = worked.found.findings.working if worked.found else None
    return Explanation(
        worked.answer,
        _understood(worked.answer, worked.reading, worked.found),
        tuple(_candidates(worked.found, working)) if worked.found and working else (),
        tuple(_judged(worked.answer, working)) if working else (),
        engine.minimum_support,
    )


def _understood(answer: Answer, reading: Reading, found: Found | None) -> Understood:
    working = found.findings.working if found else None
    return Understood(
        standalone=answer.standalone,
        searched=found.query.text if found else "",
        changes=answer.changes,
        other_names=tuple(_other_names(found.query)) if found else (),
        asks_for=tuple(asks_for(working.asked)) if working else (),
        crisis=_CRISIS[reading.need],
        too_vague=answer.reason is Reason.TOO_VAGUE,
    )


def _other_names(query: Query) -> Iterator[OtherName]:
    for other in query.alternatives:
        names = tuple(name.of(query.text) for name in other.names)
        yield OtherName(other.written.of(query.text), names)


def asks_for(asked: Asked) -> Iterator[str]:
    """What a quote must be about or give, in words; nothing where every quote will do."""
    if named := sorted(asked.named.all):
        yield f"about {' or '.join(named)}"
    for group in asked.people.groups:
        yield f"about {group.name}"
    if asked.people.own_child:
        yield "about a child"
    if asked.people.adults:
        yield "about adults"
    for amount in asked.figures:
        yield f"about {amount.low:g} {amount.unit}s"
    if asked.cost:
        yield "about cost"
    if asked.number:
        yield "a number"
    if asked.time:
        yield "a time"
    if asked.what_not:
        yield "what not to do"


def in_words(mismatch: Mismatch) -> str:
    """
    >>> in_words(Mismatch(Kind.TREATMENT, "ketamine"))
    'It is about another treatment than ketamine.'
    """
    if mismatch.kind is Kind.POLARITY and mismatch.wanted != "not":
        return _DENIED.format(mismatch.wanted)
    return _RULED_OUT[mismatch.kind].format(mismatch.wanted)


def _candidates(found: Found, working: Working) -> Iterator[Candidate]:
    likest: dict[str, Near] = {}
    for near in working.near:
        likest.setdefault(near.hit.passage.passage_id, near)
    best: dict[str, float] = {}
    for weighed in working.weighed:
        best.setdefault(weighed.evidence.passage.passage_id, weighed.evidence.score)
    for hit in found.hits:
        name = hit.passage.passage_id
        likeness = likest[name].likeness if name in likest else None
        yield Candidate(hit, likeness, name in best, best.get(name))


def _judged(answer: Answer, working: Working) -> Iterator[Judged]:
    for rank, weighed in enumerate(working.weighed, start=1):
        scored, span = weighed.scored, weighed.evidence.span
        yield Judged(
            rank=rank,
            hit=scored.near.hit,
            span=span,
            coverage=scored.near.coverage,
            similarity=scored.near.covered.similarity,
            logit=scored.logit,
            score=weighed.evidence.score,
            ruled_out=in_words(weighed.mismatch) if weighed.mismatch else "",
            shown=_lies_in(weighed, answer.quotes),
        )


def _lies_in(weighed: Weighed, quotes: Sequence[Quote]) -> bool:
    return any(
        quote.document.doc_id == weighed.evidence.document.doc_id
        and quote.span.overlaps(weighed.evidence.span)
        for quote in quotes
    )
