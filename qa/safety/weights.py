"""A record of fitted weights in models/: a JSON file, and beside it the arrays it vouches for."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.generic]]
PROBLEMS = (OSError, ValueError, KeyError, TypeError, AttributeError)  # of a damaged record


def read_weights(record: Path) -> tuple[dict[str, Any], Arrays]:
    """The record, and its arrays by name. Raises one of PROBLEMS."""
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
