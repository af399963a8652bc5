"""What every command line of the program has: the four options that all take, and an example."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from qa.config import Settings

Handler = Callable[[Settings, argparse.Namespace], int]

if TYPE_CHECKING:
    Group = argparse._SubParsersAction[argparse.ArgumentParser]


def add_command(
    group: Group,
    name: str,
    what: str,
    example: str,
    handler: Handler,
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog="example:\n" + "".join(f"  python -m qa {line}\n" for line in example.split("\n")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(handler=handler, command=name)
    command.add_argument("--corpus", metavar="DIR", help="the folder of articles (corpus)")
    command.add_argument("--index", metavar="DIR", help="the folder of snapshots (index)")
    command.add_argument("--json", action="store_true", help="for machines, on standard output")
    command.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    return command


def at_least_one(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, not {value}")
    return number


def not_negative(value: str) -> int:
    number = int(value)
    if number < 0:
        raise argparse.ArgumentTypeError(f"must not be negative, not {value}")
    return number
