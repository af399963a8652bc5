"""Texts in, embeddings out: the `Encoder` protocol and the one place that opens an encoder."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.config import DEFAULT_MODEL, Settings
from qa.errors import EncoderUnavailable, QAError
from qa.text_embedding import TextEmbedding

__all__ = ["Encoder", "TextEmbedding", "open_encoder"]

logger = logging.getLogger(__name__)

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
    """The encoder that the settings name; with `arithmetic`, as a snapshot was made with it.

    Raises EncoderUnavailable if the model is not here, or that arithmetic cannot be had.
    """
    choices = _choices(settings)
    if arithmetic is not None and arithmetic not in choices:
        raise EncoderUnavailable(
            f"the index was made with {arithmetic}; this machine, with QA_MODEL={settings.model} "
            f"and QA_BACKEND={settings.backend}, gives {', '.join(choices)}. "
            "Rebuild the index: python -m qa build"
        )
    wanted = choices if arithmetic is None else (arithmetic,)
    for choice in wanted[:-1]:
        try:
            return _open(settings, choice)
        except EncoderUnavailable as error:
            logger.warning("%s Going on with the next choice.", error)
    return _open(settings, wanted[-1])


def _choices(settings: Settings) -> tuple[str, ...]:
    """The arithmetics that the settings allow and this CPU is made for, fastest first."""
    from qa.runtimes import has_bf16

    if settings.backend not in BACKENDS:
        raise QAError(
            f"QA_BACKEND is {settings.backend!r}, but must be one of: {', '.join(BACKENDS)}."
        )
    if settings.model != DEFAULT_MODEL:
        if settings.backend not in ("auto", "torch"):
            raise QAError(
                f"QA_BACKEND={settings.backend} serves the default model only, and QA_MODEL is "
                f"{settings.model!r}. Set QA_BACKEND=auto."
            )
        return ("torch-float32",)
    bf16 = ("openvino-bf16",) if has_bf16() else ()
    return {
        "auto": (*bf16, "onnx-float32", "openvino-float32", "torch-float32"),
        "openvino": (*bf16, "openvino-float32"),
        "onnx": ("onnx-float32",),
        "torch": ("torch-float32",),
    }[settings.backend]


def _open(settings: Settings, arithmetic: str) -> Encoder:
    if arithmetic == "torch-float32":
        return _reference(settings.model)
    from qa.fast_encoder import open_proved
    from qa.model_export import kept_export

    return open_proved(kept_export(settings.cache), arithmetic)


def _reference(model: str) -> Encoder:
    from qa.reference_encoder import ReferenceEncoder, local_folder

    if model != DEFAULT_MODEL:
        return ReferenceEncoder(model, local_folder(model))
    from qa.model_export import WEIGHTS_DIGEST, check_default_model, default_model_folder

    folder = default_model_folder()
    check_default_model(folder)
    return ReferenceEncoder(model, folder, WEIGHTS_DIGEST)
