"""Turn a trained reader into what is committed: python training/export.py RUN/reader.safetensors

Writes model.onnx, whose matrices are int8 with one scale per output channel (per row for the word
embeddings) and are multiplied back to float32 when the file is opened: the arithmetic itself is
float32 (or bfloat16 where the runtime is told so), hence the same alone and in a batch.
"""

from __future__ import annotations

import argparse
import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from model import Reader, base_folder, trained
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

FOLDER = Path(__file__).resolve().parents[1] / "qa" / "models" / "sentence-reader"
SMALL = 4096  # arrays with fewer numbers stay float32


class Sentences(nn.Module):
    """ids, kinds, mask (n, length), member (n, s, length), all int64 -> logits (n, s)."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor, member: Tensor) -> Tensor:
        logits, _ = self.reader(ids, kinds, mask, member.float())
        return logits


def write_float(reader: Reader, path: Path) -> None:
    names = ["ids", "kinds", "mask"]
    ids = torch.tensor([[101, 2129, 102, 102, 2339, 102], [101, 2339, 102, 102, 2129, 102]])
    kinds = torch.tensor([[0, 0, 0, 0, 1, 0]] * 2)
    member = torch.tensor([[[0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0]]] * 2)
    axes = {0: "n", 1: "length"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's advice
        torch.onnx.export(
            Sentences(reader.eval()).eval(),
            (ids, kinds, torch.ones_like(ids), member),
            str(path),
            input_names=[*names, "member"],
            output_names=["logits"],
            dynamic_axes={
                **dict.fromkeys(names, axes),
                "member": {0: "n", 1: "s", 2: "length"},
                "logits": {0: "n", 1: "s"},
            },
            opset_version=17,
            dynamo=False,
        )


def to_int8(values: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """int8 values and the float32 scales along `axis` that bring them back."""
    others = tuple(i for i in range(values.ndim) if i != axis)
    scales = np.maximum(np.abs(values).max(axis=others, keepdims=True) / 127, 1e-12)
    return np.rint(values / scales).astype(np.int8), scales.astype(np.float32).ravel()


def quantise(model: onnx.ModelProto) -> None:
    """Store every large matrix of the graph as int8."""
    graph = model.graph
    large = {t.name: t for t in graph.initializer if np.prod(t.dims) > SMALL and len(t.dims) == 2}
    users = {name: [n for n in graph.node if name in n.input] for name in large}
    for name, tensor in large.items():
        values = numpy_helper.to_array(tensor)
        (user,) = users[name]
        graph.initializer.remove(tensor)
        if user.op_type == "Gather":
            _quantise_rows(graph, name, values, user)
        else:
            transposed = any(a.name == "transB" and a.i for a in user.attribute)
            _quantise_matrix(graph, name, values, 0 if transposed else 1)


def _quantise_matrix(graph: onnx.GraphProto, name: str, values: np.ndarray, axis: int) -> None:
    whole, scales = to_int8(values, axis)
    graph.initializer.extend(
        [
            numpy_helper.from_array(whole, f"{name}_int8"),
            numpy_helper.from_array(scales, f"{name}_scale"),
            numpy_helper.from_array(np.zeros(len(scales), np.int8), f"{name}_zero"),
        ]
    )
    inputs = [f"{name}_int8", f"{name}_scale", f"{name}_zero"]
    graph.node.insert(0, helper.make_node("DequantizeLinear", inputs, [name], axis=axis))


def _quantise_rows(
    graph: onnx.GraphProto, name: str, values: np.ndarray, user: onnx.NodeProto
) -> None:
    """Only the rows looked up are brought back, not the whole table."""
    whole, scales = to_int8(values, 0)
    graph.initializer.extend(
        [
            numpy_helper.from_array(whole, f"{name}_int8"),
            numpy_helper.from_array(scales[:, None], f"{name}_scale"),
        ]
    )
    rows, place = user.input[1], list(graph.node).index(user)
    made = [
        helper.make_node("Gather", [f"{name}_int8", rows], [f"{name}_rows"]),
        helper.make_node("Cast", [f"{name}_rows"], [f"{name}_float"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}_scale", rows], [f"{name}_scales"]),
        helper.make_node("Mul", [f"{name}_float", f"{name}_scales"], [user.output[0]]),
    ]
    graph.node.remove(user)
    for i, node in enumerate(made):
        graph.node.insert(place + i, node)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", type=Path, help="a reader.safetensors")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder (the shipped reader's)")
    parser.add_argument("--float", action="store_true", help="leave the weights float32")
    parser.add_argument("--slope", type=float, default=1.0, help="calibration, see evaluate.py")
    parser.add_argument("--intercept", type=float, default=0.0, help="the same")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    reader = trained(options.weights)
    path = options.out / "model.onnx"
    write_float(reader, path)
    if not options.float:
        model = onnx.load(str(path))
        quantise(model)
        onnx.checker.check_model(model)
        onnx.save(model, str(path))
    shutil.copyfile(base_folder() / "tokenizer.json", options.out / "tokenizer.json")
    record = {
        "format": 2, "longest": 224, "slope": options.slope, "intercept": options.intercept,
    }  # fmt: skip
    (options.out / "reader.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
