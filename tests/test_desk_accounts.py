"""Accounts of the staff: who gets in, for how long nobody may try, and what is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import select, update

from qa.desk.accounts import Account, Accounts, Role, account_name
from qa.desk.actions import COMMAND_LINE
from qa.desk.logins import Logins
from qa.desk.passwords import COMMON, SHORTEST, Passwords, check_password
from qa.errors import QAError
from qa.journal.database import Database
from qa.journal.tables import AccountRow, ActionRow, LoginRow
from tests.desk_app import CHEAP, PASSWORD, Clock

KIM = Account("kim", Role.REVIEWER)
IN_A_FILE = pytest.mark.parametrize("where", ["sqlite"], indirect=True)


class Counted(Passwords):
    """Counts how many passwords were compared with something."""

    compared = 0

    def matches(self, kept: str | None, password: str) -> bool:
        self.compared += 1
        return super().matches(kept, password)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(where: str) -> Database:
    """SQLite, then PostgreSQL."""
    return Database.open(where)


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    """With one account, kim's."""
    made = Accounts(database, Passwords(CHEAP), clock)
    made.add("kim", Role.REVIEWER, PASSWORD)
    return made


def test_there_is_no_account_before_one_is_added(database: Database) -> None:
    """No name and password get into a fresh database."""
    fresh = Accounts(database, Passwords(CHEAP))

    assert [] == fresh.listed()
    for name in ("admin", "staff", "root", "", "k\0m", "k" * 10_000):
        assert fresh.check(name, "") is None
        assert fresh.check(name, name) is None


def test_a_name_and_its_password_get_in(accounts: Accounts) -> None:
    """However the name was typed; any other password does not."""
    assert KIM == accounts.check("kim", PASSWORD)
    assert KIM == accounts.check(" KIM ", PASSWORD)
    for wrong in (PASSWORD.upper(), PASSWORD + " ", PASSWORD[:-1], ""):
        assert accounts.check("kim", wrong) is None


def test_a_password_is_the_same_from_every_keyboard(accounts: Accounts) -> None:
    """An accent may come as one character or as two."""
    accounts.add("zoe", Role.REVIEWER, "caf\u00e9 with a spoon")

    assert accounts.check("zoe", "cafe\u0301 with a spoon")


@IN_A_FILE
def test_only_a_hash_is_kept(accounts: Accounts, database: Database, tmp_path: Path) -> None:
    """argon2id with its parameters; the words stand nowhere in the file."""
    accounts.check("kim", PASSWORD)
    with database.read() as connection:
        kept = connection.execute(select(AccountRow.password)).scalar_one()

    assert kept.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    for file in tmp_path.iterdir():
        assert PASSWORD.encode() not in file.read_bytes()


def test_a_guess_costs_what_the_rfc_recommends() -> None:
    """64 MiB and three passes (RFC 9106, the second recommended option)."""
    parameters = extract_parameters(Passwords().hash(PASSWORD))

    assert (3, 64 * 1024, 4) == (
        parameters.time_cost,
        parameters.memory_cost,
        parameters.parallelism,
    )
    assert "ID" == parameters.type.name


def test_a_hash_with_other_parameters_is_made_anew(
    accounts: Accounts, database: Database, clock: Clock
) -> None:
    """At the next sign-in, and the password stays the same."""
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    later = Accounts(database, Passwords(stronger), clock)

    assert KIM == later.check("kim", PASSWORD)
    with database.read() as connection:
        kept = connection.execute(select(AccountRow.password)).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert KIM == later.check("kim", PASSWORD)


@pytest.mark.parametrize("case", ["unknown", "wrong", "disabled", "shut"])
def test_whatever_is_wrong_one_password_is_compared(
    database: Database, clock: Clock, accounts: Accounts, case: str
) -> None:
    """So that the time tells nobody which names there are."""
    counted = Counted(CHEAP)
    asked = Accounts(database, counted, clock)
    if case == "disabled":
        accounts.set_disabled("kim", disabled=True)
    if case == "shut":
        for _ in range(5):
            accounts.check("kim", "wrong")
    name, password = {"unknown": ("lee", PASSWORD), "wrong": ("kim", "wrong")}.get(
        case, ("kim", PASSWORD)
    )

    assert asked.check(name, password) is None
    assert 1 == counted.compared


