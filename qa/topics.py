"""The subjects of a corpus: words of its titles, and the short and long names it defines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from qa.acronyms import Acronyms
from qa.phrases import ASPECT, is_verb
from qa.records import Document, Span
from qa.text import STOPWORDS, fold, stem, terms, words

_MAX_TITLES = 2  # a word in more titles than this ("treatment") is no one article's subject
_STUDY = re.compile(r"\s+(?:trial|study)\b", re.I)
_FUZZY = 6  # letters from which one wrong letter still names a subject
# Words of titles that say what is asked of a subject rather than name one.
_ASPECTS = frozenset(
    stem(w)
    for w in """common cause causes sign signs working happens why what is diagnosis diagnosed help
    getting crisis preparing appointment daily life compared treatment treatments options managing
    not research other tools talking switching adding breakthrough resistant resistance depression
    medication medicine medicines side effects nasal spray""".split()
)


@dataclass(frozen=True)
class Topics:
    """Stems and phrases that name what an article is about."""

    stems: frozenset[str]
    phrases: tuple[str, ...]  # folded, longest first
    general: frozenset[str] = frozenset()  # stems of many titles: what the whole corpus is about
    documents: tuple[Document, ...] = ()
    names: frozenset[str] = frozenset()  # folded, one word each: medicines and the like

    @classmethod
    def of(
        cls, documents: Iterable[Document], acronyms: Acronyms, names: Iterable[str] = ()
    ) -> Topics:
        """From titles, from both forms of acronyms, and from other names of such things."""
        documents = tuple(documents)
        counts: Counter[str] = Counter()
        for document in documents:
            title = document.metadata.title
            named = {fold(w.of(title)) for w in words(title)} - STOPWORDS
            counts.update({stem(word) for word in named})
        rare = {s for s, n in counts.items() if n <= _MAX_TITLES}
        forms = (*acronyms.long_forms, *acronyms.long_forms.values())
        return cls(
            frozenset(s for s in rare if len(s) > 2 and s not in _ASPECTS | ASPECT),
            tuple(sorted(forms, key=lambda form: (-len(form), form))),
            frozenset(s for s, n in counts.items() if n > _MAX_TITLES),
            documents,
            frozenset(fold(name) for name in names),
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        loose = (
            r"[\s\-]+".join(re.escape(part) for part in re.split(r"[\s\-]+", phrase))
            for phrase in self.phrases
        )
        every = "|".join(loose)
        return re.compile(rf"(?<!\w)(?:{every})s?(?!\w)") if every else None

    def spans(self, text: str) -> list[Span]:
        """Where subjects stand in `text`, in order, disjoint."""
        folded = fold(text)
        if len(folded) != len(text):  # folding changed lengths: offsets would not fit
            folded = text.lower()
        found: list[Span] = []
        if self._pattern:
            found += [Span(*m.span()) for m in self._pattern.finditer(folded)]
        found += _runs(text, [w for w in words(text) if self._names(w.of(text))])
        found = [_with_noun(text, span) for span in found]
        kept: list[Span] = []
        for span in sorted(found, key=lambda s: (-len(s), s.start)):
            if not any(span.overlaps(other) for other in kept):
                kept.append(span)
        return sorted(kept)

    def _names(self, written: str) -> bool:
        word = fold(written)
        if written.islower() and is_verb(word):  # "recover" is no trial of that name
            return False
        return word in self.names or stem(word) in self.stems or self._nearly(word)

    def _nearly(self, word: str) -> bool:
        """One letter off the name of exactly one subject ("esketamin")."""
        if len(word) < _FUZZY or stem(word) in self.general or not word.isalpha():
            return False
        near = [name for name in self._long_stems if one_edit(stem(word), name)]
        return len(near) == 1

    @cached_property
    def overall(self) -> frozenset[str]:
        """Names, short and long, of what the whole corpus is about."""
        resist = self.general | _ASPECTS
        longs = {p for p in self.phrases if {stem(w) for w in re.split(r"[\s\-]+", p)} <= resist}
        initials = {"".join(w[0] for w in re.split(r"[\s\-]+", p)) for p in longs}
        return frozenset(longs | (initials & set(self.phrases)))

    @cached_property
    def _long_stems(self) -> tuple[str, ...]:
        return tuple(sorted(s for s in self.stems if len(s) >= _FUZZY))

    def full_name(self, name: str) -> str | None:
        """The title of the one article that the name (some words of a title) belongs to."""
        wanted = set(terms(name))
        titles = [
            d.metadata.title
            for d in self.documents
            if wanted and wanted <= _terms(d.metadata.title)
        ]
        return titles[0] if len(titles) == 1 else None

    def covered(self, wanted: Iterable[str]) -> bool:
        """Whether any article holds one of the stems."""
        stems = frozenset(wanted)
        return any(stems & _terms(d.text) for d in self.documents)

    def covers(self, subject: str, wanted: Iterable[str]) -> bool:
        """Whether an article with the subject in its title holds one of the stems."""
        named = {stem(fold(w.of(subject))) for w in words(subject)} & self.stems
        stems = frozenset(wanted)
        return any(
            named & _terms(d.metadata.title) and stems & _terms(d.text) for d in self.documents
        )


def _runs(text: str, found: list[Span]) -> list[Span]:
    """Neighbouring words as one span."""
    joined: list[Span] = []
    for span in found:
        if joined and text[joined[-1].end : span.start] in (" ", "-"):
            span = Span(joined.pop().start, span.end)
        joined.append(span)
    return joined


def _with_noun(text: str, span: Span) -> Span:
    """ "RECOVER trial" rather than "RECOVER"."""
    noun = _STUDY.match(text, span.end)
    return Span(span.start, noun.end()) if noun else span


@lru_cache(maxsize=512)
def _terms(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def one_edit(first: str, second: str) -> bool:
    """Whether one letter added, left out, changed or swapped with its neighbour makes them equal.

    >>> one_edit("ketamin", "ketamine"), one_edit("teh", "the"), one_edit("cat", "dog")
    (True, True, False)
    """
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if at is None:
        return True
    rest = (first[at + 1 :], second[at:]), (first[at:], second[at + 1 :])
    changed = first[at + 1 :] == second[at + 1 :]
    swapped = (
        first[at : at + 2] == second[at : at + 2][::-1] and first[at + 2 :] == second[at + 2 :]
    )
    return changed or swapped or any(a == b for a, b in rest)
