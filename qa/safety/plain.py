"""A message -> its sentences in plain words, slips of the telling words mended."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_lowercase

from qa.text import fold
from qa.wordlists import english

# Signs in a row are looked at once, from the first: a message may be nothing but signs.
_SENTENCE_END = re.compile(r"(?<![.!?;…\n])[.!?;…\n]+(?:\s|$)|\n")
_SIGNS = "013457$@!"
_DIGITS = str.maketrans(_SIGNS, "oieast" + "sai")
_TOKEN = re.compile(r"\S{3,}")
_RUN = re.compile(rf"[a-z{_SIGNS}]{{3,}}")
_SPACED = re.compile(r"\b(?:[a-z] ){2,}[a-z]\b")
# Words on which help hangs, and how many slips each is recognised through.
_KEYS = {
    "kill": 1, "killing": 2, "killed": 1, "want": 1, "myself": 2, "suicide": 2, "suicidal": 2,
    "overdose": 2, "overdosed": 2, "harm": 1, "harming": 1, "harmed": 1, "hurting": 1,
    "cutting": 1, "dying": 1, "dead": 1, "alive": 1, "living": 1, "live": 1, "death": 1,
    "without": 2, "anymore": 2, "tonight": 2, "ending": 1, "pills": 1, "tablets": 2,
    "thinking": 2, "thoughts": 2, "about": 2, "better": 1, "everyone": 2, "reason": 1,
    "swallowed": 2, "bottle": 1, "goodbye": 2, "thought": 1, "wake": 1, "again": 1,
}  # fmt: skip
_NOT_SLIPS = frozenset(
    """
    went wait wants wand wane warn kilt kiln kills skill hard farm warm harms skilled filled milled
    billed lead deed deaf dear deal bead head read love life line lives give five loving giving
    liver lived leaving moving hers deaths depth abut bout above buying drying lying flying trying
    crying tying wakes bake cake make take gain begin against season treason letter bitter butter
    bettor pulls bills fills mills table tables tablet sending bending lending tending endings
    harmony charm charms farming warming charming calling filling telling willing billing pilling
    linking drinking sinking
    """.split()
)
_SHORT = {
    "dnt": "dont", "wnt": "want", "wan": "want", "wana": "wanna", "ded": "dead", "dei": "die",
    "di": "die", "liv": "live", "lif": "life", "lyfe": "life", "kil": "kill", "miself": "myself",
    "agen": "again", "agin": "again", "tonite": "tonight", "2nite": "tonight", "tnite": "tonight",
    "rn": "now", "sucide": "suicide", "cuz": "because", "nomore": "anymore", "evry": "every",
    "cnt": "cant", "carnt": "cant", "endin": "ending", "livin": "living", "killin": "killing",
    "thinkin": "thinking", "hurtin": "hurting", "cuttin": "cutting", "cuting": "cutting",
    "gonna": "going to", "gona": "going to", "wanna": "want to", "wanto": "want to", "ot": "to",
    "too": "to", "2": "to", "4": "for", "u": "you", "ur": "your", "becuz": "because",
    "abuot": "about", "abt": "about", "pls": "please", "hrt": "hurt", "reson": "reason",
    "dye": "die", "nite": "night", "meself": "myself", "alve": "alive", "beter": "better",
    "wnat": "want", "whant": "want", "wont to die": "want to die",
}  # fmt: skip


def sentences(message: str) -> list[str]:
    """Each sentence as plain words, every word followed by a space; none is empty.

    >>> sentences("I don’t wanna LIVE. k1ll myslef!!")
    ['i dont want to live ', 'kill myself ']
    """
    folded = _folded(message)
    found = (_plain(part) for part in _SENTENCE_END.split(folded))
    return [f"{words} " for words in found if words]


def whole(message: str) -> str:
    """The whole message in plain words."""
    return _plain(_folded(message))


def _folded(message: str) -> str:
    shown = "".join(c for c in message if unicodedata.category(c) != "Cf")
    folded = fold(unicodedata.normalize("NFKC", shown)).replace("'", "").replace("`", "")
    folded = re.sub(r"(?<=[a-z])[*_](?=[a-z*_])|(?<=[a-z])\*", "", folded)
    return re.sub(r"([a-z])\1{2,}", r"\1", folded)


def _plain(text: str) -> str:
    text = _TOKEN.sub(_unsigned, text)
    text = re.sub(r"[^\w]+", " ", text).strip()
    text = _SPACED.sub(lambda found: found[0].replace(" ", ""), text)
    return " ".join(_mended(word) for word in text.split())


def _unsigned(found: re.Match[str]) -> str:
    """A token with its runs of letters and signs as words, where a letter and a sign follow."""
    token = found[0]
    until = _last(token, _SIGNS)
    if until < 0:
        return token
    until = min(until, _last(token, ascii_lowercase))
    return _RUN.sub(lambda run: _lettered(run) if run.start() <= until else run[0], token)


def _last(token: str, characters: str) -> int:
    return max(token.rfind(character) for character in characters)


def _lettered(found: re.Match[str]) -> str:
    """Digits and signs for letters, "su1c1de", but not "40mg" or "die!"."""
    word = found[0]
    body = word.rstrip("!")
    if not re.search(r"[a-z][0-9$@!]+[a-z]|^[a-z]{2,}[0-9]$|^[0-9$@][a-z]{3,}", body):
        return word
    if re.fullmatch(r"[0-9]+(?:mg|mcg|st|nd|rd|th|pm|am|ml|g|hrs?|yrs?|x|yo|mths?|wks?)", body):
        return word
    return body.translate(_DIGITS)


def _mended(word: str) -> str:
    if word in _SHORT:
        return _SHORT[word]
    if len(word) < 4 or word in _KEYS or word in _NOT_SLIPS:
        return word
    from rapidfuzz.distance import OSA

    for key, slips in _KEYS.items():
        if word[0] == key[0] and abs(len(word) - len(key)) <= slips:
            distance = OSA.distance(word, key, score_cutoff=slips)
            if distance <= slips and word not in english():
                return key
    return word
