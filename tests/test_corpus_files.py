"""The shipped PDF and Word files are what `tools/make_corpus_files.py` makes from our text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[1]
PDF = "vagus-nerve-stimulation.pdf"
WORD = "preparing-for-an-appointment.docx"


@pytest.mark.parametrize("name", [PDF, WORD])
def test_committed_file_is_made_from_the_committed_text(
    name: str, made: Path, corpus: Path
) -> None:
    """Running the script again gives the committed bytes, whatever the hash seed."""
    assert (corpus / name).read_bytes() == (made / name).read_bytes()


def test_pdf_repeats_header_and_footer_on_every_page(corpus: Path) -> None:
    """Each page carries the article's title, the publisher and its own number."""
    pages = [page.extract_text() for page in PdfReader(corpus / PDF).pages]
    assert 3 <= len(pages)
    for number, text in enumerate(pages, 1):
        assert "Vagus nerve stimulation (VNS)" == text.splitlines()[0]
        assert f"Page {number} of {len(pages)}" in text
        assert "Wellsourced" in text


def test_pdf_has_a_sentence_across_a_page_break_and_cut_words(corpus: Path) -> None:
    """The file keeps what makes a PDF hard to read, or it no longer tests the reader."""
    pages = [page.extract_text() for page in PdfReader(corpus / PDF).pages]
    assert pages[1].rstrip().endswith("RECOVER trial kept that result. For")
    assert (
        '\n"markedly" resistant depression, the\nblog says, VNS gives a lasting recov-\nery.'
        in pages[2]
    )


def test_word_file_has_headings_items_and_a_table(corpus: Path) -> None:
    """Word's own styles are used, so that a reader of the file finds its structure."""
    document = Document(str(corpus / WORD))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert 1 == styles.count("Title")
    assert 5 <= styles.count("Heading 1")
    assert 5 <= styles.count("List Bullet")
    assert [4] == [len(table.rows) for table in document.tables]


@pytest.fixture
def corpus() -> Path:
    """The articles that ship."""
    return ROOT / "corpus"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder holding both files, made anew in a process of its own."""
    out = tmp_path_factory.mktemp("made")
    script = ROOT / "tools" / "make_corpus_files.py"
    subprocess.run([sys.executable, str(script), "--out", str(out)], check=True)
    return out
