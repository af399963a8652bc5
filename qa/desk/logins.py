"""Who is signed in: a random token in a cookie, of which the database keeps the digest alone.

The token is 256 random bits, so that it cannot be guessed; a signature on it would add a key to
look after and nothing else. Since the database knows each login, it can be ended at any time.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from qa.desk.accounts import Account, Role
from qa.desk.actions import Clock, utc_now
from qa.journal.database import Database
from qa.journal.tables import AccountRow, LoginRow

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # more often it is not written down
MOST_FOR_EACH = 10  # logins of one account; the oldest ends


@dataclass(frozen=True, slots=True)
class _Times:
    made: datetime
    seen: datetime
    expires: datetime

    def are_good(self, now: datetime) -> bool:
        """Also a clock that was set back ends a login, rather than making it longer."""
        early = now < self.made - SEEN_EVERY or now < self.seen - SEEN_EVERY
        return not early and now < self.expires and now - self.seen < IDLE


class Logins:
    """The logins in one database."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def open(self, account: Account) -> str:
        """A fresh token; logins that have ended are cleared away."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._database.begin() as connection:
            old = (LoginRow.expires <= now) | (LoginRow.seen <= now - IDLE)
            connection.execute(delete(LoginRow).where(old))
            whose = select(AccountRow.id).where(AccountRow.name == account.name)
            account_id = connection.execute(whose).scalar_one()
            of_account = select(LoginRow.id).where(LoginRow.account_id == account_id)
            newest = of_account.order_by(LoginRow.id.desc()).offset(MOST_FOR_EACH - 1)
            surplus = list(connection.execute(newest).scalars())
            connection.execute(delete(LoginRow).where(LoginRow.id.in_(surplus)))
            connection.execute(
                insert(LoginRow).values(
                    token=_digest(token),
                    account_id=account_id,
                    made=now,
                    seen=now,
                    expires=now + ABSOLUTE,
                )
            )
        return token

    def find(self, token: str) -> Account | None:
        """Who is signed in with it; None for nobody. Being seen makes the login last."""
        now, wanted = self._clock(), LoginRow.token == _digest(token)
        with self._database.read() as connection:
            row = connection.execute(
                select(LoginRow.made, LoginRow.seen, LoginRow.expires)
                .add_columns(AccountRow.name, AccountRow.role, AccountRow.disabled)
                .join(AccountRow, AccountRow.id == LoginRow.account_id)
                .where(wanted)
            ).one_or_none()
        if row is None or row.disabled:
            return None
        if not _Times(row.made, row.seen, row.expires).are_good(now):
            self.close(token)
            return None
        if now - row.seen >= SEEN_EVERY:
            with self._database.begin() as connection:
                connection.execute(update(LoginRow).where(wanted).values(seen=now))
        return Account(row.name, Role(row.role))

    def close(self, token: str) -> None:
        with self._database.begin() as connection:
            connection.execute(delete(LoginRow).where(LoginRow.token == _digest(token)))


def form_token(token: str) -> str:
    """What each form of a login carries: known to whoever knows the cookie, and to nobody else."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_token(token: str, given: str) -> bool:
    return hmac.compare_digest(form_token(token).encode(), given.encode("utf-8", "replace"))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
