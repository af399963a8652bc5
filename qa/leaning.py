"""Whether a sentence leans on the one before it: "It is done twice a week"."""

from __future__ import annotations

import re

_SOURCE = r"(?:article|blog|overview|study|trial|report|page|source)"
_NOT_MEANT_HERE = r"(?! (?:who|with|whose|taking|without)\b)"  # "those who" points forward
_POINTS_BACK = re.compile(
    r"(?:It|Its|They|Their|He|She|This|That|These|Such|Both|Here|Others|Another|However|But|And|So"
    r"|Or|Nor|Yet|Thus|Hence|Then|Therefore|Also|Otherwise|Afterwards|Similarly|Likewise"
    r"|Nevertheless|Nonetheless|Conversely|Even so|As a result(?! of\b)|On the other hand"
    r"|Instead(?! of\b)"
    rf"|Those{_NOT_MEANT_HERE}|In (?:contrast|comparison),|For (?:others|example|instance)"
    r"|In (?:some|others)|The (?:same|other|others|former|latter|rest|remaining)|One (?:is|was)"
    r"|All (?:three|four|five|these|those)|Together,? (?:these|they)"
    rf"|(?:[\w%.,]+ ){{1,4}}of (?:them|these|those){_NOT_MEANT_HERE})\b"
)
# "After this ...", "If it ...", "According to that article ..."
_LATER = re.compile(
    r"(?:In|Of|After|Before|During|With|By|For|From|At|Despite|On|Since|Until|Under|Like|Unlike"
    r"|Besides|Without|Through|If|When|Once|While|Because|Although|As soon as|Because of|Due to"
    r"|To do|According to|Along with) "
    rf"(?:this|that|these|those{_NOT_MEANT_HERE}|such(?! as\b)|the same)\b"
    r"(?! (?:page|leaflet|section|table|sheet|time|year|people)\b)"
    r"|(?:If|When|Once|Until|While|Because|After|Before|Since|Although|Though) (?:it|they|so)\b"
)
# "It" that stands for nothing: "It is hard to say", "It can take weeks before mood improves".
_EMPTY_IT = re.compile(
    r"(?:\w+ )?[Ii]t (?:(?:is|was|may be|can be|might be) (?:\w+ ){0,3}?"
    r"(?:(?:that|whether|if|how|why|what|worth) "
    r"|to (?:say|tell|know|predict|note|remember|ask|talk|see|have|get|keep|find|understand"
    r"|distinguish|follow|finish)\b)"
    r"|(?:can |may |could |often |usually ){0,2}takes? (?:[\w-]+ ){1,5}"
    r"(?:before|until|for (?!it\b|them\b|this\b).* to)\b)"
)
# What leans though it begins with a subject of its own. "The same overview of 2022" tells which.
_INSIDE = re.compile(
    rf"\b(?:the|that) same (?:[\w-]+ ){{0,2}}{_SOURCE}\b(?! (?:of|from)\b)|\bthat {_SOURCE}\b"
    r"|\bsuch an? (?!way\b)|\b(?:that|this|those|these|instead|do(?:es)? so|did so)\.[\"”]?$"
)
_IT_SAYS = re.compile(
    r"(?!The |According )[^;]*, it (?:says|adds|notes|writes|reports|explains|calls|warns)\b"
)
_THE = re.compile(
    r"The (study|survey|trial|review|analysis|report|experiment|form|article|blog|overview)\b"
    r"(?! (?:of|on|in|for|that|which|about)\b)"
)


def leans(sentence: str, before: str) -> bool:
    """Whether `sentence` is understood only with the one before it.

    >>> leans("It is done weekly.", "TMS is new."), leans("It is hard to say.", "TMS is new.")
    (True, False)
    """
    if _INSIDE.search(sentence) or _IT_SAYS.match(sentence):
        return True
    if _POINTS_BACK.match(sentence) or _LATER.match(sentence):
        return not _EMPTY_IT.match(sentence)
    taken_up = _THE.match(sentence)
    if taken_up is None:
        return False
    first_named = rf"\b(?:an?|one) (?:[\w-]+ ){{0,3}}{taken_up[1]}\b"
    return re.search(first_named, before, re.IGNORECASE) is not None
