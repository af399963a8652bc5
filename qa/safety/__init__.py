"""Message -> crisis help or none, and the fixed notices for medicine changes and emergencies.

Rules over folded text, in the order of harm: when in doubt, help is shown. Nothing is stored.
"""

from __future__ import annotations

import re

from qa.records import Crisis, HelpLine
from qa.text import fold

# The numbers and who stands behind them: SAMHSA (988 Lifeline, United States, since 16 July 2022)
# and Samaritans (United Kingdom and Ireland).
HELP_LINES = (
    HelpLine("United States: call 988", "tel:988"),
    HelpLine("United States: text 988", "sms:988"),
    HelpLine("United Kingdom and Ireland: call Samaritans, 116 123", "tel:116123"),
    HelpLine("In immediate danger: call 911 (US)", "tel:911"),
    HelpLine("In immediate danger: call 999 (UK)", "tel:999"),
    HelpLine("In immediate danger: call 112 (Europe)", "tel:112"),
)
CRISIS = Crisis(
    "You do not have to go through this alone. Please talk to someone now: it is free, and a "
    "person will listen.",
    HELP_LINES,
)

_SELF = r"(?:my ?self|him ?self|her ?self|them ?sel(?:f|ves)|your ?self|our ?selves)"
_WANT = (
    r"(?:want(?:s|ed|ing)?|wanna|wish(?:es|ing)?|hop(?:e|es|ing)|plan(?:s|ning)?|going|gonna|"
    r"ready|tr(?:y|ied|ying)|need(?:s)?|think(?:s|ing)? (?:about|of)|thought(?:s)? (?:about|of)|"
    r"consider(?:ing)?|feel(?:s|ing)? like|decided|rather|about|just)"
)
_SPEAKER = r"(?:i|im|ive|id|my|me|he|hes|she|shes|they|theyre|we|(?:my|our) (?:\w+ )?\w+)"
# Said of oneself or of somebody near: nothing else in the message takes it back.
_PLAIN = [
    re.compile(pattern)
    for pattern in (
        rf"\b(?:kill|hurt|harm|cut|hang|shoot|drown|poison|burn|stab|end|off)(?:s|t?ing|"
        rf"ed)? {_SELF}\b",
        rf"\b{_WANT}(?: \w+){{0,3}} (?:die|dead|dying|not (?:be|exist|wake up|live))\b",
        rf"\b{_WANT}(?: \w+){{0,3}} (?:end|ending|take|taking) (?:it|it all|"
        rf"my(?: own)? life|his life|"
        rf"her life|their life|everything|things)\b",
        r"\bend(?:ing)? (?:it all|my life|this life|everything)\b",
        r"\btak(?:e|ing) (?:my|his|her|their) (?:own )?life\b",
        r"\b(?:do not|dont|didnt|doesnt|does not|no longer|not|never) (?:really |"
        r"even )?(?:want(?:s|ed)?|wanna|"
        r"wish|care)(?: \w+){0,2} (?:live|be alive|be here|exist|wake up|go on|carry on|"
        r"be around)\b",
        r"\b(?:no|any) (?:reason|point)(?: \w+){0,3} (?:live|living|alive|go on|going on|"
        r"carry on|being here)\b",
        r"\b(?:better off|be better) (?:dead|without me|if i)\b",
        r"\b(?:cant|cannot|can not) (?:go on|carry on|do this|take (?:it|this))(?: any ?more)?\s*$",
        r"\b(?:cant|cannot|can not) (?:go on|carry on)\b",
        r"\blife (?:is not|isnt|is no longer|not) worth\b|\bnot worth living\b",
        r"\b(?:tired|sick|done) (?:of|with) (?:living|life|being alive)\b",
        r"\b(?:wish|wished) i (?:was|were|had) (?:dead|never|not)\b",
        r"\b(?:kms|unalive|s(?:ui|iu)cide note|goodbye (?:note|letter))\b",
        r"\b(?:took|taken|swallowed|take|taking)(?: \w+){0,3} (?:too many|all (?:my|the|"
        r"his|her)|whole (?:box|bottle|pack))\b",
        r"\b(?:i|he|she|they|we|ive|hes|shes)(?: \w+){0,3} (?:overdos(?:e|ed|ing)|od(?:ed|d)?)\b",
        r"\b(?:how (?:many|much)|enough)(?: \w+){0,5} (?:to die|kill|overdose|lethal|fatal)\b",
        r"\b(?:harming|hurting|cutting) (?:again|lately|tonight|today)\b",
        r"\b(?:commit(?:ting)?|methods?|ways?)(?: \w+){0,3} suicide\b|\bsuicide methods?\b",
        r"\b(?:painless|painful|easiest|easy|quick(?:est)?|fastest|best|sure(?:st)?)(?: \w+){0,3} "
        r"(?:suicide|to die)\b|\bsuicide(?: \w+){0,2} (?:painless|painful|hurt|easy)\b",
        r"\b(?:no ?one|nobody)(?: \w+){0,2} (?:miss|notice|care) (?:me )?if i\b",
    )
]
# Only named: a question about the subject says the same words.
_NAMED = [
    re.compile(pattern)
    for pattern in (
        rf"\b{_SPEAKER}(?: \w+){{0,3}} (?:sui?ci?dal|suicid\w*)\b",
        r"\bsui?ci?dal (?:thoughts?|ideas?|ideation|feelings?|urges?)\b",
        r"\b(?:feel(?:s|ing)?|felt|am|im|is|are|being) (?:\w+ )?(?:sui?ci?dal|sucidal)\b",
        r"\bself ?harm(?:s|ed|ing)?\b(?!.*\b(?:article|study|studies|research|statistic))",
        rf"\b{_WANT}(?: \w+){{0,3}} suicide\b",
    )
]
# Said of a treatment or of people in general, the subject itself is a question like any other.
_KNOWLEDGE = re.compile(
    r"\b(?:does|do|can|could|will|is|are|what|which|why|how (?:common|many|much|often|"
    r"likely|does|do|is))\b"
    r"(?!.*\b(?:i|im|my|me|he|she|myself|himself|herself)\b).*\b(?:suicid\w*|self harm)\b"
)

