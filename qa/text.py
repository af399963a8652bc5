"""Text on the ground floor: sentence spans, words with spans, and forms of words for matching.

Nothing here changes a document: what is folded, stemmed or expanded serves matching only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from qa.records import Span

# Words after which a full stop does not end a sentence.
_ABBREVIATIONS = frozenset(
    "dr mr mrs ms prof st vs eg ie e.g i.e approx fig al vol dept inc ltd jr sr mt cf ca".split()
)
# Words that begin a sentence far more often than they follow "U.S." inside one.
_STARTERS = frozenset(
    """
    the this these that those it its in on at for from if when while as a an and but or so
    we you they he she there here however although because after before some many most
    people patients
    """.split()
)
_END = re.compile(
    r"(?P<mark>[.!?…]+[\"'”’)\]]*)(?:(?P<gap>\s+)|(?=[A-Z][a-z])|$)"  # the last but one: glued
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text[start:end]`: trimmed, in order, covering everything but white space.

    >>> [s.of("It helps. Dr. Lee agrees") for s in sentences("It helps. Dr. Lee agrees")]
    ['It helps.', 'Dr. Lee agrees']
    """
    end = len(text) if end is None else end
    spans, begin = [], start
    for match in _END.finditer(text, start, end):
        if _ends_sentence(text, begin, match, end):
            spans.append((begin, match.end("mark")))
            begin = match.end()
    spans.append((begin, end))
    return [span for first, last in spans if len(span := _trim(text, first, last))]


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    following = text[match.end() : end].lstrip("\"'“‘([")
    if not following:
        return True
    mark = match["mark"]
    if match["gap"] is None:  # "found.The": glued; "U.S.A" and "McKean G.Lee" are not
        return len(text[begin : match.start()].split()) > 1 and text[match.start() - 1].islower()
    if following[0].islower():
        return False
    if mark[0] != ".":
        return True
    before = _last_word(text, begin, match.start())
    if before.lower() in _ABBREVIATIONS or before.lower() == "no" and following[0].isdigit():
        return False
    if len(before) == 1 and before.isalpha() or "." in before:  # an initial, "U.S."
        first = re.match(r"[^\W\d_]+", following)
        return first is not None and first.group().lower() in _STARTERS
    return True


def _last_word(text: str, begin: int, end: int) -> str:
    first = max(text.rfind(" ", begin, end), text.rfind("\n", begin, end)) + 1
    return text[max(first, begin) : end].lstrip("([\"'“‘")


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def fold(text: str) -> str:
    """Lower case without accents, apostrophes straightened. The length may change.

    >>> fold("Café’s")
    "cafe's"
    """
    if text.isascii():  # nothing to take apart, and much faster
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def words(text: str) -> list[Span]:
    """Spans of the words and numbers of `text`; hyphens separate, apostrophes do not.

    >>> [w.of("It’s 1.1% non-toxic") for w in words("It’s 1.1% non-toxic")]
    ['It’s', '1.1%', 'non', 'toxic']
    """
    return [Span(*match.span()) for match in _TOKEN.finditer(text)]


# Words that carry no subject: grammar, question words, politeness. Negations are kept out of it.
STOPWORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been
    before being below between both but by can could did do does doing down during each else
    etc ever few for from further get gets getting give go goes going got had has have
    having he hello help her here hers hi him his how i i'm i've if in into is it it's its
    itself just kind know let like lot make many may me might more most much must my myself
    of off on once only or other our ours out over own please same say says shall she should
    since so some something sort such take takes tell than thank thanks that that's the
    their theirs them then there these they thing things this those through to too under
    until up us use used very was we well were what what's when where which while who whom
    whose why will with would you your yours yourself someone anyone really actually people
    person patient patients mean means exactly usually often long way
    """.split()
)


def content_words(text: str) -> list[Span]:
    """The words of `text` that carry its subject, all of them when only stop words are left."""
    found = words(text)
    kept = [w for w in found if fold(w.of(text)) not in STOPWORDS]
    return kept or found


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Porter2 stem of a folded word (Snowball, English); possessives go first.

    >>> stem("treatments")
    'treatment'
    """
    return str(_stemmer().stemWord(word.removesuffix("'s")))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer  # compiled, 20 ms: not at import

    return Stemmer.Stemmer("english")


def terms(text: str) -> list[str]:
    """What the lexical index and the question share: folded, stemmed words without stop words.

    >>> terms("How long do the treatments take?")
    ['treatment']
    """
    folded = (fold(w.of(text)) for w in words(text))
    return [stem(word) for word in folded if word not in STOPWORDS]


def is_question(text: str) -> bool:
    """Whether a sentence asks instead of telling; such sentences are never quoted."""
    return text.rstrip("\"'”’) ").endswith("?")
