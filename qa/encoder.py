"""Texts in, embeddings out: the `Encoder` protocol and the one place that opens an encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.config import DEFAULT_MODEL, Settings
from qa.errors import EncoderUnavailable, QAError
from qa.text_embedding import TextEmbedding

__all__ = ["Encoder", "TextEmbedding", "open_encoder"]

BACKENDS = ("auto", "onnx", "openvino", "torch")


class Encoder(Protocol):
    """Makes embeddings. Safe to call from several threads; results in the order of the input."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str:
        """sha256 of the weights, in hex."""

    @property
    def arithmetic(self) -> str:
        """How numbers are multiplied; embeddings are comparable only if this is equal."""

    @property
    def dim(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """The longest input, special tokens included; longer texts are cut off."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (n, dim), rows of length 1."""

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[TextEmbedding]:
        """One TextEmbedding a text; `progress` is told how many are done."""

    def count_tokens(self, text: str) -> int:
        """How many tokens the text has, special tokens not counted, nothing cut off."""


def open_encoder(settings: Settings, arithmetic: str | None = None) -> Encoder:
    """The encoder that the settings name; with `arithmetic`, the one a snapshot was made with."""
    encoder = _opened(settings)
    if arithmetic is not None and encoder.arithmetic != arithmetic:
        raise EncoderUnavailable(
            f"the index was made with {arithmetic}, which this machine or QA_BACKEND does not "
            f"give (it gives {encoder.arithmetic}). Rebuild it: python -m qa build"
        )
    return encoder


def _opened(settings: Settings) -> Encoder:
    if settings.backend not in BACKENDS:
        raise QAError(f"QA_BACKEND is {settings.backend!r}, but must be one of {BACKENDS}.")
    if settings.model != DEFAULT_MODEL or settings.backend == "torch":
        return _reference(settings.model)
    from qa.fast_encoder import FastEncoder
    from qa.model_export import kept_export

    return FastEncoder(kept_export(settings.cache), "onnx-float32")


def _reference(model: str) -> Encoder:
    from qa.reference_encoder import ReferenceEncoder, local_folder

    if model != DEFAULT_MODEL:
        return ReferenceEncoder(model, local_folder(model))
    from qa.model_export import WEIGHTS_DIGEST, check_default_model, default_model_folder

    folder = default_model_folder()
    check_default_model(folder)
    return ReferenceEncoder(model, folder, WEIGHTS_DIGEST)
