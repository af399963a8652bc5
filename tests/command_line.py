"""Runs commands in this process as their users do: what they print and how they end."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import pytest

from qa.cli import main
from tests.encoders import WordLengthEncoder

Run = Callable[..., tuple[int, str, str]]


def runner(
    options: Sequence[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """`run(command, ...)`: the command with these options and the toy encoder.

    It gives code, output and errors. The settings of this machine do not count.
    """
    toy: Callable[..., WordLengthEncoder] = lambda *args: WordLengthEncoder()  # noqa: E731
    monkeypatch.setattr("qa.encoder.open_encoder", toy)
    monkeypatch.setattr("qa.engine.open_encoder", toy)
    monkeypatch.setattr("qa.cli._set_up_output", lambda quiet: None)
    for name in [name for name in os.environ if name.startswith("QA_")]:
        monkeypatch.delenv(name)

    def run(*argv: str) -> tuple[int, str, str]:
        command, *rest = argv
        capsys.readouterr()
        code = main([command, *options, *rest])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
