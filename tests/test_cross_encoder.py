"""The sentence reader: what the model is given, and what may be relied on in its answers."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from qa.cross_encoder import (
    FILES,
    FOLDER,
    ReaderUnavailable,
    Row,
    SentenceReader,
    Window,
    padded,
    row,
)
from tests.reading_alike import check_company, check_threads

LEAFLET = Window(
    "Knee braces",
    (
        "A brace supports the joint.",
        "Wear it for six weeks.",
        "Wash it by hand.",
        "It comes in three sizes.",
    ),
)
QUESTION = "how long do i have to wear the brace"


@pytest.fixture(scope="module")
def reader():
    return SentenceReader(FOLDER)


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped reader for a test to spoil."""
    shutil.copytree(FOLDER, tmp_path / "reader")
    return tmp_path / "reader"


def test_a_row_says_which_sentence_a_token_belongs_to():
    """
    Question, heading, sentences; kinds part the question from the rest.
    """
    expected = Row(
        ids=[101, 7, 8, 102, 20, 102, 30, 40, 41, 102],
        kinds=[0, 0, 0, 0, 1, 1, 1, 1, 1, 1],
        owner=[-1, -1, -1, -1, -1, -1, 0, 1, 1, -1],
    )

    assert expected == row([7, 8], [20], [[30], [40, 41]], 160)


@pytest.mark.parametrize(
    ("longest", "ids"),
    [
        (10, [101, 7, 102, 8, 102, 1, 2, 5, 5, 102]),
        (9, [101, 7, 102, 8, 102, 1, 2, 5, 102]),
        (7, [101, 7, 102, 8, 102, 1, 102]),
        (6, [101, 7, 102, 8, 102, 102]),
    ],
)
def test_what_is_too_long_is_cut_at_the_end(longest, ids):
    """
    Whole sentences fall away, the last one first.
    """
    assert ids == row([7], [8], [[1, 2], [5, 5]], longest).ids


def test_a_long_question_and_heading_leave_room_for_the_sentences():
    """
    No part can push the others out.
    """
    made = row([7] * 500, [8] * 500, [[5] * 20, [6] * 500], 160)

    assert 160 == len(made.ids) == len(made.kinds) == len(made.owner)
    assert 20 == made.owner.count(0)


def test_the_filling_is_masked():
    """
    Inputs are filled up to a multiple of 32 tokens and 4 sentences with what the mask hides.
    """
    inputs = padded(row([7], [8], [[5, 5], [6]], 160))

    assert (1, 32) == inputs["ids"].shape
    assert (1, 4, 32) == inputs["member"].shape
    assert 9 == inputs["mask"].sum() == inputs["ids"][0].nonzero()[0].size
    assert [5, 6] == inputs["member"][0, 0].nonzero()[0].tolist()
    assert [7] == inputs["member"][0, 1].nonzero()[0].tolist()
    assert 0 == inputs["member"][0, 2:].sum()


def test_a_sentence_that_was_not_read_has_no_chance(reader):
    """
    What lies beyond the longest input is not guessed at.
    """
    (chances,) = reader.score(QUESTION, [Window("", ("word " * 400, *LEAFLET.sentences))])

    assert [0.0] * 4 == chances[1:].tolist()


def test_an_answer_scores_above_its_neighbours(reader):
    """
    The probabilities belong to the sentence, not to the passage it stands in.
    """
    (chances,) = reader.score(QUESTION, [LEAFLET])

    assert 1 == int(np.argmax(chances))
    assert chances[1] > 0.5


def test_a_near_miss_scores_below_an_answer(reader):
    """
    Same subject and words, but the asked fact is not there.
    """
    (answer,) = reader.score(QUESTION, [LEAFLET])
    (miss,) = reader.score("what does the knee brace cost", [LEAFLET])

    assert miss.max() < answer.max()


def test_a_window_scores_the_same_alone_and_among_others(reader):
    """
    Order and company change nothing.
    """
    others = [Window("", (f"Day {n} was dry. " * n,)) for n in range(1, 12)]
    check_company(reader, QUESTION, LEAFLET, others)


def test_threads_do_not_disturb_each_other(reader):
    """
    Many questions at once give what they give one by one.
    """
    check_threads(reader, [f"how long until week {n}" for n in range(12)], LEAFLET)


def test_the_runtimes_agree(reader):
    """
    What one runtime says, the other says within the rounding of bfloat16.
    """
    exact = SentenceReader(FOLDER, "onnx")

    assert np.allclose(
        exact.score(QUESTION, [LEAFLET])[0], reader.score(QUESTION, [LEAFLET])[0], atol=0.05
    )