def test_nobodys_hash_costs_as_much_as_a_real_one() -> None:
    """What an unknown name is compared with has the parameters and lengths of a real hash."""
    real, nobodys = CHEAP.hash(PASSWORD), Passwords(CHEAP)._nobodys

    assert extract_parameters(real) == extract_parameters(nobodys)
    assert len(real) == len(nobodys)


def test_an_account_backs_off(accounts: Accounts, clock: Clock) -> None:
    """Five failures shut it for 30 seconds, each further one for twice as long, 15 minutes at most.

    While it is shut the right password does not get in either, and a try does not make it longer.
    """
    for failures, seconds in ((5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900)):
        while accounts.listed()[0].failures < failures:
            assert accounts.check("kim", "wrong") is None
        clock.pass_by(seconds=seconds - 1)
        assert accounts.check("kim", PASSWORD) is None, failures
        clock.pass_by(seconds=1)
    assert KIM == accounts.check("kim", PASSWORD)
    assert (0, None) == (accounts.listed()[0].failures, accounts.listed()[0].locked_until)


def test_four_failures_shut_nothing(accounts: Accounts) -> None:
    """And the right password then begins anew."""
    for _ in range(3):
        for _ in range(4):
            accounts.check("kim", "wrong")
        assert KIM == accounts.check("kim", PASSWORD)


def test_a_clock_that_is_set_back_shuts_nobody_out(accounts: Accounts, clock: Clock) -> None:
    """An account is never shut for longer than the longest wait."""
    for _ in range(5):
        accounts.check("kim", "wrong")
    clock.now -= timedelta(days=365)

    assert KIM == accounts.check("kim", PASSWORD)


def test_one_account_that_is_shut_shuts_no_other(accounts: Accounts) -> None:
    """The others get in."""
    accounts.add("lee", Role.MAINTAINER, PASSWORD)
    for _ in range(9):
        accounts.check("kim", "wrong")

    assert Account("lee", Role.MAINTAINER) == accounts.check("lee", PASSWORD)


@pytest.mark.parametrize("change", ["disable", "password", "remove"])
def test_what_ends_an_account_ends_its_logins(
    accounts: Accounts, database: Database, clock: Clock, change: str
) -> None:
    """And no other's."""
    accounts.add("lee", Role.MAINTAINER, PASSWORD)
    logins = Logins(database, clock)
    kims, lees = logins.open(KIM), logins.open(Account("lee", Role.MAINTAINER))
    if change == "disable":
        accounts.set_disabled("kim", disabled=True)
    elif change == "password":
        accounts.set_password("kim", "another four words")
    else:
        accounts.remove("kim")

    assert logins.find(kims) is None
    assert Account("lee", Role.MAINTAINER) == logins.find(lees)
    assert accounts.check("kim", PASSWORD) is None
    assert accounts.check("lee", PASSWORD)


def test_an_account_can_be_enabled_again(accounts: Accounts) -> None:
    """With the password that it had."""
    accounts.set_disabled("kim", disabled=True)
    assert accounts.check("kim", PASSWORD) is None
    accounts.set_disabled("kim", disabled=False)

    assert KIM == accounts.check("kim", PASSWORD)


def test_what_was_done_is_written_down(accounts: Accounts, database: Database) -> None:
    """Who did it, in order; a removed account's doings stay, and no password stands in them."""
    accounts.check("kim", PASSWORD)
    accounts.set_password("kim", "another four words")
    for _ in range(5):
        accounts.check("kim", PASSWORD)
    accounts.remove("kim")
    with database.read() as connection:
        done = [tuple(r) for r in connection.execute(select(ActionRow.account, ActionRow.what))]
        every = str(connection.execute(select(ActionRow)).all())

    assert [
        (COMMAND_LINE, "account added"),
        ("kim", "signed in"),
        (COMMAND_LINE, "password changed"),
        ("kim", "sign-in shut"),
        (COMMAND_LINE, "account removed"),
    ] == done
    assert "four words" not in every


