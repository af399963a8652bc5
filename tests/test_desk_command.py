"""`python -m qa staff ...`: accounts as an operator makes and ends them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from qa.desk import accounts, command
from qa.desk.accounts import Accounts, Role
from qa.desk.passwords import Passwords
from qa.journal.database import Database
from tests.command_line import Run, runner
from tests.desk_app import CHEAP, PASSWORD

ADDED = ["add", "kim", "--role", "reviewer"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command on a fresh database."""
    made = runner([], monkeypatch, capsys)
    monkeypatch.setenv("QA_DATABASE", str(tmp_path / "desk.sqlite"))
    monkeypatch.setattr(accounts, "Passwords", lambda: Passwords(CHEAP))
    return made


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the operator types when a password is asked for, in order."""
    typed: list[str] = []
    monkeypatch.setattr(command.getpass, "getpass", lambda prompt: typed.pop(0))
    return typed


def opened(tmp_path: Path) -> Accounts:
    return Accounts(Database.open(str(tmp_path / "desk.sqlite")), Passwords(CHEAP))


def test_an_account_is_added_with_a_password_typed_twice(
    run: Run, types: list[str], tmp_path: Path
) -> None:
    """Neither output nor errors repeat it."""
    types += [PASSWORD, PASSWORD]
    code, out, err = run("staff", *ADDED)

    assert (0, "", "account kim (reviewer) added\n") == (code, out, err)
    assert opened(tmp_path).check("kim", PASSWORD)


def test_two_passwords_that_differ_add_nothing(run: Run, types: list[str], tmp_path: Path) -> None:
    """It is said so."""
    types += [PASSWORD, PASSWORD + "!"]
    code, _, err = run("staff", *ADDED)

    assert (1, "error: the two passwords differ. Nothing was changed; try again.\n") == (code, err)
    assert [] == opened(tmp_path).listed()


def test_an_easy_password_is_asked_for_once(run: Run, types: list[str], tmp_path: Path) -> None:
    """It is refused before anybody types it again."""
    types += ["password1234"]
    code, _, err = run("staff", *ADDED)

    assert 1 == code
    assert err.startswith("error: that password is among the first ones that are tried.")
    assert [] == opened(tmp_path).listed()


def test_a_script_gives_the_password_on_a_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The line's end is no part of it; spaces are."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f" {PASSWORD} \r\nnot this\n"))
    code, _, _ = run("staff", *ADDED, "--password-stdin", "-q")

    assert 0 == code
    assert opened(tmp_path).check("kim", f" {PASSWORD} ")


def test_accounts_are_listed(run: Run, types: list[str]) -> None:
    """For people and for programs, never with the way a password is kept."""
    none = run("staff", "list")
    types += [PASSWORD] * 4
    run("staff", *ADDED)
    run("staff", "add", "lee", "--role", "maintainer")
    run("staff", "disable", "lee")
    words, values = run("staff", "list")[1], run("staff", "list", "--json")[1]

    assert "no accounts. Add one with: python -m qa staff add" in none[1]
    assert [["kim", "reviewer"], ["lee", "maintainer"]] == [
        line.split()[:2] for line in words.splitlines()[1:]
    ]
    assert [("kim", False), ("lee", True)] == [
        (row["name"], row["disabled"]) for row in json.loads(values)
    ]
    assert "argon2" not in words + values


def test_an_account_is_ended_and_changed(run: Run, types: list[str], tmp_path: Path) -> None:
    """Disabled, enabled, given another password, removed."""
    types += [PASSWORD] * 2
    run("staff", *ADDED)
    assert "account kim disabled\n" == run("staff", "disable", "kim")[2]
    assert opened(tmp_path).check("kim", PASSWORD) is None
    assert "account kim enabled\n" == run("staff", "enable", "kim")[2]
    types += ["another four words"] * 2
    assert "password of kim changed\n" == run("staff", "password", "kim")[2]
    assert opened(tmp_path).check("kim", "another four words")
    assert "account kim removed\n" == run("staff", "remove", "kim")[2]
    assert [] == opened(tmp_path).listed()
    assert (1, "error: there is no account kim. List them with: python -m qa staff list\n") == (
        run("staff", "remove", "kim")[0],
        run("staff", "remove", "kim")[2],
    )


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["add"],
        ["add", "kim"],
        ["add", "--role", "reviewer"],
        ["add", "kim", "--role", "owner"],
        ["list", "kim"],
        ["remove", "kim", "--role", "reviewer"],
        ["disable", "kim", "--password-stdin"],
        ["unknown", "kim"],
    ],
)
def test_wrong_usage_ends_with_two(run: Run, argv: list[str]) -> None:
    """As for every other command."""
    with pytest.raises(SystemExit) as ended:
        run("staff", *argv)
    assert 2 == ended.value.code


def test_a_database_that_cannot_be_used_is_said_so(
    run: Run, types: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, exit code 1."""
    monkeypatch.setenv("QA_DATABASE", str(tmp_path / "not" / "there.sqlite"))
    types += [PASSWORD] * 2
    code, _, err = run("staff", *ADDED)

    assert 1 == code
    assert err.startswith("error: the database (QA_DATABASE) cannot be used")


def test_a_role_is_one_that_the_desk_knows(run: Run, types: list[str], tmp_path: Path) -> None:
    """What the command offers and what the desk asks for are the same two."""
    types += [PASSWORD] * 4
    for role in Role:
        assert 0 == run("staff", "add", f"a-{role}", "--role", str(role))[0]
    assert {"reviewer", "maintainer"} == {str(role) for role in Role}


def test_with_json_each_command_says_what_it_did(run: Run, types: list[str]) -> None:
    """On standard output, and nothing beside it."""
    types += [PASSWORD] * 4
    did = {
        "added": ADDED,
        "password changed": ("password", "kim"),
        "disabled": ("disable", "kim"),
        "enabled": ("enable", "kim"),
        "removed": ("remove", "kim"),
    }
    for done, argv in did.items():
        code, out, err = run("staff", *argv, "--json")

        assert (0, {"name": "kim", "done": done}, "") == (code, json.loads(out), err)
