"""qa.float_graph: the reader's weights brought back to float32, once."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import onnx
import pytest

from qa.cross_encoder import FOLDER, SentenceReader, Window, padded, row
from qa.float_graph import dequantised, float_graph
from qa.runtimes import onnx_graph

GRAPH = FOLDER / "model.onnx"
INPUTS = padded(row([2129, 2146], [14810], [[2009, 3138], [2416, 3134]], 64))


def test_the_float_graph_computes_the_same(tmp_path: Path) -> None:
    """
    int8 x scale is what the runtime would have multiplied; only rounding may differ.
    """
    made = float_graph(GRAPH, tmp_path)
    np.testing.assert_allclose(onnx_graph(GRAPH)(INPUTS), onnx_graph(made)(INPUTS), atol=1e-3)


def test_no_matrix_is_left_to_bring_back() -> None:
    """
    Every DequantizeLinear is gone, so nothing is done again at each pass.
    """
    before = [n.op_type for n in onnx.load(str(GRAPH)).graph.node]
    after = [n.op_type for n in onnx.load_from_string(dequantised(GRAPH)).graph.node]
    assert "DequantizeLinear" in before
    assert "DequantizeLinear" not in after


def test_it_is_made_once(tmp_path: Path) -> None:
    """
    The second call finds the first one's file and leaves nothing else behind.
    """
    made = float_graph(GRAPH, tmp_path)
    stamp = made.stat().st_mtime_ns
    assert made == float_graph(GRAPH, tmp_path)
    assert stamp == made.stat().st_mtime_ns
    assert [made] == list(tmp_path.iterdir())


def test_without_a_cache_the_small_graph_serves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """
    A cache that cannot be written costs speed, not answers, and is told.
    """
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "utf-8")
    with caplog.at_level(logging.WARNING):
        assert GRAPH == float_graph(GRAPH, blocked)
    assert "cannot be written" in caplog.text


def test_a_damaged_float_graph_does_not_stop_the_reader(tmp_path: Path) -> None:
    """
    The committed file is read instead.
    """
    made = float_graph(GRAPH, tmp_path)
    made.write_bytes(made.read_bytes()[:1000])
    reader = SentenceReader(FOLDER, "auto", tmp_path)
    (chances,) = reader.score("how long", [Window("", ("Wear it for six weeks.",))])
    assert 0.0 <= chances[0] <= 1.0
