"""`python -m qa eval` over the small corpus: reports, verdict and exit code, as users meet it."""

from __future__ import annotations

import errno
import json
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from qa.evaluate.expected import NAME
from qa.evaluate.questions import half
from tests.command_line import Run, runner
from tests.small_corpus import QUESTION, built_settings

COURSE = "A course of electroconvulsive therapy has about nine sessions."
WEEKS = "Magnetic stimulation is given five days a week for six weeks."
FILES = {"report.json", "report.md", "run.trec", "risk_coverage.png", "reliability.png"}


def an_id(letter: str, split: str, nth: int = 0) -> str:
    """The nth id of that half."""
    return [f"{letter}{n}" for n in range(99) if half(f"{letter}{n}") == split][nth]


def golden(split: str) -> dict[str, list[dict[str, Any]]]:
    """One question in each list, all in one half."""
    course = [{"source": "ect.md", "text": COURSE}]
    weeks = [{"source": "tms.md", "text": WEEKS}]
    first = an_id("a", split)
    return {
        "answerable": [
            {
                "id": first,
                "question": QUESTION,
                "register": "plain",
                "pattern": "nine",
                "answers": course,
            }
        ],
        "near_miss": [{"id": an_id("n", split), "question": "What does stimulation cost?"}],
        "off_topic": [{"id": an_id("o", split), "question": "Who won the football?"}],
        "misspelt": [
            {
                "id": an_id("m", split),
                "clean_id": first,
                "question": "how many sesions has a course of electroconvulsive therapy",
                "kind": "misspelt",
            }
        ],
        "follow_up": [
            {
                "id": an_id("f", split),
                "question": "How many weeks?",
                "whole": "For how many weeks is magnetic stimulation given?",
                "history": [{"role": "user", "content": "What is magnetic stimulation?"}],
                "changes_topic": False,
                "pattern": "six",
                "answers": weeks,
            }
        ],
        "differing": [
            {
                "id": an_id("d", split),
                "question": QUESTION,
                "pattern": "nine",
                "answers": course,
                "sides": [{**course[0], "says": "nine"}],
            }
        ],
    }


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """One question a list in each half."""
    folder = tmp_path / "golden"
    folder.mkdir()
    for split in ("tune", "report"):
        for name, items in golden(split).items():
            with (folder / f"{name}.jsonl").open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(item) + "\n" for item in items)
    return folder


