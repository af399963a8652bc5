"""Passwords of the staff: which are taken, and how they are kept and compared (argon2id)."""

from __future__ import annotations

import base64
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from qa.errors import QAError

SHORTEST, LONGEST = 12, 256  # code points
FEWEST_DIFFERENT = 5  # characters; "aaaaaaaaaaaa" is none
AT_ONCE = 2  # each takes 64 MiB for a moment; further ones wait
# The commonest that are long enough to be taken otherwise; compared without case.
COMMON = frozenset(
    "123456789012 1234567890123 12345678901234 qwertyuiop12 qwertyuiop123 qwerty123456 "
    "1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv zaq12wsxcde3 asdfghjkl123 passwordpassword "
    "password1234 password12345 password123456 mypassword123 changemechangeme changeme1234 "
    "letmeinletmein letmein12345 welcome12345 welcome123456 iloveyou1234 iloveyouiloveyou "
    "administrator adminadminadmin admin1234567 admin12345678 administrator1 qwertyqwerty "
    "abcdefghijkl abcdefghijklm abc123abc123 football1234 baseball1234 sunshine1234 "
    "princess1234 trustno1trustno1 wellsourced1 wellsourced12 wellsourced123 "
    "wellsourced1234".split()
)


class Passwords:
    """Keeps and compares; `hasher` decides how much work a guess costs.

    The default is what RFC 9106 recommends where memory is short: 64 MiB, three passes, four lanes.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
        self._nobodys = _hash_of_nothing(self._hasher)
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """As it is kept, with its salt and parameters."""
        with self._places:
            return self._hasher.hash(_normal(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether it is this password; None, for an account that is not there, costs the same."""
        with self._places:
            try:
                return self._hasher.verify(kept or self._nobodys, _normal(password))
            except (VerificationError, InvalidHashError):
                return False

    def is_old(self, kept: str) -> bool:
        """Whether it was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(kept)


def check_password(password: str, name: str) -> None:
    """Raises QAError for one that is too easily guessed.

    >>> check_password("correct horse battery", "kim")
    """
    folded = _normal(password).casefold()
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        wrong = f"a password has {SHORTEST} to {LONGEST} characters"
    elif folded in COMMON or len(set(folded)) < FEWEST_DIFFERENT:
        wrong = "that password is among the first ones that are tried"
    elif folded.strip("0123456789!?. _-") == name.casefold():
        wrong = "a password is not the name"
    else:
        return
    raise QAError(f"{wrong}. Choose another, for example four words that do not belong together.")


def _normal(password: str) -> str:
    """The same, whichever keyboard wrote it."""
    return unicodedata.normalize("NFC", password)


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """What no password leads to, and takes as long to compare as any."""
    parts = (secrets.token_bytes(hasher.salt_len), secrets.token_bytes(hasher.hash_len))
    salt, digest = (base64.b64encode(part).decode().rstrip("=") for part in parts)
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"
