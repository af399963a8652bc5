"""The default model without torch: tokenizers, a kept export, and a runtime for it.

A text gets the same embeddings, to the last bit, alone and among others. Token and text embeddings
come from one pass. Safe to call from several threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.errors import EncoderUnavailable
from qa.model_export import MAX_TOKENS, PROBE_TEXTS, WEIGHTS_DIGEST, Export
from qa.runtimes import RUNTIMES, lanes
from qa.text_embedding import TextEmbedding, encodable, mean_embedding, unit_rows

WINDOW = 64  # texts under way at once: bounds the memory, and the wait when interrupted
WORST_COSINE = {"onnx-float32": 0.99999, "openvino-float32": 0.99999, "openvino-bf16": 0.999}

Made = TypeVar("Made")


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
        self._lock = threading.Lock()  # a tokenizer used by two threads says "Already borrowed"
        self._tokenizer: Any = Tokenizer.from_file(str(export.tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._pass = RUNTIMES[arithmetic](export.graph)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (n, dim), rows of length 1."""
        rows = np.zeros((len(texts), self.dim), np.float32)
        for number, row in enumerate(self._each(texts, self._encode_one)):
            rows[number] = row
        return rows

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[TextEmbedding]:
        """One TextEmbedding a text, in the order given."""
        made: list[TextEmbedding] = []
        for embedding in self._each(texts, self._embed_one):
            made.append(embedding)
            if progress is not None:
                progress(len(made))
        return made

    def count_tokens(self, text: str) -> int:
        """How many tokens the text has, special tokens not counted, nothing cut off."""
        with self._lock:
            return len(self._tokenizer.encode(encodable(text), add_special_tokens=False).ids)

    def _each(self, texts: Sequence[str], make: Callable[[Tokens], Made]) -> Iterator[Made]:
        """What `make` makes of each text, in the order given; several texts at once."""
        if len(texts) == 1:
            yield make(self._tokens(texts)[0])
            return
        with ThreadPoolExecutor(lanes(), "encoder") as pool:
            for start in range(0, len(texts), WINDOW):
                yield from pool.map(make, self._tokens(texts[start : start + WINDOW]))

    def _tokens(self, texts: Sequence[str]) -> list[Tokens]:
        with self._lock:
            encodings = self._tokenizer.encode_batch([encodable(text) for text in texts])
        return [Tokens.of(encoding, self.max_tokens) for encoding in encodings]

    def _encode_one(self, tokens: Tokens) -> NDArray[np.float32]:
        return mean_embedding(self._pass(tokens.ids))

    def _embed_one(self, tokens: Tokens) -> TextEmbedding:
        hidden = self._pass(tokens.ids)
        rows = unit_rows(hidden[tokens.ordinary])
        return TextEmbedding(mean_embedding(hidden), rows, tokens.spans)


def open_proved(export: Export, arithmetic: str) -> FastEncoder:
    """The encoder, once the probe texts have come out as the reference made them.

    Raises EncoderUnavailable if they do not, or if the runtime is not installed.
    """
    try:
        encoder = FastEncoder(export, arithmetic)
    except (ImportError, RuntimeError) as error:
        raise EncoderUnavailable(
            f"{arithmetic} does not run on this machine ({error}). "
            "Install its library (pip install -r requirements.txt) or set QA_BACKEND=torch."
        ) from error
    worst = worst_cosine(encoder, export)
    if not worst >= WORST_COSINE[arithmetic]:
        raise EncoderUnavailable(
            f"{arithmetic} does not agree with the reference on this machine: worst cosine "
            f"{worst:.6f}, wanted {WORST_COSINE[arithmetic]}. Set QA_BACKEND=torch."
        )
    return encoder


def worst_cosine(encoder: FastEncoder, export: Export) -> float:
    """To the reference, over the probe texts and their tokens; -1 if the tokens differ."""
    worst = 1.0
    for (text, tokens), ours in zip(export.probes(), encoder.embed(PROBE_TEXTS), strict=True):
        if ours.tokens.shape != tokens.shape:
            return -1.0
        cosines = np.append((ours.tokens * tokens).sum(axis=1), ours.embedding @ text)
        worst = min(worst, float(cosines.min()))
    return worst
