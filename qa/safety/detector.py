"""Message and history -> is this person, or somebody near, in danger of suicide or self-harm?

Rules over reviewed lists, and the meaning of the message beside the listed phrases. Where the two
leave doubt, help is shown and the message is answered too. Nothing is stored, nothing is logged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from qa.encoder import Encoder
from qa.records import Turn
from qa.safety.lists import Lists, crisis_lists
from qa.safety.model import CrisisModel, shipped_model
from qa.safety.plain import parts, sentences
from qa.text import STOPWORDS, is_question

LOOKED_BACK = 3  # messages of the person before this one
SHORT = 12  # words: a longer message stands for itself
_OK = re.compile(
    r"(?:ok|okay|k|thanks?|thank you|ty|cheers|great|good|right|fine|i see|alright|will do|got it|"
    r"so much|very much|for that|a lot|bye|i will| )+"
)
_ASKS = re.compile(
    r"^(?:(?:and|so|but|ok|okay|hi|hello|now|then|back to|anyway|also|can you|could you|please|"
    r"tell me|explain) )*(?:how|what|whats|which|why|when|where|who|is|are|does|do|did|can|could|"
    r"will|would|should|may|has|have|was|were|explain|tell)\b"
)


class Need(IntEnum):
    """What a message calls for."""

    NONE = 0
    DOUBTFUL = 1  # help is shown, and the message is answered
    CRISIS = 2  # help comes first, and alone


@dataclass(frozen=True, slots=True)
class Reading:
    """What the detector makes of a message."""

    need: Need
    pointer: bool = False  # the subject is named, or was spoken of before: a quiet pointer
    rest: tuple[str, ...] = ()  # what the message also asked


@dataclass(frozen=True, slots=True)
class _Said:
    """What the rules see in one message."""

    kinds: tuple[str, ...]  # kinds of rules that hold
    blocked: bool  # a rule held, but speaks of the past or asks about people in general
    past: bool
    asked: bool


class Detector:
    """Reads messages with one encoder. Safe to use from several threads."""

    def __init__(
        self,
        encoder: Encoder | None,
        lists: Lists | None = None,
        model: CrisisModel | None = None,
    ) -> None:
        self._lists = lists or crisis_lists()
        known = model or shipped_model()
        same = encoder is not None and encoder.digest == known.encoder_digest
        self._encoder = encoder if same else None
        self._model = known

    def read(self, message: str, history: Sequence[Turn] = ()) -> Reading:
        """What the message calls for, in the light of what was said before."""
        own = self.need(message)
        pointer = own is Need.NONE and self.names_subject(message)
        before = self._before(history)
        if own is not Need.CRISIS and before is Need.CRISIS:
            own = max(own, self._in_light(message))
        rest = self._rest(message) if own is Need.CRISIS else ()
        return Reading(own, pointer or own is Need.NONE and before is not Need.NONE, rest)

    def need(self, message: str) -> Need:
        """What the message calls for by itself."""
        said = self._said(message)
        if self._encoder is None:
            if said.kinds:
                return Need.CRISIS
            return Need.DOUBTFUL if said.blocked and not said.asked and not said.past else Need.NONE
        chance = self._model.chance(self._features(message, said))
        if chance >= self._model.certain:
            return Need.CRISIS
        return Need.DOUBTFUL if chance >= self._model.doubtful else Need.NONE

    def names_subject(self, message: str) -> bool:
        """Whether suicide or self-harm is named."""
        said = " ".join(sentences(message))
        return re.search(r"\bsuicid|\bself ?harm|\boverdos|\bkill\w* \w+self\b", said) is not None

    def _features(self, message: str, said: _Said) -> dict[str, float]:
        assert self._encoder is not None
        logits = self._model.logits(self._encoder.encode(parts(message)))
        return features(said.kinds, said.blocked, said.past, said.asked, logits)

    def said(self, message: str) -> tuple[tuple[str, ...], bool, bool, bool]:
        """(kinds of rules that hold, one was blocked, past, asked in general); for fitting."""
        said = self._said(message)
        return said.kinds, said.blocked, said.past, said.asked

    def _said(self, message: str) -> _Said:
        lists, found = self._lists, list[str]()
        blocked = asked = False
        split = sentences(message)
        past = lists.past.search(" ".join(split)) is not None
        for sentence in split:
            read = lists.other_sense.sub("_ ", sentence)
            general = bool(lists.asked.search(sentence)) and not lists.person.search(read)
            asked = asked or general
            kinds = [kind for kind, rule in lists.rules.items() if rule.search(read)]
            if (general or past) and "method" not in kinds:
                blocked = blocked or bool(kinds)
            else:
                found += kinds
        return _Said(tuple(dict.fromkeys(found)), blocked, past, asked)

    # ------------------------------------------------------------ conversation

    def _before(self, history: Sequence[Turn]) -> Need:
        """CRISIS where the person's last message was one, DOUBTFUL where an earlier one was."""
        said = [turn.content for turn in history if turn.role == "user"][-LOOKED_BACK:]
        last = Need.NONE
        earlier = Need.NONE
        for content in said:
            need = self.need(content)
            if need is not Need.CRISIS and last is Need.CRISIS:
                need = max(need, self._in_light(content))
            last = need
            if need is Need.CRISIS:
                earlier = Need.DOUBTFUL
        return Need.CRISIS if last is Need.CRISIS else earlier

    def _in_light(self, message: str) -> Need:
        """What a message right after a crisis calls for, when by itself it would be nothing."""
        words = " ".join(sentences(message)).split()
        plain = " ".join(words)
        if not words or _OK.fullmatch(plain):
            return Need.DOUBTFUL
        weighty = [w for w in words if w not in STOPWORDS and w not in self._lists.in_light]
        asks = is_question(message) or _ASKS.search(plain) is not None
        if asks and weighty or len(words) > SHORT:
            return Need.NONE
        return Need.DOUBTFUL if weighty and len(weighty) * 2 > len(words) else Need.CRISIS

    def _rest(self, message: str) -> tuple[str, ...]:
        """Questions of the message that by themselves call for no help."""
        found = []
        for part in re.split(r"(?<=[.!?])\s+|\n+|\s[-\u2013\u2014]\s", message):
            plain = " ".join(sentences(part))
            asks = is_question(part) or _ASKS.search(plain) is not None
            if asks and len(plain.split()) > 2 and self.need(part) is Need.NONE:
                found.append(part.strip())
        return tuple(found[:2])


def features(
    kinds: Sequence[str], blocked: bool, past: bool, asked: bool, logits: Sequence[float]
) -> dict[str, float]:
    """What the joining weights are for; `logits` of the whole message first, then of its parts.

    >>> features(("plain",), False, False, True, [1.0, 3.0])["loudest"]
    3.0
    """
    return {
        "rule": float(bool(kinds)),
        "rules": float(len(kinds) > 1),
        "blocked": float(blocked),
        "past": float(past),
        "asked": float(asked and not kinds),
        "whole": max(-6.0, min(6.0, logits[0])),
        "loudest": max(-6.0, min(6.0, max(logits))),
    }
