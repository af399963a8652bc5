"""A browser in which an account signed in before: strangers' wrong passwords do not hold it back.

Its cookie is no login. It is signed with how the account's password is kept, so nothing more has to
be kept, it outlasts a restart, and another password ends it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

COOKIE = "wellsourced_known"
PATH = "/staff/login"  # the only page that it is sent to
DAYS = 90


def mint(kept: str) -> str:
    """A fresh cookie for an account whose password is kept so."""
    number = secrets.token_hex(16)
    return f"{number}.{_signed(kept, number)}"


def number_of(cookie: str, kept: str | None) -> str | None:
    """The number of the browser if the cookie was made for this account, else None.

    >>> number_of(mint("$argon2id$one"), "$argon2id$another") is None
    True
    """
    number, _, signature = cookie.partition(".")
    right = _signed(kept or "", number)
    is_right = hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode())
    return number if is_right and kept else None


def _signed(kept: str, number: str) -> str:
    said = b"known browser:" + number.encode("utf-8", "replace")
    return hmac.new(kept.encode(), said, hashlib.sha256).hexdigest()