@pytest.fixture
def run(
    tmp_path: Path,
    questions: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Evaluates the small corpus with the toy encoder and no reader; code, output, errors."""
    settings = built_settings(tmp_path)
    folders = ["--index", str(settings.index), "--out", str(tmp_path / "out")]
    run = runner([*folders, "--questions", str(questions)], monkeypatch, capsys)
    monkeypatch.setenv("QA_READER", "off")
    return partial(run, "eval")


def test_the_report_half_is_asked_and_everything_is_written(run: Run, tmp_path: Path) -> None:
    """
    Six questions, one a list; table on standard output, progress and notes elsewhere.
    """
    code, out, err = run()
    assert 0 == code
    assert out.startswith("Asked (report): 1 answerable, 1 near miss, 1 off topic, 1 misspelt")
    assert "Of 100 questions on the subject that the articles do not answer, it answers" in out
    assert "Not compared: there is no " in out
    assert "Asking questions: 6" in err

    there = {path.name for path in (tmp_path / "out").iterdir()}
    assert {*FILES, "support.png"} == there
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert [an_id(letter, "report") for letter in "anomfd"] == [r["id"] for r in report["rows"]]
    by_measure = {(s["section"], s["measure"]): s for s in report["scores"]}
    assert (1, 1) == tuple(
        by_measure["evidence", "first sentence answers"][key] for key in ("hits", "of")
    )
    fidelity = by_measure["fidelity", "quotes equal to their source"]
    assert fidelity["hits"] == fidelity["of"] > 0
    assert 1.0 == by_measure["retrieval", "RR"]["value"]
    assert 1.0 == report["rows"][0]["retrieval"]["RR"]
    page = (tmp_path / "out" / "report.md").read_text("utf-8")
    assert "| evidence | first sentence answers | 1.000 | 0.025 to 1.000 | 1/1 |" in page
    line = (tmp_path / "out" / "run.trec").read_text("utf-8").splitlines()[0]
    assert [an_id("a", "report"), "Q0", "1"] == [line.split()[i] for i in (0, 1, 3)]


def test_json_is_the_report(run: Run, tmp_path: Path) -> None:
    """
    What is on standard output is what is in the file; quiet, nothing else is said.
    """
    code, out, err = run("--json", "-q")
    assert (0, "") == (code, err)
    assert json.loads(out) == json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))


def test_nothing_dropped_then_something_did(run: Run, questions: Path) -> None:
    """
    Accepted figures pass; expecting more fails and names the measure and nothing else.
    """
    code, out, _ = run("--write-expected")
    path = questions / NAME
    assert 0 == code
    assert "nothing dropped" in out
    assert "nothing dropped" in run()[1]
    assert 0 == run()[0]

    measure = 'measure = "evidence: first sentence answers"\nvalue = 1.0'
    raised = path.read_text("utf-8").replace(measure, measure.replace("1.0", "2.5"))
    assert raised != path.read_text("utf-8")
    path.write_text(raised, "utf-8")
    code, out, err = run()
    assert 1 == code
    assert "1 dropped" in out
    assert ["dropped: evidence: first sentence answers (report): 1.0000, expected 2.5000"] == [
        line.partition(" within")[0] for line in err.splitlines() if line.startswith("dropped")
    ]
    assert 1 == len(json.loads(run("--json")[1])["drops"])


def test_another_split_is_not_compared(run: Run) -> None:
    """
    Figures of the one half say nothing of the other.
    """
    run("--write-expected")
    code, out, _ = run("--split", "tune")
    assert 0 == code
    assert "Not compared: " in out
    assert "says nothing of the split 'tune'" in out


def test_an_index_of_other_articles_is_not_compared(run: Run, questions: Path) -> None:
    """
    Questions about an article that the index does not hold measure nothing of the product.
    """
    run("--write-expected")
    path = questions / "answerable.jsonl"
    path.write_text(path.read_text("utf-8").replace('"ect.md"', '"gone.md"'), "utf-8")
    code, out, _ = run()
    assert 0 == code
    assert "the index does not hold gone.md" in out
    assert "1 questions have no listed answer in this index" in out
    code, _, err = run("--write-expected")
    assert 1 == code
    assert "the index does not hold gone.md" in err


def test_errors_are_those_of_the_tune_half(run: Run, questions: Path) -> None:
    """
    Each with what came first; the other half is never shown.
    """
    path = questions / "answerable.jsonl"
    path.write_text(path.read_text("utf-8").replace("about nine", "about ten"), "utf-8")
    _, out, _ = run("--split", "tune", "--errors")
    assert f"[answerable {an_id('a', 'tune')}] {QUESTION}" in out
    assert an_id("a", "report") not in [word.strip("[]") for word in out.split()]


def test_a_split_and_a_list_may_be_empty(run: Run, questions: Path) -> None:
    """
    One answerable question of the other half is all there is.
    """
    for path in questions.iterdir():
        if path.name != "answerable.jsonl":
            path.unlink()
    path = questions / "answerable.jsonl"
    path.write_text(json.dumps(golden("tune")["answerable"][0]) + "\n", "utf-8")

    code, out, _ = run()
    assert 0 == code
    assert "Asked (report): no question." in out
    assert 0 == run("--split", "tune")[0]


def test_a_silent_product_is_measured_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With a minimum nobody reaches nothing is answered, and nothing is divided by zero.
    """
    monkeypatch.setenv("QA_MINIMUM_SUPPORT", "1")
    code, out, _ = run("--json")
    scores = {(s["section"], s["measure"]): s for s in json.loads(out)["scores"]}
    assert 0 == code
    assert 0.0 == scores["evidence", "answered at all"]["value"]
    assert 0.0 == scores["abstention", "near misses answered"]["value"]
    assert scores["evidence", "words of the lead quote"]["value"] is None


def test_what_the_operator_can_mend_is_named(run: Run, questions: Path, tmp_path: Path) -> None:
    """
    A bad line, a folder that is a file, no questions at all: exit code 1.
    """
    code, _, err = run("--out", str(questions / "answerable.jsonl"))
    assert 1 == code
    assert "--out" in err
    code, _, err = run("--questions", str(tmp_path / "none"))
    assert 1 == code
    assert "no golden questions" in err
    (questions / "near_miss.jsonl").write_text("{}\n")
    code, _, err = run()
    assert 1 == code
    assert "near_miss.jsonl, line 1" in err


@pytest.mark.parametrize("option", ["--out", "--questions"])
def test_a_folder_that_cannot_be_written_is_named_before_a_question_is_asked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """
    Minutes of asking are not lost to a folder for reading only; the option that mends it is named.
    """
    refused = {"--out": tmp_path / "out", "--questions": tmp_path / "golden"}[option]
    writable = tempfile.TemporaryFile

    def refuse(*, dir: Path) -> object:
        if dir == refused:
            raise PermissionError(errno.EACCES, "Permission denied")
        return writable(dir=dir)

    monkeypatch.setattr("qa.evaluate.golden.tempfile.TemporaryFile", refuse)
    monkeypatch.setattr("qa.engine.Engine.open", lambda *_: pytest.fail("an engine was opened"))
    code, out, err = run("--write-expected")

    assert (1, "") == (code, out)
    assert f"nothing can be written into {refused}/ (Permission denied)" in err
    assert f"Name another folder with {option}." in err
