"""Whether two sentences on the same matter contradict each other, where a rule is sure of it.

One of them denies what the other says ("is not safe", "is safe"), or each uses one word of a pair
of opposites ("permanent", "temporary"). Where both deny something, nothing is decided.
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
    """The word about which the two are surely opposed, or "".

    >>> opposed("ECT is not safe.", "ECT is safe."), opposed("It is mild.", "It is severe.")
    ('safe', 'mild')
    """
    ours, theirs = claim(first), claim(second)
    if ours.negators + theirs.negators == 1:
        denied = (ours.denied & theirs.said) | (theirs.denied & ours.said)
        return _as_written(denied, first)
    if ours.negators + theirs.negators:
        return ""
    for one, other in _OPPOSITES:
        for mine, yours in ((one, other), (other, one)):
            apart = not (ours.said & yours or theirs.said & mine)
            if ours.said & mine and theirs.said & yours and apart:
                return _as_written(ours.said & mine, first)
    return ""


def without_negators(sentence: str) -> str:
    """
    >>> without_negators("It isn't safe")
    'It safe'
    """
    return " ".join(w for w in sentence.split() if not _NEGATOR.fullmatch(fold(w).strip(".,;:")))


def _as_written(stems: frozenset[str], text: str) -> str:
    found = (w for w in _WORD.findall(fold(text)) if stem(w) in stems)
    return next(found, "")
