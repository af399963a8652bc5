"""Reading a source of each kind gives the text that a person sees, its blocks and its metadata."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from bisect import bisect_right
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import UnreadableSource
from qa.readers import SUFFIXES, read_source
from qa.readers.clean import clean
from qa.readers.markdown import markdown_parts
from qa.readers.parts import PageMark, assemble, page_starts
from qa.readers.plain import plain_parts
from qa.records import BlockKind, Document

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data"
SHORT = {"heading": "h", "paragraph": "p", "list_item": "i", "table_row": "r"}


def outline(document: Document) -> list[str]:
    """Each block as its kind's letter, its level and its text."""
    return [
        f"{SHORT[block.kind]}{block.level or ''} {block.span.of(document.text)}"
        for block in document.blocks
    ]


def read(name: str) -> Document:
    """One document of tests/data."""
    (document,) = read_source(DATA / name, DATA)
    return document


def check_shape(document: Document) -> None:
    """What holds of every document."""
    end = 0
    for block in document.blocks:
        assert end <= block.span.start < block.span.end <= len(document.text)
        between = document.text[end : block.span.start]
        assert between in (("",) if end == 0 else ("\n", "\n\n"))
        text = block.span.of(document.text)
        assert clean(text) == text
        assert (1 <= block.level <= 6) == (block.kind is BlockKind.HEADING) or (
            block.kind is BlockKind.LIST_ITEM and block.level >= 1
        )
        end = block.span.end
    assert end == len(document.text)
    assert list(document.page_starts) == sorted(document.page_starts)
    assert document.metadata.title


def test_plain_text_is_unwrapped_and_freed_of_repeats_and_comments() -> None:
    """
    Wrapped lines are one paragraph, a repeated caption stands once, comments are cut off.
    """
    expected = [
        "h1 Sleep and Mood",
        "p Sleep and mood act on one another. People who sleep badly for weeks are more likely to"
        " feel low, and people who feel low often sleep badly. A steady routine is the first thing"
        " that most sleep clinics try.",
        "h2 Habits That Help",
        "p These habits are worth a try:",
        "i1 Get up at the same time each day",
        "i1 Keep the bedroom dark and cool",
        "i1 Leave the phone in another room",
    ]
    assert expected == outline(read("sleep.txt"))


def test_markdown_marks_are_gone_and_structure_is_kept() -> None:
    """
    Bold, links and table lines leave their words only; nested items have depth 2.
    """
    document = read("light.md")
    expected = [
        "h1 Light therapy",
        "p Light therapy uses a bright lamp, as one trial describes. Sit by the lamp for 30"
        " minutes each morning.",
        "h2 Who should be careful?",
        "i1 people with eye disease",
        "i1 people with bipolar disorder",
        "i2 above all in spring",
        "r Week | Minutes",
        "r 1 | 15",
        "r 2 | 30",
    ]
    assert expected == outline(document)
    assert "disease\npeople with bipolar disorder\nabove" in document.text
    assert ("Ann Lee", "Bo Diaz") == document.metadata.authors
    assert ("Lee A. Light and mood. Example Press, 2023.",) == document.metadata.based_on
    assert "2024-03-01" == document.metadata.published


def test_html_gives_the_article_only() -> None:
    """
    Menu, footer, script and hidden text are no part of the article; the sidecar tells of it.
    """
    document = read("walking.html")
    expected = [
        "h1 Walking and mood",
        "p Walking is free, and most people can start today without any equipment at all. The best"
        " speed is one at which you can still talk, and the best place is one you like.",
        "h2 How much is enough?",
        "p Studies of walking groups counted these amounts of time as useful:",
        "i1 ten minutes after each meal",
        "i1 half an hour on five days",
        "i2 with a friend, if you can",
        "r Month | Steps a day",
        "r First | 3,000",
    ]
    assert expected == outline(document)
    assert ("Cy Berg",) == document.metadata.authors
    assert "2025-05-06" == document.metadata.reviewed


def test_word_styles_give_structure() -> None:
    """
    Title, headings, lists, and a table in its place in the body.
    """
    expected = [
        "h1 Keeping a mood diary",
        "p A mood diary is a short note that you write each evening.",
        "h1 What to write down",
        "p Three things are enough:",
        "i1 how well you slept",
        "i2 on a scale",
        "i1 what you did",
        "r Day | Mood",
        "r Monday | 4",
        "p Bring the diary along.",
    ]
    assert expected == outline(read("diary.docx"))


def test_pdf_sentence_across_the_page_break_is_whole() -> None:
    """
    The page changes inside the sentence; header, footer and page numbers are gone.
    """
    document = read("diary.pdf")
    last = (
        "Bring the diary to your appointment, where your nurse can read it with you. After four"
        " weeks many people see a pattern."
    )
    expected = [
        "h1 Keeping a mood diary",
        "p A mood diary is a short note that you write each evening. It shows how your mood"
        " changes over weeks.",
        "h2 What to write down",
        "p Three things are enough:",
        "i1 how well you slept",
        "i1 what you did, even if it was only a short walk",
        "i1 your mood from 1 to 10",
        f"p {last}",
    ]
    assert expected == outline(document)
    start = document.text.index(last)
    assert (0, start + last.index("your nurse")) == document.page_starts
    assert 1 == document.page_of(start)
    assert 2 == document.page_of(start + last.index("nurse"))


