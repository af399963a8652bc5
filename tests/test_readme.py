"""The README's commands and code do what it says."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from qa.config import Settings
from tests.small_corpus import write_corpus

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = (
    '{"id": "one", "question": "Does TMS hurt?", "answers": [], "by": "a", "at": "2026-01-01"}\n'
)
README = (ROOT / "README.md").read_text("utf-8")


def block(heading: str, language: str) -> str:
    """The first block of code below a heading."""
    found = re.search(rf"^## {heading}$.*?^```{language}\n(.*?)^```$", README, re.M | re.S)
    assert found is not None, heading
    return found[1]


def run(command: list[str], folder: Path) -> str:
    ended = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert 0 == ended.returncode, ended.stderr
    return ended.stdout


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_every_setting_has_a_row() -> None:
    """A setting that nobody can find is none."""
    named = set(re.findall(r"`QA_([A-Z_]+)`", README))

    assert [] == [f.name for f in fields(Settings) if f.name.upper() not in named]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three short articles and their index."""
    folder = tmp_path_factory.mktemp("readme")
    write_corpus(folder / "corpus")
    run([sys.executable, "-m", "qa", "build", "-q"], folder)
    return folder


@pytest.mark.slow
def test_the_library_is_used_as_it_says(built: Path) -> None:
    """The code runs and prints quotes with their source and place."""
    code = block("Use it as a library", "python")
    code = code.replace("Does TMS hurt?", "How many weeks is magnetic stimulation given?")
    (first, *_) = run([sys.executable, "-c", code], built).splitlines()

    said = "Magnetic stimulation is given five days a week for six weeks."
    start = len("Magnetic stimulation\n\n")
    assert f"{said} tms.md {start} {start + len(said)}" == first


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the lines are for a Unix shell")
def test_what_was_backed_up_is_there_after_the_restore(built: Path, tmp_path: Path) -> None:
    """Articles, a row, a golden question and a status, in an empty folder; the index is built."""
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(built, first)
    second.mkdir()
    (first / "data").mkdir()
    with contextlib.closing(sqlite3.connect(first / "data" / "wellsourced.sqlite")) as database:
        database.execute("CREATE TABLE kept (word)")
        database.execute("INSERT INTO kept VALUES ('row')")
        database.commit()
    (first / "golden.jsonl").write_text(GOLDEN)
    status = ["status", "ect.md", "withdrawn", "--why", "a test"]
    run([sys.executable, "-m", "qa", *status], first)
    lines = block("Operate it", "bash").replace(".venv/bin/python", sys.executable)
    copy, pack, restore = lines.splitlines()

    run(["bash", "-c", f"set -e\n{copy}\n{pack}"], first)
    shutil.copy(first / "backup.tgz", second)
    run(["bash", "-c", restore], second)
    listed = json.loads(run([sys.executable, "-m", "qa", "sources", "--json"], second))
    with contextlib.closing(sqlite3.connect(second / "data" / "wellsourced.sqlite")) as database:
        rows = database.execute("SELECT word FROM kept").fetchall()

    assert {"ect.md": "withdrawn", "tms.md": "current", "more/ketamine.txt": "current"} == {
        row["source"]: row["status"] for row in listed
    }
    assert [("row",)] == rows
    assert GOLDEN == (second / "golden.jsonl").read_text()
