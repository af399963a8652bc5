"""How commands end when something goes wrong, and what they write on any terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qa import cli, commands
from qa.build import build
from qa.config import Settings
from tests.command_line import Run
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT

ROOT = Path(__file__).resolve().parents[1]
SECRET = "electroconvulsive something private"


@pytest.mark.parametrize("command", ["ask", "sources"])
def test_a_defect_ends_with_3_and_a_log_without_the_question(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """
    One line for the operator, the traceback in a log; a question is never written down.
    """

    def fail(*args: object, **kwargs: object) -> int:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(commands, command, fail)
    code, out, err = run(command, *([SECRET] if command == "ask" else []))
    log = (settings.index / cli.LOG).read_text("utf-8")

    assert (3, "") == (code, out)
    assert 1 == err.count("\n")
    assert cli.LOG in err
    assert "RuntimeError" in log
    assert "in fail" in log
    assert (command == "sources") is (SECRET in log)


def test_an_interrupt_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    ^C is no defect.
    """

    def interrupted(*args: object, **kwargs: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "sources", interrupted)
    assert 130 == run("sources")[0]


def test_a_setting_that_cannot_be_understood_ends_with_1(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The variable is named.
    """
    monkeypatch.setenv("QA_PORT", "many")
    code, _, err = run("sources")
    assert 1 == code
    assert "QA_PORT is 'many'" in err


def test_a_reader_that_stops_reading_is_no_error(settings: Settings) -> None:
    """
    `python -m qa sources | head -0` ends quietly.
    """
    command = [sys.executable, "-m", "qa", "sources", "--index", str(settings.index)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert b"" == process.stderr.read()
    process.stderr.close()
    assert 0 == process.wait()


def test_output_is_utf8_whatever_the_terminal_says(settings: Settings) -> None:
    """
    In the plainest environment an accent is still written as UTF-8.
    """
    path = settings.corpus / "ect.md"
    path.write_text(ECT.replace("Electroconvulsive therapy\npub", "Électrochocs\npub"), "utf-8")
    build(settings, WordLengthEncoder())
    result = subprocess.run(
        [sys.executable, "-m", "qa", "sources", "--index", str(settings.index)],
        cwd=ROOT,
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=True,
    )
    assert "Électrochocs" in result.stdout.decode("utf-8")
