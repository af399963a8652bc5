"""The command line as its users meet it: output, exit codes, help."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from qa import cli, commands
from qa.build import build
from qa.cli import main, parser
from qa.config import Settings
from qa.snapshot import current_id, snapshot_ids
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, QUESTION, built_settings

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    "build",
    "ask",
    "search",
    "sources",
    "check",
    "snapshots",
    "use",
    "prune",
    "verify",
    "eval",
)
SECRET = "electroconvulsive something private"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small corpus, built with the toy encoder."""
    return built_settings(tmp_path)


@pytest.fixture
def run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command over the small corpus with the toy encoder; code, output, errors."""
    toy: Callable[..., WordLengthEncoder] = lambda *args: WordLengthEncoder()  # noqa: E731
    monkeypatch.setattr("qa.encoder.open_encoder", toy)
    monkeypatch.setattr("qa.engine.open_encoder", toy)
    monkeypatch.setattr("qa.cli._set_up_output", lambda quiet: None)
    for name in [name for name in os.environ if name.startswith("QA_")]:
        monkeypatch.delenv(name)

    def run(*argv: str) -> tuple[int, str, str]:
        command, *rest = argv
        folders = ["--corpus", str(settings.corpus), "--index", str(settings.index)]
        capsys.readouterr()
        code = main([command, *folders, *rest])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def edition(settings: Settings, number: int) -> str:
    text = ECT.replace("nine", f"nine ({number})")
    (settings.corpus / "ect.md").write_text(text, "utf-8")
    return build(settings, WordLengthEncoder()).snapshot_id


# ---------------------------------------------------------------- help and usage


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
    import shlex

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


# ---------------------------------------------------------------- build


def test_build_says_what_changed_and_what_is_live(run: Run, settings: Settings) -> None:
    """
    For people, on standard error.
    """
    (settings.corpus / "new.md").write_text("# New\n\nA new article has one sentence.\n")
    (settings.corpus / "bad.md").write_text("")
    code, out, err = run("build")

    assert (0, "") == (code, out)
    assert "added     new.md\n" in err
    assert "refused   bad.md: " in err
    assert "1 added, 0 changed, 0 removed, 3 unchanged, 1 refused" in err
    assert f"snapshot {current_id(settings.index)} is live" in err


def test_build_json_is_the_report(run: Run, settings: Settings) -> None:
    """
    For machines, on standard output.
    """
    code, out, _ = run("build", "--json", "--no-publish", "--clean")
    report = json.loads(out)

    assert (0, False, 3, 3) == (
        code,
        report["published"],
        report["documents"],
        report["sources_read"],
    )


def test_a_quiet_build_says_nothing(run: Run) -> None:
    """
    Only errors are worth a mail from the night's build.
    """
    assert (0, "", "") == run("build", "-q")


def test_a_build_that_can_read_nothing_ends_with_1(run: Run, settings: Settings) -> None:
    """
    The old snapshot stays live; each file is named with its reason.
    """
    live = current_id(settings.index)
    for path in settings.corpus.rglob("*.*"):
        path.write_text("")
    code, out, err = run("build", "--json")

    assert (1, "") == (code, out)
    assert "error: nothing in " in err
    assert "tms.md: " in err
    assert live == current_id(settings.index)


def test_a_missing_corpus_ends_with_1(run: Run, tmp_path: Path) -> None:
    """
    Before the encoder is opened.
    """
    code, _, err = run("build", "--corpus", str(tmp_path / "nowhere"))

    assert 1 == code
    assert "there is no corpus folder" in err


# ---------------------------------------------------------------- ask


def test_ask_json_is_the_answer_object(run: Run) -> None:
    """
    Exactly the keys of the interface, in its order.
    """
    code, out, _ = run("ask", "--json", QUESTION)
    value = json.loads(out)

    assert 0 == code
    assert [
        "id",
        "question",
        "standalone",
        "status",
        "reason",
        "missing",
        "support",
        "quotes",
        "related",
        "differences",
        "notices",
        "crisis",
        "asks_back",
        "choices",
        "changes",
        "snapshot",
    ] == list(value)
    assert ("q1", QUESTION) == (value["id"], value["question"])


def test_ask_for_people_is_plain_text(run: Run) -> None:
    """
    Words may come as one argument or several.
    """
    one = run("ask", QUESTION)
    several = run("ask", *QUESTION.split())

    assert 0 == one[0]
    assert one[1].strip()
    assert not one[1].startswith("{")
    assert one == several


def test_ask_takes_the_conversation_so_far(run: Run, tmp_path: Path) -> None:
    """
    A history that is not one is an error of the operator.
    """
    path = tmp_path / "history.json"
    path.write_text(json.dumps([{"role": "user", "content": "What is magnetic stimulation?"}]))
    code, out, _ = run("ask", "--json", "--history", str(path), "How often is it given?")
    assert 0 == code
    assert "magnetic" in json.loads(out)["standalone"].lower()

    path.write_text("{}")
    code, _, err = run("ask", "--history", str(path), "How often?")
    assert 1 == code
    assert "history.json" in err


def test_a_batch_gives_an_object_for_every_line(run: Run, tmp_path: Path) -> None:
    """
    Same ids, same order, one bad line; the command itself succeeded.
    """
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"id": "a", "question": "{QUESTION}"}}\nbad\n{{"id": 3, "question": "x"}}\n')
    code, out, err = run("ask", "--batch", str(path))
    values = [json.loads(line) for line in out.splitlines()]

    assert 0 == code
    assert ["a", None, 3] == [value["id"] for value in values]
    assert ["error" in value for value in values] == [False, True, False]
    assert "1 line(s)" in err


def test_a_batch_comes_from_standard_input_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    `-` is standard input.
    """
    stdin = io.TextIOWrapper(io.BytesIO(b'{"id": "a", "question": "What is ketamine?"}\n'))
    monkeypatch.setattr(sys, "stdin", stdin)
    code, out, _ = run("ask", "--batch", "-")

    assert (0, "a") == (code, json.loads(out)["id"])


