"""check, diff and the gate of build, as maintainers meet them on the command line."""

from __future__ import annotations

import json

import pytest

from qa.build import build
from qa.config import Settings
from qa.golden import GoldenQuestion, Listed, append_golden
from qa.snapshot import current_id
from tests.command_line import Run, runner
from tests.dom import read
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, QUESTION

NINE = "A course of electroconvulsive therapy has about nine sessions."
TWELVE = ECT.replace("nine", "twelve")


@pytest.fixture
def run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command over the small corpus with one golden question; code, output, errors."""
    folders = ("--corpus", str(settings.corpus), "--index", str(settings.index))
    prepared = runner(folders, monkeypatch, capsys)
    golden = settings.corpus.parent / "golden.jsonl"
    append_golden(golden, GoldenQuestion("g1", QUESTION, (Listed("ect.md", NINE),)))
    monkeypatch.setattr("qa.diff.open_encoder", lambda *args: WordLengthEncoder())
    for name, value in (("GOLDEN", str(golden)), ("READER", "off"), ("MINIMUM_SUPPORT", "0")):
        monkeypatch.setenv(f"QA_{name}", value)
    return prepared


def test_a_worse_build_ends_with_1_and_says_how_to_go_on(run: Run, settings: Settings) -> None:
    """
    What it says can be typed: look at it, publish it by its id, or build it so.
    """
    live = str(current_id(settings.index))
    (settings.corpus / "ect.md").write_text(TWELVE, "utf-8")
    code, _, err = run("build", "-q")
    fresh = err.partition("qa use ")[2].split()[0]

    assert (1, live) == (code, current_id(settings.index))
    assert 0 == run("use", fresh)[0]
    assert fresh == current_id(settings.index)


def test_publish_anyway(run: Run, settings: Settings) -> None:
    """
    Nothing is asked.
    """
    (settings.corpus / "ect.md").write_text(TWELVE, "utf-8")
    code, out, _ = run("build", "--publish-anyway", "--json")
    report = json.loads(out)

    assert (0, True, None) == (code, report["published"], report["gate"])
    assert report["snapshot_id"] == current_id(settings.index)


def test_the_report_of_a_stopped_build_names_the_questions(run: Run, settings: Settings) -> None:
    """
    For machines, on standard output.
    """
    (settings.corpus / "ect.md").write_text(TWELVE, "utf-8")
    code, out, _ = run("build", "--json")
    report = json.loads(out)

    assert (1, False) == (code, report["published"])
    assert (False, 1, ["g1"]) == tuple(report["gate"][k] for k in ("passed", "questions", "lost"))


def test_the_gate_can_be_switched_off(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    QA_GATE=off.
    """
    monkeypatch.setenv("QA_GATE", "off")
    (settings.corpus / "ect.md").write_text(TWELVE, "utf-8")
    assert 0 == run("build", "-q")[0]


def test_diff_shows_both_answers_in_every_form(run: Run, settings: Settings) -> None:
    """
    Text and JSON on standard output, the page in a file; that answers changed is no failure.
    """
    (settings.corpus / "ect.md").write_text(TWELVE, "utf-8")
    build(settings, WordLengthEncoder(), publish=False)
    page = settings.corpus.parent / "diff.html"

    code, text, _ = run("diff", "--html", str(page))
    value = json.loads(run("diff", "--json")[1])
    shown = read(page.read_text("utf-8").partition("\n")[2]).text

    assert 0 == code
    assert ("worse", "lost") == (value["rows"][0]["change"], value["rows"][0]["effect"])
    for words in ("nine sessions", "twelve sessions"):
        assert words in " ".join(text.split())
        assert words in shown


def test_diff_without_golden_questions_says_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The setting is named.
    """
    monkeypatch.setenv("QA_GOLDEN", "nowhere.jsonl")
    code, _, err = run("diff")
    assert (1, True) == (code, "no golden questions in nowhere.jsonl" in err)


@pytest.mark.parametrize(("level", "expected"), [("error", 0), ("warning", 1), ("note", 1)])
def test_check_fails_on_what_it_is_told_to(run: Run, level: str, expected: int) -> None:
    """
    The small corpus has one overdue article: a warning.
    """
    assert expected == run("check", "--fail-on", level)[0]


def test_check_writes_a_page_and_looks_for_passages(run: Run, settings: Settings) -> None:
    """
    The page holds what the text says; every passage of the small corpus is found.
    """
    page = settings.corpus.parent / "check.html"
    code, out, err = run("check", "--search", "--html", str(page))
    shown = read(page.read_text("utf-8").partition("\n")[2]).text

    assert (0, True) == (code, "Searching for each passage: 4" in err)
    assert "its review was due on 2025-03-01" in out
    assert "its review was due on 2025-03-01" in shown
    assert "unfound" not in out
