"""Message and history -> is this person, or somebody near, in danger of suicide or self-harm?

Weights fitted on messages written for it, and a few plain rules. Where they leave doubt, help is
shown and the message is answered too. Nothing is stored, nothing is logged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from qa.encoder import Encoder, TextEmbedding
from qa.records import Turn
from qa.safety.features import asks
from qa.safety.lists import lists
from qa.safety.model import CrisisModel, shipped_model
from qa.safety.plain import sentences

LOOKED_BACK = 3  # messages of the person before this one
MOST_PARTS = 12  # of a message that are read by themselves
PART_WORDS = 4  # that such a part has at least
PART_CERTAIN = 2.0  # times what is certain of a whole message
PARTS = ("explicit", "unless", "method", "asked", "subject", "person")
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+|\s[-\u2013\u2014]\s")
_CLAUSES = re.compile(r"[.!?;,\n\u2026]+\s*|\s[-\u2013\u2014]\s|\s(?:but first|but|and|so)\s", re.I)


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
        embedded = self._embedded(message, embedded)
        own, ruled = self._head.score(message, embedded), self._ruled(message)
        said = [turn.content for turn in history if turn.role == "user"][-LOOKED_BACK:]
        before = [self._heard(earlier) for earlier in said]
        level = self._level(own)
        if before:
            turned = self._level(self._head.turn_score(message, own, before, embedded))
            level = self._in_turn(level, turned, before)
        need = _settled(level, ruled)
        if need is Need.NONE and ruled is None and self._stands_out(message):
            need = Need.DOUBTFUL
        pointer = self._names_subject(message) or max(before, default=own) >= self._head.doubtful
        rest = self._rest(message) if need is Need.CRISIS else ()
        return Reading(need, pointer and need is Need.NONE, rest)

    def score(self, message: str, embedded: TextEmbedding | None = None) -> float:
        """How much the message by itself sounds like a crisis, by the fitted weights."""
        return self._head.score(message, self._embedded(message, embedded))

    def _embedded(self, message: str, made: TextEmbedding | None) -> TextEmbedding | None:
        if self._encoder is None:
            return None
        return made or self._encoder.embed([message])[0]

    def _heard(self, message: str) -> float:
        """The score of an earlier message, the rules' word included."""
        score, ruled = self.score(message), self._ruled(message)
        if ruled is None:
            return score
        return min(score, 0.0) if ruled is Need.NONE else max(score, self._head.certain)

    def _in_turn(self, level: Need, turned: Need, before: Sequence[float]) -> Need:
        """A conversation takes nothing back that is beyond doubt, or doubtful after a crisis."""
        if level is Need.CRISIS:
            return max(turned, Need.DOUBTFUL)
        return max(turned, level) if max(before) >= self._head.certain else turned

    def _stands_out(self, message: str) -> bool:
        """Whether a part of the message is a plain cry for help that the rest of it drowns."""
        parts = [part for part in _CLAUSES.split(message) if len(part.split()) >= PART_WORDS]
        if not parts or parts == [message]:
            return False
        parts = parts[:MOST_PARTS]
        made = self._encoder.embed(parts) if self._encoder else [None] * len(parts)
        scores = (self._head.score(part, one) for part, one in zip(parts, made, strict=True))
        return any(score >= PART_CERTAIN * self._head.certain for score in scores)

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
        """Questions of the message that by themselves call for no help: sentences, else clauses."""
        return self._calm(_SENTENCES.split(message)) or self._calm(_CLAUSES.split(message))

    def _calm(self, parts: Sequence[str]) -> tuple[str, ...]:
        """At most two; each costs an embedding, so of a message of nothing else few are read."""
        asked = (part for part in parts if len(part.split()) > 2 and asks(part))
        calm = (part.strip() for part in islice(asked, MOST_PARTS) if self._is_calm(part))
        return tuple(islice(calm, 2))

    def _is_calm(self, part: str) -> bool:
        return _settled(self._level(self.score(part)), self._ruled(part)) is Need.NONE


def _settled(level: Need, ruled: Need | None) -> Need:
    """What the weights and the rules come to together."""
    if ruled is None:
        return level
    return Need.NONE if ruled is Need.NONE else max(level, ruled)
