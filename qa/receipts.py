"""A receipt (an answer object or one of its quotes) -> is each quote where it says it is?

The source file is read again from the corpus by the same readers; no index is asked, so a proof
does not lean on what it proves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from qa.corpus import Refusal, describe_source
from qa.errors import QAError
from qa.reading import Outcome, read_sources
from qa.records import Document


class Verdict(StrEnum):
    """What came of checking one quote."""

    PROVED = "proved"
    SOURCE_CHANGED = "source_changed"
    NOT_THERE = "not_there"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a quote object says of itself."""

    text: str
    source: str
    doc_id: str
    start: int
    end: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim, the verdict on it, and the verdict in words."""

    claim: Claim
    verdict: Verdict
    detail: str


def read_claims(data: bytes, name: str) -> list[Claim]:
    """The quotes of an answer object, of a quote object, or of one answer object a line.

    Raises QAError when there is none, or one is not whole.
    """
    claims = [_claim(q, name) for value in _values(data, name) for q in _quotes(value)]
    if not claims:
        raise QAError(f"{name} holds no quote, so there is nothing to prove.")
    return claims


def prove(claims: Sequence[Claim], corpus: Path, seconds: float, max_mb: int) -> list[Proof]:
    """One proof a claim, in order; each source file is read once."""
    outcomes = _read(dict.fromkeys(c.source for c in claims), corpus, seconds, max_mb)
    return [_prove_one(claim, outcomes[claim.source]) for claim in claims]


def _prove_one(claim: Claim, outcome: Outcome) -> Proof:
    if isinstance(outcome, Refusal):
        return Proof(claim, Verdict.SOURCE_CHANGED, f"{claim.source}: {outcome.reason}")
    same = [d for d in outcome if d.doc_id == claim.doc_id]
    if not same:
        again = any(claim.text in d.text for d in outcome)
        still = "the words still stand in it" if again else "the words no longer stand in it"
        return Proof(
            claim, Verdict.SOURCE_CHANGED, f"{claim.source} has changed since the answer; {still}"
        )
    return _prove_in(claim, same[0])


def _prove_in(claim: Claim, document: Document) -> Proof:
    place = f"{claim.source} at {claim.start} to {claim.end}"
    if document.text[claim.start : claim.end] != claim.text:
        return Proof(claim, Verdict.NOT_THERE, f"other words stand in {place}")
    if document.page_of(claim.start) != claim.page:
        page = document.page_of(claim.start)
        return Proof(claim, Verdict.NOT_THERE, f"{place} is on page {page}, not {claim.page}")
    return Proof(claim, Verdict.PROVED, f"stands word for word in {place}")


def _read(names: Iterable[str], corpus: Path, seconds: float, max_mb: int) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    sources = []
    for name in names:
        try:
            if not (corpus / name).resolve().is_relative_to(corpus.resolve()):
                raise FileNotFoundError
            sources.append(describe_source(corpus, name))
        except (OSError, ValueError):
            outcomes[name] = Refusal(name, f"there is no such article in {corpus}/", "")
    read = read_sources(corpus, sources, seconds, max_mb)
    outcomes.update((s.source, outcome) for s, outcome in zip(sources, read, strict=True))
    return outcomes


def _values(data: bytes, name: str) -> list[Any]:
    try:
        return [json.loads(data)]
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in data.split(b"\n") if line.strip()]
    except ValueError as error:
        raise QAError(f"{name} is not JSON ({error}). Give a file written by ask --json.") from None


def _quotes(value: Any) -> list[Any]:
    """Every quote object in an answer object; a quote object is its own."""
    if isinstance(value, list):
        return [quote for item in value for quote in _quotes(item)]
    if not isinstance(value, Mapping):
        return []
    if "text" in value and "document" in value:
        return [value]
    pairs = [pair for pair in value.get("differences") or [] if isinstance(pair, Mapping)]
    return [
        *(value.get("quotes") or []),
        *(value.get("related") or []),
        *(quote for pair in pairs for quote in pair.values()),
    ]


def _claim(quote: Any, name: str) -> Claim:
    try:
        claim = Claim(
            text=quote["text"],
            source=quote["document"]["source"],
            doc_id=quote["document"]["id"],
            start=quote["start"],
            end=quote["end"],
            page=quote.get("page"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise QAError(
            f"a quote in {name} is not whole ({error!r}). Give a file written by ask --json."
        ) from None
    texts = (claim.text, claim.source, claim.doc_id)
    whole = all(isinstance(t, str) and t for t in texts)
    placed = isinstance(claim.start, int) and isinstance(claim.end, int)
    if not whole or not placed or not 0 <= claim.start < claim.end:
        raise QAError(f"a quote in {name} is not whole. Give a file written by ask --json.")
    return claim
