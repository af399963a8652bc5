"""The journal's tables as the code sees them; `migrations` makes them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables."""


class FeedbackRow(Base):
    """One yes or no. Of the time the day alone is kept, in UTC."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    turn: Mapped[str] = mapped_column(String(32), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    snapshot: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    verdict: Mapped[str] = mapped_column(String(3))
    passage: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(Text)
    question: Mapped[str | None] = mapped_column(Text)
