"""Metadata is taken as written, checked field by field, and a mistake is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import UnreadableSource
from qa.readers import read_source
from qa.records import Metadata


def read_markdown(folder: Path, front_matter: str) -> Metadata:
    """The metadata of an article with these fields."""
    path = folder / "a.md"
    path.write_text(f"---\n{front_matter}\n---\n# Heading\n\nText.\n", "utf-8")
    return read_source(path, folder)[0].metadata


def test_all_fields_of_front_matter(tmp_path: Path) -> None:
    """
    Dates come as YAML dates or as text, lists as lists or as one text.
    """
    metadata = read_markdown(
        tmp_path,
        "title: A\npublisher: P\nauthors: One Author\nurl: https://example.org/a\n"
        "published: 2024-02-29\nreviewed: '2024-03-01'\nreview_due: 2025-03-01T10:00:00\n"
        "kind: guideline\npopulation: any\nstatus: withdrawn\nlanguage: en-GB\n"
        "based_on: [X, Y]\n",
    )
    expected = Metadata(
        title="A",
        publisher="P",
        authors=("One Author",),
        url="https://example.org/a",
        published="2024-02-29",
        reviewed="2024-03-01",
        review_due="2025-03-01",
        kind="guideline",
        population="any",
        status="withdrawn",
        language="en-GB",
        based_on=("X", "Y"),
    )
    assert expected == metadata


def test_empty_fields_are_as_if_absent(tmp_path: Path) -> None:
    """
    A field left blank keeps its default, and the title comes from the text.
    """
    assert Metadata(title="Heading") == read_markdown(tmp_path, "title:\npublisher: ''\nstatus:")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("published: 2024-02-30", "published is '2024-02-30', but must be a date"),
        ("published: March 2024", "published is 'March 2024', but must be a date"),
        ("reviewed: 2024", "reviewed is 2024, but must be a date"),
        ("status: old", "status is 'old', but must be one of: current, superseded, withdrawn"),
        ("kind: [trial]", "kind is .* must be one of: guideline, trial"),
        ("population: children", "must be one of: adults, adolescents, any"),
        ("publishd: 2024-01-01", "publishd is not known; did you mean published"),
        ("authors: [1.5]", "authors is 1.5, but must be text"),
        ("title: [a]", r"title is \['a'\], but must be text"),
        ("url: javascript:alert(1)", "url is .* must be an address"),
        ("language: English", "language is 'English'"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, field: str, said: str) -> None:
    """
    The message gives field, value and what is allowed.
    """
    with pytest.raises(UnreadableSource, match=said) as caught:
        read_markdown(tmp_path, field)
    assert "a.md" == caught.value.source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ntitle: [a\n---\nText.\n", "not valid YAML"),
        ("---\n- a\n- b\n---\nText.\n", "not a list of fields"),
        ("---\ntitle: A\n\nText.\n", "not closed"),
        ("---\ntitle: A\n---\n", "no readable text"),
    ],
)
def test_broken_front_matter(tmp_path: Path, text: str, said: str) -> None:
    """
    Each way of breaking it has its own message.
    """
    path = tmp_path / "a.md"
    path.write_text(text, "utf-8")
    with pytest.raises(UnreadableSource, match=said):
        read_source(path, tmp_path)


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    """
    Markdown may begin with a drawn line.
    """
    path = tmp_path / "a.md"
    path.write_text("---\n\nJust text.\n", "utf-8")
    assert "Just text." == read_source(path, tmp_path)[0].text


def test_front_matter_with_windows_line_ends(tmp_path: Path) -> None:
    """
    CRLF and a byte order mark do not hide it.
    """
    path = tmp_path / "a.md"
    path.write_bytes(b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\nText.\r\n")
    (document,) = read_source(path, tmp_path)
    assert ("A", "Text.") == (document.metadata.title, document.text)


def test_sidecar_of_another_format(tmp_path: Path) -> None:
    """
    TOML dates are dates; a mistake in it refuses the article, naming the sidecar.
    """
    path = tmp_path / "a.txt"
    path.write_text("Some text here.\n", "utf-8")
    (tmp_path / "a.toml").write_text('title = "T"\npublished = 2024-01-02\n', "utf-8")
    metadata = read_source(path, tmp_path)[0].metadata
    assert ("T", "2024-01-02") == (metadata.title, metadata.published)
    (tmp_path / "a.toml").write_text("title = ", "utf-8")
    with pytest.raises(UnreadableSource, match=r"a\.toml is not valid TOML"):
        read_source(path, tmp_path)


def test_sidecar_of_bulk_lines_keeps_their_titles(tmp_path: Path) -> None:
    """
    Publisher and status hold for every line, the title is the line's own.
    """
    path = tmp_path / "a.jsonl"
    path.write_text('{"_id": "1", "title": "T", "text": "Words."}\n', "utf-8")
    (tmp_path / "a.toml").write_text('title = "All"\npublisher = "P"\n', "utf-8")
    metadata = read_source(path, tmp_path)[0].metadata
    assert ("T", "P") == (metadata.title, metadata.publisher)