def test_each_json_line_is_a_document_of_its_own() -> None:
    """
    Ids are those of the lines and of their bytes; a title that is missing is made up.
    """
    first, second = read_source(DATA / "bulk.jsonl", DATA)
    line = (DATA / "bulk.jsonl").read_bytes().split(b"\n")[0]
    assert hashlib.sha256(line).hexdigest()[:16] == first.doc_id
    assert ["a1", "a2"] == [first.run_id, second.run_id]
    assert "Short naps help.\n\nLong naps do not." == first.text
    assert ["Naps", "Tea late in the day keeps people awake."] == [
        first.metadata.title,
        second.metadata.title,
    ]


@pytest.mark.parametrize(
    "path", sorted(p for p in DATA.iterdir() if p.suffix in SUFFIXES), ids=lambda path: path.name
)
def test_blocks_lie_in_order_and_cover_the_text(path: Path) -> None:
    """
    No block overlaps another, none is empty, none holds a character that is not seen.
    """
    for document in read_source(path, DATA):
        check_shape(document)


def test_id_is_of_the_bytes_and_source_is_relative(tmp_path: Path) -> None:
    """
    The same bytes in another folder have the same id, and another source.
    """
    (tmp_path / "sub").mkdir()
    shutil.copy(DATA / "sleep.txt", tmp_path / "sub" / "other.txt")
    (copy,) = read_source(tmp_path / "sub" / "other.txt", tmp_path)
    data = (DATA / "sleep.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest()[:16] == copy.doc_id == read("sleep.txt").doc_id
    assert "sub/other.txt" == copy.source


def test_reading_does_not_depend_on_the_hash_seed() -> None:
    """
    Two processes with other hash seeds print the same documents.
    """
    script = (
        "from pathlib import Path; from qa.readers import read_source; root = Path('tests/data');"
        "print([repr(d) + d.text for p in sorted(root.iterdir()) if p.suffix != '.toml'"
        " for d in read_source(p, root)])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert 1 == len(printed)


def test_readers_import_no_library_before_it_is_needed() -> None:
    """
    Importing the package costs neither pypdf nor the HTML and Word libraries.
    """
    script = (
        "import sys, qa.readers;"
        "print([m for m in ('pypdf', 'trafilatura', 'docx', 'lxml', 'yaml', 'markdown_it')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert "[]" == done.stdout.strip()


def page_of_slow(document: Document, offset: int) -> int | None:
    """The last page that begins at or before `offset`, found by looking at each."""
    found = None
    for page, start in enumerate(document.page_starts, 1):
        if start <= offset:
            found = page
    return found


def test_page_of_agrees_with_a_slow_twin() -> None:
    """
    Every offset of a real document with pages, its end included.
    """
    document = read("diary.pdf")
    for offset in range(len(document.text) + 1):
        assert page_of_slow(document, offset) == document.page_of(offset)
        assert bisect_right(document.page_starts, offset) == document.page_of(offset)


@pytest.mark.parametrize(
    ("marks", "pages", "expected"),
    [
        ([(0, 1), (5, 2)], 2, (0, 5)),
        ([(0, 1), (9, 3)], 3, (0, 9, 9)),  # page 2 is empty: it begins where page 3 does
        ([(0, 1)], 2, (0, 20)),  # nothing on the last page
        ([(0, 2)], 2, (0, 0)),  # nothing on the first
        ([], 0, ()),
    ],
)
def test_page_starts_of_empty_pages(
    marks: list[tuple[int, int]], pages: int, expected: tuple[int, ...]
) -> None:
    """
    Pages without text take no room, and later pages are still found.
    """
    assert expected == page_starts([PageMark(*mark) for mark in marks], pages, 20)


WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
LINES = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(
            ["# A", "## B c", "- item", "  * item", "1. one", "", "a | b", "|--|--|", "> q", "```"]
            + ["Some Title", "these are:", "A line that ends.", "<b>x</b>", "treat-", "ment \r"]
            + ["e\u0301", "\ufb01n", "a\u00adb", "\U0001f600", "Label Words: some text", "\ue000"]
        ),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_any_plain_text_gives_ordered_blocks(lines: list[str]) -> None:
    """
    Whatever the text, blocks are clean, in order and cover everything.
    """
    body = assemble(plain_parts("\n".join(lines)))
    document = read("sleep.txt")
    check_shape(Document("d", "a.txt", body.text, document.metadata, body.blocks))


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_any_markdown_gives_ordered_blocks(lines: list[str]) -> None:
    """
    The same for Markdown, broken marks included.
    """
    body = assemble(markdown_parts("\n".join(lines)))
    document = read("light.md")
    check_shape(Document("d", "a.md", body.text, document.metadata, body.blocks))


def test_title_falls_back_to_heading_then_name(tmp_path: Path) -> None:
    """
    Without metadata: the first heading, a short first line, the file's name as the text has it.
    """
    long = "word " * 60
    for name, text, expected in [
        ("a.md", "# Big *News*\n\nText.", "Big News"),
        ("b.txt", "just a short line", "just a short line"),
        ("living-with-trd.txt", f"{long}Living with TRD {long}", "Living with TRD"),
        ("some_notes.txt", long, "Some notes"),
    ]:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        assert expected == read_source(path, tmp_path)[0].metadata.title


def test_unknown_ending_names_what_can_be_read(tmp_path: Path) -> None:
    """
    The error lists the endings.
    """
    path = tmp_path / "a.odt"
    path.write_bytes(b"x")
    with pytest.raises(UnreadableSource, match=r"\.odt is not a known kind .* \.docx"):
        read_source(path, tmp_path)
