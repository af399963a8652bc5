"""Whose words a sentence reports: the references of its article that it names, or the article.

Two sentences of one article may report two sources ("Verywell Health says ...", "the 2026 blog
says ..."). Where an article rests on several references and the sentence names none, nobody can
tell, and the answer is empty.
"""

from __future__ import annotations

import re
from functools import lru_cache

from qa.records import Document
from qa.text import fold, words

_SIZES = {
    word: str(n)
    for n, word in enumerate("two three four five six seven eight nine ten".split(), start=2)
}
_UNNAMED = re.compile(r"publisher not named|author not named|unknown publisher")
_BARE = frozenset("the a an of for and us uk in on to".split())
_OF_TITLE = 3  # words of the title that name a reference without a publisher
_STUDY = re.compile(r"\b([A-Z][A-Z\d-]{2,}) (?:trial|study|survey|guideline)\b")


def voices(sentence: str, document: Document) -> frozenset[str]:
    """The references named; the article's own id where it rests on none.

    >>> from qa.records import Metadata
    >>> told = Document("d", "d.md", "", Metadata("D", based_on=("T. Blue Clinic.", "U. Red.")))
    >>> voices("It helps, Blue Clinic writes.", told)
    frozenset({'T. Blue Clinic.'})
    """
    references = document.metadata.based_on
    if len(references) < 2:
        return frozenset(references or (document.doc_id,))
    said = _words(sentence)
    named = frozenset(r for r in references if _names(said, label_of(r)))
    return named or frozenset(f"{name} trial" for name in _STUDY.findall(sentence))


def _names(said: tuple[str, ...], label: frozenset[str]) -> bool:
    """Two words of the label side by side, its acronym, or "the blog" for a "psychiatry blog"."""
    if len(label) == 1:
        return bool(label & set(said))
    kinds = {f"the {word}" for word in label if word in ("blog", "leaflet", "guideline", "website")}
    return any(
        a in label and b in label and a != b or f"{a} {b}" in kinds
        for a, b in zip(said, said[1:], strict=False)
    ) or any(word.removeprefix("=") in label and word.startswith("=") for word in said)


def _words(sentence: str) -> tuple[str, ...]:
    """Folded, digits for number words; years and "the same" left out; acronyms marked with "="."""
    found = []
    for span in words(sentence):
        word = span.of(sentence)
        folded = _SIZES.get(fold(word), fold(word))
        if re.fullmatch(r"(?:19|20)\d\d", folded):
            continue
        found.append(f"={folded}" if word.isupper() and len(word) > 2 else folded)
    return tuple(found)


@lru_cache(maxsize=1024)
def label_of(reference: str) -> frozenset[str]:
    """The words that name the publisher, with their acronym; else the first ones of the title.

    >>> sorted(label_of("A new spray. US Food and Drug Administration, 5 March 2019."))
    ['administration', 'drug', 'fda', 'food']
    """
    *title, last = reference.rstrip(". ").split(". ")
    publisher = last.split(",")[0]
    if title and _UNNAMED.search(fold(publisher)):
        return frozenset(list(_words(reference))[:_OF_TITLE])
    found = [fold(w.of(publisher)) for w in words(publisher)]
    kept = [word for word in found if word not in _BARE]
    acronym = "".join(word[0] for word in kept)
    return frozenset([*kept, *([acronym] if len(acronym) > 2 else [])])
