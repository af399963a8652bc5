"""qa.safety.notices: the fixed notices for emergencies and changes of a medicine."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.build import build
from qa.config import Settings
from qa.encoder import TextEmbedding
from qa.engine import Engine
from qa.records import Status, Turn
from qa.safety import Notices
from qa.safety.lists import ListUnusable, lists
from qa.safety.notice_model import (
    CODES,
    RECORD,
    NoticeHead,
    NoticeModel,
    shipped_notices,
    unnamed,
)
from qa.safety.notices import PARTS
from qa.safety.weights import WeightsUnusable, read_weights, write_weights
from tests.encoders import WordLengthEncoder
from tests.small_corpus import write_corpus

CRISIS = Path(__file__).parent / "crisis"
BUCKETS = 2**15
SEIZURE, STOP = "im having a seizure", "should i stop my tablets"  # plain sentences of the list


@pytest.fixture(scope="module")
def shipped() -> Notices:
    """The shipped weights of spelling and words, as with any encoder but the default one."""
    return Notices(None)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over three short articles, with the toy encoder."""
    folder = tmp_path_factory.mktemp("notices")
    settings = Settings(corpus=write_corpus(folder / "corpus"), index=folder / "index")
    build(settings, WordLengthEncoder())
    return Engine.open(settings, WordLengthEncoder())


def head(bias: tuple[float, float], known: NDArray[np.float32] | None = None) -> NoticeHead:
    """A head that looks at no words."""
    rows = np.zeros((0, 1), np.float32) if known is None else known
    speaks = np.full((2, len(rows)), 1.0, np.float32) * np.array([[1.0], [-1.0]], np.float32)
    pieces = np.zeros((2, BUCKETS), np.float32)
    return NoticeHead(pieces, np.array(bias, np.float32), rows, speaks, narrow=1.0)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("should i stop taking my antidepressant", ("medicine_change",)),
        ("can I double my dose", ("medicine_change",)),
        ("can i take my sisters lexapro", ("medicine_change",)),
        ("im having a seizure after tms", ("emergency_symptoms",)),
        ("im having a seziure", ("emergency_symptoms",)),
        ("she collapsed and wont wake up", ("emergency_symptoms",)),
        ("can ECT cause seizures?", ()),
        ("what is ect", ()),
        ("", ()),
        ("?!", ()),
    ],
)
def test_each_notice_comes_where_it_is_due(
    shipped: Notices, message: str, expected: tuple[str, ...]
) -> None:
    """
    Emergencies and changes of a medicine each get their fixed text; knowledge gets none.
    """
    assert expected == shipped.read(message)


def test_a_message_can_call_for_both_in_a_fixed_order(shipped: Notices) -> None:
    """
    The emergency stands first, whichever is said first.
    """
    assert CODES == shipped.read("should i stop my tablets, i cant breathe")


def test_the_score_is_the_sum_of_bias_and_likeness() -> None:
    """
    bias + sum of weight * exp(-narrow * squared distance): the same meaning adds the whole weight,
    an unrelated one (distance 2) e^-2 of it.
    """
    known = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    one = np.array([1.0, 0.0], np.float32)
    embedded = TextEmbedding(one, one[None], np.zeros((1, 2), np.int32))
    likeness = 1.0 + np.exp(-2.0)
    found = head((0.5, 0.25), known).scores("words", embedded)
    assert [0.5 + likeness, 0.25 - likeness] == pytest.approx(found.tolist())
    assert [0.5, 0.25] == head((0.5, 0.25), known).scores("words", None).tolist()


def test_a_notice_is_shown_from_a_score_of_0_on() -> None:
    """
    The threshold lies in the bias.
    """
    words = head((0.0, -0.001))
    notices = Notices(None, NoticeModel("none", words, words))
    assert ("emergency_symptoms",) == notices.read("anything at all")


def test_plain_sentences_count_whatever_the_weights_say() -> None:
    """
    Unless the sentence speaks of what is long over.
    """
    silent = head((-9.0, -9.0))
    notices = Notices(None, NoticeModel("none", silent, silent))
    assert ("emergency_symptoms",) == notices.read(SEIZURE)
    assert ("medicine_change",) == notices.read(STOP)
    assert () == notices.read(f"{SEIZURE} ten years ago")
    assert ("emergency_symptoms",) == notices.read(f"I was well years ago. {SEIZURE}")


def test_meanings_are_compared_only_for_the_encoder_they_belong_to() -> None:
    """
    With its encoder the one head speaks, with any other the other; what is given is not made again.
    """
    encoder = WordLengthEncoder()
    known = encoder.encode(["hello there"])
    model = NoticeModel(encoder.digest, head((-0.5, -0.5), known), head((-1.0, 1.0)))
    assert ("emergency_symptoms",) == Notices(encoder, model).read("hello there")
    assert ("medicine_change",) == Notices(None, model).read("hello there")
    assert ("medicine_change",) == Notices(encoder, replace(model, encoder_digest="another")).read(
        "hello there"
    )
    given = encoder.embed(["hello there"])[0]
    before = encoder.texts_encoded
    Notices(encoder, model).read("hello there", given)
    assert before == encoder.texts_encoded


