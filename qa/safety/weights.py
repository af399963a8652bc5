"""A record of fitted weights in models/: a JSON file, and beside it the arrays it vouches for."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.errors import QAError
from qa.safety.features import Floats

Arrays = Mapping[str, NDArray[np.generic]]
T = TypeVar("T")
_PROBLEMS = (OSError, ValueError, KeyError, TypeError, AttributeError)  # of a damaged record


class WeightsUnusable(QAError):
    """A record of weights is missing or damaged."""

    def __init__(self, record: Path, problem: Exception) -> None:
        super().__init__(
            f"{record} cannot be used ({problem}). Restore the file from the repository."
        )


def read_model(record: Path, make: Callable[[Mapping[str, Any], Arrays], T]) -> T:
    """What `make` gives for a record and its arrays. Raises WeightsUnusable, also where one that
    `make` needs is not there.
    """
    try:
        return make(*read_weights(record))
    except _PROBLEMS as problem:
        raise WeightsUnusable(record, problem) from problem


def read_weights(record: Path) -> tuple[dict[str, Any], Arrays]:
    """The record, and its arrays by name. Raises ValueError if they do not belong together."""
    said = json.loads(record.read_text("utf-8"))
    path = record.with_suffix(".npz")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != said["weights_sha256"]:
        raise ValueError(f"{path.name} is not the file that it names")
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return said, {name: arrays[name] for name in arrays.files}


def write_weights(record: Path, said: Mapping[str, Any], arrays: Arrays) -> int:
    """Writes both files; gives the bytes of the arrays."""
    kept = io.BytesIO()
    np.savez_compressed(kept, **arrays)  # type: ignore[arg-type]
    data = kept.getvalue()
    record.with_suffix(".npz").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    record.write_text(json.dumps({**said, "weights_sha256": digest}, indent=1) + "\n", "utf-8")
    return len(data)


def coarse(rows: Floats) -> NDArray[np.int8]:
    """Each row in steps of a 127th of its largest number, as embeddings are kept."""
    largest = np.abs(rows).max(axis=1, keepdims=True)
    return np.asarray(np.round(rows / largest * 127), np.int8)


def of_length_1(rows: NDArray[np.generic]) -> Floats:
    """What `coarse` gave, as rows of length 1 again."""
    found = np.asarray(rows, np.float32)
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9))
