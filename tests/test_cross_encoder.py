"""The sentence reader: what the model is given, and what may be relied on in its answers."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from qa.config import Settings
from qa.cross_encoder import (
    FILES,
    FOLDER,
    Candidate,
    ReaderUnavailable,
    Row,
    SentenceReader,
    padded,
    row,
)

ANSWERS = Candidate(
    "Knee braces", "A brace supports the joint.", "Wear it for six weeks.", "Wash it by hand."
)
NEIGHBOUR = Candidate(
    "Knee braces", "Wear it for six weeks.", "Wash it by hand.", "It comes in three sizes."
)
QUESTION = "how long do i have to wear the brace"


@pytest.fixture(scope="module")
def reader():
    return SentenceReader.open(Settings(reader="default"))


def test_a_row_marks_the_sentence_and_only_it():
    """
    Question, heading, and the sentence between its neighbours; kinds and target say which is which.
    """
    expected = Row(
        ids=[101, 7, 8, 102, 20, 102, 30, 40, 41, 50, 102],
        kinds=[0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1],
        target=[0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0],
    )

    assert expected == row([7, 8], [20], [30], [40, 41], [50], 160)


@pytest.mark.parametrize(
    ("longest", "ids"),
    [
        (11, [101, 7, 102, 8, 102, 1, 2, 5, 5, 3, 102]),
        (10, [101, 7, 102, 8, 102, 1, 2, 5, 5, 102]),
        (9, [101, 7, 102, 8, 102, 2, 5, 5, 102]),
        (8, [101, 7, 102, 8, 102, 5, 5, 102]),
        (7, [101, 7, 102, 8, 102, 5, 102]),
    ],
)
def test_what_is_too_long_is_cut_from_the_outside(longest, ids):
    """
    The sentence after goes first, then the far end of the one before, the sentence itself last.
    """
    assert ids == row([7], [8], [1, 2], [5, 5], [3], longest).ids


def test_a_long_question_and_heading_leave_room_for_the_sentence():
    """
    No part can push the others out.
    """
    made = row([7] * 500, [8] * 500, [1] * 500, [5] * 20, [3] * 500, 160)

    assert 160 == len(made.ids) == len(made.kinds) == len(made.target)
    assert 20 == sum(made.target)


def test_the_filling_is_masked():
    """
    Inputs are filled up to a multiple of 16 with what the mask hides.
    """
    inputs = padded(row([7], [8], [], [5, 5], [], 160))

    assert (1, 16) == inputs["ids"].shape
    assert 8 == inputs["mask"].sum() == inputs["ids"][0].nonzero()[0].size
    assert [5, 6] == inputs["target"][0].nonzero()[0].tolist()


def test_an_answer_scores_above_its_neighbour(reader):
    """
    The probabilities belong to the sentence, not to the passage it stands in.
    """
    answers, neighbour = reader.score(QUESTION, [ANSWERS, NEIGHBOUR])

    assert answers > 0.5 > neighbour


def test_a_near_miss_scores_below_an_answer(reader):
    """
    Same subject and words, but the asked fact is not there.
    """
    (answer,) = reader.score(QUESTION, [ANSWERS])
    (miss,) = reader.score("what does the knee brace cost", [ANSWERS])

    assert miss < 0.5 < answer


def test_a_candidate_scores_the_same_alone_and_among_others(reader):
    """
    Order and company change nothing.
    """
    others = [Candidate("", "", f"Day {n} was dry. " * n, "") for n in range(1, 12)]
    among = reader.score(QUESTION, [*others, NEIGHBOUR, ANSWERS])

    assert reader.score(QUESTION, [ANSWERS])[0] == among[-1]
    assert reader.score(QUESTION, [ANSWERS, NEIGHBOUR]).tolist() == among[:-3:-1].tolist()


def test_threads_do_not_disturb_each_other(reader):
    """
    Many questions at once give what they give one by one.
    """
    questions = [f"how long until week {n}" for n in range(12)]
    alone = [reader.score(q, [ANSWERS, NEIGHBOUR]).tolist() for q in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(
            pool.map(lambda q: reader.score(q, [ANSWERS, NEIGHBOUR]).tolist(), questions)
        )

    assert alone == together


def test_the_runtimes_agree(reader):
    """
    What one runtime says, the other says within the rounding of bfloat16.
    """
    exact = SentenceReader(FOLDER, "onnx")
    candidates = [ANSWERS, NEIGHBOUR]

    assert np.allclose(
        exact.score(QUESTION, candidates), reader.score(QUESTION, candidates), atol=0.05
    )


@pytest.mark.parametrize("question", ["", "\ud800", "x" * 5000])
def test_odd_questions_have_a_probability(reader, question):
    """
    Nothing that can be typed makes it fail.
    """
    chances = reader.score(question, [ANSWERS, Candidate("", "", "", "")])

    assert np.float32 == chances.dtype
    assert ((chances >= 0) & (chances <= 1)).all()


def test_no_candidates_give_no_probabilities(reader):
    """
    An empty list is a list.
    """
    assert (0,) == reader.score(QUESTION, []).shape


def test_the_digest_covers_every_file(reader):
    """
    sha256 over the sha256 of each file, in a fixed order.
    """
    whole = b"".join(hashlib.sha256((FOLDER / name).read_bytes()).digest() for name in FILES)

    assert hashlib.sha256(whole).hexdigest() == reader.digest


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(tmp_path, name):
    """
    The operator is told which file to restore.
    """
    folder = tmp_path / "reader"
    shutil.copytree(FOLDER, folder)
    (folder / name).unlink()

    with pytest.raises(ReaderUnavailable, match=f"lacks {name}"):
        SentenceReader(folder)


def test_another_format_is_refused(tmp_path):
    """
    Weights written for other code are not read as if they were ours.
    """
    folder = tmp_path / "reader"
    shutil.copytree(FOLDER, folder)
    record = json.loads((folder / "reader.json").read_text("utf-8"))
    (folder / "reader.json").write_text(json.dumps({**record, "format": 99}), "utf-8")

    with pytest.raises(ReaderUnavailable, match="format 99, wanted 1"):
        SentenceReader(folder)


@pytest.mark.parametrize("backend", ["onnx", "openvino"])
def test_a_damaged_graph_is_refused(tmp_path, backend):
    """
    A file cut short is an error that names it, not a crash.
    """
    folder = tmp_path / "reader"
    shutil.copytree(FOLDER, folder)
    whole = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(ReaderUnavailable, match=r"model\.onnx cannot be opened"):
        SentenceReader(folder, backend)


def test_neither_torch_nor_transformers_is_imported():
    """
    Serving stays light.
    """
    code = (
        "import sys; from qa.config import Settings; from qa.cross_encoder import SentenceReader;"
        "SentenceReader.open(Settings(reader='default'));"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers')))"
    )

    assert 0 == subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parents[2]).returncode
