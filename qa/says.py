"""A sentence -> what the articles say of the same thing, each with its quote and an honest label.

"Says the same" needs the words, the figures and the treatment to agree, and no "not" between the
two; "gives another figure" needs figures of one kind of which none agree; "says the opposite" is
said only where a rule is sure and both speak of one treatment. All else that is near only "speaks
of it". How often the labels are right is measured by benchmarks/says.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from qa.differing import aspect_of
from qa.engine import Engine
from qa.evidence import Near
from qa.figures import figures
from qa.named import reviewed_names
from qa.opposing import Opposition, claim, opposition, subject_pieces, without_negators
from qa.passages import heading_line
from qa.records import Quote
from qa.retrieve import retrieve
from qa.support import sigmoid
from qa.text import stem, terms
from qa.voices import label_of

PASSAGES = 20  # whose sentences are compared
MOST_SAID = 12
# A logistic regression on the sentences near the facts that benchmarks/says.py calls its tune half.
COVERED, SHARED, BIAS = 4.49, 8.46, -7.44
SAME = 0.6  # chance from which a sentence may say the same
ON_IT = 0.2  # chance from which it speaks of the same thing
FIGURE_ON_IT = 0.05  # the same where it gives a figure of the same kind
IN_RETURN = 0.3  # share of an opposed sentence's own words that the statement must have
_REPORTING = frozenset(
    terms("says writes according article blog overview undated reports explains")
)

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


class Relation(StrEnum):
    """What a sentence of an article is to the one given, strongest first."""

    SAME = "says the same"
    OPPOSITE = "says the opposite"
    FIGURE = "gives another figure"
    SPEAKS = "speaks of it"


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of an article; `score` is the chance that it says the same, words alone."""

    relation: Relation
    quote: Quote
    score: float
    why: str  # in words for staff


def says(engine: Engine, sentence: str) -> tuple[Said, ...]:
    """At most `MOST_SAID`, by label and then by score."""
    _, query = engine.searchable(sentence)
    hits = retrieve(query, engine.snapshot, engine.settings.depth, PASSAGES)
    near = engine.evidence.near(query, hits)
    weigh = _Weigher(engine, sentence)
    found = sorted(filter(None, map(weigh, near)), key=_order)
    return tuple(found[:MOST_SAID])


def _order(said: Said) -> tuple[int, float, str, int]:
    quote = said.quote
    place = list(Relation).index(said.relation)
    return (place, -said.score, quote.document.doc_id, quote.span.start)


def _attributions(engine: Engine) -> frozenset[str]:
    """Stems that say who says it, not what is said."""
    about = (document.metadata for document in engine.snapshot.documents.values())
    labels = {word for one in about for reference in one.based_on for word in label_of(reference)}
    return _REPORTING | {stem(word) for word in labels}


class _Weigher:
    """Compares one statement with many sentences."""

    def __init__(self, engine: Engine, statement: str) -> None:
        self._statement = statement
        self._idf = engine.snapshot.lexical.idf
        self._claim = claim(statement)
        self._attributions = _attributions(engine)
        about = frozenset(terms(without_negators(statement)))
        self._own = about - self._attributions or about
        self._figures = figures(statement)
        self._named = reviewed_names().find(statement).own
        self._aspect = aspect_of(statement)

    def __call__(self, near: Near) -> Said | None:
        """None where the sentence is about something else."""
        text = near.span.of(near.hit.document.text)
        if not self._same_treatment(near, text):
            return None
        chance = self._chance(near, self._own, text)
        relation, why = self._relation(near, text, chance)
        if chance < (FIGURE_ON_IT if relation is Relation.FIGURE else ON_IT):
            return None
        quote = Quote.cut(near.hit.document, near.span, near.hit.passage, chance)
        return Said(relation, quote, chance, why)

    def _chance(self, near: Near, own: frozenset[str], text: str) -> float:
        """By how many of `own`, weighed by rarity, the sentence has too, and by its coverage."""
        there = frozenset(terms(text))
        whole = sum(self._idf(t) for t in own)
        shared = sum(self._idf(t) for t in own & there) / whole if whole else 0.0
        return sigmoid(BIAS + COVERED * near.coverage + SHARED * shared)

    def _in_return(self, text: str) -> float:
        """The share of the sentence's words, weighed by rarity, that the statement has too."""
        theirs = frozenset(terms(without_negators(text))) - self._attributions
        whole = sum(self._idf(t) for t in theirs)
        return sum(self._idf(t) for t in theirs & self._own) / whole if whole else 0.0

    def _relation(self, near: Near, text: str, chance: float) -> tuple[Relation, str]:
        if found := opposition(self._statement, text):
            alike = self._chance(near, self._own - {stem(found.word)}, text) >= SAME
            whole = not text.endswith(":") and self._in_return(text) >= IN_RETURN
            if alike and whole and self._same_subject(near, text, found):
                return Relation.OPPOSITE, f"The two are opposed about “{found.word}”."
            return Relation.SPEAKS, ""
        if apart := self._apart(text):
            return Relation.FIGURE, apart
        if chance < SAME:
            return Relation.SPEAKS, ""
        lacking = self._lacking(text)
        return (Relation.SPEAKS, lacking) if lacking else (Relation.SAME, "")

    def _same_subject(self, near: Near, text: str, found: Opposition) -> bool:
        """Whether what is denied, or opposed, is surely said of the same thing."""
        above = heading_line(near.hit.passage, near.hit.document)
        mine = _treatments(subject_pieces(self._statement, found.mine))
        theirs = _treatments((*subject_pieces(text, found.theirs), above))
        if not mine:
            before = subject_pieces(self._statement, found.mine)[0]
            about = frozenset(terms(without_negators(before))) - self._attributions
            return not about or bool(about & frozenset(terms(f"{text} {above}")))
        if found.denier is None:
            return mine == theirs
        wide, narrow = (mine, theirs) if found.denier == 0 else (theirs, mine)
        return reviewed_names().takes_in(wide, narrow)

    def _apart(self, text: str) -> str:
        """That both give figures of one kind and none of them agrees, or ""."""
        theirs = figures(text)
        shared = {f.unit for f in self._figures} & {f.unit for f in theirs}
        if not shared or any(a.agrees(b) for a in self._figures for b in theirs):
            return ""
        aspect = aspect_of(text)
        if self._aspect and aspect and self._aspect != aspect:
            return ""
        return "Both give a figure for it, and the figures differ."

    def _lacking(self, text: str) -> str:
        """What keeps a sentence in nearly the same words from saying the same, or ""."""
        if (self._claim.negators + claim(text).negators) % 2:
            return "One of the two has a “not” that the other lacks."
        theirs = figures(text)
        if any(not any(f.agrees(other) for other in theirs) for f in self._figures):
            return "It does not give that figure."
        if not self._figures and set(_DIGITS.findall(self._statement)) - set(_DIGITS.findall(text)):
            return "It does not give that number."
        return ""

    def _same_treatment(self, near: Near, text: str) -> bool:
        if not self._named:
            return True
        known = reviewed_names()
        above = heading_line(near.hit.passage, near.hit.document)
        return known.meet(self._named, known.find(text).own or known.find(above).own)


def _treatments(pieces: Iterable[str]) -> frozenset[str]:
    """What the first piece names that names any; of a kind and what belongs to it, the latter."""
    known = reviewed_names()
    for piece in pieces:
        if named := known.find(piece).own:
            return frozenset(n for n in named if named.isdisjoint(known.members.get(n, ())))
    return frozenset()
