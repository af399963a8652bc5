"""The accounts of the staff. None is there until somebody adds it on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from qa.desk import known
from qa.desk.actions import COMMAND_LINE, Clock, record, utc_now
from qa.desk.backoff import doubled
from qa.desk.passwords import Passwords, check_password
from qa.errors import QAError
from qa.journal.database import Database
from qa.journal.tables import AccountRow, LoginRow

FREE_FAILURES = 5  # in a row; then each further one shuts the account for twice as long
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


class Role(StrEnum):
    """What an account may do besides looking: mark answers; also set the status of articles."""

    REVIEWER = "reviewer"
    MAINTAINER = "maintainer"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who is signed in."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as it is listed; how its password is kept stays where it is."""

    name: str
    role: Role
    made: datetime
    disabled: bool
    failures: int
    locked_until: datetime | None


class Accounts:
    """The accounts in one database."""

    def __init__(
        self, database: Database, passwords: Passwords | None = None, clock: Clock = utc_now
    ) -> None:
        self._database = database
        self._passwords = passwords or Passwords()
        self._clock = clock

    def add(self, name: str, role: Role, password: str) -> None:
        """Raises QAError for a name that is taken or none, or a password that is too easy."""
        name = account_name(name)
        check_password(password, name)
        values = {"name": name, "role": str(role), "password": self._passwords.hash(password)}
        try:
            with self._database.begin() as connection:
                connection.execute(
                    insert(AccountRow).values(
                        **values, made=self._clock(), disabled=False, failures=0
                    )
                )
                self._record(connection, "account added", name, str(role))
        except IntegrityError:
            raise QAError(f"there is an account {name} already. Choose another name.") from None

    def listed(self) -> list[Listed]:
        """Every account, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(AccountRow).order_by(AccountRow.name)).all()
        return [
            Listed(r.name, Role(r.role), r.made, r.disabled, r.failures, r.locked_until)
            for r in rows
        ]

    def set_disabled(self, name: str, *, disabled: bool) -> None:
        """A disabled account cannot sign in, and is signed out."""
        what = "account disabled" if disabled else "account enabled"
        self._change(name, what, disabled=disabled, failures=0, locked_until=None)

    def set_password(self, name: str, password: str) -> None:
        """Whoever is signed in with the old one is signed out."""
        check_password(password, account_name(name))
        kept = self._passwords.hash(password)
        self._change(name, "password changed", password=kept, failures=0, locked_until=None)

    def remove(self, name: str) -> None:
        """What the account did stays written down, under its name."""
        with self._database.begin() as connection:
            row = self._of(connection, account_name(name))
            connection.execute(delete(LoginRow).where(LoginRow.account_id == row.id))
            connection.execute(delete(AccountRow).where(AccountRow.id == row.id))
            self._record(connection, "account removed", row.name)

    def browser(self, name: str, cookie: str) -> str | None:
        """The number of a browser in which this account signed in before; None for any other."""
        found = self._kept(sent_name(name))
        return known.number_of(cookie, found.password if found and not found.disabled else None)

    def cookie(self, account: Account) -> str:
        """By which this browser is known from now on."""
        found = self._kept(account.name)
        return known.mint(found.password) if found else ""

    def check(
        self,
        name: str,
        password: str,
        *,
        is_known: bool = False,
        is_new: Callable[[str], bool] = lambda name: True,
    ) -> Account | None:
        """Whose name and password these are; None for anything else, without saying why.

        It costs the same whether or not there is such an account, and whether or not it is shut. A
        known browser is neither shut out nor shuts the account. Before the first wait a failure
        counts only if it `is_new` for that name: few clients alone cannot shut the account.
        """
        name = sent_name(name)
        found = self._kept(name)
        right = self._passwords.matches(found.password if found else None, password)
        if found is None:
            return None
        with self._database.begin() as connection:
            row = _find(connection, name, locks=True)  # others may have tried meanwhile
            if row is None or row.disabled or row.password != found.password:
                return None
            now = self._clock()
            shut = row.locked_until is not None and _is_shut(now, row.locked_until)
            if shut and not is_known:
                return None
            if not right:
                counts = is_new(name) or row.failures >= FREE_FAILURES
                if counts and not is_known:
                    self._failed(connection, row, now)
                return None
            self._signed_in(connection, row, password)
        return Account(row.name, Role(row.role))

    def _kept(self, name: str) -> Row[Any] | None:
        with self._database.read() as connection:
            return _find(connection, name)

    def _failed(self, connection: Connection, row: Row[Any], now: datetime) -> None:
        failures = row.failures + 1
        wait = wait_after(failures)
        until = now + wait if wait else None
        self._set(connection, row, failures=failures, locked_until=until)
        if wait:
            record(connection, now, row.name, "sign-in shut", row.name, f"{wait.seconds} seconds")

    def _signed_in(self, connection: Connection, row: Row[Any], given: str) -> None:
        kept = row.password
        if self._passwords.is_old(kept):
            kept = self._passwords.hash(given)
        self._set(connection, row, failures=0, locked_until=None, password=kept)
        record(connection, self._clock(), row.name, "signed in", row.name)

    def _change(self, name: str, what: str, **values: object) -> None:
        with self._database.begin() as connection:
            row = self._of(connection, account_name(name))
            self._set(connection, row, **values)
            connection.execute(delete(LoginRow).where(LoginRow.account_id == row.id))
            self._record(connection, what, row.name)

    def _set(self, connection: Connection, row: Row[Any], **values: object) -> None:
        connection.execute(update(AccountRow).where(AccountRow.id == row.id).values(**values))

    def _of(self, connection: Connection, name: str) -> Row[Any]:
        row = _find(connection, name, locks=True)
        if row is None:
            raise QAError(f"there is no account {name}. List them with: python -m qa staff list")
        return row

    def _record(self, connection: Connection, what: str, subject: str, detail: str = "") -> None:
        record(connection, self._clock(), COMMAND_LINE, what, subject, detail)


def sent_name(text: str) -> str:
    """A name as it is kept, or "", which is nobody's: PostgreSQL takes no NUL.

    >>> sent_name(" KIM "), sent_name("a\\0b")
    ('kim', '')
    """
    name = text.strip().lower()
    return name if _NAME.fullmatch(name) else ""


def account_name(text: str) -> str:
    """A name as it is kept: small letters, digits, dot, hyphen and underscore.

    >>> account_name(" Kim.Lee ")
    'kim.lee'
    """
    name = sent_name(text)
    if not name:
        raise QAError(
            f"{text!r} is no name for an account: 2 to 32 of a-z, 0-9, dot, hyphen and underscore, "
            "a letter first."
        )
    return name


def wait_after(failures: int) -> timedelta:
    """For how long nobody may try, after so many wrong passwords in a row.

    >>> [wait_after(n).seconds for n in (4, 5, 6, 9, 10, 1000)]
    [0, 30, 60, 480, 900, 900]
    """
    if failures < FREE_FAILURES:
        return timedelta(0)
    return doubled(FIRST_WAIT, failures - FREE_FAILURES, LONGEST_WAIT)


def _is_shut(now: datetime, until: datetime) -> bool:
    """A clock that was set back shuts nobody out for longer than the longest wait."""
    return now < until and until - now <= LONGEST_WAIT


def _find(connection: Connection, name: str, *, locks: bool = False) -> Row[Any] | None:
    wanted = select(AccountRow).where(AccountRow.name == name)
    return connection.execute(wanted.with_for_update() if locks else wanted).one_or_none()
