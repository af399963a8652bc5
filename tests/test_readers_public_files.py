"""The public files for reading tests: each is read or refused for the reason that it deserves."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import lxml.html
import pytest

from qa.errors import UnreadableSource
from qa.readers import read_source
from qa.readers.clean import clean
from qa.records import Document

REFUSED = {
    "empty.pdf": "no text layer",
    "ocr_test.pdf": "no text layer",
    "ocr_test_rotated_90.pdf": "no text layer",
    "imagemagick-images.pdf": "hardly any text layer",
    "scan-bad.pdf": "hardly any text layer",
    "issue-791-non-unicode-cmap.pdf": "fonts do not say",
    "libreoffice-writer-password.pdf": "needs a password",
    "r4-user-password.pdf": "needs a password",
    "poppler-395-0-fuzzed.pdf": "damaged",
    "text_document_01.odt": "not a known kind",
    "pone.0234687.nxml": "not a known kind",
    "expected-metadata.json": "not a known kind",
}


@pytest.fixture(scope="module")
def documents(request: pytest.FixtureRequest) -> Path:
    """The folder of files."""
    folder: Path = request.getfixturevalue("shared_data") / "documents"
    return folder


def read(folder: Path, name: str) -> Document:
    """One document."""
    (document,) = read_source(folder / name, folder)
    return document


def test_every_file_is_read_or_refused_for_its_reason(documents: Path) -> None:
    """
    None raises anything else; none that is readable is refused.
    """
    outcomes: dict[str, str] = {}
    for path in sorted(documents.rglob("*")):
        if path.is_dir() or path.name == "manifest.jsonl":
            continue
        try:
            document = read_source(path, documents)[0]
        except UnreadableSource as error:
            outcomes[path.name] = error.reason
            continue
        assert document.text
        assert document.metadata.title
    assert sorted(REFUSED) == sorted(outcomes)
    for name, reason in REFUSED.items():
        assert reason in outcomes[name]


@pytest.mark.parametrize("number", ["185", "1645"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf8-bom", "utf16-bom"])
def test_encodings_give_the_reference_text(shared_data: Path, number: str, encoding: str) -> None:
    """
    Word for word what the article says, whatever the bytes.
    """
    with gzip.open(
        shared_data / "covid_qa" / "documents.jsonl.gz", "rt", encoding="utf-8"
    ) as lines:
        wanted = next(
            record["context"]
            for record in map(json.loads, lines)
            if str(record["document_id"]) == number
        )
    folder = shared_data / "documents" / "text_reencoded"
    document = read(folder, f"covidqa_{number}.{encoding}.txt")
    assert clean(wanted) == clean(document.text)


@pytest.mark.parametrize(
    ("name", "found", "absent"),
    [
        ("multicolumn.pdf", "consectetuer adipiscing elit. Ut purus", "adip-"),
        ("multicolumn.pdf", "two columns filled with Lorem", "\ufb01"),
        ("multicolumn.pdf", "Belgium | 11.5 | 30,689 | Brussels", None),
        ("pr-00530-ml-lines.pdf", "reference a specific portion of the proposal, explain", None),
        ("pr-00530-ml-lines.pdf", "the agency has determined that final corrective", None),
        ("dmca.pdf", "obligation was implemented in the Uruguay", "Summary December 1998"),
        ("copy_paste_ligatures.pdf", "abcdeffffiflffifflststghijklmno", "\ufb00"),
        ("multi_page.pdf", "Wang Laboratories: In the 1970s, Wang introduced", None),
        ("r6-empty-password.pdf", "pdf encryption test", None),
    ],
)  # fmt: skip
def test_pdf_text_is_what_the_page_shows(
    documents: Path, name: str, found: str, absent: str | None
) -> None:
    """
    Columns, hyphens, ligatures, tables and running headers of real files.
    """
    text = read(documents / "pdf", name).text
    assert found in text
    assert absent is None or absent not in text


def words(text: str) -> Counter[str]:
    """How often each word occurs."""
    return Counter(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize(
    ("page", "least"),
    [
        ("002", 0.99),
        ("firefox-nightly-blog", 0.85),  # a list of contributors is left out
        ("mozilla-2", 0.98),
        ("v8-blog", 0.99),
        ("wikipedia", 0.96),
        ("wikipedia-3", 0.94),
    ],
)
def test_html_article_agrees_with_the_reference(documents: Path, page: str, least: float) -> None:
    """
    F1 over words against the article body that Mozilla's reader keeps.
    """
    folder = documents / "html" / page
    got = words(read(folder, "source.html").text)
    reference = lxml.html.document_fromstring((folder / "expected.html").read_text("utf-8"))
    wanted = words(" ".join(reference.itertext()))
    shared = (got & wanted).total()
    assert least <= 2 * shared / (got.total() + wanted.total())
