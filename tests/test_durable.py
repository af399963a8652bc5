"""qa.durable: small files that are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.durable import write_durably


def test_the_new_content_takes_the_place_of_the_old(tmp_path: Path) -> None:
    """
    Nothing else is left in the folder.
    """
    write_durably(tmp_path / "a", b"one")
    write_durably(tmp_path / "a", b"two")

    assert b"two" == (tmp_path / "a").read_bytes()
    assert ["a"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_what_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """
    A full disk is met when the bytes are forced to it, or before; never a half-written file.
    """

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write_durably(tmp_path / "a", b"one")
    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="No space left"):
        write_durably(tmp_path / "a", b"two")

    assert b"one" == (tmp_path / "a").read_bytes()
    assert ["a"] == [path.name for path in tmp_path.iterdir()]
