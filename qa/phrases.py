"""Noun phrases without a parser: runs of words between function words and common verbs.

Enough to say what a short question is about in any subject, since patients' questions are short;
the word lists are of everyday English, not of one illness.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from qa.records import Span
from qa.text import STOPWORDS, fold, stem

_TOKEN = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


# Grammar besides the stop words: they never stand inside a noun phrase.
GRAMMAR = STOPWORDS | frozenset(
    """
    me us myself ourselves cannot can't couldn't don't doesn't didn't isn't aren't wasn't weren't
    won't wouldn't shouldn't haven't hasn't hadn't it's they're he's she's you're we're i'd i'll
    what's who's where's how's there's let's not no nor never without within among across
    around toward towards upon via per than because although though whether unless
    onto off near behind beside besides despite throughout every whichever whatever
    many much several various certain another such yes yeah ok okay oh ah well please sorry hello
    hi hey thanks thank even still already yet also too very quite rather almost always never
    sometimes maybe perhaps probably today tomorrow yesterday soon later now again ago instead
    one ones anymore afterwards afterward else together apart usually normally generally first ever
    using compared compare differ different difference differences
    """.split()
)
# Everyday verbs: they end a noun phrase. Words that are as often nouns are left out.
_VERBS = _stems(
    """
    work happen cause make take tell explain describe compare learn know think feel find give
    need want become begin start stop come came keep kept lose lost affect involve include mean
    say said hear heard see saw ask stay remain bring brought put pay paid buy live die kill eat
    drink drive fly hurt cure treat prevent avoid reduce improve increase relate provide contain
    grow develop invent discover create form found choose chose decide recommend suggest require
    allow receive win won lead led last wait expect prepare bother matter exist appear turn
    spend spent sell sold meet met believe understand look seem try tried share talk read write
    speak continue follow add show believe consider apply offer replace reverse influence attract
    catch celebrate reduce weigh acquire call called considered named made given done seen
    taken known used been being born built written held felt told taught mentioned switch
    recover respond relapse swallow inject sit lie wear sleep walk run travel worry die fail
    suffer build doing going having getting taking giving using making starting stopping
    """
)
# Words for a side of a subject: they ask something *of* it and are no subject themselves.
SIDES = _stems(
    """
    side effect effects advantage disadvantage benefit risk danger downside upside pro pros con cons
    drawback problem issue complication symptom sign cause reason purpose function role use uses
    importance significance impact influence consequence implication history origin founding
    invention definition meaning example type kind sort form variety category class feature
    characteristic property component part element member author creator character theme
    price cost costs fee charge insurance coverage dose dosage amount size length duration frequency
    course session sessions schedule appointment visit number chance rate odds likelihood
    probability percentage percent success failure result outcome evidence research study studies
    proof trial trials treatment therapy cure remedy test tests diagnosis prognosis recovery
    option alternative choice method way approach process procedure step stage phase rule
    requirement eligibility criteria limit restriction interaction warning contraindication
    safety effectiveness efficacy benefits support help advice tip information info detail details
    fact summary overview withdrawal overdose age maintenance relapse response remission addiction
    """
)
QUALITIES = _stems(
    """
    main major common important key best worst better worse good bad
    biggest largest smallest long short term longterm average typical usual normal general
    safe dangerous effective helpful harmful painful expensive cheap free available
    approved legal popular famous successful useful serious severe mild permanent temporary
    possible likely high low fast quick slow often soon early late old new
    different difference similar same most least more less many few
    interesting unique quickest fastest strongest cheapest thing things
    weekly daily monthly week weeks day days hour hours minute minutes month months year years time
    times pain hurt addictive worth experience part happen
    """
)
ASPECT = SIDES | QUALITIES
# Whom or when something is about: "in teenagers", "for older people", "during pregnancy".
_GROUP = _stems(
    """
    adult adults teenager teenagers teen teens adolescent adolescents child children kid kids
    baby babies toddler men man women woman mother mothers father boys girls elderly
    elder older younger young old senior seniors pregnancy pregnant breastfeeding veteran veterans
    student students beginner beginners smoker smokers diabetic diabetics
    daughter son wife husband mum mom dad
    """
)
_PLAIN = frozenset("adults teenagers teens adolescents children kids babies men women".split())


@lru_cache(maxsize=4096)
def stem_of(word: str) -> str:
    """Stem of a word as typed."""
    return stem(fold(word))


def tokens(text: str) -> list[Span]:
    """Words with their inner hyphens, points and apostrophes: "double-blind", "D.C", "child's"."""
    return [Span(*match.span()) for match in _TOKEN.finditer(text)]


def is_grammar(word: str) -> bool:
    """Whether the word is a function word."""
    return fold(word) in GRAMMAR


def is_verb(word: str) -> bool:
    """Whether the word is an everyday verb."""
    return stem_of(word) in _VERBS


def is_aspect(phrase: str) -> bool:
    """Whether every word of the phrase names a side of something, not a thing.

    >>> is_aspect("main side effects"), is_aspect("nerve stimulation")
    (True, False)
    """
    parts = [p for t in tokens(phrase) for p in t.of(phrase).split("-")]
    return bool(parts) and all(
        stem_of(p) in ASPECT or is_grammar(p) or p.isdigit() or _superlative(p) for p in parts
    )


def _superlative(word: str) -> bool:
    return len(word) > 5 and word.islower() and word.endswith("est") and word != "interest"


def is_group(phrase: str) -> bool:
    """Whether the phrase names people or a time of life.

    >>> is_group("older people"), is_group("teenagers"), is_group("ketamine")
    (True, True, False)
    """
    content = [t.of(phrase) for t in tokens(phrase) if not is_grammar(t.of(phrase))]
    return bool(content) and all(stem_of(word) in _GROUP for word in content)


def content(text: str) -> list[str]:
    """The words of a text that are neither grammar nor aspects."""
    found = (t.of(text) for t in tokens(text))
    return [w for w in found if not is_grammar(w) and stem_of(w) not in ASPECT]


def chunks(text: str) -> list[Span]:
    """The noun phrases of a text, without their determiners.

    >>> text = "What are the side effects of the Neverending Story film?"
    >>> [c.of(text) for c in chunks(text)]
    ['side effects', 'Neverending Story film']
    """
    found: list[Span] = []
    start = end = -1
    for token in tokens(text):
        word = token.of(text)
        named = word[0].isupper() and token.start > 0 and text[token.start - 2] not in ".?!"
        ends = is_grammar(word) if not named or len(word) < 2 else fold(word) in _SMALL
        ends = ends or (not named and is_verb(word))
        joined = start >= 0 and text[end : token.start].strip(" ") == ""
        if start >= 0 and (ends or not joined):
            found.append(Span(start, end))
            start = -1
        if not ends:
            start, end = (token.start if start < 0 else start), token.end
    if start >= 0:
        found.append(Span(start, end))
    return [trimmed for c in found if (trimmed := _trimmed(c, text))]


def _trimmed(chunk: Span, text: str) -> Span | None:
    """Without what follows a noun rather than belonging to it ("melatonin bad", "fish fried")."""
    found = [Span(chunk.start + t.start, chunk.start + t.end) for t in tokens(chunk.of(text))]
    while len(found) > 1 and _follows(found[-1].of(text)):
        found.pop()
    while len(found) > 1 and fold(found[0].of(text)) in _LEADING:
        found.pop(0)
    if len(found) == 1 and found[0].of(text).endswith("ly") and len(found[0]) > 4:
        return None
    return Span(found[0].start, found[-1].end)


def _follows(word: str) -> bool:
    return word.islower() and (
        word in _PREDICATES or (len(word) > 4 and word.endswith(("ed", "ly", "est")))
    )


_PREDICATES = frozenset(
    """good bad safe better worse best worst dangerous effective helpful harmful painful expensive
    cheap free available approved legal popular famous successful useful serious severe important
    possible likely difficult hard easy normal common different similar unique alone home""".split()
)
_LEADING = frozenset(
    "important common main good best key major typical other different more".split()
)
_SMALL = frozenset("i the a an is it of in and or for to what how why who".split())


def heads(phrases: Iterable[str]) -> set[str]:
    """Stems of the last words of phrases."""
    return {stem_of(tokens(p)[-1].of(p)) for p in phrases if tokens(p)}
