"""The reference: sentence-transformers, for any model by name or path. Owns that library and torch.

Slow to import and heavy; the fast encoder of the default model is proved against this one.
Nothing is fetched: a model is a folder, or a name whose files are already on this machine.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import EncoderUnavailable
from qa.text_embedding import TextEmbedding, encodable, unit_rows

BATCH = 8  # on a CPU small batches of similar length beat large ones
WEIGHTS = ("*.safetensors", "*.bin")


class ReferenceEncoder:
    """A sentence-transformers model on the CPU in float32."""

    arithmetic = "torch-float32"

    def __init__(self, name: str, folder: Path, digest: str | None = None) -> None:
        from sentence_transformers import SentenceTransformer

        self.name = name
        self.digest = digest or weights_digest(folder)
        self._lock = threading.Lock()
        try:
            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise EncoderUnavailable(
                f"model {name!r}: {folder} does not hold a sentence-transformers model ({error}). "
                "Name a folder that does, or unset QA_MODEL to use the default."
            ) from error
        self._tokenizer: Any = self._model.tokenizer
        if not getattr(self._tokenizer, "is_fast", False):
            raise EncoderUnavailable(
                f"model {name!r}: its tokenizer does not tell where a token stands in the text. "
                "Choose a model that comes with a tokenizer.json."
            )
        self.max_tokens = int(self._model.max_seq_length or self._tokenizer.model_max_length)
        self.dim = int(self._model.encode(["a"], show_progress_bar=False).shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (n, dim), rows of length 1."""
        rows = [item.embedding for item in self.embed(texts)]
        return np.stack(rows) if rows else np.zeros((0, self.dim), np.float32)

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[TextEmbedding]:
        """One TextEmbedding a text, in the order given."""
        made: dict[int, TextEmbedding] = {}
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), i))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            with self._lock:
                batch = self._embed_batch([encodable(texts[i]) for i in rows])
            made.update(zip(rows, batch, strict=True))
            if progress is not None:
                progress(len(made))
        return [made[i] for i in range(len(texts))]

    def count_tokens(self, text: str) -> int:
        """How many tokens the text has, special tokens not counted, nothing cut off."""
        with self._lock:
            ids = self._tokenizer(encodable(text), add_special_tokens=False, verbose=False)
        return len(ids["input_ids"])

    def _embed_batch(self, texts: list[str]) -> list[TextEmbedding]:
        import torch

        marks = self._tokenizer(
            texts,
            truncation=True,
            max_length=self.max_tokens,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
        )
        with torch.inference_mode():
            passed = self._model.preprocess(texts)
            passed = self._model(passed)
        sentences = unit_rows(passed["sentence_embedding"].float().numpy())
        hidden = passed["token_embeddings"].float().numpy()
        present = passed["attention_mask"].numpy().astype(bool)
        return [
            _cut(sentences[row], hidden[row][present[row]], marks, row) for row in range(len(texts))
        ]


def _cut(
    sentence: NDArray[np.float32], hidden: NDArray[np.float32], marks: Any, row: int
) -> TextEmbedding:
    """One row of a batch, without special tokens."""
    ordinary = np.array(marks["special_tokens_mask"][row]) == 0
    spans = np.array(marks["offset_mapping"][row], np.int32).reshape(-1, 2)
    return TextEmbedding(sentence, unit_rows(hidden[ordinary]), spans[ordinary])


def local_folder(model: str) -> Path:
    """Where the files of a model lie, given its folder or a name already in the user's cache."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for name in (model, f"sentence-transformers/{model}"):
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError):
            continue
    raise EncoderUnavailable(
        f"model {model!r} is not a folder and not among the models kept on this machine; nothing "
        "is fetched. Put its folder on this machine and set QA_MODEL to the path, or unset "
        "QA_MODEL to use the default."
    )


def weights_digest(folder: Path) -> str:
    """sha256 in hex over the weights in the folder, in the order of their paths."""
    files = sorted(path for pattern in WEIGHTS for path in folder.rglob(pattern))
    if not files:
        raise EncoderUnavailable(
            f"{folder} holds no weights (*.safetensors, *.bin). Name a model folder that does."
        )
    total = hashlib.sha256()
    for path in files:
        with path.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()
