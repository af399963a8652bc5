"""Messages in which nothing is asked of the articles: "ok thanks!", "are you a doctor?"."""

from __future__ import annotations

import re

# Each of these makes small talk of a message that has no other words than ...
_TALK = frozenset(
    """ok okay thanks thank thx ty cheers great nice cool perfect lovely understood bye goodbye hi
    hello hey interesting wow appreciate""".split()
)
_TALK_PHRASES = re.compile(r"\b(?:got it|i see|makes sense|good to know)\b")
# ... its own and these.
_AROUND = frozenset(
    """k you good fine super so very much a lot for that this the your help info information is was
    it's helpful really yes yeah yep no nope right alright sure i see got it there oh ah hmm morning
    afternoon evening to know makes sense""".split()
)
_SOMEBODY = (
    r"(?:(?:an?|the|my|some|even|just|really|actually|real|actual|live|qualified|human|medical) )*"
    r"(?:human|person|people|doctor|dr|nurse|therapist|psychiatrist|psychologist|pharmacist|robot|"
    r"bot|chatbot|chat bot|machine|computer|program|ai|chatgpt|chat gpt|google|someone|somebody|"
    r"being)"
)
_THIS = r"(?:thing|page|site|website|web site|app|chat|chatbot|bot|program|service)"
_YOU_ARE = (
    r"(?:are (?:you|u)|r u|is (?:this|it)|am i (?:talking|speaking|chatting|writing) (?:to|with))"
)
_ABOUT_THIS = re.compile(
    r"(?:(?:hi|hello|hey|so|ok|okay|and|but|wait|sorry|please) )*(?:"
    r"(?:who|what) (?:are|r) (?:you|u)|who is this|"
    rf"what(?:s| is) this {_THIS}|who (?:made|runs|wrote) (?:you|this)(?: {_THIS})?|"
    rf"{_YOU_ARE} (?:real|{_SOMEBODY}(?: or {_SOMEBODY})*))"
)
_BETWEEN = re.compile(r"[\s,.!:;)\-–]+")


def is_small_talk(message: str) -> bool:
    """Whether nothing is asked.

    >>> is_small_talk("ok thanks!"), is_small_talk("thanks, is it safe?")
    (True, False)
    """
    said = [word for word in _BETWEEN.split(message.lower()) if word]
    return all(word in _TALK or word in _AROUND for word in said) and (
        not _TALK.isdisjoint(said) or bool(_TALK_PHRASES.search(" ".join(said)))
    )


def is_about_this(message: str) -> bool:
    """Whether the chat itself is asked about, and nothing besides.

    >>> is_about_this("Hi, are you a real doctor?"), is_about_this("Are you awake during ECT?")
    (True, False)
    """
    said = " ".join(re.findall(r"[a-z]+", message.lower().replace("\u2019", "").replace("'", "")))
    return _ABOUT_THIS.fullmatch(said) is not None
