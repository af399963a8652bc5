"""The way a user goes, with the real encoder and reader: build, ask, verify. No mocks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from qa.cli import main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
RECOVER = "How long did responders in the RECOVER trial keep their improvement?"
MOST = 110  # golden questions that are asked


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped articles, built."""
    folder = tmp_path_factory.mktemp("workflow") / "index"
    assert 0 == main(["build", "-q", "--corpus", str(CORPUS), "--index", str(folder)])
    return folder


def ask(index: Path, question: str, capsys: pytest.CaptureFixture[str]) -> dict:
    capsys.readouterr()
    assert 0 == main(["ask", "-q", "--json", "--index", str(index), question])
    return json.loads(capsys.readouterr().out)


def test_the_recover_question_is_led_by_the_80_percent(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The shipped articles answer it with the figure, from the article on the trial or the leaflet.
    """
    answer = ask(index, RECOVER, capsys)
    assert "answered" == answer["status"]
    assert "80 percent" in answer["quotes"][0]["text"]


def test_the_source_articles_answer_it_as_they_are(
    tmp_path: Path, shared_sources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Messy text of the web, without any metadata, gives the same figure.
    """
    index = tmp_path / "index"
    assert 0 == main(["build", "-q", "--corpus", str(shared_sources), "--index", str(index)])
    answer = ask(index, RECOVER, capsys)
    assert "answered" == answer["status"]
    assert "80%" in answer["quotes"][0]["text"]


def test_every_quote_of_a_batch_stands_in_its_source(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    A hundred and more questions: each quote is its document's text at its offsets, and `verify`,
    which reads the source files again, proves every one.
    """
    lines = (ROOT / "tests" / "eval" / "answerable.jsonl").read_text("utf-8").splitlines()[:MOST]
    batch = tmp_path / "questions.jsonl"
    batch.write_text("\n".join(lines), "utf-8")
    capsys.readouterr()
    assert 0 == main(["ask", "-q", "--json", "--index", str(index), "--batch", str(batch)])
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    live = index / (index / "CURRENT").read_text().strip()
    documents = {
        d["doc_id"]: d["text"]
        for d in map(json.loads, (live / "documents.jsonl").read_text("utf-8").splitlines())
    }
    quotes = [quote for answer in answers for quote in answer["quotes"]]

    assert MOST == len(answers)
    assert 100 <= len(quotes)
    for quote in quotes:
        whole = documents[quote["document"]["id"]]
        assert quote["text"] == whole[quote["start"] : quote["end"]]

    receipts = tmp_path / "answers.jsonl"
    receipts.write_text("\n".join(json.dumps(a) for a in answers if a["quotes"]), "utf-8")
    assert 0 == main(["verify", "--corpus", str(CORPUS), str(receipts)])
    sides = [pair[side] for a in answers for pair in a["differences"] for side in pair]
    proved = len(quotes) + len(sides)
    assert re.search(rf"{proved} of {proved} quotes proved", capsys.readouterr().out)


def test_a_second_build_changes_nothing(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    The same articles give the same snapshot.
    """
    before = (index / "CURRENT").read_text()
    assert 0 == main(["build", "-q", "--corpus", str(CORPUS), "--index", str(index)])
    assert before == (index / "CURRENT").read_text()
