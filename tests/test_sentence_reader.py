"""Which sentence reader QA_READER opens, and what it says where it opens none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import qa.sentence_reader as sentence_reader
from qa.config import Settings
from qa.cross_encoder import FOLDER, ReaderUnavailable, SentenceReader
from qa.sentence_reader import open_reader


class Opened:
    """Stands in for the Hugging Face reader: says which folder it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty Hugging Face cache in place of the user's."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(sentence_reader, "PairReader", Opened)
    (tmp_path / "hub").mkdir()
    return tmp_path / "hub"


def keep(hub: Path, name: str) -> Path:
    """Puts a model into the cache as if it had been fetched some day."""
    commit = "0123456789" * 4
    folder = hub / f"models--{name.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text(commit, "utf-8")
    kept = folder / "snapshots" / commit
    kept.mkdir(parents=True)
    (kept / "config.json").write_text("{}", "utf-8")
    return kept


def test_the_default_is_the_one_that_comes_with_the_program():
    """
    Nothing set, nothing to fetch.
    """
    default = open_reader(Settings())

    assert isinstance(default, SentenceReader)
    assert SentenceReader(FOLDER).digest == default.digest


def test_a_folder_in_our_own_form(tmp_path):
    """
    reader.json tells it from any other model.
    """
    folder = tmp_path / "reader"
    shutil.copytree(FOLDER, folder)
    (folder / "config.json").write_text("{}", "utf-8")

    assert isinstance(open_reader(Settings(reader=str(folder))), SentenceReader)


def test_a_folder_with_a_hugging_face_model(hub, tmp_path):
    """
    config.json and no reader.json.
    """
    (tmp_path / "config.json").write_text("{}", "utf-8")

    assert tmp_path == open_reader(Settings(reader=str(tmp_path))).folder


@pytest.mark.parametrize(
    ("kept", "name"),
    [
        ("acme/reader", "acme/reader"),
        ("cross-encoder/ms-marco-MiniLM-L6-v2", "ms-marco-MiniLM-L6-v2"),
    ],
)
def test_a_name_that_is_in_the_cache(hub, kept, name):
    """
    With its owner, or without for the ones of the library's own.
    """
    folder = keep(hub, kept)

    assert folder.resolve() == open_reader(Settings(reader=name)).folder.resolve()


@pytest.mark.parametrize("name", ["acme/reader", "no such folder/", "../../nowhere", "a/b/c", "x"])
def test_a_name_that_is_nowhere(hub, name):
    """
    Nothing is fetched: what to do is said instead.
    """
    with pytest.raises(ReaderUnavailable, match="not a folder and not among .*nothing is fetched"):
        open_reader(Settings(reader=name))


def test_a_folder_with_neither(tmp_path):
    """
    Both forms are named.
    """
    with pytest.raises(ReaderUnavailable, match=r"holds neither reader\.json .* nor config\.json"):
        open_reader(Settings(reader=str(tmp_path)))


def test_off_opens_nothing():
    """
    Who asks for a reader that is off has asked by mistake.
    """
    with pytest.raises(ReaderUnavailable, match="QA_READER is off"):
        open_reader(Settings(reader="off"))


def test_a_missing_package_is_named(monkeypatch):
    """
    The operator is told what to install.
    """
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)

    with pytest.raises(ReaderUnavailable, match="huggingface_hub.*pip install -r"):
        open_reader(Settings(reader="acme/reader"))


def test_the_default_loads_neither_torch_nor_transformers():
    """
    Serving stays light, though the setting could name a model that needs them.
    """
    code = (
        "import sys; from qa.config import Settings; from qa.sentence_reader import open_reader;"
        "open_reader(Settings());"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'huggingface_hub'};"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=FOLDER.parents[2], capture_output=True, text=True
    )

    assert "\n" == done.stdout
    assert 0 == done.returncode, done.stderr
