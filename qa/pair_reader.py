"""Any Hugging Face cross-encoder in the place of the sentence reader. Nothing is fetched.

Such a model judges a whole text and cannot be told which sentence of it is meant; with neighbours
beside it, a sentence would be credited with their answer. So each sentence is read by itself, below
its heading. Slower than the reader that comes with the program, and needs torch.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.cross_encoder import ReaderUnavailable, Window
from qa.text_embedding import encodable

BATCH = 16
LONGEST = 256  # tokens of a question, a heading and a sentence; beyond it nothing new is asked
SPARE = 2  # positions that some models (RoBERTa) do not use
DECIMALS = 4  # of a logit; what company in a batch changes should lie far below
HEAD = "ForSequenceClassification"
DECIDES = (".safetensors", ".bin", ".json", ".txt", ".model")  # files that decide what comes out
YES = ("answer", "answers", "relevant", "yes", "true", "positive")  # names of the label wanted
YES_OF_TWO = ("entailment", "label_1", "1")  # as QNLI and most two-way rankers have it

OR_ELSE = "or unset QA_READER to use the reader that comes with the program."


class PairReader:
    """A cross-encoder over (question, heading + sentence), on the CPU in float32."""

    def __init__(self, folder: Path) -> None:
        self._where = f"QA_READER: {folder}"
        self._lock = threading.Lock()  # a tokenizer serves one thread at a time
        self.digest = _digest(folder)
        self._model = self._opened(folder)
        self._label = self._meaning(self._model.config)
        self._model.max_seq_length = _longest(self._model)
        self._try()

    def score(self, question: str, windows: Sequence[Window]) -> list[NDArray[np.float32]]:
        """For each window (sentences,) probabilities that the sentence answers the question.

        They are as well calibrated as the model is. An empty sentence has the probability 0.
        """
        return [_probabilities(logits) for logits in self.logits(question, windows)]

    def logits(self, question: str, windows: Sequence[Window]) -> list[NDArray[np.float32]]:
        """For each window (sentences,) what `score` makes its probabilities of."""
        texts = [below(w.heading, sentence) for w in windows for sentence in w.sentences]
        asked = encodable(question)
        read = iter(self._read([(asked, encodable(text)) for text in texts if text]))
        found = iter([next(read) if text else -np.inf for text in texts])
        return [np.array(list(islice(found, len(w.sentences))), np.float32) for w in windows]

    def _read(self, pairs: list[tuple[str, str]]) -> list[float]:
        if not pairs:
            return []
        with self._lock:
            raw = self._model.predict(
                pairs, batch_size=BATCH, show_progress_bar=False, activation_fn=_unchanged
            )
        logits = np.asarray(raw, np.float64).reshape(len(pairs), -1)
        return [float(n) for n in np.round(_log_odds(logits, self._label), DECIMALS)]

    def _opened(self, folder: Path) -> Any:
        """The model; ReaderUnavailable unless its files are whole and it was trained on pairs."""
        self._check_head(folder / "config.json")
        try:
            # What the files lack is made up, with no more than a warning: weights, a tokenizer.
            lacking = [f"the weights {name}" for name in _missing_weights(folder)[:4]]
            model = _cross_encoder(folder)
            if len(model.tokenizer.get_vocab()) <= len(model.tokenizer.all_special_tokens):
                lacking.append("its tokenizer")
        except ImportError as error:
            raise self._refusal(
                f"is a Hugging Face model, which needs packages that are not here ({error})",
                "Run: pip install -r requirements.txt",
            ) from error
        except Exception as error:  # files damaged in any way: the libraries have no common base
            raise self._refusal(
                f"cannot be opened ({_line(error)})",
                "Put the whole model there, with config.json, its weights and its tokenizer",
            ) from error
        if lacking:
            raise self._refusal(f"lacks {', '.join(lacking)}", "Put the whole model there")
        return model

    def _check_head(self, config: Path) -> None:
        try:
            heads = json.loads(config.read_text("utf-8")).get("architectures") or ["none"]
        except (OSError, ValueError, AttributeError) as error:
            raise self._refusal(
                f"has a config.json that cannot be read ({_line(error)})",
                "Put the whole model there",
            ) from error
        if not str(heads[0]).endswith(HEAD):
            raise self._refusal(
                f"is no cross-encoder: its architecture is {heads[0]}, wanted is one that ends in "
                f"{HEAD}",
                "Name a model that was trained to judge whether a text answers a question",
            )

    def _meaning(self, config: Any) -> int:
        """The row of the label that means "answers"; 0 where there is one label only."""
        names = [str(config.id2label[row]).strip().lower() for row in range(config.num_labels)]
        if len(names) == 1:
            return 0
        # Of three labels "entailment" says that one statement follows from another: no answer.
        wanted = YES + YES_OF_TWO if len(names) == 2 else YES
        rows = [row for row, name in enumerate(names) if name in wanted]
        if len(rows) != 1:
            raise self._refusal(
                f"has the labels {', '.join(names)}, and which of them means that the text "
                "answers the question cannot be told",
                "If one does, call it 'answers' in id2label in config.json; else name another "
                "model",
            )
        return rows[0]

    def _try(self) -> None:
        """One pair: what the files hold may fit together badly, which shows only in use."""
        try:
            finite = bool(np.isfinite(self._read([("a " * LONGEST, "b " * LONGEST)])).all())
        except Exception as error:  # whatever such a model raises
            raise self._refusal(
                f"cannot judge a pair of texts ({_line(error)})", "Name another model"
            ) from error
        if not finite:
            raise self._refusal(
                "gives no number for a pair of texts: its weights are damaged", "Restore them"
            )

    def _refusal(self, problem: str, remedy: str) -> ReaderUnavailable:
        return ReaderUnavailable(f"{self._where} {problem}. {remedy}, {OR_ELSE}")


def below(heading: str, sentence: str) -> str:
    """What is read beside the question; nothing for an empty sentence.

    >>> below("Knee braces > Washing", "By hand."), below("Knee braces", " ")
    ('Knee braces > Washing\\nBy hand.', '')
    """
    return f"{heading}\n{sentence}".strip() if sentence.strip() else ""


def _missing_weights(folder: Path) -> list[str]:
    """Names of the weights that the architecture has and the files lack."""
    from transformers import AutoModelForSequenceClassification as Plain

    # Code beside the weights is never run; without saying so, the operator would be asked.
    _, found = Plain.from_pretrained(
        str(folder), local_files_only=True, trust_remote_code=False, output_loading_info=True
    )
    return sorted(found["missing_keys"])


def _cross_encoder(folder: Path) -> Any:
    from sentence_transformers import CrossEncoder

    # With shorter numbers a result would depend on its company in a batch.
    exact = {"dtype": "float32"}
    return CrossEncoder(str(folder), device="cpu", local_files_only=True, model_kwargs=exact)


def _log_odds(logits: NDArray[np.float64], label: int) -> NDArray[np.float64]:
    """(n, labels) -> (n,): the one column, or that of `label` against all others together."""
    if logits.shape[1] == 1:
        return logits[:, 0]
    others = np.delete(logits, label, axis=1)
    return np.asarray(logits[:, label] - np.logaddexp.reduce(others, axis=1), np.float64)


def _probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """The logistic function, written so that it overflows nowhere."""
    return (0.5 * (1 + np.tanh(0.5 * logits.astype(np.float64)))).astype(np.float32)


def _longest(model: Any) -> int:
    limits = [LONGEST]
    if model.max_seq_length:
        limits.append(int(model.max_seq_length))
    positions = getattr(model.config, "max_position_embeddings", None)
    if isinstance(positions, int) and positions > SPARE:
        limits.append(positions - SPARE)
    return min(limits)


def _digest(folder: Path) -> str:
    """sha256 in hex over the sha256 of each file that decides, in the order of their paths."""
    whole = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in DECIDES and p.is_file()):
        with path.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200] or type(error).__name__


def _unchanged(logits: Any) -> Any:
    return logits
