"""Which treatments a text names, and whether two texts name the same one.

A brand is its medicine, an acronym its long form, a kind ("SSRIs") takes in what belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from qa.text import fold
from qa.wordlists import Everyday, Treatments, everyday, treatments

MEDICINE = "medicine"  # the widest kind: every medicine belongs to it
_MEDICINES = frozenset(
    "medicine medication drug tablet pill med capsule prescription supplement".split()
)
_NO_MEDICINES = ("psychotherapy", "mindfulness", "brain stimulation")  # kinds of something else
# Taken beside a treatment: to name one does not make a sentence a sentence about it.
_BESIDE = frozenset("alcohol nicotine caffeine cocaine heroin insulin magnesium zinc".split())
_VERBS = frozenset({"act"})  # a name in capitals only

_WORD = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)?")

Phrase = tuple[str, ...]


class _Sort(Enum):
    NAME = 1
    EVERYDAY = 2
    KIND = 3


_Meaning = tuple[_Sort, str]


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names: by its own name, by an everyday one, and as a kind."""

    names: frozenset[str] = frozenset()
    everyday: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    @property
    def all(self) -> frozenset[str]:
        """Everything that may be meant."""
        return self.names | self.everyday | self.kinds

    @property
    def own(self) -> frozenset[str]:
        """What it surely speaks of; not the widest kind, nor what is only taken beside."""
        return (self.names | self.kinds) - _BESIDE - {MEDICINE}


@dataclass(frozen=True, slots=True, eq=False)  # tables are not compared
class Names:
    """First word -> phrases, longest first, with what they name; kind -> all that is in it."""

    phrases: Mapping[str, tuple[tuple[Phrase, _Meaning], ...]]
    members: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, listed: Treatments, reviewed: Iterable[Everyday]) -> Names:
        """From the word lists; everyday phrases count for the treatment they are listed under."""
        meanings = _meanings(listed, reviewed)
        starts: dict[str, list[tuple[Phrase, _Meaning]]] = {}
        for phrase in sorted(meanings, key=lambda p: (-len(p), p)):
            starts.setdefault(phrase[0], []).append((phrase, meanings[phrase]))
        members = {kind: _members(kind, listed) for kind in listed.kinds}
        others = frozenset().union(*(members.get(k, frozenset()) | {k} for k in _NO_MEDICINES))
        members[MEDICINE] = frozenset(listed.same.values()) | frozenset(listed.kinds)
        members[MEDICINE] -= others | _BESIDE
        return cls({first: tuple(found) for first, found in starts.items()}, members)

    def find(self, text: str) -> Named:
        """The longest phrases first, each word used once.

        >>> sorted(reviewed_names().find("Is Prozac better than the nose spray?").all)
        ['esketamine', 'fluoxetine']
        """
        said = _WORD.findall(fold(text))
        found: dict[_Sort, set[str]] = {sort: set() for sort in _Sort}
        at = 0
        while at < len(said):
            size = 1
            for phrase, (sort, name) in self.phrases.get(said[at], ()):
                if phrase == tuple(said[at : at + len(phrase)]):
                    if name not in _VERBS or name.upper() in text:
                        found[sort].add(name)
                    size = len(phrase)
                    break
            at += size
        return Named(*(frozenset(found[sort]) for sort in _Sort))

    def meet(self, asked: Iterable[str], told: Iterable[str]) -> bool:
        """Whether one of the asked is one of the told, or takes it in, or belongs to it."""
        told = frozenset(told)
        return any(
            a in told
            or not told.isdisjoint(self.members.get(a, ()))
            or any(a in self.members.get(t, ()) for t in told)
            for a in asked
        )

    def takes_in(self, wide: Iterable[str], narrow: Iterable[str]) -> bool:
        """Whether what is said of all of `wide` is said of all of `narrow`, and of nothing beside.

        >>> reviewed_names().takes_in({"antidepressant"}, {"sertraline"})
        True
        """
        wide, narrow = frozenset(wide), frozenset(narrow)
        within = {w: narrow & (self.members.get(w, frozenset()) | {w}) for w in wide}
        return (
            bool(narrow) and all(within.values()) and narrow == frozenset().union(*within.values())
        )


@lru_cache(maxsize=1)
def reviewed_names() -> Names:
    """The names of the word lists."""
    return Names.of(treatments(), everyday())


def _meanings(listed: Treatments, reviewed: Iterable[Everyday]) -> dict[Phrase, _Meaning]:
    """Kinds go before names, names before what people say; all with and without a final s."""
    found: dict[Phrase, _Meaning] = {}

    def add(said: str, meaning: _Meaning) -> None:
        *first, last = _WORD.findall(fold(said))
        for form in (last, last + "s"):
            found.setdefault((*first, form), meaning)

    for word in sorted(_MEDICINES):
        add(word, (_Sort.KIND, MEDICINE))
    for kind, entry in listed.kinds.items():
        for said in entry.said:
            add(said, (_Sort.KIND, kind))
    for said, name in sorted(listed.same.items()):
        add(said, (_Sort.NAME, name))
    for said_so in reviewed:
        for name in said_so.names:
            one = listed.same.get(fold(name))
            if one is not None:
                add(said_so.written, (_Sort.EVERYDAY, one))
    return found


def _members(kind: str, listed: Treatments) -> frozenset[str]:
    found: set[str] = set()
    waiting = [kind]
    while waiting:
        entry = listed.kinds.get(waiting.pop())
        fresh = (entry.has if entry else frozenset()) - found
        found |= fresh
        waiting.extend(sorted(fresh))
    return frozenset(found)
