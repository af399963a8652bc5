"""A file that cannot be read is refused with its name, the reason and what to do."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from qa.errors import UnreadableSource
from qa.readers import read_source

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data"


def refusal(folder: Path, name: str, data: bytes, **options: int) -> UnreadableSource:
    """What reading these bytes under this name raises."""
    path = folder / name
    path.write_bytes(data)
    with pytest.raises(UnreadableSource) as caught:
        read_source(path, folder, **options)
    assert name == caught.value.source
    assert caught.value.advice
    return caught.value


def pdf_bytes(*pages: str) -> bytes:
    """A PDF with one line on each page; an empty text gives an empty page."""
    stream = BytesIO()
    canvas = Canvas(stream, invariant=1)
    for text in pages:
        canvas.drawString(72, 500, text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def encrypted(data: bytes, password: str) -> bytes:
    """The same PDF, to be opened with a password."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a.jsonl"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    """
    Nothing, or white space only.
    """
    assert "it is empty" == refusal(tmp_path, name, b"").reason
    assert "it is empty" == refusal(tmp_path, name, b" \r\n ").reason


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    """
    Size and limit are both named.
    """
    error = refusal(tmp_path, "a.txt", b"x" * 1_500_000, max_mb=1)
    assert "it is 1.5 MB large, the limit is 1 MB" == error.reason


@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, name: str) -> None:
    """
    The library's own word is passed on.
    """
    assert "it is damaged or not a" in refusal(tmp_path, name, b"just text").reason


def test_old_word_and_encrypted_word_files(tmp_path: Path) -> None:
    """
    Both are OLE containers.
    """
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert "password or an old .doc" in refusal(tmp_path, "a.docx", data).reason


def test_a_zip_bomb_of_a_word_file(tmp_path: Path) -> None:
    """
    A small archive that unpacks to far more than any article is refused before it is unpacked.
    """
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(300_000_000))
    assert "unpacks to" in refusal(tmp_path, "a.docx", stream.getvalue()).reason


def test_pdf_without_text_layer(tmp_path: Path) -> None:
    """
    The advice is to run OCR.
    """
    error = refusal(tmp_path, "a.pdf", pdf_bytes("", ""))
    assert "no text layer" in error.reason
    assert "OCR" in error.advice


def test_encrypted_pdf(tmp_path: Path) -> None:
    """
    Opened if the password is empty, refused otherwise.
    """
    plain = pdf_bytes("Some words on a page.")
    path = tmp_path / "open.pdf"
    path.write_bytes(encrypted(plain, ""))
    assert "Some words on a page." == read_source(path, tmp_path)[0].text
    assert "needs a password" in refusal(tmp_path, "a.pdf", encrypted(plain, "secret")).reason


def test_pages_without_text_are_listed(tmp_path: Path) -> None:
    """
    The rest of the file is read, and later pages keep their number.
    """
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_bytes("First page here.", "", "Third page here."))
    (document,) = read_source(path, tmp_path)
    assert (2,) == document.empty_pages
    assert 3 == document.page_of(document.text.index("Third"))


def test_slow_pdf_is_refused(tmp_path: Path) -> None:
    """
    Time is looked at before each page.
    """
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_bytes("One.", "Two."))
    with pytest.raises(UnreadableSource, match="longer than 0 seconds"):
        read_source(path, tmp_path, seconds=0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"_id": "1"', "line 2 is not JSON"),
        (b'["_id"]', "line 2 is not a JSON object"),
        (b'{"text": "x"}', "line 2 has no _id"),
        (b'{"_id": "1", "title": "x"}', "line 2 has no text"),
        (b'{"_id": "0", "text": "x"}', "line 2 repeats the _id '0' of line 1"),
        (b'{"_id": "1", "text": "\xff"}', "line 2 is not JSON"),
    ],
)
def test_bad_json_lines_are_named_by_number(tmp_path: Path, line: bytes, said: str) -> None:
    """
    Counting from 1.
    """
    data = b'{"_id": "0", "text": "good"}\n' + line + b"\n"
    assert refusal(tmp_path, "a.jsonl", data).reason.startswith(said)


def test_a_page_of_menus_only(tmp_path: Path) -> None:
    """
    HTML without any article text.
    """
    data = b"<html><head><title>x</title></head><body><nav>Home</nav></body></html>"
    assert "no readable text" in refusal(tmp_path, "a.html", data).reason


@pytest.mark.parametrize("name", ["diary.pdf", "diary.docx", "walking.html", "light.md"])
def test_damaged_copies_are_read_or_refused(tmp_path: Path, name: str) -> None:
    """
    Cut off or with bytes changed at random: nothing but a document or UnreadableSource comes out.
    """
    rng = random.Random(name)
    good = (DATA / name).read_bytes()
    for _ in range(40):
        data = bytearray(good[: rng.randrange(1, len(good))] if rng.random() < 0.3 else good)
        for _ in range(rng.randrange(1, 60)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path = tmp_path / name
        path.write_bytes(bytes(data))
        try:
            (document,) = read_source(path, tmp_path)
        except UnreadableSource:
            continue
        assert document.text
