"""PDF pages are read as a person reads them: columns in order, words whole, furniture gone."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from qa.readers import read_source
from qa.readers.pdf_lines import page_lines
from qa.readers.pdf_runs import Run
from qa.records import BlockKind, Document

ROOT = Path(__file__).resolve().parents[1]


class Sheet:
    """A PDF drawn piece by piece; y is counted from the top of the page."""

    def __init__(self) -> None:
        self.stream = BytesIO()
        self.canvas = Canvas(self.stream, pagesize=(400, 400), invariant=1)

    def put(self, x: float, y: float, text: str, size: float = 10, bold: bool = False) -> None:
        """One string."""
        self.canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        self.canvas.drawString(x, 400 - y, text)

    def next_page(self) -> None:
        """End the page."""
        self.canvas.showPage()

    def read(self, folder: Path) -> Document:
        """The document that the reader makes of it."""
        self.canvas.save()
        path = folder / "a.pdf"
        path.write_bytes(self.stream.getvalue())
        (document,) = read_source(path, folder)
        return document


def texts(document: Document, kind: BlockKind) -> list[str]:
    """The texts of all blocks of one kind."""
    return [b.span.of(document.text) for b in document.blocks if b.kind is kind]


LEFT = [
    "Electroconvulsive therapy is given",
    "under a general anaesthetic, and so",
    "nothing is felt while it lasts. Most",
    "people have six to twelve sessions",
    "and go home on the same day as the",
]
RIGHT = [
    "treatment. Memory may suffer for a",
    "few weeks after the last session of",
    "the course. Tell the team about any",
    "medicine that you take, even about",
    "herbal ones.",
]


@pytest.mark.parametrize("row_by_row", [False, True], ids=["by column", "row by row"])
def test_two_columns_are_read_one_after_the_other(tmp_path: Path, row_by_row: bool) -> None:
    """
    In whatever order the file draws them; the sentence that changes column stays whole.
    """
    sheet = Sheet()
    sheet.put(40, 40, "A heading over both columns of the page", 15, bold=True)
    places = [(30.0, i, text) for i, text in enumerate(LEFT)]
    places += [(215.0, i, text) for i, text in enumerate(RIGHT)]
    for x, i, text in sorted(places, key=lambda p: (p[1], p[0])) if row_by_row else places:
        sheet.put(x, 80 + 14 * i, text)
    document = sheet.read(tmp_path)
    assert [" ".join(LEFT + RIGHT)] == texts(document, BlockKind.PARAGRAPH)


def test_running_heads_go_and_equal_text_stays(tmp_path: Path) -> None:
    """
    Numbers are folded, white space must part head and text; a repeated sentence is kept.
    """
    sheet = Sheet()
    own = ("Owls sleep by day.", "Cats sleep for hours.", "Bats hang upside down.")
    for page in (1, 2, 3):
        sheet.put(30, 20, f"The Journal of Sleep, volume 12, {page}", 8)
        sheet.put(30, 60, own[page - 1])
        sheet.put(30, 90, "This sentence stands on every page.")
        sheet.put(30, 104, "And so does this one.")
        sheet.put(200, 390, str(page), 8)
        sheet.next_page()
    document = sheet.read(tmp_path)
    assert "Journal" not in document.text
    assert 3 == document.text.count("And so does this one.")
    assert [1, 2, 3] == [document.page_of(document.text.index(sentence)) for sentence in own]


def test_a_table_gives_rows(tmp_path: Path) -> None:
    """
    Cells that stand under one another are rows, not columns of text.
    """
    sheet = Sheet()
    rows = [
        ("Drug", "Dose", "Form"),
        ("Lithium", "400 mg", "tablet"),
        ("Spravato", "56 mg", "spray"),
    ]
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            sheet.put(40 + 110 * j, 60 + 16 * i, cell)
    document = sheet.read(tmp_path)
    expected = ["Drug | Dose | Form", "Lithium | 400 mg | tablet", "Spravato | 56 mg | spray"]
    assert expected == texts(document, BlockKind.TABLE_ROW)


def test_headings_have_levels_by_size(tmp_path: Path) -> None:
    """
    The largest is level 1; a bold line of the text's own size is the lowest.
    """
    sheet = Sheet()
    sheet.put(30, 40, "The Title", 18, bold=True)
    sheet.put(30, 80, "A Section", 13, bold=True)
    sheet.put(30, 100, "Some text that is long enough to be the body of the page.")
    sheet.put(30, 130, "A lesser one", 10, bold=True)
    sheet.put(30, 150, "More text that is long enough to be the body of the page.")
    document = sheet.read(tmp_path)
    levels = [block.level for block in document.blocks if block.kind is BlockKind.HEADING]
    assert [1, 2, 3] == levels


def test_note_marks_are_left_out_and_exponents_kept(tmp_path: Path) -> None:
    """
    A small raised figure after a word points to a note; after a unit it is part of the number.
    """
    sheet = Sheet()
    sheet.put(30, 60, "It helps many people")
    width = sheet.canvas.stringWidth("It helps many people", "Helvetica", 10)
    sheet.put(30 + width, 56, "12", 6)
    sheet.put(30, 90, "The room has 20 m")
    width = sheet.canvas.stringWidth("The room has 20 m", "Helvetica", 10)
    sheet.put(30 + width, 86, "2", 6)
    document = sheet.read(tmp_path)
    assert ["It helps many people", "The room has 20 m2"] == texts(document, BlockKind.PARAGRAPH)


def test_a_note_between_does_not_break_the_sentence(tmp_path: Path) -> None:
    """
    The note at the foot of page 1 keeps page 1; the sentence goes on on page 2.
    """
    sheet = Sheet()
    for i in range(12):
        sheet.put(
            30, 60 + 14 * i, f"Line {i} of the text is about as wide as all of the others and"
        )
    sheet.put(30, 360, "The note is set in small print.", 7)
    sheet.next_page()
    sheet.put(30, 60, "goes on here until it ends.")
    document = sheet.read(tmp_path)
    assert "others and goes on here until it ends." in document.text
    assert 1 == document.page_of(document.text.index("The note"))
    assert 2 == document.page_of(document.text.index("goes on here"))


def test_rotated_pages_are_turned(tmp_path: Path) -> None:
    """
    Text that runs up the page is read as if the page were turned.
    """
    sheet = Sheet()
    sheet.canvas.rotate(90)
    sheet.canvas.setFont("Helvetica", 10)
    sheet.canvas.drawString(50, -100, "The first line runs up the page.")
    sheet.canvas.drawString(50, -114, "So does the second line of it.")
    document = sheet.read(tmp_path)
    expected = "The first line runs up the page. So does the second line of it."
    assert expected == " ".join(document.text.split())


def run(text: str, x0: float, x1: float, y: float = 100.0) -> Run:
    """A run of ten points, upright."""
    return Run(text, x0, x1, y, 10.0, 0, False)


def test_gaps_make_spaces_and_kerning_does_not() -> None:
    """
    A word's gap is 0.18 of the size or more.
    """
    (line,) = page_lines([run("pa", 0, 10), run("per", 10.5, 25), run("bag", 28, 45)])
    assert "paper bag" == line.text


def test_text_printed_twice_is_taken_once() -> None:
    """
    Some programs make bold so.
    """
    (line,) = page_lines([run("bold", 0, 20), run("bold", 0.3, 20.3)])
    assert "bold" == line.text


def test_shipped_pdf_is_whole() -> None:
    """
    Two columns, a word cut at a line's end, and a sentence across a page break.
    """
    path = ROOT / "corpus" / "vagus-nerve-stimulation.pdf"
    (document,) = read_source(path, ROOT / "corpus")
    assert 3 <= len(document.page_starts)
    assert "Page 2 of" not in document.text
    crossing = [
        start for start in document.page_starts[1:] if document.text[start - 1 : start] == " "
    ]
    assert crossing, "no sentence crosses a page break any more"
    assert "neuroplasticity" in document.text
    assert "- " not in document.text
