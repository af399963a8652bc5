"""Whether two sentences on the same matter contradict each other, where a rule is sure of it.

One of them denies what the other says ("is not safe", "is safe"), or each uses one word of a pair
of opposites ("permanent", "temporary"). Where both deny something, nothing is decided. Whether
both say it of the same thing is for the caller to look up in `subject_pieces`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.text import STOPWORDS, fold, stem

SCOPE = 4  # content words after a "not" that it may deny

_CLAUSE = re.compile(
    r"[,;:()|]|\s[-–]\s|\b(?:but|while|although|though|because|which|who|that|unless|if|when)\b"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NEGATOR = re.compile(r"(?:not|no|never|none|nobody|nothing|without|neither|nor|cannot)$|.*n['’]t$")
_NO_DENIAL = re.compile(
    r"\bnot (?:only|just|always|yet|often|all|every)\b|\bno (?:more|less) than\b"
)

_PAIRS = (
    ("safe", "unsafe dangerous"),
    ("effective", "ineffective"),
    ("invasive", "noninvasive"),
    ("permanent permanently lasting", "temporary temporarily brief"),
    ("improve better ease", "worsen worse"),
    ("increase raise higher", "decrease reduce lower"),
    ("common often frequent", "rare rarely uncommon"),
    ("fast quick rapid quickly rapidly", "slow slowly"),
    ("more", "less fewer"),
    ("awake", "asleep"),
    ("approved", "unapproved"),
    ("known", "unknown"),
    ("possible", "impossible"),
    ("always", "never"),
    ("short", "long"),
    ("mild", "severe"),
    ("recommended", "discouraged"),
    ("outpatient", "inpatient"),
    ("start begin", "stop end"),
)
_OPPOSITES = [tuple(frozenset(stem(w) for w in side.split()) for side in pair) for pair in _PAIRS]


# What follows is what the subject is compared with.
_COMPARED = re.compile(
    r"\b(?:unlike|than|versus|vs|whereas|compared (?:with|to)|in contrast (?:with|to)|"
    r"rather than|instead of)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSE_AS_WRITTEN = re.compile(_CLAUSE.pattern, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Opposition:
    """What two sentences are opposed about: a word of the first, and stems in either."""

    word: str
    mine: frozenset[str]
    theirs: frozenset[str]
    denier: int | None  # which of the two says "not"; None for a pair of opposites


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence says and what it denies, as stems."""

    said: frozenset[str]
    denied: frozenset[str]
    negators: int


def claim(sentence: str) -> Claim:
    """
    >>> sorted(claim("ECT is not safe, but quick").denied)
    ['safe']
    """
    said, denied, negators = set[str](), set[str](), 0
    text = _NO_DENIAL.sub(" ", fold(sentence))
    for clause in _CLAUSE.split(text):
        left = 0
        for word in _WORD.findall(clause):
            if _NEGATOR.fullmatch(word):
                negators, left = negators + 1, SCOPE
            elif word not in STOPWORDS:
                said.add(stem(word))
                if left > 0:
                    denied.add(stem(word))
                    left -= 1
    return Claim(frozenset(said), frozenset(denied), negators)


def opposed(first: str, second: str) -> str:
    """The word about which the two are opposed, said of one thing, or "".

    >>> opposed("ECT is not safe.", "ECT is safe."), opposed("It is mild.", "It is severe.")
    ('safe', 'mild')
    """
    found = opposition(first, second)
    return found.word if found else ""


def opposition(first: str, second: str) -> Opposition | None:
    """The same, with where to look for what either is said of; None where nothing is sure."""
    ours, theirs = claim(first), claim(second)
    if ours.negators + theirs.negators == 1:
        denied = (ours.denied & theirs.said) | (theirs.denied & ours.said)
        denier = 0 if ours.negators else 1
        return Opposition(_as_written(denied, first), denied, denied, denier) if denied else None
    if ours.negators + theirs.negators:
        return None
    for one, other in _OPPOSITES:
        for mine, yours in ((one, other), (other, one)):
            apart = not (ours.said & yours or theirs.said & mine)
            if ours.said & mine and theirs.said & yours and apart:
                said = ours.said & mine
                return Opposition(_as_written(said, first), said, theirs.said & yours, None)
    return None


def subject_pieces(sentence: str, stems: frozenset[str]) -> tuple[str, ...]:
    """Where to look for what a word with one of the stems is said of, most likely place first:
    before it, in its clause, in the clauses before. What the subject is compared with is left out.

    >>> subject_pieces("Unlike ECT, TMS does not harm memory.", frozenset({stem("harm")}))
    (' TMS does not ', ' TMS does not harm memory.', '')
    """
    clauses = _CLAUSE_AS_WRITTEN.split(sentence)
    for number, clause in enumerate(clauses):
        for word in _WORD.finditer(clause):
            if stem(fold(word[0])) in stems:
                places = (clause[: word.start()], clause, *reversed(clauses[:number]))
                return tuple(_COMPARED.sub("", place) for place in places)
    return ()


def without_negators(sentence: str) -> str:
    """
    >>> without_negators("It isn't safe")
    'It safe'
    """
    return " ".join(w for w in sentence.split() if not _NEGATOR.fullmatch(fold(w).strip(".,;:")))


def _as_written(stems: frozenset[str], text: str) -> str:
    found = (w for w in _WORD.findall(fold(text)) if stem(w) in stems)
    return next(found, "")
