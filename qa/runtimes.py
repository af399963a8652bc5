"""Exported graphs, run: the numbers of one text in, what the model makes of it out.

Owns onnxruntime and OpenVINO. Every text is its own pass, on one thread, its length rounded up to
a multiple of `STEP`: so nothing but the text decides the last bit of its numbers, neither its
neighbours nor how many cores there are, and on a CPU this is faster than batches.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP = 32  # few different lengths: a runtime prepares for each; see benchmarks/encoder.py
MOST_LANES = 8

# Two threads that use the openvino module for the first time at once wait for each other for ever
# (one holds a C++ initialisation guard and wants the GIL, the other the reverse; 2026.4.1).
_FIRST_USE = threading.Lock()

Inputs = dict[str, NDArray[np.int64]]
Graph = Callable[[Inputs], NDArray[np.float32]]  # inputs by name -> first output; any thread
Pass = Callable[[NDArray[np.int64]], NDArray[np.float32]]  # (n,) -> (n, dim); any thread


def lanes() -> int:
    """How many passes may run at once: one a core that this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(usable or 1, MOST_LANES))


def has_bf16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether this CPU multiplies bfloat16 itself; imitating it is slower than float32."""
    try:
        lines = cpuinfo.read_text("utf-8", "replace").splitlines()
    except OSError:  # not Linux: cannot be told, so the slower way that is everywhere
        return False
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return "avx512_bf16" in flags or "amx_bf16" in flags


def onnx_graph(path: Path) -> Graph:
    """onnxruntime with float32: exact to the last digits, on any CPU."""
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # they exist on Windows
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # so no pool of threads, and nothing spins while idle
    options.inter_op_num_threads = 1
    # Weights kept as int8 are made float32 once, when the graph is opened, not at every pass.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda inputs: np.asarray(session.run(None, inputs)[0], np.float32)


def openvino_graph(path: Path, precision: str) -> Graph:
    """OpenVINO, with as many requests as there are lanes."""
    core = _quiet_openvino().Core()
    count = lanes()
    config = {
        "INFERENCE_PRECISION_HINT": precision,
        "NUM_STREAMS": str(count),
        "INFERENCE_NUM_THREADS": str(count),
        "ENABLE_CPU_PINNING": "NO",  # the machine is shared: let the system place the threads
    }
    compiled = core.compile_model(core.read_model(str(path)), "CPU", config)
    free: SimpleQueue[Any] = SimpleQueue()  # a request serves one thread at a time
    for _ in range(count):
        free.put(compiled.create_infer_request())

    def run(inputs: Inputs) -> NDArray[np.float32]:
        request = free.get()
        try:
            request.infer(inputs)
            return np.array(request.get_output_tensor(0).data, np.float32)  # a copy
        finally:
            free.put(request)

    with _FIRST_USE:
        ranks = {port.any_name: len(port.get_partial_shape()) for port in compiled.inputs}
        run({name: np.ones((1,) * (n - 1) + (STEP,), np.int64) for name, n in ranks.items()})
    return run


def onnx_float32(path: Path) -> Pass:
    """The encoder's graph, run by onnxruntime with float32."""
    return _texts(onnx_graph(path))


def openvino_float32(path: Path) -> Pass:
    """The encoder's graph, run by OpenVINO with float32."""
    return _texts(openvino_graph(path, "f32"))


def openvino_bf16(path: Path) -> Pass:
    """The encoder's graph, run by OpenVINO with bfloat16 products, float32 in and out."""
    return _texts(openvino_graph(path, "bf16"))


def _texts(graph: Graph) -> Pass:
    def run(ids: NDArray[np.int64]) -> NDArray[np.float32]:
        return graph(padded(ids))[0, : len(ids)]

    return run


def _quiet_openvino() -> Any:
    """The openvino module without its conversion tools.

    Importing those sends a message over the internet ("general_import", 2026.4.1), unasked, and
    takes a third of a second. None in `sys.modules` makes that import fail, which openvino
    allows for.
    """
    for name in ("openvino_telemetry", "openvino.tools.ovc"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    import openvino

    return openvino


def padded(ids: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """The graph's inputs, (1, n) with n the next multiple of STEP; the mask is 0 on the filling.

    >>> inputs = padded(np.array([101, 102]))
    >>> inputs["ids"].shape, int(inputs["mask"].sum())
    ((1, 32), 2)
    """
    length = -(-len(ids) // STEP) * STEP
    inputs = {name: np.zeros((1, length), np.int64) for name in ("ids", "mask")}
    inputs["ids"][0, : len(ids)] = ids
    inputs["mask"][0, : len(ids)] = 1
    return inputs


RUNTIMES: dict[str, Callable[[Path], Pass]] = {
    "onnx-float32": onnx_float32,
    "openvino-float32": openvino_float32,
    "openvino-bf16": openvino_bf16,
}
