"""The vector index: exact, ordered by product and then by row, the same after saving."""

from __future__ import annotations

import threading
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from qa.errors import SnapshotFormat
from qa.vectors import VectorIndex


def unit(rng: np.random.Generator, n: int, dim: int) -> NDArray[np.float32]:
    """Float32 (n, dim), rows of length 1."""
    rows = rng.standard_normal((n, dim))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def search_slow(matrix: NDArray[np.float32], embedding: NDArray[np.float32], depth: int):
    """One plain sum a row in double precision, then one sort."""
    products = [float(np.float32((row.astype(float) * embedding).sum())) for row in matrix]
    return sorted(enumerate(products), key=lambda pair: (-pair[1], pair[0]))[:depth]


def test_products_are_the_hand_worked_ones():
    """
    The product of (3/5, 4/5) with each axis is its component, with itself 1.
    """
    matrix = np.array([[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], np.float32)
    found = VectorIndex.build(matrix).search(np.array([0.6, 0.8], np.float32), 4)

    assert [3, 1, 0, 2] == [row for row, _ in found]
    assert [1.0, 4 / 5, 3 / 5, -3 / 5] == pytest.approx([value for _, value in found], abs=1e-7)


@pytest.mark.parametrize("seed", range(40))
def test_search_agrees_with_the_slow_twin(seed: int):
    """
    Rows, values and order equal a plain sort, with many duplicate rows among them.
    """
    rng = np.random.default_rng(seed)
    n, dim = int(rng.integers(1, 300)), int(rng.choice([1, 2, 7, 64, 384]))
    matrix = unit(rng, n, dim)[rng.integers(0, n, n)]
    index = VectorIndex.build(matrix)
    for depth in (1, 3, 40, n, n + 5):
        question = unit(rng, 1, dim)[0]
        assert search_slow(matrix, question, depth) == index.search(question, depth)


def test_equal_rows_come_in_the_order_of_their_rows():
    """
    A tie that runs far across the depth is still broken by the row number.
    """
    matrix = np.tile(unit(np.random.default_rng(1), 1, 384), (1001, 1))
    found = VectorIndex.build(matrix).search(matrix[0], 7)

    assert list(range(7)) == [row for row, _ in found]


def test_a_depth_beyond_the_rows_gives_every_row():
    """
    There is no padding with row -1, as faiss gives it.
    """
    index = VectorIndex.build(np.eye(3, dtype=np.float32))
    assert [0, 1, 2] == [row for row, _ in index.search(np.ones(3, np.float32), 10)]


def test_an_index_without_rows_finds_nothing(tmp_path: Path):
    """
    Empty in, empty out, also after saving.
    """
    VectorIndex.build(np.zeros((0, 4), np.float32)).save(tmp_path / "v.faiss")
    index = VectorIndex.load(tmp_path / "v.faiss")

    assert (0, 4) == (len(index), index.dim)
    assert [] == index.search(np.ones(4, np.float32), 3)


@pytest.mark.parametrize("depth", [0, -1])
def test_a_depth_below_one_is_refused(depth: int):
    """
    Asking for nothing is a mistake of the caller.
    """
    with pytest.raises(ValueError, match="depth must be at least 1"):
        VectorIndex.build(np.eye(2, dtype=np.float32)).search(np.ones(2, np.float32), depth)


def test_shapes_and_values_that_cannot_be_searched_are_refused():
    """
    Neither a wrong shape nor a value that is not finite gets into an index.
    """
    with pytest.raises(ValueError, match="matrix"):
        VectorIndex.build(np.ones(4, np.float32))
    with pytest.raises(ValueError, match="not finite"):
        VectorIndex.build(np.array([[1.0, np.nan]], np.float32))
    with pytest.raises(ValueError, match=r"embedding \(2,\)"):
        VectorIndex.build(np.eye(2, dtype=np.float32)).search(np.ones(3, np.float32), 1)


def test_saving_keeps_every_result_and_the_bytes(tmp_path: Path):
    """
    Saved, loaded and saved again, the file is the same, and so is each ranking.
    """
    rng = np.random.default_rng(5)
    matrix = unit(rng, 200, 32)
    index = VectorIndex.build(matrix)
    index.save(tmp_path / "one")
    loaded = VectorIndex.load(tmp_path / "one")
    loaded.save(tmp_path / "two")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert index.search(matrix[7], 50) == loaded.search(matrix[7], 50)


@pytest.mark.parametrize("content", [None, b"", b"not an index", b"IxFI" + b"\xff" * 40])
def test_a_file_that_is_no_index_is_refused(tmp_path: Path, content: bytes | None):
    """
    The message names the file and says how to make the index again.
    """
    path = tmp_path / "vectors.faiss"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SnapshotFormat, match=r"vectors\.faiss.*qa build --clean"):
        VectorIndex.load(path)


def test_another_kind_of_index_is_refused(tmp_path: Path):
    """
    Distances are not taken for inner products.
    """
    faiss.write_index(faiss.IndexFlatL2(4), str(tmp_path / "v"))
    with pytest.raises(SnapshotFormat, match="not an exact inner product index"):
        VectorIndex.load(tmp_path / "v")


def test_threads_get_the_same_rankings_and_keep_their_thread_count():
    """
    Searching from several threads at once changes neither results nor faiss's setting.
    """
    rng = np.random.default_rng(3)
    matrix = unit(rng, 2000, 64)
    index = VectorIndex.build(matrix)
    expected = [index.search(row, 10) for row in matrix[:50]]
    before = faiss.omp_get_max_threads()
    results: list[list[list[tuple[int, float]]]] = []

    def work() -> None:
        results.append([index.search(row, 10) for row in matrix[:50]])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [expected] * 4 == results
    assert before == faiss.omp_get_max_threads()
