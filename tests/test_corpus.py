"""The corpus folder as a manifest, and two manifests as changes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from qa.corpus import Changes, Source, compare, read_manifest
from qa.errors import QAError


def put(folder: Path, name: str, content: str = "text") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return path


def names(folder: Path) -> list[str]:
    return [source.source for source in read_manifest(folder).sources]


def refusals(folder: Path) -> dict[str, str]:
    return {r.source: r.reason for r in read_manifest(folder).refused}


def test_a_source_is_its_path_size_and_hashes(tmp_path: Path) -> None:
    """
    Size and sha256 are those of the bytes, the sidecar has a hash of its own.
    """
    put(tmp_path, "more/ect.pdf", "abc")
    put(tmp_path, "more/ect.toml", "x")

    expected = Source(
        "more/ect.pdf",
        3,
        hashlib.sha256(b"abc").hexdigest(),
        hashlib.sha256(b"x").hexdigest(),
    )
    assert (expected,) == read_manifest(tmp_path).sources


def test_sources_are_sorted_by_path_across_folders(tmp_path: Path) -> None:
    """
    The order is that of the whole path, whatever order the disk gives.
    """
    for name in ("b.md", "a/z.md", "a.md", "c/a.md", "B.md"):
        put(tmp_path, name)

    assert ["B.md", "a.md", "a/z.md", "b.md", "c/a.md"] == names(tmp_path)


@pytest.mark.parametrize("name", [".hidden.md", ".folder/a.md", "README", "README.md", "a/README"])
def test_what_is_not_an_article_is_left_out_without_a_word(tmp_path: Path, name: str) -> None:
    """
    Hidden files, files in hidden folders and README files are no sources and no refusals.
    """
    put(tmp_path, "a.md")
    put(tmp_path, name)

    assert ["a.md"] == names(tmp_path)
    assert {} == refusals(tmp_path)


def test_the_index_inside_the_corpus_is_left_out(tmp_path: Path) -> None:
    """
    A corpus folder that holds the index does not read its own snapshots.
    """
    put(tmp_path, "a.md")
    put(tmp_path, "index/0123456789abcdef/documents.jsonl")

    found = read_manifest(tmp_path, tmp_path / "index")
    assert ["a.md"] == [source.source for source in found.sources]


def test_a_sidecar_without_its_article_is_refused(tmp_path: Path) -> None:
    """
    A misnamed sidecar is reported: its article would silently lack its metadata.
    """
    put(tmp_path, "ect.pdf")
    put(tmp_path, "etc.toml")

    assert {"etc.toml": "it describes an article that is not there"} == refusals(tmp_path)


def test_links_are_followed_inside_the_corpus_only(tmp_path: Path) -> None:
    """
    A link that leaves the corpus, and a link to a folder, is refused by name.
    """
    corpus = tmp_path / "corpus"
    put(corpus, "a.md")
    put(tmp_path, "secret.md")
    (corpus / "inside.md").symlink_to("a.md")
    (corpus / "outside.md").symlink_to("../secret.md")
    (corpus / "folder").symlink_to("..")

    assert ["a.md", "inside.md"] == names(corpus)
    assert ["folder", "outside.md"] == list(refusals(corpus))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    """
    Opening a pipe would hang for ever.
    """
    os.mkfifo(tmp_path / "pipe.md")

    assert {"pipe.md": "it is not an ordinary file"} == refusals(tmp_path)


def test_dead_and_circular_links_are_refused(tmp_path: Path) -> None:
    """
    A link to nothing, or to itself, costs that one file.
    """
    (tmp_path / "dead.md").symlink_to("nothing.md")
    (tmp_path / "round.md").symlink_to("round.md")

    assert ["dead.md", "round.md"] == list(refusals(tmp_path))


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """
    A name that cannot be written down cannot be shown as a source.
    """
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("text")
    except OSError:
        pytest.skip("this disk takes UTF-8 names only")

    assert {"caf?.md": "its name is not valid UTF-8"} == refusals(tmp_path)


@pytest.mark.parametrize(("make", "said"), [(False, "there is no corpus"), (True, "not a folder")])
def test_a_corpus_that_is_no_folder_is_named(tmp_path: Path, make: bool, said: str) -> None:
    """
    The message says what is wrong with which path and which flag mends it.
    """
    corpus = tmp_path / "articles"
    if make:
        corpus.write_text("")
    with pytest.raises(QAError, match=f"{said}.*--corpus") as caught:
        read_manifest(corpus)
    assert str(corpus) in str(caught.value)


def test_changes_of_bytes_and_of_sidecars_count() -> None:
    """
    Each path falls into exactly one of four sorted lists.
    """
    old = [
        Source("same", 1, "x"),
        Source("bytes", 1, "x"),
        Source("side", 1, "x"),
        Source("z", 1, "x"),
    ]
    new = [
        Source("same", 1, "x"),
        Source("bytes", 1, "y"),
        Source("side", 1, "x", "s"),
        Source("n", 1, "x"),
    ]

    expected = Changes(added=("n",), changed=("bytes", "side"), removed=("z",), unchanged=("same",))
    assert expected == compare(old, new)