@pytest.mark.parametrize("question", ["", "\ud800", "x" * 5000])
def test_odd_questions_have_a_probability(reader, question):
    """
    Nothing that can be typed makes it fail.
    """
    chances, none = reader.score(question, [LEAFLET, Window("", ("",))])

    assert np.float32 == chances.dtype
    assert ((chances >= 0) & (chances <= 1)).all()
    assert [0.0] == none.tolist()


def test_no_windows_give_no_probabilities(reader):
    """
    An empty list is a list.
    """
    assert [] == reader.score(QUESTION, [])


def test_the_digest_covers_every_file(reader):
    """
    sha256 over the sha256 of each file, in a fixed order.
    """
    whole = b"".join(hashlib.sha256((FOLDER / name).read_bytes()).digest() for name in FILES)

    assert hashlib.sha256(whole).hexdigest() == reader.digest


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder, name):
    """
    The operator is told which file to restore.
    """
    (folder / name).unlink()

    with pytest.raises(ReaderUnavailable, match=f"lacks {name}"):
        SentenceReader(folder)


def test_another_format_is_refused(folder):
    """
    Weights written for other code are not read as if they were ours.
    """
    record = json.loads((folder / "reader.json").read_text("utf-8"))
    (folder / "reader.json").write_text(json.dumps({**record, "format": 99}), "utf-8")

    with pytest.raises(ReaderUnavailable, match="format 99, wanted 2"):
        SentenceReader(folder)


@pytest.mark.parametrize("backend", ["onnx", "openvino"])
def test_a_damaged_graph_is_refused(folder, backend):
    """
    A file cut short is an error that names it, not a crash.
    """
    whole = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(ReaderUnavailable, match=r"model\.onnx cannot be opened"):
        SentenceReader(folder, backend)


def test_a_graph_of_another_kind_is_refused(folder):
    """
    A whole file that takes or gives something else is found when opened, not at some question.
    """
    import onnx
    from onnx import TensorProto, helper

    names = ("ids", "kinds", "mask", "member")
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, None) for n in names]
    output = helper.make_tensor_value_info("logits", TensorProto.INT64, None)
    same = helper.make_node("Identity", ["ids"], ["logits"])
    graph = helper.make_graph([same], "other", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "model.onnx")

    with pytest.raises(ReaderUnavailable, match=r"model\.onnx cannot be opened .*\(1, 32\)"):
        SentenceReader(folder, "onnx")


@pytest.mark.parametrize("kept", [0.5, 0.0])
def test_a_damaged_tokenizer_is_refused(folder, kept):
    """
    A file cut short is an error that names it, not a crash.
    """
    whole = (folder / "tokenizer.json").read_bytes()
    (folder / "tokenizer.json").write_bytes(whole[: int(len(whole) * kept)])

    with pytest.raises(ReaderUnavailable, match=r"tokenizer\.json cannot be used .*Restore"):
        SentenceReader(folder)


def test_the_tokenizer_of_another_model_is_refused(folder):
    """
    Its numbers would mean other words.
    """
    record = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    vocabulary = record["model"]["vocab"]
    vocabulary["[CLS]"], vocabulary["[SEP]"] = vocabulary["[SEP]"], vocabulary["[CLS]"]
    for token in record["added_tokens"]:
        token["id"] = vocabulary[token["content"]]
    (folder / "tokenizer.json").write_text(json.dumps(record), "utf-8")

    with pytest.raises(ReaderUnavailable, match=r"\[CLS\] and \[SEP\] are not 101 and 102"):
        SentenceReader(folder)


@pytest.mark.parametrize(
    "text",
    [
        '{"format": 2, "longest": 160, "slo',
        "[]",
        '{"format": 2}',
        '{"format": 2, "longest": "many", "slope": 1, "intercept": 0}',
        '{"format": 2, "longest": 160, "slope": null, "intercept": 0}',
        '{"format": 2, "longest": 1e999, "slope": 1, "intercept": 0}',
    ],
)
def test_a_damaged_record_is_refused(folder, text):
    """
    Cut short, empty or with values of another kind: the file is named.
    """
    (folder / "reader.json").write_text(text, "utf-8")

    with pytest.raises(ReaderUnavailable, match=r"reader\.json cannot be used"):
        SentenceReader(folder)


def test_neither_torch_nor_transformers_is_imported():
    """
    Serving stays light.
    """
    code = (
        "import sys; from qa.config import Settings; from qa.sentence_reader import open_reader;"
        "open_reader(Settings(reader='default'));"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers')))"
    )

    assert 0 == subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parents[2]).returncode
