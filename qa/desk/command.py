"""`python -m qa staff ...`: the accounts of the staff, made and ended where the program runs."""

from __future__ import annotations

import getpass
import sys

from qa.config import Settings
from qa.console import table, write, write_json
from qa.desk.accounts import Accounts, Role, account_name
from qa.desk.frame import moment
from qa.desk.passwords import check_password
from qa.errors import QAError
from qa.journal.database import Database


def add(
    settings: Settings, name: str, role: str, *, from_stdin: bool, as_json: bool, quiet: bool
) -> int:
    """Asks for a password and adds the account."""
    name = account_name(name)
    _accounts(settings).add(name, Role(role), _password(name, from_stdin=from_stdin))
    _say(name, "added", f"account {name} ({role}) added", as_json=as_json, quiet=quiet)
    return 0


def password(settings: Settings, name: str, *, from_stdin: bool, as_json: bool, quiet: bool) -> int:
    """Asks for another password; who is signed in with the old one is signed out."""
    name = account_name(name)
    _accounts(settings).set_password(name, _password(name, from_stdin=from_stdin))
    _say(name, "password changed", f"password of {name} changed", as_json=as_json, quiet=quiet)
    return 0


def change(settings: Settings, name: str, what: str, *, as_json: bool, quiet: bool) -> int:
    """disable, enable or remove."""
    name, accounts = account_name(name), _accounts(settings)
    if what == "remove":
        accounts.remove(name)
    else:
        accounts.set_disabled(name, disabled=what == "disable")
    _say(name, f"{what}d", f"account {name} {what}d", as_json=as_json, quiet=quiet)
    return 0


def listing(settings: Settings, *, as_json: bool) -> int:
    """The accounts; never how a password is kept."""
    rows = _accounts(settings).listed()
    if as_json:
        shown = [
            {
                "name": row.name,
                "role": str(row.role),
                "made": row.made.isoformat(),
                "disabled": row.disabled,
            }
            for row in rows
        ]
        write_json(shown)
    elif rows:
        state = {True: "disabled", False: ""}
        cells = [(r.name, str(r.role), moment(r.made), state[r.disabled]) for r in rows]
        write(table(("name", "role", "added", ""), cells))
    else:
        write("no accounts. Add one with: python -m qa staff add NAME --role maintainer\n")
    return 0


def _accounts(settings: Settings) -> Accounts:
    return Accounts(Database.open(settings.database))


def _password(name: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"Password for {name}: ")
    check_password(first, name)
    if getpass.getpass("The same again: ") != first:
        raise QAError("the two passwords differ. Nothing was changed; try again.")
    return first


def _say(name: str, done: str, text: str, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        write_json({"name": name, "done": done})
    elif not quiet:
        sys.stderr.write(f"{text}\n")
