"""The default model without torch: tokenizers + onnxruntime or OpenVINO (owns these libraries).

A text gets the same embeddings alone and among others. Token and text embeddings come from one
pass. Safe to call from several threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import EncoderUnavailable
from qa.model_export import MAX_TOKENS, PROBE_TEXTS, WEIGHTS_DIGEST, Export
from qa.text_embedding import TextEmbedding, encodable, mean_embedding, unit_rows

BATCH = 8  # see benchmarks/encoder.md
WORST_COSINE = {"onnx-float32": 0.99999, "openvino-bf16": 0.999}

Pass = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text, cut off at the model's longest input."""

    ids: NDArray[np.int64]  # special tokens included
    ordinary: NDArray[np.bool_]  # for each id, whether it stands for some of the text
    spans: NDArray[np.int32]  # (n, 2), code points, of the ordinary ones

    @classmethod
    def of(cls, encoding: Any, longest: int) -> Tokens:
        """What is over the longest input falls away before the closing special token."""
        size = len(encoding.ids)
        kept = np.arange(size) if size <= longest else np.append(np.arange(longest - 1), size - 1)
        ordinary = np.array(encoding.special_tokens_mask)[kept] == 0
        spans = np.array(encoding.offsets, np.int32).reshape(-1, 2)[kept]
        return cls(np.array(encoding.ids, np.int64)[kept], ordinary, spans[ordinary])


class FastEncoder:
    """A kept export of all-MiniLM-L6-v2, run with the named arithmetic."""

    name = "all-MiniLM-L6-v2"
    digest = WEIGHTS_DIGEST
    dim = 384
    max_tokens = MAX_TOKENS

    def __init__(self, export: Export, arithmetic: str) -> None:
        from tokenizers import Tokenizer

        self.arithmetic = arithmetic
        self._lock = threading.Lock()  # neither tokenizers nor one OpenVINO request may be shared
        self._tokenizer: Any = Tokenizer.from_file(str(export.tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._pass = RUNTIMES[arithmetic](export)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (n, dim), rows of length 1."""
        rows = np.zeros((len(texts), self.dim), np.float32)
        for number, _, hidden in self._passes(texts):
            rows[number] = mean_embedding(hidden)
        return rows

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[TextEmbedding]:
        """One TextEmbedding a text, in the order given."""
        made: dict[int, TextEmbedding] = {}
        for number, tokens, hidden in self._passes(texts):
            rows = unit_rows(hidden[tokens.ordinary])
            made[number] = TextEmbedding(mean_embedding(hidden), rows, tokens.spans)
            if progress is not None:
                progress(len(made))
        return [made[number] for number in range(len(texts))]

    def count_tokens(self, text: str) -> int:
        """How many tokens the text has, special tokens not counted, nothing cut off."""
        with self._lock:
            return len(self._tokenizer.encode(encodable(text), add_special_tokens=False).ids)

    def _passes(self, texts: Sequence[str]) -> Iterator[tuple[int, Tokens, NDArray[np.float32]]]:
        """For each text, in no promised order: its number, tokens, and last layer (length, dim)."""
        with self._lock:
            encodings = self._tokenizer.encode_batch([encodable(text) for text in texts])
        tokens = [Tokens.of(encoding, self.max_tokens) for encoding in encodings]
        order = sorted(range(len(texts)), key=lambda number: (len(tokens[number].ids), number))
        for start in range(0, len(order), BATCH):
            numbers = order[start : start + BATCH]
            ids, mask = _batch([tokens[number].ids for number in numbers])
            with self._lock:
                hidden = self._pass(ids, mask)
            for row, number in enumerate(numbers):
                yield number, tokens[number], hidden[row, : len(tokens[number].ids)]


def prove(encoder: FastEncoder, export: Export) -> None:
    """Raise EncoderUnavailable unless the probe texts come out as the reference made them."""
    made = encoder.embed(PROBE_TEXTS)
    worst = 1.0
    for (text, tokens), ours in zip(export.probes(), made, strict=True):
        if ours.tokens.shape != tokens.shape:
            raise EncoderUnavailable(
                f"{encoder.arithmetic} sees {len(ours.tokens)} tokens in a probe text where the "
                f"reference sees {len(tokens)}. Set QA_BACKEND=torch."
            )
        cosines = np.append((ours.tokens * tokens).sum(axis=1), ours.embedding @ text)
        worst = min(worst, float(cosines.min()))
    if not worst >= WORST_COSINE[encoder.arithmetic]:
        raise EncoderUnavailable(
            f"{encoder.arithmetic} does not agree with the reference on this machine: worst cosine "
            f"{worst:.6f}, wanted {WORST_COSINE[encoder.arithmetic]}. Set QA_BACKEND=torch."
        )


def _batch(rows: list[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids and mask, int64 (n, longest), zeros to the right of each row's end."""
    ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
    mask = np.zeros_like(ids)
    for row, values in enumerate(rows):
        ids[row, : len(values)] = values
        mask[row, : len(values)] = 1
    return ids, mask


def _onnx(export: Export) -> Pass:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        str(export.graph), options, providers=["CPUExecutionProvider"]
    )

    def run(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        hidden: NDArray[np.float32] = session.run(None, {"ids": ids, "mask": mask})[0]
        return hidden

    return run


RUNTIMES: dict[str, Callable[[Export], Pass]] = {"onnx-float32": _onnx}
