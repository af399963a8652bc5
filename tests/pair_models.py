"""Small cross-encoders: one layer, a vocabulary of a few words, weights by chance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qa.cross_encoder import Window

WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] how long must i wear it the brace supports joint for six "
    "weeks wash by hand knee braces > ."
).split()
QUESTION = "how long must i wear the brace"
LEAFLET = Window(
    "Knee braces", ("The brace supports the joint.", "Wear it for six weeks.", "Wash it by hand.")
)


def write_model(
    folder: Path, names: tuple[str, ...] = ("LABEL_0",), biases: tuple[float, ...] = ()
) -> Path:
    """As many labels as names; with biases it says the same of every pair."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

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


def edit(file: Path, **changes: Any) -> None:
    """Writes other values into a JSON file."""
    record = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**record, **changes}), "utf-8")
