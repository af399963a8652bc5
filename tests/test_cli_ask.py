"""`python -m qa ask` and `search` as their users meet them."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest

from tests.command_line import Run
from tests.small_corpus import QUESTION

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
