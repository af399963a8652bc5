"""A Hugging Face cross-encoder as sentence reader: what it is given, what its numbers mean.

The models are made here: one layer, a vocabulary of a few words, weights by chance.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa.cross_encoder import ReaderUnavailable, Window
from qa.pair_reader import PairReader

WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] how long must i wear it the brace supports joint for six "
    "weeks wash by hand knee braces > ."
).split()
QUESTION = "how long must i wear the brace"
LEAFLET = Window(
    "Knee braces", ("The brace supports the joint.", "Wear it for six weeks.", "Wash it by hand.")
)

Make = Callable[..., Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Writes a model: as many labels as names; with biases it says the same of every pair."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    def made(names: tuple[str, ...] = ("LABEL_0",), biases: tuple[float, ...] = ()) -> Path:
        import torch

        folder = tmp_path_factory.mktemp("model")
        torch.manual_seed(7)
        config = BertConfig(
            vocab_size=len(WORDS),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=64,
            initializer_range=0.5,
            id2label=dict(enumerate(names)),
            label2id={name: row for row, name in enumerate(names)},
        )
        model = BertForSequenceClassification(config)
        if biases:
            with torch.no_grad():
                model.classifier.weight.zero_()
                model.classifier.bias.copy_(torch.tensor(biases))
        model.save_pretrained(folder)
        vocabulary = folder / "vocab.txt"
        vocabulary.write_text("\n".join(WORDS) + "\n", "utf-8")
        BertTokenizerFast(vocab=str(vocabulary)).save_pretrained(folder)
        vocabulary.unlink()
        return folder

    return made


@pytest.fixture(scope="module")
def plain(make: Make) -> Path:
    """A model with one label, for tests that leave it as it is."""
    return make()


@pytest.fixture(scope="module")
def reader(plain: Path) -> PairReader:
    return PairReader(plain)


@pytest.fixture
def spoilt(plain: Path, tmp_path: Path) -> Path:
    """A copy of the model for a test to spoil."""
    shutil.copytree(plain, tmp_path / "model")
    return tmp_path / "model"


def edit(file: Path, **changes: Any) -> None:
    """Writes other values into a JSON file."""
    record = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**record, **changes}), "utf-8")


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


@pytest.mark.parametrize(
    "names",
    [
        ("contradiction", "entailment", "neutral"),
        ("LABEL_0", "LABEL_1", "LABEL_2"),
        ("cat", "dog"),
        ("relevant", "yes"),
    ],
)
def test_labels_whose_meaning_cannot_be_told_are_refused(make, names):
    """
    A guess would show near misses as answers; the labels are named and what to do.
    """
    with pytest.raises(ReaderUnavailable, match=f"has the labels {names[0].lower()}, .*id2label"):
        PairReader(make(names))


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
    among = reader.score(QUESTION, [*others, LEAFLET])

    assert [*range(1, 9), 3] == [len(chances) for chances in among]
    assert reader.score(QUESTION, [LEAFLET])[0].tolist() == among[-1].tolist()


def test_threads_do_not_disturb_each_other(reader):
    """
    Many questions at once give what they give one by one.
    """
    questions = [f"how long {'six ' * n}weeks" for n in range(12)]
    alone = [reader.score(q, [LEAFLET])[0].tolist() for q in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda q: reader.score(q, [LEAFLET])[0].tolist(), questions))

    assert alone == together


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


@pytest.mark.parametrize("head", ["BertModel", "BertForMaskedLM", "LlamaForCausalLM", None])
def test_a_model_without_the_head_is_refused(spoilt, head):
    """
    An encoder or a language model would get a head filled with chance.
    """
    edit(spoilt / "config.json", architectures=head and [head])

    with pytest.raises(ReaderUnavailable, match=f"is no cross-encoder.* {head or 'none'}, wanted"):
        PairReader(spoilt)


def test_code_beside_the_weights_is_not_run(spoilt, monkeypatch):
    """
    Nor is anybody at the keyboard asked whether it may.
    """
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("somebody was asked"))
    (spoilt / "modeling_own.py").write_text("raise SystemExit('was run')", "utf-8")
    ways = {
        "AutoConfig": "modeling_own.Own",
        "AutoModelForSequenceClassification": "modeling_own.M",
    }
    edit(spoilt / "config.json", model_type="own", auto_map=ways)

    with pytest.raises(ReaderUnavailable, match="cannot be opened"):
        PairReader(spoilt)


def test_weights_without_the_head_are_refused(spoilt):
    """
    The libraries would fill the gap with chance and go on.
    """
    from safetensors.numpy import load_file, save_file

    weights = load_file(spoilt / "model.safetensors")
    del weights["classifier.weight"]
    save_file(weights, spoilt / "model.safetensors", {"format": "pt"})

    with pytest.raises(ReaderUnavailable, match=r"lacks the weights classifier\.weight"):
        PairReader(spoilt)


def test_weights_that_are_no_numbers_are_refused(spoilt):
    """
    A probability is a number.
    """
    from safetensors.numpy import load_file, save_file

    weights = load_file(spoilt / "model.safetensors")
    weights["classifier.bias"] = np.array([np.nan], np.float32)
    save_file(weights, spoilt / "model.safetensors", {"format": "pt"})

    with pytest.raises(ReaderUnavailable, match="its weights are damaged"):
        PairReader(spoilt)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("how", ["cut", "gone"])
def test_a_damaged_or_missing_file_is_refused(spoilt, name, how):
    """
    The folder is named and what belongs into it.
    """
    file = spoilt / name
    if how == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    else:
        file.unlink()

    with pytest.raises(
        ReaderUnavailable, match=f"QA_READER: {spoilt}.*whole model.*unset QA_READER"
    ):
        PairReader(spoilt)


def test_labels_and_weights_that_disagree_are_refused(spoilt):
    """
    Three labels in the settings, one in the weights.
    """
    edit(spoilt / "config.json", id2label={"0": "no", "1": "answers", "2": "maybe"})

    with pytest.raises(ReaderUnavailable, match="cannot be opened"):
        PairReader(spoilt)


def test_a_vocabulary_beyond_the_weights_is_refused(spoilt):
    """
    Files of two models mixed up are found when opened, not at some question.
    """
    record = json.loads((spoilt / "tokenizer.json").read_text("utf-8"))
    record["model"]["vocab"].update({"a": 500, "b": 501})
    (spoilt / "tokenizer.json").write_text(json.dumps(record), "utf-8")

    with pytest.raises(ReaderUnavailable, match="cannot judge a pair of texts"):
        PairReader(spoilt)


def test_a_missing_package_is_named(plain, monkeypatch):
    """
    The operator is told what to install.
    """
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)

    with pytest.raises(ReaderUnavailable, match="sentence_transformers.*pip install -r"):
        PairReader(plain)
