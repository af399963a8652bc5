"""Results written to files: whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.console import write_file
from qa.errors import QAError


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """
    The old content stays until the new one is complete; nothing else is left behind.
    """
    path = tmp_path / "out.trec"
    path.write_text("old")

    def lines() -> Iterator[str]:
        yield "new\n"
        assert "old" == path.read_text()
        yield "lines\n"

    write_file(path, lines())
    assert "new\nlines\n" == path.read_text()
    assert [path] == list(tmp_path.iterdir())


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    """
    A defect half way through costs nothing that was there.
    """
    path = tmp_path / "out.trec"
    path.write_text("old")

    def lines() -> Iterator[str]:
        yield "new\n"
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        write_file(path, lines())
    assert "old" == path.read_text()
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["missing/out.trec", "file/out.trec", "folder"])
def test_a_path_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    """
    A missing folder, a file where a folder should be, a folder where the file should be.
    """
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(QAError, match=f"{Path(name).name} cannot be written"):
        write_file(tmp_path / name, ["x"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_written_into_not_replaced(tmp_path: Path) -> None:
    """
    `--run /dev/stdout` must not put a file in its place.
    """
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(path.read_text()))
    reader.start()
    write_file(path, ["a\n"])
    reader.join()

    assert ["a\n"] == read
    assert path.is_fifo()
