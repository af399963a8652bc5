"""What the sentences near a question leave out, in the words of the person who asked.

From the words that nothing near covers to the few that are worth naming: no grammar and no light
verbs, neighbours joined as they were typed ("Blue Cross", "put on weight"), and never a word that a
near sentence does say. A word counts as missing where the near sentences say nothing like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from qa.text import STOPWORDS, fold, stem, words
from qa.wordlists import english, names, treatments

MOST_MISSING = 3  # more would be a list of the question
# Best cover below which a word is missing. On the *tune* near misses the words that the articles
# lack lie between 0.2 and 0.55, those they have in other words above that.
COVERED = 0.55

# Words that say nothing by themselves: verbs for everything, judgements, amounts, times, fillers.
_LIGHT = frozenset(
    """
    account add agree agreed allow allowed anymore anything aren't ask asked bad become begin
    best better big bit bring call can't cannot cant change cheap come comes coming considered
    couldn't count day days didn't didnt different difficult doesn't doesnt don't dont easy end
    everything exactly feel feeling find fine first follow gonna good great guess happen
    happened happening happens hard hasn't haven't he'd hear hold horrible hour hours i'd i'll
    idea im important involve involved isn't isnt ive join keep keeps kind last later least
    leave left less likely little long look looking lots main matter maybe mine minute minutes
    month months necessary need needed needing needs never new next nice now number ok okay old
    olds one ones part per pls plz possible prefer prevent problem put puts question ran rather
    real right run safe said saying see seem sense set she'd short shouldn't show shows
    something soon sort start started starts stay still stuck stuff suit supposed sure taken
    taking tell telling they'd they'll they're they've thing think thx time times together told
    took total tried true try trying turn type types u understand ur useful using usual usually
    various version wait wanna want wanted wants wasn't we'll we're we've week weeks went
    what'll who'll wish within won't wonder wondering wont work working works worried worse
    worth would wouldn't wrong year years yes yet you'll you're you've
    """.split()
)
_INSIDE = frozenset("on off out up down away back of to in with".split())  # "listen to music"
_LEANING = frozenset(  # means little without the next word: "mobile phone", "mg of lithium"
    """
    mobile normal online annual average extra first general high low mg mcg ml kg kilo kilos local
    long male female maximum minimum national natural personal private public regular second severe
    short side special usual vitamin
    """.split()
)
_HEADS = frozenset("level levels rate test tests scan scans".split())
_MEASURES = frozenset("mg mcg ml milligrams grams drops".split())
_PLAIN = re.compile(r"[\w'’ -]+")
_SLIP = 3  # letters
_LONGEST_NAME = 5  # words
_ILLNESS = re.compile(
    r"(?:(?:treatment|medication|medicine|therapy|drug)[- ]resistant|resistant) depression"
    r"|\bTRD\b|\bdepression\b",
    re.IGNORECASE,
)


def name_missing(
    question: str, covers: Sequence[tuple[str, float]], near: Iterable[str]
) -> tuple[str, ...]:
    """At most three words or phrases of `question`, in its order, as they stand there.

    `covers` are its content words, or phrases, each with its best cover by any near sentence;
    `near` are the texts of these sentences and of what stands above them.

    >>> covers = [("TMS", 0.9), ("put", 0.4), ("weight", 0.4)]
    >>> name_missing("Does TMS make me put on weight?", covers, ["TMS uses a coil."])
    ('put on weight',)
    """
    low = {fold(w.of(phrase)) for phrase, cover in covers if cover < COVERED for w in words(phrase)}
    low = {word for word in low - STOPWORDS if _is_word(word)}
    if not low - _LIGHT:
        return ()
    low = _unsaid(low, near)
    spans = words(question)
    tokens = [fold(span.of(question)) for span in spans]
    gaps = [question[a.end : b.start] for a, b in zip(spans, spans[1:], strict=False)]
    found, at = list[str](), 0
    while at < len(spans):
        end = _end_of_phrase(at, tokens, gaps, low)
        first = at
        while first + 1 < end and _drops(first, tokens):
            first += 1
        if any(token in low - _LIGHT for token in tokens[first:end]):
            while first > 0 and gaps[first - 1] == "-":
                first -= 1
            phrase = question[spans[first].start : spans[end - 1].end]
            found.append(re.sub("['’]s$", "", phrase))
        at = max(end, at + 1)
    return tuple(dict.fromkeys(found))[:MOST_MISSING]


def spoken_of(question: str, missing: Sequence[str]) -> str | None:
    """The treatment, or else the illness, that the question names and `missing` does not.

    >>> spoken_of("Can TMS damage my hearing?", ["hearing"])
    'TMS'
    """
    left_out = {fold(w.of(phrase)) for phrase in missing for w in words(phrase)}
    for span in _named_spans(question):
        if not left_out & {fold(w.of(span)) for w in words(span)}:
            return span
    return None


def _named_spans(question: str) -> list[str]:
    """Treatments and kinds of them as they stand in the question, then the illness."""
    spans, listed = words(question), _treatments()
    tokens = [fold(span.of(question)) for span in spans]
    found, at = list[str](), 0
    while at < len(tokens):
        ends = range(min(at + _LONGEST_NAME, len(tokens)), at, -1)
        end = next((e for e in ends if " ".join(tokens[at:e]).removesuffix("s") in listed), at)
        name = question[spans[at].start : spans[max(end, at + 1) - 1].end]
        if end > at and _PLAIN.fullmatch(name):
            found.append(name)
        at = max(end, at + 1)
    return found + [match.group() for match in _ILLNESS.finditer(question)]


@lru_cache(maxsize=1)
def _treatments() -> frozenset[str]:
    """The names of treatments and of kinds of treatment, folded, without a final s."""
    known = treatments()
    said = [*known.same, *(said for kind in known.kinds.values() for said in kind.said)]
    return frozenset(" ".join(fold(w.of(s)) for w in words(s)).removesuffix("s") for s in said)


def _is_word(word: str) -> bool:
    """Neither a number nor a slip of two or three letters ("wil"): those name nothing."""
    return not word.isdigit() and (
        len(word) > _SLIP or word in english() or word in _LEANING | names()
    )


def _unsaid(low: set[str], near: Iterable[str]) -> set[str]:
    """Those of `low` that stand in none of the texts, in any of their forms."""
    left = {word: stem(word) for word in low}
    for text in near:
        said = {stem(fold(w.of(text))) for w in words(text)}
        left = {word: root for word, root in left.items() if root not in said}
    return set(left)


def _end_of_phrase(at: int, tokens: Sequence[str], gaps: Sequence[str], low: set[str]) -> int:
    """Where the phrase ends that begins at token `at`; `at` itself if none does."""
    if tokens[at] not in low:
        return at
    end = at + 1
    while end < len(tokens) and gaps[end - 1] in (" ", "-"):
        before, token = tokens[end - 1], tokens[end]
        follows = tokens[end + 1] if end + 1 < len(tokens) and gaps[end] == " " else ""
        if token in low or gaps[end - 1] == "-" or len(token) == 1 and token not in "aiu":
            end += 1
        elif token in _HEADS or before in _LEANING and token not in STOPWORDS | _LIGHT:
            end += 1
        elif token in _INSIDE and (follows in low or before in _MEASURES and token == "of"):
            end += 2
        else:
            break
    while end > at and tokens[end - 1] in _LIGHT:
        end -= 1
    return end


def _drops(first: int, tokens: Sequence[str]) -> bool:
    """Whether a phrase is better without its first word: a light one that no "on" or "to" ties."""
    return tokens[first] in _LIGHT and tokens[first + 1] not in _INSIDE or tokens[first] in _INSIDE
