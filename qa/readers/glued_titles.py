"""Where a heading that runs into a sentence ends: "Treatment Options Several treatments ..."."""

from __future__ import annotations

import os.path
import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_HEADING_WORDS = 14
SURE_RUN = 8  # so many capitalised words are no name

_TOKEN = re.compile(r"\S+")
_COUNTED = re.compile(r"\d{1,3} (?=Sources\b|References\b)")
SMALL = frozenset("a an and as at by for from in nor of on or the to vs with".split())
# Capitalised inside a run, these show that it is set in title case.
_TITLE_SIGNS = frozenset(
    """
    A An And Are Be Can Do Does For From How Is It Of Or Our The To What With Your You
    """.split()
)
# Words that begin a sentence and do not end a title.
STARTERS = frozenset(
    """
    A Although An And Are As At Because Before But By Can Despite Do Does Each Even Every Few For
    From He Here How However I If In Is It Its Learn Many More Most No Not On Once One Other Our
    Rates Research Several She Since Some Such That The Their There These They This Those To
    Today Together Try Typically Unlike Until Usually We What When Where Whether Which While Who
    Why With Without You Your
    """.split()
)


@dataclass(frozen=True, slots=True)
class Usage:
    """How a text uses its words: those seen in lower case are no names."""

    lowered: frozenset[str]
    folded: str

    @classmethod
    def of(cls, text: str) -> Usage:
        """Of the whole text that the line holds."""
        return cls(frozenset(re.findall(r"\b[a-z]{2,}\b", text)), text.lower())

    def count(self, words: Sequence[str]) -> int:
        """How often the words stand next to one another, whatever their case."""
        phrase = " ".join(words).lower().strip(".,:;?!")
        return self.folded.count(phrase)


def heading_length(text: str, usage: Usage) -> int:
    """How many characters at the start of `text` are a heading; 0 if none.

    A run of capitalised words, then the words that begin a sentence: the heading's own first word
    again, one of the usual first words, one that repeats a word of the run, or any once the run
    is surely a title.

    >>> heading_length("Treatment Options Several treatments have helped.", Usage.of(""))
    17
    >>> heading_length("Verywell Health uses only good studies.", Usage.of(""))
    0
    """
    if counted := _COUNTED.match(text):
        return counted.end() + len(text[counted.end() :].split()[0])
    tokens = list(_TOKEN.finditer(text))
    words = [token.group() for token in tokens]
    run = min(title_run(words), 2 * MAX_HEADING_WORDS)
    asks = run == len(words) and words[-1].endswith("?")  # all of it in title case
    places = [i for i in range(run - 1, 0, -1) if _may_be_title(words[:i])]
    for begins in (_repeats_title, _usual_start, _sure_start):
        for i in places:
            if asks and words[i] not in _ASKING:
                continue
            if begins(words[:i], words[i : run + 1], usage):
                return tokens[i - 1].end()
    return 0


def _bare(word: str) -> str:
    return word.strip("\"“”'‘’(),:;?!.")


def title_run(words: Sequence[str]) -> int:
    """How many words from the start are capitalised, small words between them included."""
    end = 0
    for i, word in enumerate(words):
        bare = _bare(word)
        if bare[:1].isupper() or bare[:1].isdigit() and (i or word.endswith(".")):
            end = i + 1
        elif bare not in SMALL and bare not in "&–—/-":
            break
        if re.search(r"[,;!?]$", word):
            break
    return end


def _may_be_title(words: Sequence[str]) -> bool:
    if len(words) == 1 and words[0] in STARTERS:
        return False
    return _bare(words[-1]) not in SMALL and not re.search(r"[,.;:]$", words[-1])


def _repeats_title(title: Sequence[str], rest: Sequence[str], _usage: Usage) -> bool:
    """ "Vagus Nerve Stimulation (VNS) Vagus Nerve Stimulation is ..." """
    return len(_bare(rest[0])) > 1 and _bare(rest[0]) == _bare(title[0]) and title[0] != "The"


def _usual_start(title: Sequence[str], rest: Sequence[str], usage: Usage) -> bool:
    """ "Help Is Available If you ..." """
    word = _bare(rest[0])
    if word not in STARTERS or word in _LINKS:
        return False
    if word in ("A", "An", "I"):
        following = rest[1] if len(rest) > 1 else ""
        known = usage.count([*title[-1:], word]) > 1  # "Vitamin A"
        return not known and following[:1].islower() and following not in _VERBS
    following = _bare(rest[1]) if len(rest) > 1 else ""
    is_name = following[:1].isupper() and not following.isupper()
    if is_name and word not in _BEFORE_NAMES:  # "Questions People Ask Most Often"
        return False
    return any(len(_bare(other)) > 3 and not other.isupper() for other in title)


def _sure_start(title: Sequence[str], rest: Sequence[str], usage: Usage) -> bool:
    """Other first words, if only one capitalised word is left."""
    if len(rest) > 2 or " ".join(title).count("(") != " ".join(title).count(")"):
        return False
    word = _bare(rest[0])
    if any(_same_stem(_bare(own), _bare(other)) for own in rest for other in title):
        return True
    if rest[0].endswith(",") and word.endswith("ly"):
        return True
    if sum(other[:1].isupper() for other in title) >= SURE_RUN or _is_section(title):
        return True
    if word.lower() not in usage.lowered and not word.endswith("s"):
        return False
    if any(other in _TITLE_SIGNS for other in title[1:]) or title[0] in _ASKING:
        return True
    is_phrase = usage.count([*title[-1:], rest[0]]) > 1  # "Behavioral Therapy"
    return not is_phrase and word.lower() in usage.lowered and usage.count(title) > 1


def _is_section(title: Sequence[str]) -> bool:
    return len(title) == 1 and title[0] in _SECTIONS


_SECTIONS = frozenset(
    "Abstract Background Conclusion Conclusions Discussion Introduction Overview Summary".split()
)
_VERBS = frozenset("and are can had has in is may of or to vaccine was were will".split())
_BEFORE_NAMES = frozenset(
    "Although And As At Because Despite For How If In It Once Since The Unlike When While".split()
)
_ASKING = frozenset("Can Do Does How Is What When Where Which Who Why".split())
_LINKS = frozenset("And Or With By At As For From On To Is Are Not Its Their Our Your".split())


def _same_stem(first: str, second: str) -> bool:
    """Whether two words share their beginning, as "Make" and "Making" do."""
    a, b = first.lower(), second.lower()
    if not (a.isalpha() and b.isalpha()):
        return a == b and len(a) > 3
    length = len(os.path.commonprefix([a, b]))
    return length >= 3 and length >= min(len(a), len(b)) - 1
