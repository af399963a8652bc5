"""The database's tables as the code sees them; `migrations` makes them.

Times are UTC. Lists are JSON. Whatever text comes in, it can be written.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import Boolean, Date, DateTime, Dialect, Float, ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

VERSION = "0002"  # of the tables: the newest of `migrations/versions`


class Words(TypeDecorator[str]):
    """Text of any kind; half characters and NUL, which no database takes, become signs of it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return whole.replace("\0", "\ufffd")


class Moment(TypeDecorator[datetime]):
    """A time with its zone, kept as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone cannot be kept")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


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
    source: Mapped[str | None] = mapped_column(Words)
    question: Mapped[str | None] = mapped_column(Words)


class AnswerRow(Base):
    """That a question was answered, and from what; nothing of what was asked."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    turn: Mapped[str] = mapped_column(String(32), unique=True)  # at random; leads to nobody
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    snapshot: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    support: Mapped[float] = mapped_column(Float)
    notices: Mapped[str] = mapped_column(Words)  # a JSON list of names
    passages: Mapped[str] = mapped_column(Words)  # a JSON list of the ids of what was quoted
    sources: Mapped[str] = mapped_column(Words)  # a JSON list of sources, each once
    milliseconds: Mapped[int]
    channel: Mapped[str] = mapped_column(String(8))  # chat | api


class AccountRow(Base):
    """Somebody of the staff."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))  # reviewer | maintainer
    password: Mapped[str] = mapped_column(Text)  # argon2id
    made: Mapped[datetime] = mapped_column(Moment)
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)


class LoginRow(Base):
    """An account that is signed in; of the token in the cookie only the digest is kept."""

    __tablename__ = "login"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)  # sha256, hex
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    made: Mapped[datetime] = mapped_column(Moment)
    seen: Mapped[datetime] = mapped_column(Moment)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)


class MarkRow(Base):
    """What a reviewer says of an answer; `source` to `quote` name the span that is right."""

    __tablename__ = "mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    account: Mapped[str] = mapped_column(String(64))
    question: Mapped[str] = mapped_column(Words)
    verdict: Mapped[str] = mapped_column(String(16))  # right | wrong | needs_article
    snapshot: Mapped[str] = mapped_column(String(64))
    feedback_id: Mapped[int | None]  # of the patient's row, which may be gone by now
    source: Mapped[str | None] = mapped_column(Words)
    doc_id: Mapped[str | None] = mapped_column(String(64))
    start: Mapped[int | None]
    end: Mapped[int | None]
    quote: Mapped[str | None] = mapped_column(Words)
    golden: Mapped[bool] = mapped_column(Boolean, default=False)


class ActionRow(Base):
    """What somebody of the staff did; nothing of a patient."""

    __tablename__ = "action"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    account: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(Words)
    detail: Mapped[str] = mapped_column(Words, default="")
