"""Question + quote -> why the quote cannot answer, where that can be told for certain.

Other people, another country or treatment, no figure where one is asked for, another figure, or no
"not" where the question asks what not to do. Every rule is generous: it speaks only where a reader
would see at once that the quote is about something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from qa.amounts import Amount, conditions, other_figure
from qa.groups import People, other_people, people_in
from qa.named import MEDICINE, Named, Names
from qa.places import other_country
from qa.text import STOPWORDS, fold, stem
from qa.wordlists import answer_words


class Kind(StrEnum):
    """In what a quote differs from the question."""

    POPULATION = "population"
    PLACE = "place"
    TREATMENT = "treatment"
    COST = "cost"
    NUMBER = "number"
    TIME = "time"
    FIGURE = "figure"
    POLARITY = "polarity"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why a quote does not answer; `wanted` is what the question names and the quote lacks."""

    kind: Kind
    wanted: str


_COST = re.compile(
    r"\b(?:costs?|costly|pric(?:e|es|ey)|paid for|afford\w*|expensive|cheap\w*|insurance|insurers?"
    r"|fees?|medicare|medicaid|reimburs\w*|(?:who|insur\w+|have to|need to|help\w*) pays?(?: for)?"
    r"|free of charge|out of pocket)\b|\bcover (?:tms|ect|vns|it|this|the)\b"
)
_MONEY = re.compile(
    r"cost|pric[ei]|\bpa(?:y|id)|afford|expens|cheap|insur|cover|\bfees?\b|\bfree\b|medica(?:re|id)"
    r"|reimburs|charge|money|financ|fund|\bbill|benefit|grant|dollar|[$£€]|\bplan\b|saving|budget"
    r"|econom|wage|income|discount|coupon|assistance|\bnhs\b|\bva\b"
)
_HOW_MANY = re.compile(
    r"\bhow many\b(?! (?:\w+ )?(?:types?|kinds?|sorts?|ways?|choices?|options?))"
    r"|\b(?:what|which) (?:percent\w*|share|proportion|fraction|dose|dosage)\b"
    r"|\bwhat(?:'s| is| are) (?:the |my )?(?:percent\w*|share|proportion|fraction|odds)\b"
    r"|\bhow much (?!better|worse|more|less|help|does it help|do i|should i worry)"
)
_WHEN = re.compile(
    r"\bhow (?:long|often|soon|fast|quick|quickly|old|frequently)\b"
    r"|^(?:so |and |but )?when (?:will|was|did|does)\b"
)
_WHAT_NOT = re.compile(
    r"^(?:so |and )?who (?:should ?n[o']t|should not|shouldnt|must not)\b"
    r"|^(?:so |and )?who (?:can'?t|cannot|can not) (?:have|get|take|use|be given)\b"
    r"|\bwhen (?:not to|should(?: i| you)? not)\b"
    r"|\bwhat (?:\w+ )?(?:should|must|do)(?: i| we| you| he| she| they)? (?:need to |have to )?"
    r"(?:avoid|not)\b"
    r"|\bwhat (?:\w+ )?(?:to avoid|not to)\b"
)
_NOT = re.compile(
    r"\b(?:not|no|never|nor|none|without|avoid\w*|unless|except\w*|risk\w*|stop\w*|careful\w*"
    r"|caution\w*|warn\w*|danger\w*|unsafe|safe\w*|harm\w*|limit\w*|restrict\w*|instead|cannot"
    r"|less|fewer|worse\w*|only|problem\w*|serious|side effects?|toxic|poison\w*|allerg\w*"
    r"|interact\w*|severe|increase\w*|fatal|trigger\w*|quit\w*|cut\w*|reduc\w*|rather|low"
    r"|contraindicat\w*|exclu\w*|damage\w*|tell|talk|ask|keep|away|rule[sd]? out|bad|emergency"
    r"|life-threatening|death|die)\b|n't\b"
)
# Kinds so wide that "treatments" may mean them.
_WIDE = frozenset(("antidepressant", "psychotherapy", "brain stimulation"))
_TREATMENT = re.compile(r"\btreatments?\b|\btherap(?:y|ies)\b|\boptions?\b")
_DIGIT = re.compile(r"\d")
_DATE = re.compile(r"^(?:so |and |but )?when\b|\bhow old\b|\bhow long ago\b")
# No answer to "how many": "Smith (2022)", "7 Ways to Sleep".
_LABEL = re.compile(r"\b(?:19|20)\d\d\b|[\"“]\d[^\"”]*[\"”]")
_WORD = re.compile(r"[a-z]+")
_DENIES = re.compile(r"\b(?:no|not|without|never|fail\w*|lack\w*)\b|n't\b")
_DENIED = re.compile(
    r"\bno (?:[a-z]+ )?(?P<what>improvement|response|remission|relief|benefit)s?\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for; made once a question and kept nowhere."""

    question: str
    text: str  # folded
    people: People
    figures: tuple[Amount, ...]
    named: Named
    cost: bool
    number: bool
    time: bool
    date: bool  # a year answers
    what_not: bool


def understood(question: str, names: Names) -> Asked:
    """What `mismatch` must know of a question."""
    text = fold(question).strip()
    return Asked(
        question,
        text,
        people_in(text),
        conditions(text),
        names.find(question),
        cost=bool(_COST.search(text)),
        number=bool(_HOW_MANY.search(text)),
        time=bool(_WHEN.search(text)),
        date=bool(_DATE.search(text)),
        what_not=bool(_WHAT_NOT.search(text)),
    )


def mismatch(
    asked: Asked, quote: str, context: str, population: str | None, names: Names
) -> Mismatch | None:
    """The first reason found, or None.

    `context` is the title of the document and the headings above the quote; `population` is whom
    the document says it is for.
    """
    told, around = fold(quote), fold(context)
    people = other_people(asked.people, told, around, fold(population or ""))
    if people:
        return Mismatch(Kind.POPULATION, people)
    country = other_country(asked.question, quote, context)
    if country:
        return Mismatch(Kind.PLACE, country)
    figure = other_figure(asked.figures, told)
    if figure:
        return Mismatch(Kind.FIGURE, figure)
    return (
        _answer_type(asked, told, around)
        or _polarity(asked, told)
        or _treatment(asked, quote, context, names)
    )


def _treatment(asked: Asked, quote: str, context: str, names: Names) -> Mismatch | None:
    """Another treatment is named, in the quote or above it, and none of those asked about."""
    wanted = asked.named.all - {MEDICINE}
    if not wanted:
        return None
    told, around = names.find(quote), names.find(context)
    # "Adding medicines" above a sentence on lithium does not make it one on sertraline.
    above = around.all - {MEDICINE} if told.own else around.all
    if names.meet(wanted, told.all | above) or not (told.own or around.own):
        return None
    if wanted <= _WIDE and (MEDICINE in told.kinds or _TREATMENT.search(fold(quote))):
        return None
    return Mismatch(Kind.TREATMENT, min(wanted))


def _answer_type(asked: Asked, told: str, around: str) -> Mismatch | None:
    if asked.cost and not _MONEY.search(f"{told}\n{around}"):
        return Mismatch(Kind.COST, "cost")
    if not (asked.number or asked.time):
        return None
    if not asked.date:
        told = _LABEL.sub(" ", told)
    if _DIGIT.search(told):
        return None
    listed, said = answer_words(), _WORD.findall(told)
    if asked.number and listed.quantities.isdisjoint(said):
        return Mismatch(Kind.NUMBER, "number")
    if asked.time and listed.times.isdisjoint(said):
        return Mismatch(Kind.TIME, "time")
    return None


def _polarity(asked: Asked, told: str) -> Mismatch | None:
    """ "What should I avoid?" needs a "not"; "how long did the improvement last?" is not answered
    by what is said of people who had "no meaningful improvement".
    """
    if asked.what_not and not _NOT.search(told):
        return Mismatch(Kind.POLARITY, "not")
    if (asked.number or asked.time) and not _DENIES.search(asked.text):
        subject = {stem(word) for word in _WORD.findall(asked.text)} - STOPWORDS
        for denied in _DENIED.finditer(told):
            if stem(denied["what"]) in subject:
                return Mismatch(Kind.POLARITY, denied["what"])
    return None
