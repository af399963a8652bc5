"""Question + findings -> Answer: quotes, or none with a reason. Nothing here writes a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from qa.differing import differing
from qa.evidence import Findings
from qa.quoting import quotable_span
from qa.records import Answer, Evidence, Quote, Reason, Status
from qa.text import terms

MOST_QUOTES = 4
MOST_RELATED = 3
JOINING_ODDS = 0.5  # a neighbour with at least this share of a sentence's odds is quoted with it
SAME = 0.6  # share of common words from which two quotes say the same thing
# Likeness below which the articles do not speak of the subject and no passage is related: on the
# *tune* questions the highest off topic is 0.49, and 95 of 100 answerable ones lie above 0.53.
ON_TOPIC = 0.5


def compose(
    question: str,
    standalone: str,
    findings: Findings,
    minimum_support: float,
    snapshot_id: str,
    *,
    spelt: str,
) -> Answer:
    """Answered when the best evidence reaches `minimum_support`; never lowered to get a quote.

    `spelt` is `standalone` with its slips mended, as it was searched.
    """
    good = [e for e in findings.evidence if e.score >= minimum_support]
    if not good:
        return _not_found(question, standalone, findings, snapshot_id)
    quotes = _choose(good)
    return Answer(
        question,
        standalone,
        Status.ANSWERED,
        snapshot_id,
        support=quotes[0].score,
        quotes=quotes,
        differences=differing(spelt, quotes, good),
    )


def _not_found(
    question: str,
    standalone: str,
    findings: Findings,
    snapshot_id: str,
) -> Answer:
    best = findings.evidence[0].score if findings.evidence else 0.0
    near = findings.likeness >= ON_TOPIC
    return Answer(
        question,
        standalone,
        Status.NOT_FOUND,
        snapshot_id,
        reason=Reason.NOT_IN_SOURCES if near else Reason.OFF_TOPIC,
        missing=findings.missing,
        support=best,
        related=_related(findings.evidence) if near else (),
    )


def _choose(evidence: Sequence[Evidence]) -> tuple[Quote, ...]:
    """The lead, then the best others; each new document before a second quote of the same one."""
    pool = [_quote(e, evidence) for e in evidence]
    chosen = [pool[0]]
    for fresh in (True, False):
        for quote in pool[1:]:
            known = {q.document.doc_id for q in chosen}
            if len(chosen) == MOST_QUOTES:
                break
            if fresh == (quote.document.doc_id not in known) and not _repeats(quote, chosen):
                chosen.append(quote)
    lead, *others = chosen
    others.sort(key=lambda q: (-q.score, q.document.doc_id, q.span))
    return (lead, *others)


def _related(evidence: Sequence[Evidence]) -> tuple[Quote, ...]:
    chosen: list[Quote] = []
    for quote in (_quote(e, ()) for e in evidence):
        if len(chosen) < MOST_RELATED and not _repeats(quote, chosen):
            chosen.append(quote)
    return tuple(chosen)


def _quote(evidence: Evidence, others: Sequence[Evidence]) -> Quote:
    likely = {
        other.span
        for other in others
        if other.passage.passage_id == evidence.passage.passage_id
        and _odds(other.score) >= JOINING_ODDS * _odds(evidence.score)
    }
    span = quotable_span(evidence.document, evidence.passage, evidence.span, likely)
    return Quote.cut(evidence.document, span, evidence.passage, evidence.score)


def _odds(chance: float) -> float:
    return chance / max(1 - chance, 1e-6)


def _repeats(quote: Quote, chosen: Sequence[Quote]) -> bool:
    return any(
        (quote.document.doc_id == other.document.doc_id and quote.span.overlaps(other.span))
        or _alike(quote.text, other.text)
        for other in chosen
    )


def _alike(first: str, second: str) -> bool:
    ours, theirs = set(terms(first)), set(terms(second))
    return bool(ours | theirs) and len(ours & theirs) / len(ours | theirs) >= SAME
