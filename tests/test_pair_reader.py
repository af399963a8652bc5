"""A Hugging Face cross-encoder as sentence reader: what it is given, what its numbers mean."""

from __future__ import annotations

import math
import shutil

import numpy as np
import pytest

from qa.cross_encoder import Window
from qa.pair_reader import PairReader
from tests.pair_models import LEAFLET, QUESTION, edit, write_model
from tests.reading_alike import check_company, check_threads


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """Writes a model into a folder of its own."""
    return lambda *labels: write_model(tmp_path_factory.mktemp("model"), *labels)


@pytest.fixture(scope="module")
def plain(make):
    """A model with one label, for tests that leave it as it is."""
    return make()


@pytest.fixture(scope="module")
def reader(plain):
    return PairReader(plain)


@pytest.fixture
def spoilt(plain, tmp_path):
    """A copy of the model for a test to spoil."""
    shutil.copytree(plain, tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize(
    ("names", "biases", "expected"),
    [
        (("LABEL_0",), (math.log(4),), 4 / (4 + 1)),
        (("LABEL_0", "LABEL_1"), (0.0, math.log(3)), 3 / (1 + 3)),
        (("irrelevant", "relevant"), (math.log(2), math.log(3)), 3 / (2 + 3)),
        (("entailment", "not_entailment"), (math.log(9), 0.0), 9 / (9 + 1)),
        (("other", "near", "Answers"), (0.0, 0.0, math.log(2)), 2 / (1 + 1 + 2)),
    ],
)
def test_the_probability_is_that_of_the_label_that_means_an_answer(make, names, biases, expected):
    """
    One label: its logistic function. More: its share, whichever row it stands in.
    """
    (chances,) = PairReader(make(names, biases)).score(QUESTION, [LEAFLET])

    assert np.float32 == chances.dtype
    assert np.allclose([expected] * 3, chances, rtol=0, atol=1e-4)


def test_a_sentence_is_read_below_its_heading_and_without_its_neighbours(reader, plain):
    """
    The same numbers as from the model used by hand.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(plain)
    tokenizer = AutoTokenizer.from_pretrained(plain)
    by_hand = []
    for sentence in LEAFLET.sentences:
        pair = tokenizer(QUESTION, f"Knee braces\n{sentence}", return_tensors="pt")
        with torch.inference_mode():
            by_hand.append(float(model(**pair).logits[0, 0]))

    assert np.allclose(by_hand, reader.logits(QUESTION, [LEAFLET])[0], rtol=0, atol=1e-4)
    assert 3 == len(set(by_hand))


def test_a_window_scores_the_same_alone_and_among_others(reader):
    """
    Order and company change nothing.
    """
    others = [Window("", (f"Wear the brace {'six ' * n}weeks.",) * n) for n in range(1, 9)]
    check_company(reader, QUESTION, LEAFLET, others)


def test_threads_do_not_disturb_each_other(reader):
    """
    Many questions at once give what they give one by one.
    """
    check_threads(reader, [f"how long {'six ' * n}weeks" for n in range(12)], LEAFLET)


@pytest.mark.parametrize("question", ["", "\ud800", "x" * 5000, "brace " * 500])
def test_odd_questions_have_a_probability(reader, question):
    """
    Nothing that can be typed makes it fail, though the model has 64 positions only.
    """
    chances, long = reader.score(question, [LEAFLET, Window("", ("six weeks " * 300,))])

    assert ((chances > 0) & (chances < 1)).all()
    assert 1 == len(long)


def test_an_empty_sentence_has_no_chance(reader):
    """
    A heading alone is not judged as if it were the sentence.
    """
    among, none = reader.score(
        QUESTION, [Window("Knee braces", ("", "Wash it by hand.", " \n"))] * 2
    )

    assert [True, False, True] == [chance == 0 for chance in among.tolist()]
    assert among.tolist() == none.tolist()
    assert [] == reader.score(QUESTION, [])
    assert [[]] == [chances.tolist() for chances in reader.score(QUESTION, [Window("Knee", ())])]


def test_a_model_as_the_library_saves_it(reader, plain, tmp_path):
    """
    With the files that sentence-transformers adds of its own.
    """
    from sentence_transformers import CrossEncoder

    CrossEncoder(str(plain), device="cpu", local_files_only=True).save_pretrained(str(tmp_path))
    saved = PairReader(tmp_path)

    assert (tmp_path / "config_sentence_transformers.json").is_file()
    assert reader.logits(QUESTION, [LEAFLET])[0].tolist() == (
        saved.logits(QUESTION, [LEAFLET])[0].tolist()
    )


def test_the_digest_is_that_of_the_files_that_decide(reader, spoilt):
    """
    Other weights or another tokenizer are another model; a note beside them is not.
    """
    (spoilt / "README.md").write_text("A note.", "utf-8")
    same = PairReader(spoilt).digest
    edit(spoilt / "tokenizer_config.json", note="changed")

    assert 64 == len(same)
    assert reader.digest == same != PairReader(spoilt).digest


def test_sixteen_bit_weights_are_multiplied_as_float32(reader, spoilt):
    """
    A file that keeps its weights short does not make the numbers depend on their company.
    """
    from safetensors.numpy import load_file, save_file

    weights = load_file(spoilt / "model.safetensors")
    save_file(
        {name: value.astype(np.float16) for name, value in weights.items()},
        spoilt / "model.safetensors",
        {"format": "pt"},
    )
    edit(spoilt / "config.json", dtype="float16")
    (short,) = PairReader(spoilt).logits(QUESTION, [LEAFLET])

    assert np.allclose(reader.logits(QUESTION, [LEAFLET])[0], short, rtol=0, atol=0.05)
    assert short.astype(np.float16).tolist() != short.tolist()
