"""Misspelt question words -> words that the corpus or everyday English has, for searching only.

A word is touched only when neither the corpus, nor the names in words/names.toml, nor English, nor
what people say of a treatment (words/everyday.toml) has it, or when words/slips.toml says so;
"flying" never becomes "trying". Of the words near it the cheapest to have slipped from is taken:
letters that sound alike, doubled letters and vowels cost less than others, words of the corpus and
common words are likelier. A name is read only where no other name is about as near.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from qa.records import Change, Span
from qa.slip_cost import most_cost, most_edits, slip_cost
from qa.text import STOPWORDS, fold, words
from qa.variants import variants
from qa.wordlists import English, Slips, english, everyday_words, names, slips

SHORTEST = 4  # shorter words have too many neighbours
NAME_GAP = 0.5  # a name must be nearer than any other name by more than this
PLAIN = 0.5  # a slip that costs no more is looked for no further
MOST_ROUNDS = 3
SHORT_NAME = 5  # a name of at most so many letters is never a guess: "sris" is not "ssris"
JOINED = 7  # two words are read as one only if it is at least this long
CORPUS_BONUS, COMMON_BONUS = 0.45, 0.25  # how much likelier a word of the corpus, a common word is
_PREFIXES = frozenset(
    "anti psycho neuro electro trans es non re un over under self side bi hyper hypo out in".split()
)


@dataclass(frozen=True, slots=True)
class Mended:
    """A question as read, and what was changed in it."""

    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Edit:
    span: Span
    read: str
    matters: bool = True


class Speller:
    """Knows the words of the corpus and asks `is_common` about all others."""

    def __init__(
        self,
        texts: Iterable[str],
        is_common: Callable[[str], bool],
        dictionary: English | None = None,
        reviewed: Slips | None = None,
    ) -> None:
        written = Counter(w.of(text) for text in texts for w in words(text))
        counts: Counter[str] = Counter()
        for word, count in written.items():
            counts[fold(word)] += count
        self._counts = {word: counts[word] for word in sorted(counts)}
        self._short_names = frozenset(
            fold(word) for word in written if word.isupper() and len(word) > 1
        ) - {fold(word) for word in written if not word.isupper()}
        self._is_common = is_common
        self._dictionary = dictionary or english()
        self._slips = reviewed or slips()
        self._better = lru_cache(maxsize=4096)(self._better_of)
        self._targets = lru_cache(maxsize=1)(self._weighed_targets)  # made when first needed

    def mend(self, question: str) -> Mended:
        """The question as it is read, and the changes in order."""
        shouting = not any(c.islower() for c in question)
        text, first = _replaced(question, self._word_edits(question, shouting=shouting))
        changes = list(first)
        for _ in range(MOST_ROUNDS):  # one reading may make another plain: "were dose it go"
            text, more = _replaced(text, self._confusion_edits(text))
            if not more:
                break
            changes += more
        return Mended(text, tuple(changes))

    @property
    def vocabulary(self) -> frozenset[str]:
        """The folded words of the corpus."""
        return frozenset(self._counts)

    # ------------------------------------------------------------ words

    def _word_edits(self, question: str, *, shouting: bool) -> list[_Edit]:
        edits: list[_Edit] = []
        spans = words(question)
        at = 0
        while at < len(spans):
            joined = self._joined(question, spans[at : at + 2])
            if joined:
                edits.append(_Edit(Span(spans[at].start, spans[at + 1].end), joined))
                at += 2
                continue
            written = spans[at].of(question)
            short_name = written.isupper() and 1 < len(written) <= SHORT_NAME and not shouting
            read = None if short_name else self._better(fold(written))
            if read:
                same = fold(written) in self._counts or read in variants(fold(written))
                edits.append(_Edit(spans[at], read, matters=not same))
            at += 1
        return edits

    def _joined(self, question: str, pair: list[Span]) -> str | None:
        """ "anti depressant" -> "antidepressant", where the articles have the one word only."""
        if len(pair) < 2 or question[pair[0].end : pair[1].start] not in (" ", "-"):
            return None
        first, second = (fold(span.of(question)) for span in pair)
        whole = first + second
        if len(whole) < JOINED or not (whole in self._counts or whole in names()):
            return None
        broken = first in _PREFIXES or not (self._known(first) and self._known(second))
        return whole if broken and not (first in STOPWORDS and second in self._counts) else None

    def _better_of(self, word: str) -> str | None:
        reviewed = self._slips.words.get(word)
        if reviewed and word not in names():
            return reviewed
        if not word.isalpha() or self._known(word):
            return self._variant(word)
        if len(word) < SHORTEST:
            return None
        near = self._nearest(word)
        return near or self._parted(word)

    def _known(self, word: str) -> bool:
        if word in self._counts or word in STOPWORDS or word in names() or word in everyday_words():
            return True
        base = word.removesuffix("'s")
        if base in self._dictionary or base in self._counts or base in names():
            return True
        return base.isalpha() and (self._is_common(base) or self._is_inflected(base))

    def _is_inflected(self, word: str) -> bool:
        stems = (word.removesuffix(end) for end in ("s", "es", "ing", "ed", "ly", "ness"))
        return any(
            len(base) > 4 and base != word and (base in self._counts or base in names())
            for base in stems
        )

    def _variant(self, word: str) -> str | None:
        """The other side of the Atlantic's spelling, where the articles have that one only."""
        if word in self._counts:
            return None
        return next((v for v in variants(word) if v in self._counts), None)

    def _nearest(self, word: str) -> str | None:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA  # swapped neighbours count as one slip

        limit = most_cost(word)
        likelier = self._targets()
        near = process.extract(
            word, likelier.keys(), scorer=OSA.distance, score_cutoff=most_edits(word), limit=None
        )
        costs = {target: slip_cost(word, target) for target, _, _ in near}
        if min(costs.values(), default=9.0) > PLAIN:
            costs.update((w, slip_cost(word, w)) for w in self._dictionary.sounding(word))
        scored = sorted(
            (cost - likelier.get(target, 0.0), target)
            for target, cost in costs.items()
            if cost <= limit
        )
        if not scored:
            return None
        best = scored[0][1]
        if best not in names():
            return best
        rivals = (cost for name, cost in costs.items() if name in names() and name != best)
        clear = min(rivals, default=9.0) - costs[best] > NAME_GAP
        return best if clear else None

    def _weighed_targets(self) -> dict[str, float]:
        """Words that a slip may have meant -> how much likelier than a rare one each is."""
        common = self._dictionary.common()
        found = {
            w: COMMON_BONUS * (1 - i / len(common)) for i, w in enumerate(common) if len(w) > 2
        }
        found.update({name: 0.0 for name in names()})
        for word, count in self._counts.items():
            if len(word) > 2 and word.isalpha() and word not in self._short_names:
                bonus = CORPUS_BONUS + min(count, 50) / 500
                found[word] = max(found.get(word, 0.0), bonus)
                if len(word) > 4 and word[-1] not in "sxyh":  # its plural or third person
                    found[word + "s"] = max(found.get(word + "s", 0.0), bonus - 0.2)
        return {w: bonus for w, bonus in found.items() if len(w) > SHORT_NAME or w not in names()}

    def _parted(self, word: str) -> str | None:
        """ "sideeffects" -> "side effects", both parts words of the articles."""
        parts = [(word[:i], word[i:]) for i in range(3, len(word) - 2)]
        good = [p for p in parts if all(w in self._counts for w in p)]
        best = max(good, key=lambda p: (min(self._counts[w] for w in p), p), default=None)
        return " ".join(best) if best else None

    # ------------------------------------------------------------ surroundings

    def _confusion_edits(self, text: str) -> list[_Edit]:
        folded = fold(text)
        if len(folded) != len(text):  # folding changed lengths: offsets would not fit
            folded = text.lower()
        if len(folded) != len(text):
            return []
        edits: list[_Edit] = []
        for confusion in self._slips.confusions:
            for match in confusion.find.finditer(folded):
                span = Span(*match.span(1))
                if span.of(folded) != confusion.read and not any(
                    span.overlaps(e.span) for e in edits
                ):
                    edits.append(_Edit(span, confusion.read))
        return sorted(edits, key=lambda e: e.span)


def _matters(edit: _Edit) -> bool:
    """Whether it bears the meaning: no grammar, and no other spelling of the same word."""
    said = [fold(w) for w in edit.read.split()]
    return edit.matters and not all(w in STOPWORDS or "'" in w for w in said)


def _replaced(text: str, edits: list[_Edit]) -> tuple[str, tuple[Change, ...]]:
    parts, at = [], 0
    for edit in edits:
        parts += [text[at : edit.span.start], edit.read]
        at = edit.span.end
    changes = tuple(Change(edit.span.of(text), edit.read, _matters(edit)) for edit in edits)
    return "".join(parts) + text[at:], changes
