"""Message and history -> is this person, or somebody near, in danger of suicide or self-harm?

Weights fitted on messages written for it, and a few plain rules. Where they leave doubt, help is
shown and the message is answered too. Nothing is stored, nothing is logged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from qa.encoder import Encoder, TextEmbedding
from qa.records import Turn
from qa.safety.features import asks
from qa.safety.lists import lists
from qa.safety.model import CrisisModel, shipped_model
from qa.safety.plain import sentences

LOOKED_BACK = 3  # messages of the person before this one
PARTS = ("explicit", "unless", "method", "asked", "subject", "person")


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


class Detector:
    """Reads messages with one encoder. Safe to use from several threads."""

    def __init__(self, encoder: Encoder | None, model: CrisisModel | None = None) -> None:
        self._lists = lists("crisis.toml", PARTS)
        known = model or shipped_model()
        same = encoder is not None and encoder.digest == known.encoder_digest
        self._encoder = encoder if same else None
        self._head = known.meaning if same else known.words

    def read(
        self, message: str, history: Sequence[Turn] = (), embedded: TextEmbedding | None = None
    ) -> Reading:
        """What the message calls for, in the light of what was said before.

        `embedded` is the message's embedding, where it has been made already.
        """
        own = self.score(message, embedded)
        need = self._need(message, own)
        said = [turn.content for turn in history if turn.role == "user"][-LOOKED_BACK:]
        before = [self._heard(earlier) for earlier in said]
        if before and need is not Need.CRISIS and max(before) >= self._head.doubtful:
            need = self._level(self._head.turn_score(message, own, before))
        pointer = self._names_subject(message) or max(before, default=own) >= self._head.doubtful
        rest = self._rest(message) if need is Need.CRISIS else ()
        return Reading(need, pointer and need is Need.NONE, rest)

    def score(self, message: str, embedded: TextEmbedding | None = None) -> float:
        """How much the message by itself sounds like a crisis, by the fitted weights."""
        if self._encoder is None:
            embedded = None
        elif embedded is None:
            embedded = self._encoder.embed([message])[0]
        return self._head.score(message, embedded)

    def _heard(self, message: str) -> float:
        """The score of an earlier message, the rules' word included."""
        score, ruled = self.score(message), self._ruled(message)
        if ruled is None:
            return score
        return min(score, 0.0) if ruled is Need.NONE else max(score, self._head.certain)

    def _need(self, message: str, score: float) -> Need:
        ruled, level = self._ruled(message), self._level(score)
        if ruled is Need.NONE:
            return Need.NONE
        return level if ruled is None else max(level, ruled)

    def _level(self, score: float) -> Need:
        if score >= self._head.certain:
            return Need.CRISIS
        return Need.DOUBTFUL if score >= self._head.doubtful else Need.NONE

    def _ruled(self, message: str) -> Need | None:
        """What the plain rules say, if anything."""
        found = self._lists
        split = sentences(message)
        for sentence in split:
            if found["explicit"].search(sentence) and not found["unless"].search(sentence):
                return Need.CRISIS
        said = "".join(split)
        if found["method"].search(said):
            return Need.DOUBTFUL
        if found["person"].search(said):
            return None
        known = found["asked"].search(said) and found["subject"].search(said)
        return Need.NONE if known else None

    def _names_subject(self, message: str) -> bool:
        """Whether suicide or self-harm is named."""
        said = " ".join(sentences(message))
        return re.search(r"\bsuicid|\bself ?harm|\boverdos|\bkill\w* \w+self\b", said) is not None

    def _rest(self, message: str) -> tuple[str, ...]:
        """Questions of the message that by themselves call for no help."""
        found = []
        for part in re.split(r"(?<=[.!?])\s+|\n+|\s[-\u2013\u2014]\s", message):
            if asks(part) and len(part.split()) > 2:
                if self._need(part, self.score(part)) is Need.NONE:
                    found.append(part.strip())
        return tuple(found[:2])
