"""Commands about what is kept of patients and about the accounts of the staff."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from qa.arguments.common import add_command
from qa.config import Settings

if TYPE_CHECKING:
    from qa.arguments.common import Group


def journal(group: Group) -> None:
    command = add_command(
        group,
        "journal",
        "show as counts what the journal keeps, or delete what has had its days",
        "journal show --json\njournal purge\njournal purge --all",
        _run_journal,
    )
    command.add_argument("action", choices=("show", "purge"))
    command.add_argument("--all", action="store_true", help="purge: whatever its age")


def _run_journal(settings: Settings, args: argparse.Namespace) -> int:
    from qa.journal import command

    if args.action == "show":
        return command.show(settings, as_json=args.json)
    return command.delete(settings, everything=args.all, as_json=args.json, quiet=args.quiet)


def staff(group: Group) -> None:
    command = add_command(
        group,
        "staff",
        "add, list and end the accounts of the staff desk",
        "staff add kim --role reviewer\nstaff list\nstaff password kim\nstaff disable kim",
        _run_staff,
    )
    command.add_argument("what", choices=("add", "list", "disable", "enable", "password", "remove"))
    command.add_argument("name", nargs="?", metavar="NAME", help="small letters, digits, . - _")
    command.add_argument(
        "--role",
        choices=("reviewer", "maintainer"),
        help="with add: who marks answers, or who also sets the status of articles",
    )
    command.add_argument(
        "--password-stdin", action="store_true", help="a line of standard input, nothing is asked"
    )
    command.set_defaults(usage_error=command.error)


def _run_staff(settings: Settings, args: argparse.Namespace) -> int:
    from qa.desk import command

    if (args.name is None) != (args.what == "list"):
        args.usage_error("give a NAME" if args.name is None else "list takes no NAME")
    if (args.role is None) == (args.what == "add"):
        args.usage_error("--role belongs to add, and add needs it")
    if args.password_stdin and args.what not in ("add", "password"):
        args.usage_error("--password-stdin belongs to add and password")
    if args.what == "list":
        return command.listing(settings, as_json=args.json)
    if args.what == "add":
        return command.add(
            settings,
            args.name,
            args.role,
            from_stdin=args.password_stdin,
            as_json=args.json,
            quiet=args.quiet,
        )
    if args.what == "password":
        return command.password(
            settings,
            args.name,
            from_stdin=args.password_stdin,
            as_json=args.json,
            quiet=args.quiet,
        )
    return command.change(settings, args.name, args.what, as_json=args.json, quiet=args.quiet)