_CHANGE = re.compile(
    r"\b(?:stop|stopp?ing|quit|quitting|come? off|coming off|cold turkey|wean|taper|skip|skipp?ing|"
    r"miss(?:ed)?|switch|change|changing|increase|raise|up|lower|reduc\w+|decrease|cut|"
    r"halve|double|"
    r"mix|combine|start|restart|(?:take|taking)(?: \w+){0,2} (?:more|less|extra|together))\b"
    r"(?:\W+\w+){0,5}\W+(?:med\w*|pills?|tablets?|anti ?depressants?|dos(?:e|es|age)|drugs?|"
    r"prescription|ssris?|snris?|maois?|tcas?|lithium|\w+(?:etine|oxine|pram|aline|piprazole|apine|"
    r"idone|ketamine)|prozac|zoloft|lexapro|spravato)\b"
)
_EMERGENCY = re.compile(
    r"\b(?:serotonin syndrome|seizures?|fits?|convuls\w+|chest pains?|cant breathe|"
    r"trouble breathing|"
    r"short(?:ness)? of breath|pass(?:ed|ing) out|unconscious|faint(?:ed|ing)?|allergic|"
    r"swell(?:ing|ed)|swollen|hallucinat\w+|overdos\w+|high fever|stroke)\b"
)
_NOW = re.compile(
    r"\b(?:i|im|ive|my|me|he|hes|she|shes|they)\b|\b(?:now|right now|today|tonight|help)\b"
)


def crisis(message: str) -> Crisis | None:
    """The help card when the message speaks of self-harm or not wanting to live, else None."""
    plain = _plain(message)
    for text in (plain, _unslipped(plain)):
        if any(pattern.search(text) for pattern in _PLAIN):
            return CRISIS
        if any(pattern.search(text) for pattern in _NAMED) and not _KNOWLEDGE.search(text):
            return CRISIS
    return None


def notices(message: str) -> tuple[str, ...]:
    """Codes of the fixed texts that belong above the answer, in a fixed order."""
    plain = _plain(message)
    found = []
    if _EMERGENCY.search(plain) and _NOW.search(plain):
        found.append("emergency_symptoms")
    if _CHANGE.search(plain):
        found.append("medicine_change")
    if re.search(r"\bsuicid|\bself ?harm", plain):
        found.append("help_line")
    return tuple(found)


def _plain(message: str) -> str:
    """Folded, apostrophes gone, everything else than letters and digits a space."""
    return re.sub(r"[^\w]+", " ", fold(message).replace("'", "")).strip()


# Words on which help hangs, and English words one slip away from them that mean something else.
_KEYS = {"kill": 1, "want": 1, "myself": 2, "suicide": 2, "suicidal": 2, "overdose": 2, "harm": 1}
_OTHERS = frozenset(
    "went wait wants wand wane warn kilt kiln kills skill hard farm warm harms".split()
)


def _unslipped(plain: str) -> str:
    """The text with slips of the key words undone: "kil myslef" -> "kill myself"."""
    from rapidfuzz.distance import OSA

    words = []
    for word in plain.split():
        near = [
            key
            for key, slips in _KEYS.items()
            if word[0] == key[0] and word not in _OTHERS and OSA.distance(word, key) <= slips
        ]
        words.append(near[0] if near and len(word) > 2 else word)
    return " ".join(words)
