"""Words that lost their space, were torn in two, or stand letter by letter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from qa.check.finding import Place
from qa.records import Document
from qa.text import fold, words
from qa.wordlists import english

A_NAME = 3  # times that "iPhone" or "firstName" stands in an article
SHORTEST = 7  # letters of a word that two pieces make; shorter ones come about by chance

# "overTreatment", "found.The": two words that were one line apart. Not in a web address.
_GLUED = re.compile(
    r"\b[a-z]{3,}[A-Z][a-z]{2,}|\b[A-Za-z]*[a-z]{3,}[.!?;:][A-Z][a-z]+|[^\W\d_A-Z]{36,}"
)
_ADDRESS = re.compile(
    r"\S*(?:://|www\.|@)\S*|\b\w+\.(?:com|org|net|gov|edu|uk|ie|eu)\b\S*", re.IGNORECASE
)
_SMALL = re.compile(
    r"\b(?:of|in|to|for|and|with|from|by|on|that|is|at)(?:the|these|those|their|this)\b"
)
_SMALL_LETTERS = re.compile(r"(?<![\w'’-])[a-z]{8,}(?![\w'’-])")
# Words that also begin longer ones: "overwrapping" was never two words.
_PREFIXES = frozenset(
    """
    anti auto back cross cyber down electro fore half hyper hypo inter macro mega meta micro mini
    mono multi neuro nano off out over photo poly post pseudo psycho quasi retro self semi south
    north east west super techno tele thermo trans ultra under video wide well
    """.split()
)
_HYPHEN = re.compile(r"\b([A-Za-z]{2,})- ([a-z]{2,})\b")
# "short- and long-term", "dose- or time-dependent": the hyphen stands for the word to come.
_AFTER_HYPHEN = frozenset("and or to nor but versus vs than und oder et".split())
_SPACED = re.compile(r"(?<![\w.'’-])[A-Za-z](?: [A-Za-z]){4,}(?![\w'’-])")

Counts = Mapping[str, int]  # how often a folded word stands in the articles


def word_counts(documents: Iterable[Document]) -> Counts:
    """How often each folded word stands in the articles."""
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update(fold(word.of(document.text)) for word in words(document.text))
    return counts


def glued_words(text: str) -> list[str]:
    """What seems to have lost the space between two words or sentences, each once.

    >>> glued_words("What helpsTreatment was found.The rest is at example.org and PubMed.")
    ['helpsTreatment', 'found.The']
    """
    return list(dict.fromkeys(place.shown for place in glued_places(text)))


def glued_places(text: str) -> list[Place]:
    """The same with where each stands. What is written so again and again is a name."""
    without = _ADDRESS.sub(lambda m: " " * len(m.group()), text)
    found = [
        Place(m.start(), m.group()) for rule in (_GLUED, _SMALL) for m in rule.finditer(without)
    ]
    often = Counter(place.shown for place in found if place.shown.isalpha())
    kept = [place for place in found if often[place.shown] < A_NAME]
    return sorted(kept, key=lambda place: place.start)


def run_on_places(text: str, counts: Counts) -> list[Place]:
    """Small letters run together: no word of English or of the articles, but two common ones.

    >>> [p.shown for p in run_on_places("the kidney damageparticularly of", {})]
    ['damageparticularly']
    """
    return [
        Place(match.start(), match.group())
        for match in _SMALL_LETTERS.finditer(_ADDRESS.sub(lambda m: " " * len(m.group()), text))
        if counts.get(match.group(), 0) <= 1 and _is_run_on(match.group())
    ]


@lru_cache(maxsize=65536)
def _is_run_on(word: str) -> bool:
    common, begun = _common(), _beginnings()
    cuts = (cut for cut in range(2, len(word) - 1) if word[:cut] in begun)
    return any(
        word[cut:] in common and min(cut, len(word) - cut) >= _least(word, cut) for cut in cuts
    ) and not _is_english(word)


def _least(word: str, cut: int) -> int:
    """Letters that the shorter piece needs; two are enough for "of" and "to" alone."""
    return 2 if word[:cut] in ("of", "to") or word[cut:] in ("of", "to") else 4


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(english().common())


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    return _common() - _PREFIXES


def broken_places(text: str, counts: Counts) -> list[Place]:
    """Words torn in two by a hyphen or a space that a line's end has left.

    >>> [p.shown for p in broken_places("long- and short-term treat- ment", {"treatment": 1})]
    ['treat- ment']
    """
    return sorted([*_hyphen_rests(text, counts), *_torn(text, counts)], key=lambda p: p.start)


def _hyphen_rests(text: str, counts: Counts) -> Iterable[Place]:
    for match in _HYPHEN.finditer(text):
        joined = fold(match[1] + match[2])
        if match[2] not in _AFTER_HYPHEN and (joined in counts or _is_english(joined)):
            yield Place(match.start(), match.group())


def _torn(text: str, counts: Counts) -> Iterable[Place]:
    """Two neighbours of which one is no word, but both are one together: "depres sion"."""
    spans = words(text)
    for left, right in zip(spans, spans[1:], strict=False):
        if right.start - left.end != 1 or text[left.end] != " ":
            continue
        first, second = fold(left.of(text)), fold(right.of(text))
        if len(first) + len(second) < SHORTEST or min(len(first), len(second)) < 2:
            continue
        if counts.get(first, 0) > 1 or counts.get(second, 0) > 1 or not second.isalpha():
            continue
        if _is_english(first + second) and not (_is_english(first) and _is_english(second)):
            yield Place(left.start, text[left.start : right.end])


def spaced_places(text: str) -> list[Place]:
    """Words whose letters stand apart; not an alphabet.

    >>> [p.shown for p in spaced_places("R E S U L T S of vitamins A B C D E")]
    ['R E S U L T S']
    """
    return [Place(m.start(), m.group()) for m in _SPACED.finditer(text) if not _alphabet(m.group())]


def _alphabet(letters: str) -> bool:
    bare = letters.replace(" ", "").lower()
    return list(bare) == sorted(bare) or len(set(bare)) <= 2


@lru_cache(maxsize=65536)
def _is_english(word: str) -> bool:
    return word in english()
