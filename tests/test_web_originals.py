"""The PDF files behind articles: only unchanged sources, only PDF, pictures that may fail."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from qa.records import Document, Metadata
from qa.web import originals
from qa.web.originals import Originals
from qa.web.pages import Pages
from qa.web.pdf_picture import HEIGHT, WIDTH, picture_of
from qa.web.permalink import Link
from tests.dom import read


def pdf(pages: int = 2, size: tuple[float, float] = (300, 400)) -> bytes:
    """A PDF with a line on each page."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=size)
    for number in range(1, pages + 1):
        canvas.drawString(20, size[1] / 2, f"This is page {number}.")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def written(corpus: Path, data: bytes, name: str = "vns.pdf") -> Document:
    """A file in the corpus and the document read from it."""
    corpus.mkdir(exist_ok=True)
    (corpus / name).write_bytes(data)
    doc_id = hashlib.sha256(data).hexdigest()[:16]
    text = "This is page 1.\n\nThis is page 2."
    return Document(doc_id, name, text, Metadata("VNS"), page_starts=(0, 17))


def pages_of(corpus: Path, document: Document) -> Pages:
    return Pages({document.doc_id: document}, originals=Originals(corpus, 10**6))


def test_the_file_is_served_to_be_looked_at_and_to_run_nothing(tmp_path: Path) -> None:
    """The same bytes, inline, sandboxed, of the stated type."""
    document = written(tmp_path / "c", pdf())
    answer = pages_of(tmp_path / "c", document).file(document.doc_id)

    assert pdf()[:20] == bytes(answer.body)[:20]
    assert "application/pdf" == answer.headers["content-type"]
    assert "inline" == answer.headers["content-disposition"]
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert answer.headers["content-security-policy"].startswith("sandbox;")


def outside(corpus: Path) -> Document:
    return Document(written(corpus.parent, pdf(), "o.pdf").doc_id, "../o.pdf", "x", Metadata("T"))


def linked(corpus: Path) -> Document:
    document = written(corpus.parent, pdf(), "o.pdf")
    (corpus / "o.pdf").symlink_to(corpus.parent / "o.pdf")
    return document


def changed(corpus: Path) -> Document:
    document = written(corpus, pdf())
    (corpus / "vns.pdf").write_bytes(pdf(3))
    return document


def gone(corpus: Path) -> Document:
    document = written(corpus, pdf())
    (corpus / "vns.pdf").unlink()
    return document


def large(corpus: Path) -> Document:
    return written(corpus, pdf() + b"%" * 10**6)


@pytest.mark.parametrize(
    "make",
    [
        outside,
        linked,
        changed,
        gone,
        large,
        lambda corpus: written(corpus, pdf(), "vns.html"),
        lambda corpus: written(corpus, b"<script>hit()</script>"),
        lambda corpus: Document("0" * 16, "a\x00.pdf", "x", Metadata("T")),
    ],
)
def test_other_files_are_not_there(tmp_path: Path, make: Callable[[Path], Document]) -> None:
    """Beyond the corpus, linked from it, changed, gone, too large, or no PDF."""
    corpus = tmp_path / "c"
    corpus.mkdir()
    document = make(corpus)
    pages = pages_of(corpus, document)
    body = bytes(pages.article(document.doc_id, Link.read()).body)

    assert [404, 404, 404] == [
        answer.status_code
        for answer in (
            pages.file(document.doc_id),
            pages.file("f" * 16),
            pages.picture(document.doc_id, 1),
        )
    ]
    assert b"in the PDF" not in body
    assert b"<img" not in body


def test_the_article_leads_to_the_page_of_its_quote(tmp_path: Path) -> None:
    """The file at that page, and its picture with words for those who do not see it."""
    document = written(tmp_path / "c", pdf())
    answer = pages_of(tmp_path / "c", document).article(document.doc_id, Link.read("17", "32"))
    root = read(bytes(answer.body).decode().removeprefix("<!doctype html>"))
    (picture,) = root.tags("img")

    assert f"/source/{document.doc_id}/page/2.png" == picture.attributes["src"]
    assert picture.attributes["alt"].startswith("Page 2 of the PDF")
    assert "lazy" == picture.attributes["loading"]
    assert 2 == [e.attributes["href"] for e in root.tags("a")].count(
        f"/source/{document.doc_id}/file#page=2"
    )


def test_a_page_is_drawn_within_its_limits() -> None:
    """A PNG of the second page, as wide as allowed; a tall page is as tall as allowed."""
    from PIL import Image

    wide, tall = picture_of(pdf(), 2), picture_of(pdf(size=(10, 14_000)), 1)
    assert wide is not None
    assert tall is not None
    assert (WIDTH, math.ceil(WIDTH * 400 / 300)) == Image.open(BytesIO(wide)).size
    assert HEIGHT >= Image.open(BytesIO(tall)).size[1] - 1
    assert picture_of(pdf(), 1) != wide


def test_a_page_that_cannot_be_drawn_leaves_the_text(tmp_path: Path) -> None:
    """A damaged file is tried once; then the page shows the text without a picture."""
    document = written(tmp_path / "c", b"%PDF-1.4 nothing of the kind")
    pages = pages_of(tmp_path / "c", document)

    assert b"<img" in bytes(pages.article(document.doc_id, Link.read()).body)
    assert 404 == pages.picture(document.doc_id, 1).status_code
    assert b"<img" not in bytes(pages.article(document.doc_id, Link.read()).body)


def test_pictures_are_drawn_once_and_forgotten_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest goes when they take too much memory; a page that is not there is not drawn."""
    drawn: list[int] = []

    def draw(_: bytes, page: int) -> bytes:
        drawn.append(page)
        return b"\x89PNG" + b"x" * 60

    monkeypatch.setattr(originals, "picture_of", draw)
    monkeypatch.setattr(originals, "_PICTURES_BYTES", 100)
    document = written(tmp_path / "c", pdf())
    kept = Originals(tmp_path / "c", 10**6)
    for page in (1, 1, 2, 1, 0, 3):
        kept.picture(document, page)

    assert [1, 2, 1] == drawn


def test_a_file_that_changes_while_the_chat_runs_is_no_longer_shown(tmp_path: Path) -> None:
    """What was checked once is checked again when the file is touched."""
    document = written(tmp_path / "c", pdf())
    kept = Originals(tmp_path / "c", 10**6)
    assert kept.is_there(document)

    (tmp_path / "c" / "vns.pdf").write_bytes(pdf(3))
    os.utime(tmp_path / "c" / "vns.pdf", ns=(1, 1))
    assert not kept.is_there(document)
