"""Make the PDF and Word files of `tests/data`, the same bytes on every run.

    python tools/make_test_files.py [--out DIR]

`diary.pdf` has two pages with a running header and footer, a bulleted list, a word cut at a line's
end, and a sentence that begins on page 1 and ends on page 2. `diary.docx` has the same article.
"""

from __future__ import annotations

import argparse
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

from docx import Document
from reportlab.pdfgen.canvas import Canvas

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
SIZE = (300, 300)
LEFT, TOP, STEP = 30, 250, 14
DAY = datetime(2024, 1, 2)

PAGE_1 = (
    ("title", "Keeping a mood diary"),
    ("text", "A mood diary is a short note that you write"),
    ("text", "each evening. It shows how your mood chan-"),
    ("text", "ges over weeks."),
    ("heading", "What to write down"),
    ("text", "Three things are enough:"),
    ("item", "how well you slept"),
    ("item", "what you did, even if it was only a short"),
    ("more", "walk"),
    ("item", "your mood from 1 to 10"),
    ("text", "Bring the diary to your appointment, where"),
)
PAGE_2 = (
    ("text", "your nurse can read it with you. After four"),
    ("text", "weeks many people see a pattern."),
)


def pdf_bytes() -> bytes:
    """Two pages drawn line by line."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=SIZE, invariant=1, pageCompression=0)
    canvas.setTitle("Keeping a mood diary")
    for number, lines in enumerate((PAGE_1, PAGE_2), 1):
        canvas.setFont("Helvetica", 7)
        canvas.drawString(LEFT, 280, "Example Clinic leaflets")
        canvas.drawString(LEFT, 15, f"Page {number} of 2")
        draw(canvas, lines)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def draw(canvas: Canvas, lines: tuple[tuple[str, str], ...]) -> None:
    """Headings have more room above them than lines of text have."""
    y = TOP
    previous = ""
    for kind, text in lines:
        apart = kind in ("title", "heading") or previous in ("title", "heading")
        y -= STEP + 4 if apart else STEP
        if kind == "text" and previous in ("item", "more"):
            y -= 8
        canvas.setFont(
            "Helvetica-Bold" if kind in ("title", "heading") else "Helvetica",
            {"title": 16, "heading": 12}.get(kind, 10),
        )
        if kind == "item":
            canvas.drawString(LEFT + 2, y, "\N{BULLET}")
        canvas.drawString(LEFT + (12 if kind in ("item", "more") else 0), y, text)
        previous = kind


def word_bytes() -> bytes:
    """The same article with Word's own styles, and a table."""
    document = Document()
    properties = document.core_properties
    properties.title = "Keeping a mood diary"
    properties.created = properties.modified = DAY
    document.add_heading("Keeping a mood diary", level=0)
    document.add_paragraph("A mood diary is a short note that you write each evening.")
    document.add_heading("What to write down", level=1)
    document.add_paragraph("Three things are enough:")
    document.add_paragraph("how well you slept", style="List Bullet")
    document.add_paragraph("on a scale", style="List Bullet 2")
    document.add_paragraph("what you did", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Day", "Mood", "Monday", "4"), strict=True):
        cell.text = text
    document.add_paragraph("Bring the diary along.")
    stream = BytesIO()
    document.save(stream)
    return undated(stream.getvalue())


def undated(archive: bytes) -> bytes:
    """The same zip entries without the time of day, and without the template's picture."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return stream.getvalue()


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description="Make the PDF and Word files of tests/data.")
    parser.add_argument("--out", type=Path, default=DATA, help="folder to write into")
    out = parser.parse_args().out
    (out / "diary.pdf").write_bytes(pdf_bytes())
    (out / "diary.docx").write_bytes(word_bytes())


if __name__ == "__main__":
    main()