def test_every_name_of_a_medicine_is_read_as_the_same_word() -> None:
    """
    Procedures and therapies keep their names.
    """
    assert "Can I stop medicine?" == unnamed("Can I stop Effexor?")
    assert "ECT or TMS or CBT" == unnamed("ECT or TMS or CBT")


def test_an_ask_shows_the_notice_above_the_answer(engine: Engine) -> None:
    """
    With the numbers to call where it is an emergency; an ordinary question has neither.
    """
    urgent = engine.ask("im having a seizure after electroconvulsive therapy")
    assert "emergency_symptoms" == urgent.notices[0]
    assert urgent.emergency
    plain = engine.ask("How many sessions has a course of electroconvulsive therapy?")
    assert Status.ANSWERED == plain.status
    assert not set(CODES) & set(plain.notices)
    assert "" == plain.emergency


MISSPELT = "shud I know how many sessions a course of electroconvulsive therapy has?"


def test_the_message_and_what_is_searched_for_are_embedded_in_one_call(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    As it was typed for the detector and the notices, and mended for the search.
    """
    calls: list[list[str]] = []
    plain = WordLengthEncoder.embed

    def counted(self: WordLengthEncoder, said: list[str], *rest: object) -> list[TextEmbedding]:
        calls.append(list(said))
        return plain(self, said)

    monkeypatch.setattr(WordLengthEncoder, "embed", counted)
    engine.ask(MISSPELT)
    assert [[MISSPELT, MISSPELT.replace("shud", "should")]] == [
        [text.partition(" (")[0] for text in said] for said in calls
    ]


@pytest.mark.parametrize("history", [(), (Turn("user", "What is electroconvulsive therapy?"),)])
def test_one_call_gives_what_two_gave(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, history: tuple[Turn, ...]
) -> None:
    """
    Also where what is searched for cannot be known ahead.
    """
    together = engine.ask(MISSPELT, history)
    monkeypatch.setattr(Engine, "_ahead", lambda *_: None)
    assert together.quotes
    assert engine.ask(MISSPELT, history) == together


def test_notices_that_fail_leave_the_answer_and_say_where_in_the_log(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The log holds the place, and nothing of the message.
    """

    def broken(self: Notices, message: str, *_: object) -> tuple[str, ...]:
        raise RuntimeError(f"cannot read {message}")

    monkeypatch.setattr(Notices, "read", broken)
    with caplog.at_level(logging.DEBUG):
        answer = engine.ask("How many sessions has a course of electroconvulsive therapy?")
    assert Status.ANSWERED == answer.status
    assert "the notices failed: RuntimeError at" in caplog.text
    assert "sessions" not in caplog.text


def test_a_damaged_list_or_record_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The program does not start without them.
    """
    monkeypatch.setattr("qa.safety.lists.FOLDER", tmp_path)
    with pytest.raises(ListUnusable, match=r"notices\.toml cannot be read.*Restore"):
        lists.__wrapped__("notices.toml", PARTS)
    record = tmp_path / "notices.json"
    monkeypatch.setattr("qa.safety.notice_model.RECORD", record)
    with pytest.raises(WeightsUnusable, match="cannot be used.*Restore"):
        shipped_notices.__wrapped__()
    record.write_bytes(RECORD.read_bytes())
    record.with_suffix(".npz").write_bytes(RECORD.with_suffix(".npz").read_bytes() + b"x")
    with pytest.raises(WeightsUnusable, match="not the file that it names.*Restore"):
        shipped_notices.__wrapped__()
    said, arrays = read_weights(RECORD)
    write_weights(record, said | {"codes": ["another"]}, arrays)
    with pytest.raises(WeightsUnusable, match="it is for.*Restore"):
        shipped_notices.__wrapped__()


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    """
    The record vouches for the arrays beside it.
    """
    size = write_weights(tmp_path / "some.json", {"a": 1}, {"rows": np.array([1.5, 2.0])})
    said, arrays = read_weights(tmp_path / "some.json")
    assert (1, [1.5, 2.0]) == (said["a"], arrays["rows"].tolist())
    assert size == (tmp_path / "some.npz").stat().st_size


def test_what_the_weights_are_fitted_on_is_not_in_the_test_set() -> None:
    """
    Messages that were fitted would measure nothing.
    """
    training = CRISIS.parents[1] / "training" / "notices"
    fitted = [
        json.loads(line)
        for path in training.glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    ]
    tested = {
        json.loads(line)["text"].lower()
        for line in (CRISIS / "notices.jsonl").read_text("utf-8").splitlines()
    }
    texts = {row["text"].lower() for row in fitted}
    assert len(fitted) == len(texts)
    assert all(set(row["notices"]) <= set(CODES) for row in fitted)
    assert len(texts & tested) < 4  # the plainest sentences occur in both by themselves


def test_the_weights_are_small() -> None:
    """
    They travel with the program.
    """
    assert RECORD.with_suffix(".npz").stat().st_size < 1_100_000
