"""Misspelt question words -> words of the corpus, for searching only; the question itself stays.

A word is touched only when it is unknown both to the corpus and to the encoder's vocabulary, so
that "flying" never becomes "trying", and only when one word of the corpus is clearly nearest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from qa.text import STOPWORDS, fold, words

SHORTEST = 5  # shorter words have too many neighbours


class Speller:
    """Knows the words of the corpus and asks `is_common` about all others."""

    def __init__(self, texts: Iterable[str], is_common: Callable[[str], bool]) -> None:
        counts = Counter(fold(w.of(text)) for text in texts for w in words(text))
        self._counts = {word: counts[word] for word in sorted(counts)}
        self._targets = [w for w in self._counts if len(w) >= SHORTEST - 1 and w.isalpha()]
        self._is_common = is_common

    def correct(self, question: str) -> str:
        """The question with misspelt words replaced, everything else as it was."""
        parts, at = [], 0
        for span in words(question):
            better = self._better(fold(span.of(question)))
            if better:
                parts += [question[at : span.start], better]
                at = span.end
        return "".join(parts) + question[at:]

    def _better(self, word: str) -> str | None:
        if len(word) < SHORTEST or not word.isalpha() or word in self._counts:
            return None
        if word in STOPWORDS or self._is_common(word):
            return None
        allowed = 1 if len(word) < 8 else 2
        near = self._nearest(word, allowed)
        return near

    def _nearest(self, word: str, allowed: int) -> str | None:
        from rapidfuzz.distance import OSA  # swapped neighbours count as one slip

        scored = []
        for target in self._targets:
            if abs(len(target) - len(word)) <= allowed and target[0] == word[0]:
                distance = OSA.distance(word, target, score_cutoff=allowed)
                if distance <= allowed:
                    scored.append((distance, -self._counts[target], target))
        return min(scored)[2] if scored else None
