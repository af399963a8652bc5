"""A person's yes or no to an answer, as it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from qa.records import Reason, Status


class Verdict(StrEnum):
    """Whether the answer answered."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One yes or no; of a message that speaks of a crisis none can be made."""

    turn: str  # a name at random, by which a second click is known; leads to nobody
    snapshot: str
    status: Status
    verdict: Verdict
    reason: Reason | None = None
    passage: str | None = None  # of the lead quote
    source: str | None = None  # of the lead quote
    question: str | None = field(default=None, repr=False)  # only where the person agreed

    def __post_init__(self) -> None:
        if self.status is Status.CRISIS:
            raise ValueError("nothing is kept of a message that speaks of a crisis")