@pytest.mark.parametrize("name", ["", "k", "kim lee", "Kïm", "../kim", "1kim", "k" * 33, "kim\n!"])
def test_names_are_plain(name: str) -> None:
    """Anything else is refused, saying what a name is."""
    with pytest.raises(QAError, match="2 to 32 of a-z"):
        account_name(name)


def test_a_name_is_taken_once(accounts: Accounts) -> None:
    """In small letters or large ones."""
    with pytest.raises(QAError, match="there is an account kim already"):
        accounts.add("KIM", Role.MAINTAINER, PASSWORD)
    assert [("kim", Role.REVIEWER)] == [(a.name, a.role) for a in accounts.listed()]


@pytest.mark.parametrize(
    "act",
    [
        lambda accounts: accounts.remove("lee"),
        lambda accounts: accounts.set_disabled("lee", disabled=True),
        lambda accounts: accounts.set_password("lee", PASSWORD),
    ],
)
def test_an_account_that_is_not_there_is_said_so(accounts: Accounts, act) -> None:  # type: ignore[no-untyped-def]
    """And what there is can be listed."""
    with pytest.raises(QAError, match="no account lee. List them with: python -m qa staff list"):
        act(accounts)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("eleven char", "12 to 256"),
        ("x" * 257, "12 to 256"),
        ("Password1234", "first ones that are tried"),
        ("abababababab", "first ones that are tried"),
        ("kim.of.the.clinic", "not the name"),
        ("Kim.Of.The.Clinic2026!", "not the name"),
    ],
)
def test_easy_passwords_are_refused(password: str, why: str) -> None:
    """Too short, too common, of too few characters, or the name with something behind it."""
    with pytest.raises(QAError, match=why):
        check_password(password, "kim.of.the.clinic")


def test_the_common_passwords_would_be_long_enough() -> None:
    """A shorter one is refused anyway, and would stand there for nothing."""
    assert [] == [p for p in sorted(COMMON) if len(p) < SHORTEST or p != p.casefold()]


def test_the_listed_accounts_hold_no_hash(accounts: Accounts) -> None:
    """Nothing that lists them can give it away."""
    assert "argon2" not in str(accounts.listed())


@IN_A_FILE
def test_only_the_digest_of_a_token_is_kept(
    accounts: Accounts, database: Database, clock: Clock, tmp_path: Path
) -> None:
    """Who reads the database cannot sign in with what stands there."""
    token = Logins(database, clock).open(KIM)
    with database.read() as connection:
        kept = connection.execute(select(LoginRow.token)).scalar_one()

    assert 43 == len(token)  # 32 bytes
    assert Logins(database, clock).find(kept) is None
    for file in tmp_path.iterdir():
        assert token.encode() not in file.read_bytes()


def test_two_logins_have_nothing_in_common(
    accounts: Accounts, database: Database, clock: Clock
) -> None:
    """One ends, the other goes on."""
    logins = Logins(database, clock)
    first, second = logins.open(KIM), logins.open(KIM)
    logins.close(first)

    assert first != second
    assert (None, KIM) == (logins.find(first), logins.find(second))


def test_an_account_has_ten_logins_at_most(
    accounts: Accounts, database: Database, clock: Clock
) -> None:
    """The oldest end."""
    logins = Logins(database, clock)
    tokens = [logins.open(KIM) for _ in range(12)]

    assert [None, None] + [KIM] * 10 == [logins.find(token) for token in tokens]


def test_logins_that_have_ended_are_cleared_away(
    accounts: Accounts, database: Database, clock: Clock
) -> None:
    """With the next one that begins."""
    logins = Logins(database, clock)
    logins.open(KIM)
    clock.pass_by(hours=13)
    logins.open(KIM)
    with database.read() as connection:
        assert 1 == len(connection.execute(select(LoginRow.id)).all())


def test_a_changed_role_holds_at_once(accounts: Accounts, database: Database, clock: Clock) -> None:
    """What a login may do is asked anew with each page."""
    logins = Logins(database, clock)
    token = logins.open(KIM)
    with database.begin() as connection:
        connection.execute(update(AccountRow).values(role="maintainer"))

    assert Account("kim", Role.MAINTAINER) == logins.find(token)
