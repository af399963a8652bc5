"""Cross-encoders that cannot be relied on are refused when they are opened, with what to do."""

from __future__ import annotations

import json
import shutil
import sys

import numpy as np
import pytest

from qa.cross_encoder import ReaderUnavailable
from qa.pair_reader import PairReader
from tests.pair_models import edit, write_model


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """Writes a model into a folder of its own."""
    return lambda *labels: write_model(tmp_path_factory.mktemp("model"), *labels)


@pytest.fixture(scope="module")
def plain(make):
    """A model with one label, for tests that leave it as it is."""
    return make()


@pytest.fixture
def spoilt(plain, tmp_path):
    """A copy of the model for a test to spoil."""
    shutil.copytree(plain, tmp_path / "model")
    return tmp_path / "model"


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
