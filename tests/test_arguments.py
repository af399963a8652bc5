"""Help and wrong usage of every command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

import pytest

from qa.arguments import parser
from qa.cli import main

COMMANDS = (
    "build",
    "ask",
    "search",
    "sources",
    "status",
    "watch",
    "check",
    "diff",
    "snapshots",
    "use",
    "prune",
    "verify",
    "eval",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_shows_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The epilog holds a line that can be typed as it stands.
    """
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert 0 == ended.value.code
    assert re.search(rf"example:\n  python -m qa {command}\b", capsys.readouterr().out)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_is_understood(command: str) -> None:
    """
    What the help shows is what the parser takes.
    """
    (choices,) = [a.choices for a in parser()._actions if isinstance(a.choices, dict)]
    example = str(choices[command].epilog).removeprefix("example:\n")
    shown = [part for part in re.split(r" [>|] |\n", example) if "python -m qa " in part]
    typed = [shlex.split(part.strip().removeprefix("python -m qa ")) for part in shown]
    assert command in [parser().parse_args(argv).command for argv in typed]


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["nonsense"],
        ["ask"],
        ["ask", "a", "--batch", "b"],
        ["search"],
        ["search", "a", "--queries", "b", "--run", "c"],
        ["search", "--queries", "b"],
        ["search", "a", "-k", "0"],
        ["search", "a", "-k", "many"],
        ["search", "--queries", "b", "--run", "c", "--level", "word"],
        ["use"],
        ["prune", "--keep", "-1"],
        ["verify"],
        ["eval", "--split", "other"],
        ["eval", "--errors"],
        ["eval", "--errors", "--split", "report"],
        ["eval", "--errors", "--split", "all"],
        ["eval", "--errors", "--split", "tune", "--json"],
        ["eval", "--beir", "a", "--split", "tune"],
        ["eval", "--beir", "a", "--corpus", "b"],
        ["build", "--sideways"],
    ],
)
def test_wrong_usage_ends_with_2(argv: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    """
    The usage goes to standard error, nothing to standard output.
    """
    with pytest.raises(SystemExit) as ended:
        main(argv)
    said = capsys.readouterr()

    assert 2 == ended.value.code
    assert "" == said.out
    assert "usage: python -m qa" in said.err
