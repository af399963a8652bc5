"""What the turns so far have said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class State:
    """What is carried from turn to turn."""

    subject: str | None = None  # what they were last about
    known: bool = False  # whether that is a subject of the corpus
    question: str = ""  # the last question, made complete
    earlier: tuple[str, ...] = ()  # other subjects, latest first
    said: tuple[str, ...] = ()  # everything said, latest first

    @property
    def subjects(self) -> tuple[str, ...]:
        """All that was spoken of, latest first."""
        return tuple(s for s in (self.subject, *self.earlier) if s)
