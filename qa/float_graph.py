"""A graph with int8 weights -> the same graph with float32 weights, kept in the model cache.

OpenVINO would otherwise bring the weights back to float at every pass, which takes as long as the
pass itself. The committed file stays small; the large one can be made again at any time.
"""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from qa.model_export import file_digest, model_cache

logger = logging.getLogger(__name__)


def float_graph(path: Path, cache: Path | None) -> Path:
    """Where the float32 form of the graph lies; `path` itself where the cache cannot be written."""
    kept = model_cache(cache) / f"reader-{file_digest(path)[:16]}-float32.onnx"
    if kept.is_file():
        return kept
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".reader-", dir=kept.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(dequantised(path))
            os.replace(name, kept)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        logger.warning("the model cache %s cannot be written (%s): slower", kept.parent, error)
        return path
    return kept


def dequantised(path: Path) -> bytes:
    """The graph of `path` with each DequantizeLinear on weights replaced by its result."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(path))
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for node in [n for n in graph.node if n.op_type == "DequantizeLinear"]:
        if not all(name in stored for name in node.input):
            continue
        whole, scale, zero = (numpy_helper.to_array(stored[name]) for name in node.input)
        axis = next((a.i for a in node.attribute if a.name == "axis"), 1)
        shape = [-1 if i == axis else 1 for i in range(whole.ndim)]
        values = (whole.astype("float32") - zero.astype("float32").reshape(shape)) * (
            scale.reshape(shape)
        )
        graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
        graph.node.remove(node)
        for name in node.input:
            graph.initializer.remove(stored[name])
    return bytes(model.SerializeToString())