def test_a_batch_that_is_not_there_ends_with_1(run: Run) -> None:
    """
    Named before the index is opened.
    """
    code, _, err = run("ask", "--batch", "nowhere.jsonl")
    assert 1 == code
    assert "nowhere.jsonl cannot be read" in err


def test_without_an_index_the_way_to_one_is_told(run: Run, tmp_path: Path) -> None:
    """
    Exit code 1: the operator can mend it.
    """
    for command in (["ask", QUESTION], ["search", "x"], ["sources"], ["check"]):
        code, out, err = run(*command, "--index", str(tmp_path / "none"))
        assert (1, "") == (code, out)
        assert "Build one with: python -m qa build" in err


# ---------------------------------------------------------------- search


def test_search_shows_each_stages_score(run: Run) -> None:
    """
    Rank, fused score, and what the dense and the lexical ranking said.
    """
    code, out, _ = run("search", "magnetic stimulation", "-k", "2", "--json")
    first, second = json.loads(out)

    assert 0 == code
    assert ("tms.md", 1, 2) == (first["document"]["source"], first["rank"], second["rank"])
    assert {"rank", "score"} == set(first["dense"])
    assert 1 == first["lexical"]["rank"]
    assert "Magnetic stimulation is given" in first["text"]
    assert "tms.md" in run("search", "magnetic stimulation")[1]


def test_search_writes_a_trec_run(run: Run, tmp_path: Path) -> None:
    """
    Six columns a line, documents once, a run at either level.
    """
    queries, out = tmp_path / "queries.jsonl", tmp_path / "out.trec"
    queries.write_text('{"id": "a", "question": "magnetic"}\n{"id": "b", "question": "ketamine"}\n')
    flags = ["--queries", str(queries), "--run", str(out), "-k", "2"]

    assert 0 == run("search", *flags)[0]
    rows = [line.split(" ") for line in out.read_text().splitlines()]
    assert ["a", "a", "b", "b"] == [row[0] for row in rows]
    assert ["tms.md", "more/ketamine.txt"] == [row[2] for row in rows if row[3] == "1"]
    assert {6} == {len(row) for row in rows}

    _, passages, _ = run("search", *flags[:3], "-", "--level", "passage")
    assert all(re.fullmatch("[0-9a-f]{16}", line.split()[2]) for line in passages.splitlines())


def test_a_run_that_cannot_be_written_ends_with_1(run: Run, tmp_path: Path) -> None:
    """
    The path is named.
    """
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": "a", "question": "magnetic"}\n')
    out = tmp_path / "nowhere" / "out.trec"
    code, _, err = run("search", "--queries", str(queries), "--run", str(out))

    assert 1 == code
    assert "out.trec cannot be written" in err


# ---------------------------------------------------------------- the rest


def test_sources_lists_the_articles(run: Run) -> None:
    """
    Status, dates and passages; overdue reviews are marked.
    """
    code, out, _ = run("sources", "--json")
    rows = {row["source"]: row for row in json.loads(out)}

    assert 0 == code
    assert ["ect.md", "more/ketamine.txt", "tms.md"] == list(rows)
    assert rows["ect.md"]["overdue"]
    assert not rows["tms.md"]["overdue"]
    assert "2025-03-01 OVERDUE" in run("sources")[1]


def test_check_ends_with_1_on_errors_only(run: Run, settings: Settings) -> None:
    """
    The overdue article is a warning; a damaged file is an error.
    """
    code, out, _ = run("check")
    assert 0 == code
    assert "0 errors, 1 warnings" in out

    path = settings.index / str(current_id(settings.index)) / "tokens.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    code, out, _ = run("check", "--json")
    assert 1 == code
    assert "damaged" == json.loads(out)[0]["kind"]


def test_snapshots_use_and_prune(run: Run, settings: Settings) -> None:
    """
    List, go back by a prefix, delete the rest.
    """
    old = str(current_id(settings.index))
    new = edition(settings, 1)
    listed = json.loads(run("snapshots", "--json")[1])
    assert [(new, True), (old, False)] == [(row["id"], row["live"]) for row in listed]
    assert "live" in run("snapshots")[1]

    assert 0 == run("use", old[:6])[0]
    assert old == current_id(settings.index)

    code, out, _ = run("prune", "--keep", "0", "--json")
    assert (0, {"deleted": [new]}) == (code, json.loads(out))
    assert [old] == snapshot_ids(settings.index)
    cache = settings.index / ".cache" / "uses"
    assert [f"{old}.json"] == [path.name for path in cache.iterdir()]


def test_using_what_is_not_there_ends_with_1(run: Run, settings: Settings) -> None:
    """
    What there is is listed.
    """
    code, _, err = run("use", "ffff")
    assert 1 == code
    assert str(current_id(settings.index)) in err


def test_verify_ends_with_1_unless_all_is_proved(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    """
    An answer of today is proved; after an edit of its source it is not.
    """
    receipt = tmp_path / "answer.json"
    receipt.write_text(run("ask", "--json", QUESTION)[1], "utf-8")
    code, out, _ = run("verify", str(receipt))
    assert 0 == code
    assert "proved: stands word for word in ect.md" in out

    (settings.corpus / "ect.md").write_text(ECT.replace("nine", "ten"), "utf-8")
    code, out, _ = run("verify", str(receipt), "--json")
    assert 1 == code
    assert "source_changed" in [quote["verdict"] for quote in json.loads(out)["quotes"]]


# ---------------------------------------------------------------- errors


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
