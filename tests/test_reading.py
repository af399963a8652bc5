"""Readers in child processes: whatever one file does, the others are read."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from qa import reading
from qa.corpus import Refusal, Source, read_manifest
from qa.errors import QAError
from qa.reading import read_sources
from tests.small_corpus import write_corpus

BAD_READER = '''
"""A reader that misbehaves as the file says."""
import os, time
from qa.records import Document, Metadata

def read_source(path, root, max_mb):
    word = path.read_text().strip()
    if word == "hang":
        time.sleep(600)
    if word == "crash":
        os.abort()
    if word == "exit":
        os._exit(7)
    if word == "hungry":
        bytearray(16 << 30)
    if word == "fail":
        raise RuntimeError("secret words")
    if word == "noisy":
        print("noise")
        os.write(2, b"noise")
    if word == "change":
        path.write_text("changed")
    text = "\\ud800" if word == "surrogate" else word
    return [Document("0" * 16, path.name, text, Metadata("t"))]
'''


@pytest.fixture
def misbehaving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus folder whose reader, in the children only, does what each file says."""
    library = tmp_path / "library"
    library.mkdir()
    (library / "bad_reader.py").write_text(BAD_READER)
    (library / "sitecustomize.py").write_text(
        "import sys, bad_reader\nsys.modules['qa.readers'] = bad_reader\n"
    )
    root = str(Path(__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(library), root]))
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    return corpus


def outcomes(corpus: Path, seconds: float = 30) -> dict[str, object]:
    sources = read_manifest(corpus).sources
    results = read_sources(corpus, sources, seconds, 64)
    return {s.source: o for s, o in zip(sources, results, strict=True)}


def test_articles_are_read_in_order(tmp_path: Path) -> None:
    """
    One outcome a source, in the order of the sources, each the reader's own documents.
    """
    corpus = write_corpus(tmp_path)
    results = list(read_sources(corpus, read_manifest(corpus).sources, 60, 64))

    titles = [[d.metadata.title for d in o] for o in results if not isinstance(o, Refusal)]
    assert [["Electroconvulsive therapy"], ["Ketamine"], ["Magnetic stimulation"]] == titles


def test_an_unknown_kind_is_refused_with_advice(tmp_path: Path) -> None:
    """
    The reader's reason and advice arrive whole from the child.
    """
    (tmp_path / "a.xyz").write_text("x")
    (refusal,) = read_sources(tmp_path, read_manifest(tmp_path).sources, 60, 64)

    assert isinstance(refusal, Refusal)
    assert "a.xyz" == refusal.source
    assert ".xyz" in refusal.reason
    assert ".pdf" in refusal.advice


def test_nothing_to_read_starts_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    An unchanged corpus costs no process.
    """
    monkeypatch.setattr(reading.subprocess, "Popen", None)

    assert [] == list(read_sources(Path(), [], 60, 64))


@pytest.mark.slow
def test_each_misbehaving_file_costs_only_itself(misbehaving: Path) -> None:
    """
    Crash, exit, memory, defect and a file that changes underneath: refused, the good one is read.
    """
    for word in ("crash", "exit", "hungry", "fail", "noisy", "change", "surrogate", "good"):
        (misbehaving / f"{word}.txt").write_text(word)

    found = outcomes(misbehaving)

    reasons = {n: o.reason for n, o in found.items() if isinstance(o, Refusal)}
    assert {
        "crash.txt": "its reader crashed (code -6)",
        "exit.txt": "its reader crashed (code 7)",
        "hungry.txt": "reading it takes more than 2 GB of memory",
        "fail.txt": "its reader failed (RuntimeError)",
        "change.txt": "it changed while it was being read",
        "surrogate.txt": "its reader failed (UnicodeEncodeError)",
    } == reasons
    assert ["good.txt", "noisy.txt"] == sorted(n for n in found if n not in reasons)


@pytest.mark.slow
def test_a_hanging_reader_is_ended_at_the_time_limit(misbehaving: Path) -> None:
    """
    The file is refused with the limit in the reason; the one after it is read.
    """
    (misbehaving / "a.txt").write_text("hang")
    (misbehaving / "b.txt").write_text("good")

    found = outcomes(misbehaving, seconds=2)

    refusal = found["a.txt"]
    assert isinstance(refusal, Refusal)
    assert "reading it takes longer than 2 seconds" == refusal.reason
    assert not isinstance(found["b.txt"], Refusal)


@pytest.mark.slow
def test_what_a_reader_prints_does_not_reach_our_output(
    misbehaving: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    Standard output belongs to JSON.
    """
    (misbehaving / "a.txt").write_text("noisy")
    outcomes(misbehaving)

    assert ("", "") == capfd.readouterr()


def test_a_source_that_vanished_is_refused(tmp_path: Path) -> None:
    """
    A file removed between listing and reading is one refusal.
    """
    (refusal,) = read_sources(tmp_path, [Source("gone.md", 1, "0" * 64)], 60, 64)

    assert isinstance(refusal, Refusal)
    assert "gone.md" == refusal.source


def test_a_script_without_a_main_guard_can_build(tmp_path: Path) -> None:
    """
    Starting a reader never runs the caller's script again.
    """
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "from pathlib import Path\n"
        "from qa.corpus import read_manifest\n"
        "from qa.reading import read_sources\n"
        "corpus = Path(sys.argv[1])\n"
        "for documents in read_sources(corpus, read_manifest(corpus).sources, 60, 64):\n"
        "    print(documents[0].source)\n"
    )
    result = subprocess.run(
        [sys.executable, str(script), str(write_corpus(tmp_path / "corpus"))],
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "ect.md\nmore/ketamine.txt\ntms.md\n" == result.stdout


def test_readers_that_do_not_start_are_an_error_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A broken installation is said once, not of every article.
    """
    monkeypatch.setattr(reading, "START", "raise SystemExit(3)")
    corpus = write_corpus(tmp_path)
    with pytest.raises(QAError, match=r"did not start \(code 3\).*pip install"):
        list(read_sources(corpus, read_manifest(corpus).sources, 60, 64))


def test_readers_end_when_nobody_wants_their_answers(tmp_path: Path) -> None:
    """
    A build that fails half way leaves no process behind.
    """
    corpus = write_corpus(tmp_path)
    results = read_sources(corpus, read_manifest(corpus).sources, 60, 64)
    next(results)
    results.close()  # type: ignore[attr-defined]

    assert [] == [t.name for t in threading.enumerate() if "ThreadPoolExecutor" in t.name]
