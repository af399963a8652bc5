"""Sentences of two sources that give different figures for what was asked, side by side.

A pair needs four things: both sentences give a figure of the kind that the question asks for, and
no figure of one agrees with one of the other; both speak of the same treatment, the one asked for;
both speak of the same aspect (how soon it works, how long it lasts); and they report different
sources. Where one of these is in doubt there is no pair: a false difference does harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from qa.figures import COUNTED, Figure, counted, figures
from qa.leaning import leans
from qa.named import reviewed_names
from qa.quoting import quotable_span
from qa.records import BlockKind, Difference, Evidence, Quote, Span
from qa.text import fold, is_question, sentences, terms
from qa.voices import voices

MOST_PAIRS = 2

_TIMES = r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|decades?)\b"
# What the question asks for -> units of the figures that answer it.
_ASKED = (
    (
        ("%",),
        r"how common|how rare|how likely|how many (?:\w+ ){0,2}(?:people|patients|adults)|percent|"
        r"%|proportion|what (?:share|part|fraction)|share of|odds|chances?|likelihood|"
        r"(?:success|response|remission) rate|rates? of|how (?:well|effective)|"
        r"how often does (?:it|\w+) work|\d in \d",
    ),
    (
        ("day",),
        r"how (?:soon|long|quick|quickly|fast|many (?:minutes|hours|days|weeks|months|years|"
        r"decades))|when (?:will|do|does|should|can)|right away|straight away|at once|"
        r"duration|\bquick(?:ly)?\b.*\?|\bfast\b.*\?|"
        rf"{_TIMES}.*\bor\b|\bor\b.*{_TIMES}",
    ),
    (
        ("a week",),
        r"how (?:often|frequent|regular)|how many times|times a|a week|per week|\bevery\b(?= \w)",
    ),
    (
        ("$", "£", "€"),
        r"\bcosts?\b|\bprices?\b|how expensive|\bpay\b|how much is|[$£€]|dollars|pounds",
    ),
    (
        ("mg", "mcg"),
        r"\bdos(?:e|es|age)\b|how much \w+ (?:do|should|can)|\bmg\b|milligram|how strong",
    ),
)
# Of what a time or a share is told; the first that fits is the aspect.
_ASPECTS = (
    ("harm", r"side effect|adverse|unwanted"),
    ("keep", r"\bkeep|\bkept\b|\bhold|\bheld\b|\blast(?:s|ed)?\b|long.lasting|wears? off|durable"),
    ("relapse", r"relaps|com(?:e|es|ing) back|return"),
    ("course", r"\bcourses?\b|in all\b|full series|how long is (?:the )?treatment"),
    ("stay", r"monitor|observ|surgery|operation|each (?:session|time|visit)"),
    ("have", r"(?:\bnot|n't|never) (?:\w+ )?(?:better|respond|help|work|improve)"),
    ("remission", r"remission|recovery|recovered|symptom.free"),
    (
        "work",
        r"how (?:soon|quick|fast)|quick|\bfast|rapid|kick|begin|\bstarts?\b|\bfeel|relief|"
        r"\beffects?\b|\bworks?\b|working|better|improve|\bdifference\b|\bhelp|respon|drop in",
    ),
    ("have", r"\bhave\b|affect|live with|\bcommon|suffer|\bget\b|how many"),
)
_BY_ASPECT = frozenset({"%", "day"})
_TRIED = frozenset({"medicine", "treatment"})  # one thing where it is said how many have failed
_FAILED = re.compile(r"\bfail|\bnot (?:helped|worked|eased|responded)|without success|\bresist")
_COUNTED_KINDS = frozenset({"antidepressant", "medicine", "psychotherapy"})
_OF_EVERYBODY = re.compile(
    r"(?:%|percent|per cent|in \w+|out of \w+)(?: of)? "
    r"(?:(?:all|the general|the whole) (?:\w+ )?(?:people|adults|population|women|men)|adults|"
    r"the population|americans)\b(?! with| who| whose| treated| responded| reached)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence that gives figures of the kind asked for."""

    quote: Quote
    figures: tuple[Figure, ...]
    voices: frozenset[str]
    names: frozenset[str]  # treatments it speaks of; those of its heading or title if it names none
    aspect: str
    terms: frozenset[str]
    of_everybody: bool  # a share of all people, not of those who are ill


def differing(
    question: str, shown: Sequence[Quote], supported: Sequence[Evidence]
) -> tuple[Difference, ...]:
    """At most two pairs of single sentences of `supported`, one of each pair lying in `shown`.

    `question` is the complete one as searched; `supported` is the evidence good enough to be
    quoted, best first.
    """
    units = asked_units(question)
    if not units:
        return ()
    told = [t for e in supported if (t := _told(e, units)) is not None]
    told.sort(key=_is_row)  # a whole sentence says more than the row of a table
    pairs, known = list[Difference](), list[set[frozenset[Figure]]]()
    for first, second in combinations(told, 2):
        sides = (frozenset(first.figures), frozenset(second.figures))
        fresh = set(sides) not in known
        if fresh and _seen((first, second), shown) and _differ(first, second, question):
            pairs.append(Difference(first.quote, second.quote))
            known.append(set(sides))
    return tuple(pairs[:MOST_PAIRS])


