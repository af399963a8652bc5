"""The exported graph, run: token ids of one text in, the model's last layer out.

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

STEP = 32  # few different lengths: a runtime prepares for each; see benchmarks/encoder.md
MOST_LANES = 8

# Two threads that use the openvino module for the first time at once wait for each other for ever
# (one holds a C++ initialisation guard and wants the GIL, the other the reverse; 2026.4.1).
_FIRST_USE = threading.Lock()

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


def onnx_float32(graph: Path) -> Pass:
    """onnxruntime with float32: exact to the last digits, on any CPU."""
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # they exist on Windows
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # so no pool of threads, and nothing spins while idle
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

    def run(ids: NDArray[np.int64]) -> NDArray[np.float32]:
        hidden = session.run(None, padded(ids))[0]
        return np.asarray(hidden[0, : len(ids)], np.float32)

    return run


def openvino_float32(graph: Path) -> Pass:
    """OpenVINO with float32."""
    return _openvino(graph, "f32")


def openvino_bf16(graph: Path) -> Pass:
    """OpenVINO with bfloat16 products, float32 in and out."""
    return _openvino(graph, "bf16")


def _openvino(graph: Path, precision: str) -> Pass:
    core = _quiet_openvino().Core()
    count = lanes()
    config = {
        "INFERENCE_PRECISION_HINT": precision,
        "NUM_STREAMS": str(count),
        "INFERENCE_NUM_THREADS": str(count),
        "ENABLE_CPU_PINNING": "NO",  # the machine is shared: let the system place the threads
    }
    compiled = core.compile_model(core.read_model(str(graph)), "CPU", config)
    free: SimpleQueue[Any] = SimpleQueue()  # a request serves one thread at a time
    for _ in range(count):
        free.put(compiled.create_infer_request())

    def run(ids: NDArray[np.int64]) -> NDArray[np.float32]:
        request = free.get()
        try:
            request.infer(padded(ids))
            return np.array(request.get_output_tensor(0).data[0, : len(ids)], np.float32)
        finally:
            free.put(request)

    with _FIRST_USE:
        run(np.array([101, 102]))
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
