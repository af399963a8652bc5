"""Receipts: a quote is proved from its source file, or it is said why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.build import build
from qa.config import Settings
from qa.engine import Engine
from qa.errors import QAError
from qa.receipts import Verdict, prove, read_claims
from qa.render import answer_object
from qa.snapshot import open_snapshot
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, built_settings

CROSSING = "\U0001d4b7eyond the first plane, "  # a code point that is two units in UTF-16


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small corpus, built."""
    return built_settings(tmp_path_factory.mktemp("receipts"))


def quote_of(settings: Settings, source: str, words: str) -> dict[str, Any]:
    """A quote object as an answer holds it."""
    documents = open_snapshot(settings.index).documents.values()
    (document,) = [d for d in documents if d.source == source]
    start = document.text.index(words)
    return {
        "text": words,
        "document": {"id": document.doc_id, "source": source, "title": document.metadata.title},
        "start": start,
        "end": start + len(words),
        "page": None,
    }


def verdicts(settings: Settings, value: object) -> list[Verdict]:
    claims = read_claims(json.dumps(value).encode(), "receipt.json")
    return [proof.verdict for proof in prove(claims, settings.corpus, 60, 64)]


def test_a_quote_that_stands_there_is_proved(settings: Settings) -> None:
    """
    A single quote object is a receipt.
    """
    quote = quote_of(settings, "ect.md", "Patients sleep during each one.")
    assert [Verdict.PROVED] == verdicts(settings, quote)


def test_every_quote_of_an_answer_is_checked(settings: Settings) -> None:
    """
    Quotes, related passages and both sides of a difference, in order.
    """
    good = quote_of(settings, "ect.md", "Patients sleep during each one.")
    bad = {**good, "text": "Patients stay awake during this one."[: len(good["text"])]}
    answer = {
        "quotes": [good],
        "related": [bad],
        "differences": [{"first": good, "second": bad}],
    }
    expected = [Verdict.PROVED, Verdict.NOT_THERE, Verdict.PROVED, Verdict.NOT_THERE]
    assert expected == verdicts(settings, answer)


def test_a_real_answer_is_proved(settings: Settings) -> None:
    """
    Whatever the engine quotes stands in the source file.
    """
    engine = Engine.open(settings, WordLengthEncoder())
    asked = "How many sessions has a course of electroconvulsive therapy?"
    value = answer_object(engine.ask(asked))
    found = [*value["quotes"], *value["related"]]

    assert found
    assert {Verdict.PROVED} == set(verdicts(settings, value))


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_quote_one_place_off_is_not_there(settings: Settings, shift: int) -> None:
    """
    The words must stand at the offsets, not somewhere.
    """
    quote = quote_of(settings, "ect.md", "Patients sleep during each one.")
    moved = {**quote, "start": quote["start"] + shift, "end": quote["end"] + shift}
    assert [Verdict.NOT_THERE] == verdicts(settings, moved)


def test_a_wrong_page_is_not_there(settings: Settings) -> None:
    """
    The page is part of what the quote says of its place.
    """
    quote = quote_of(settings, "ect.md", "Patients sleep during each one.")
    assert [Verdict.NOT_THERE] == verdicts(settings, {**quote, "page": 3})


def test_a_changed_source_is_told_from_a_false_quote(tmp_path: Path) -> None:
    """
    After an edit the id differs; the proof says whether the words still stand in it.
    """
    settings = built_settings(tmp_path)
    kept = quote_of(settings, "ect.md", "Patients sleep during each one.")
    lost = quote_of(settings, "ect.md", "about nine sessions")
    (settings.corpus / "ect.md").write_text(ECT.replace("nine", "ten"), "utf-8")

    claims = read_claims(json.dumps([kept, lost]).encode(), "receipt.json")
    first, second = prove(claims, settings.corpus, 60, 64)

    assert Verdict.SOURCE_CHANGED == first.verdict == second.verdict
    assert "still stand in it" in first.detail
    assert "no longer stand in it" in second.detail


@pytest.mark.parametrize("source", ["gone.md", "../secret.md", "/etc/hostname", "a\x00b"])
def test_a_source_that_is_not_in_the_corpus_proves_nothing(settings: Settings, source: str) -> None:
    """
    A receipt cannot make us read outside the corpus folder.
    """
    (settings.corpus.parent / "secret.md").write_text(ECT, "utf-8")
    quote = quote_of(settings, "ect.md", "Patients sleep during each one.")
    quote["document"]["source"] = source
    claims = read_claims(json.dumps(quote).encode(), "receipt.json")
    (proof,) = prove(claims, settings.corpus, 60, 64)

    assert Verdict.SOURCE_CHANGED == proof.verdict
    assert "there is no such article" in proof.detail


def test_a_file_of_many_answers_is_one_receipt(settings: Settings) -> None:
    """
    What `ask --batch` wrote can be proved as it is.
    """
    quote = quote_of(settings, "ect.md", "Patients sleep during each one.")
    lines = [{"quotes": [quote]}, {"quotes": []}, {"quotes": [quote]}]
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    assert 2 == len(read_claims(data, "answers.jsonl"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no quote"),
        (b"{", "not JSON"),
        (b"[]", "no quote"),
        (b'{"quotes": []}', "no quote"),
        (b'{"quotes": [{"text": "a"}]}', "not whole"),
        (
            b'{"text": "a", "document": {"source": "a", "id": "b"}, "start": 5, "end": 2}',
            "not whole",
        ),
        (
            b'{"text": "a", "document": {"source": "a", "id": "b"}, "start": "1", "end": 2}',
            "not whole",
        ),
        (b'{"text": 1, "document": {"source": "a", "id": "b"}, "start": 1, "end": 2}', "not whole"),
    ],
)
def test_what_is_no_receipt_is_a_clear_error(data: bytes, said: str) -> None:
    """
    The message names the file and what is wrong with it.
    """
    with pytest.raises(QAError, match=f"receipt.json.*{said}"):
        read_claims(data, "receipt.json")


def test_offsets_count_code_points(tmp_path: Path) -> None:
    """
    A character beyond the first plane before the quote moves nothing.
    """
    settings = built_settings(tmp_path)
    path = settings.corpus / "ect.md"
    path.write_text(ECT.replace("A course", f"{CROSSING}a course"), "utf-8")
    build(settings, WordLengthEncoder())

    quote = quote_of(settings, "ect.md", "Patients sleep during each one.")
    assert [Verdict.PROVED] == verdicts(settings, quote)
