"""A clinic's golden questions: read, added, and what an answer to one is worth."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from qa.errors import QAError
from qa.golden import (
    GoldenQuestion,
    Listed,
    Verdict,
    append_golden,
    golden_id,
    judge,
    read_golden,
)
from qa.records import Answer, Document, Metadata, Passage, Quote, Span, Status, Turn

TEXT = "A course has about nine sessions. Patients sleep during each of them."
DOCUMENT = Document("d1", "ect.md", TEXT, Metadata("ECT"))
NINE, SLEEP = "A course has about nine sessions.", "Patients sleep during each of them."
ASKED = GoldenQuestion("g1", "How many sessions?", (Listed("ect.md", NINE),), by="ana")


def quote(text: str) -> Quote:
    start = TEXT.index(text)
    passage = Passage("p", "d1", Span(0, len(TEXT)), (), ())
    return Quote.cut(DOCUMENT, Span(start, start + len(text)), passage, 0.9)


def answer(*texts: str) -> Answer:
    status = Status.ANSWERED if texts else Status.NOT_FOUND
    return Answer("q", "q", status, "s", quotes=tuple(quote(t) for t in texts))


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        ((NINE,), Verdict.RIGHT),
        ((TEXT,), Verdict.RIGHT),
        ((SLEEP, NINE), Verdict.LATER),
        ((SLEEP,), Verdict.WRONG),
        ((), Verdict.SILENT),
    ],
)
def test_a_question_that_the_articles_answer(quotes: tuple[str, ...], expected: Verdict) -> None:
    """
    The first quote counts most; silence is less than an answer and more than a wrong one.
    """
    assert expected == judge(ASKED, answer(*quotes))


def test_a_question_that_nothing_answers() -> None:
    """
    Silence is right and so is the help card; any quote is wrong.
    """
    silence = GoldenQuestion("g2", "What does it cost?")
    card = Answer("q", "q", Status.CRISIS, "s")

    verdicts = [judge(silence, a) for a in (answer(), card, answer(NINE))]

    assert [Verdict.RIGHT, Verdict.RIGHT, Verdict.WRONG] == verdicts


def test_what_is_added_is_read_again(tmp_path: Path) -> None:
    """
    Every field; the file is made when the first question comes.
    """
    path = tmp_path / "new" / "golden.jsonl"
    whole = GoldenQuestion(
        "g3",
        "¿Y la memoria? \ud83d",
        (Listed("ect.md", "Líneas\ndos"),),
        (Turn("user", "Was ist EKT?"), Turn("assistant", "EKT ist")),
        "nine|ten",
        "ana",
        "2026-01-02T03:04:05+00:00",
    )
    append_golden(path, ASKED)
    append_golden(path, whole)

    assert [ASKED, whole] == read_golden(path)


def test_a_question_marked_again_takes_the_place_of_the_first(tmp_path: Path) -> None:
    """
    One id stands once; lines that others wrote stay as they are, unknown fields with them.
    """
    path = tmp_path / "golden.jsonl"
    other = '{"id": "x", "question": "Own?", "note": "kept"}\n'
    path.write_text(other)
    append_golden(path, ASKED)
    append_golden(path, GoldenQuestion("g1", "How many sessions?", (Listed("ect.md", SLEEP),)))

    assert other.strip() == path.read_text().splitlines()[0]
    assert [(), (Listed("ect.md", SLEEP),)] == [q.answers for q in read_golden(path)]


def test_a_folder_is_read_whole_and_added_to_in_one_file(tmp_path: Path) -> None:
    """
    File by file, by name; a misspelt question takes the answers of the one it names, wherever.
    """
    append_golden(tmp_path, ASKED)
    misspelt = '{"id": "m", "question": "hw many", "clean_id": "g1"}\n\n'
    (tmp_path / "a.jsonl").write_text(misspelt)

    found = read_golden(tmp_path)

    assert ["golden.jsonl"] == [p.name for p in tmp_path.glob("g*.jsonl")]
    assert [("m", ASKED.answers), ("g1", ASKED.answers)] == [
        (q.question_id, q.answers) for q in found
    ]


def test_no_file_is_no_question(tmp_path: Path) -> None:
    """
    A clinic need not have any.
    """
    assert [] == read_golden(tmp_path / "golden.jsonl")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 2 is no golden question"),
        ("[]", "line 2 is no golden question"),
        ('{"id": "a"}', "line 2 is no golden question"),
        ('{"id": "a", "question": 5}', "line 2 is no golden question"),
        ('{"id": "a", "question": "b", "answers": [{"source": "c"}]}', "line 2 is no golden"),
        ('{"id": "a", "question": "b", "pattern": "("}', "line 2 is no golden question"),
        ('{"id": "a", "question": "b", "history": "c"}', "line 2 is no golden question"),
        ('{"id": "g1", "question": "b"}', "line 2: the id 'g1' stands in an earlier line"),
        ('{"id": "a", "question": "b", "clean_id": "z"}', "the clean_id 'z' of a is in no line"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    """
    The operator reads which file, which line, and what to do; nothing is added to such a file.
    """
    path = tmp_path / "golden.jsonl"
    before = f'{{"id": "g1", "question": "a"}}\n{line}\n'
    path.write_text(before)

    with pytest.raises(QAError, match=problem):
        append_golden(path, GoldenQuestion("new", "c"))

    assert before == path.read_text()


def test_an_id_of_another_file_is_refused(tmp_path: Path) -> None:
    """
    It would stand twice, and the folder could be read no more.
    """
    (tmp_path / "a.jsonl").write_text('{"id": "g1", "question": "a"}')
    with pytest.raises(QAError, match="in another file already"):
        append_golden(tmp_path, ASKED)


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """
    The folder is a file here.
    """
    (tmp_path / "file").write_text("")
    with pytest.raises(QAError, match="cannot be"):
        append_golden(tmp_path / "file" / "golden.jsonl", ASKED)


def test_two_people_may_add_at_the_same_moment(tmp_path: Path) -> None:
    """
    Nothing that was added is lost.
    """
    path = tmp_path / "golden.jsonl"

    def add(first: int) -> None:
        for n in range(first, first + 10):
            append_golden(path, GoldenQuestion(f"g{n:02}", "a"))

    threads = [threading.Thread(target=add, args=(first,)) for first in (0, 10, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [f"g{n:02}" for n in range(30)] == sorted(q.question_id for q in read_golden(path))


def test_lines_without_answers_field_wait_in_silence(tmp_path: Path) -> None:
    """
    The lists of tests/eval leave it out where nothing answers.
    """
    path = tmp_path / "near_miss.jsonl"
    path.write_text(json.dumps({"id": "n", "question": "What does it cost?"}))
    assert [GoldenQuestion("n", "What does it cost?")] == read_golden(path)


def test_the_id_says_what_is_asked_after_what() -> None:
    """
    Case and white space aside; the same words after another message are another question.
    """
    plain = golden_id("Is it safe?")
    assert plain == golden_id("is it  SAFE?")
    assert plain != golden_id("Is it safe?", [Turn("user", "What is ECT?")])


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_what_staff_add_is_private(tmp_path: Path) -> None:
    """
    It may hold a patient's words: a new file is for its owner alone, an old one stays as it was.
    """
    path = tmp_path / "golden.jsonl"
    append_golden(path, ASKED)
    assert 0o600 == path.stat().st_mode & 0o777
    path.chmod(0o640)
    append_golden(path, ASKED)
    assert 0o640 == path.stat().st_mode & 0o777