def asked_units(question: str) -> frozenset[str]:
    """Units of the figures that the question asks for; none where it asks for no figure.

    >>> sorted(asked_units("How many weeks until TMS works?"))
    ['day']
    """
    folded = fold(question)
    found = {unit for units, cue in _ASKED if re.search(cue, folded) for unit in units}
    found.update(_asked_counts(folded))
    if found & _TRIED or "tablet" in found and _FAILED.search(folded):
        found |= _TRIED
    return frozenset(found)


def _asked_counts(folded: str) -> Iterator[str]:
    """What is counted: the first counted noun after "how many", or figures the question gives."""
    for rest in re.findall(r"how many ((?:[a-z-]+ ?){1,4})", folded):
        units = [unit for word in rest.split() if (unit := counted(word))]
        yield from units[:1]
    yield from (figure.unit for figure in figures(folded) if figure.unit in COUNTED)


def _told(evidence: Evidence, units: frozenset[str]) -> Told | None:
    text = evidence.span.of(evidence.document.text)
    found = tuple(_of_trials(f, text) for f in figures(text) if f.unit in units)
    if not found or is_question(text):
        return None
    span = _alone(evidence)
    quote = Quote.cut(evidence.document, span, evidence.passage, evidence.score)
    named = voices(text, evidence.document) or voices(quote.text, evidence.document)
    if not named or leans(sentences(quote.text)[0].of(quote.text), ""):
        return None
    above = (quote.heading or "", evidence.document.metadata.title)
    names = next(
        (n for t in (text, *above) if (n := reviewed_names().find(t).own)), frozenset[str]()
    )
    aspect = aspect_of(text) or aspect_of(above[0])
    everybody = bool(_OF_EVERYBODY.search(fold(text)))
    said = frozenset(terms(" ".join((text, *above))))
    return Told(quote, found, named, names, aspect, said, everybody)


def _of_trials(figure: Figure, text: str) -> Figure:
    """Medicines and treatments that were tried in vain are counted together."""
    tried = figure.unit in _TRIED and _FAILED.search(fold(text))
    return replace(figure, unit="medicine") if tried else figure


def _alone(evidence: Evidence) -> Span:
    """What can be read alone; an item that names its source needs no list around it."""
    kind = next(s.kind for s in evidence.passage.sentences if s.span == evidence.span)
    if kind is BlockKind.LIST_ITEM:
        return evidence.span
    return quotable_span(evidence.document, evidence.passage, evidence.span)


def _is_row(told: Told) -> bool:
    return " | " in told.quote.text


def aspect_of(text: str) -> str:
    """Of what a time or a share is told, or "".

    >>> aspect_of("Many feel better within weeks"), aspect_of("It lasts for weeks")
    ('work', 'keep')
    """
    folded = fold(text)
    return next((name for name, cue in _ASPECTS if re.search(cue, folded)), "")


def _seen(pair: tuple[Told, Told], shown: Sequence[Quote]) -> bool:
    """Whether one of the two stands in a quote that is shown."""
    return any(
        told.quote.document.doc_id == quote.document.doc_id and told.quote.span.overlaps(quote.span)
        for told in pair
        for quote in shown
    )


def _differ(first: Told, second: Told, question: str) -> bool:
    return (
        not first.voices & second.voices
        and _figures_differ(first, second)
        and _same_treatment(first, second, question)
        and _same_aspect(first, second, question)
        and _same_matter(first, second, question)
    )


def _figures_differ(first: Told, second: Told) -> bool:
    units = {f.unit for f in first.figures} & {f.unit for f in second.figures}
    return bool(units) and not any(a.agrees(b) for a in first.figures for b in second.figures)


def _same_matter(first: Told, second: Told, question: str) -> bool:
    """A treatment in common, a word of the question, or one heading; shares of alike people."""
    one_section = (first.quote.document.doc_id, first.quote.heading) == (
        second.quote.document.doc_id,
        second.quote.heading,
    )
    common = first.names & second.names or first.terms & second.terms & {*terms(question)}
    return bool(common or one_section) and first.of_everybody == second.of_everybody


def _same_treatment(first: Told, second: Told, question: str) -> bool:
    known = reviewed_names()
    asked = known.find(question).all
    counted_kinds = frozenset() if asked_units(question) & _BY_ASPECT else _COUNTED_KINDS
    asked, ours, theirs = (n - counted_kinds for n in (asked, first.names, second.names))
    if asked and not (known.meet(asked, ours) and known.meet(asked, theirs)):
        return False
    return known.meet(ours, theirs) or not ours and not theirs


def _same_aspect(first: Told, second: Told, question: str) -> bool:
    units = {f.unit for f in first.figures} & _BY_ASPECT
    if not units:
        return True
    told = {first.aspect, second.aspect}
    if asked := aspect_of(question):
        told.add(asked)
    if units == {"day"}:  # how soon it works and how soon it frees of symptoms are asked as one
        told = {"work" if aspect == "remission" else aspect for aspect in told}
    return len(told) == 1 and "" not in told
