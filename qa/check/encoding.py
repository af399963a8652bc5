"""Characters that were read with the wrong table, or lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.check.finding import Place
from qa.records import Document
from qa.text import fold, words

FEWEST_WORDS = 80  # on a page, before its language can be told
LEAST_COMMON = 0.12  # share of the commonest words; English prose has about 0.35, lists 0.2

_ODD_RUN = re.compile(r"[^\x00-\x7f]{2,}")
_LOST_APOSTROPHE = re.compile(r"\b[A-Za-z]+â(?:s|t|re|ve|ll|d|m)\b")
_REPLACED = re.compile("\\w*[\ufffd\ue000-\uf8ff]+\\w*|\\(cid:\\d+\\)")
# Words that a lost fi, fl or ff leaves behind, in two pieces or with a gap closed.
_LIGATURE = re.compile(
    r"\b(?:signi ?cant(?:ly)?|insigni ?cant|speci c(?:ally|ity)?|speci ed|scienti c|bene (?:t|ts|"
    r"cial)|con (?:dence|rmed|rm|ned)|de (?:ne|ned|nition|cit|ciency)|di (?:erent|erence|erences|"
    r"cult|culty)|e (?:ect|ects|ective|ectiveness|cacy|cient)|su (?:cient|er|ering|ered)|o ered|"
    r"identi (?:ed|cation)|classi (?:ed|cation)|modi (?:ed|cation)|veri ed|quanti ed|in (?:uence|"
    r"uenced|ammation|ammatory)|re (?:ect|ects|ected)|a (?:ected|ects)|pro le|pro les|(?:signi|"
    r"speci|scienti)c|dierent|dierence|dicult|eect|eects|eective|ecacy|sucient|suering|benets?|"
    r"condence|denition|identied|classied|inuence|inammation|inammatory)\b",
    re.IGNORECASE,
)
_COMMON = frozenset(
    "the of and to in a is that for it with as was are on be by this or from at an have not but "
    "which you your they has were their can we may if more than been also who how".split()
)


def mojibake_places(text: str) -> list[Place]:
    """UTF-8 that was read as Windows-1252, characters replaced because they could not be read.

    >>> [p.shown for p in mojibake_places("It doesnâ€™t help the brainâs cells; château, naïve")]
    ['â€™', 'brainâs']
    """
    found = [*_misread(text)]
    found.extend(Place(m.start(), m.group()) for m in _LOST_APOSTROPHE.finditer(text))
    found.extend(Place(m.start(), m.group()) for m in _REPLACED.finditer(text))
    return sorted(found, key=lambda place: place.start)


def _misread(text: str) -> Iterator[Place]:
    """Runs that become one sensible character when their bytes are read as UTF-8."""
    for match in _ODD_RUN.finditer(text):
        run = match.group()
        begin = 0
        while begin < len(run):
            for end in range(min(len(run), begin + 4), begin + 1, -1):
                if _reads_as_one(run[begin:end]):
                    yield Place(match.start() + begin, run[begin:end])
                    begin = end
                    break
            else:
                begin += 1


def _reads_as_one(run: str) -> bool:
    try:
        return len(run.encode("cp1252").decode("utf-8")) == 1
    except UnicodeError:
        return False


def ligature_places(text: str) -> list[Place]:
    """Words that lost fi, fl or ff.

    >>> [p.shown for p in ligature_places("a signi cant e ect on benets; a specific effect")]
    ['signi cant', 'e ect', 'benets']
    """
    return [Place(m.start(), m.group()) for m in _LIGATURE.finditer(text)]


def unreadable_places(document: Document) -> list[Place]:
    """Pages of an English article that hardly hold an English word: a wrong table, a bad scan."""
    if document.metadata.language.partition("-")[0] != "en":
        return []
    starts = document.page_starts or (0,)
    ends = (*starts[1:], len(document.text))
    return [
        Place(start, _shortened(document.text[start:end]))
        for start, end in zip(starts, ends, strict=True)
        if _unlike_english(document.text[start:end])
    ]


def _unlike_english(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    if len(letters) >= FEWEST_WORDS and sum(map(str.isascii, letters)) < len(letters) / 2:
        return True  # another script, which need not set spaces between words
    found = [fold(word.of(text)) for word in words(text)]
    found = [word for word in found if not word[0].isdigit()]
    if len(found) < FEWEST_WORDS:
        return False
    return sum(word in _COMMON for word in found) / len(found) < LEAST_COMMON


def _shortened(text: str) -> str:
    return " ".join(text.split())[:40]
