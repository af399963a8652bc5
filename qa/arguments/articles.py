"""Commands on the articles: what there is, what holds, what is wrong, what changes."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from qa import commands
from qa.arguments.common import add_command
from qa.config import Settings
from qa.records import STATUSES

if TYPE_CHECKING:
    from qa.arguments.common import Group


def sources(group: Group) -> None:
    add_command(
        group,
        "sources",
        "list the articles with status, dates, passages and overdue reviews",
        "sources",
        lambda settings, args: commands.sources(settings, date.today(), as_json=args.json),
    )


def status(group: Group) -> None:
    command = add_command(
        group,
        "status",
        "set an article current, superseded or withdrawn; it holds from the next answer",
        'status ect.md withdrawn --why "Section on memory is wrong"\n'
        'status ect.md current --why "Corrected and reviewed" --by "R. Meyer"',
        lambda settings, args: commands.status(
            settings,
            args.source,
            args.status,
            why=args.why,
            by=args.by,
            as_json=args.json,
            quiet=args.quiet,
        ),
    )
    command.add_argument(
        "source", metavar="SOURCE", help="as `sources` lists it; FILE.jsonl#ID for one line of it"
    )
    command.add_argument("status", choices=STATUSES)
    command.add_argument("--why", required=True, metavar="TEXT", help="the reason, for colleagues")
    command.add_argument("--by", metavar="NAME", help="who sets it (the name of your account here)")


def check(group: Group) -> None:
    command = add_command(
        group,
        "check",
        "look for problems in the articles and damage in the index",
        "check\ncheck --search --html check.html\ncheck --json --fail-on warning",
        _run_check,
    )
    command.add_argument(
        "--fail-on",
        choices=("error", "warning", "note"),
        default="error",
        help="the mildest finding that ends the command with 1 (error)",
    )
    command.add_argument(
        "--search", action="store_true", help="also name passages that no question finds (slower)"
    )
    command.add_argument("--html", type=Path, metavar="OUT", help="write a page to look at, too")


def _run_check(settings: Settings, args: argparse.Namespace) -> int:
    from qa.check import command

    return command.check_index(
        settings,
        date.today(),
        fail_on=args.fail_on,
        searching=args.search,
        page=args.html,
        as_json=args.json,
        quiet=args.quiet,
    )


def diff(group: Group) -> None:
    command = add_command(
        group,
        "diff",
        "show which answers to the golden questions change between two snapshots",
        "diff\ndiff 3f9a 81c0 --html changes.html",
        _run_diff,
    )
    command.add_argument(
        "before", nargs="?", metavar="A", help="an id or its beginning (the live one)"
    )
    command.add_argument("after", nargs="?", metavar="B", help="another (the newest that is not A)")
    command.add_argument("--html", type=Path, metavar="OUT", help="write a page to look at, too")


def _run_diff(settings: Settings, args: argparse.Namespace) -> int:
    from qa import diff_command

    return diff_command.diff(
        settings,
        args.before,
        args.after,
        page=args.html,
        as_json=args.json,
        quiet=args.quiet,
    )
