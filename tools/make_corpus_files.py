"""Make the shipped PDF and Word articles from their text.

In: `tools/articles/NAME.md` (paragraphs, `##` headings, `- ` items, `|` tables) and the title,
publisher and date in `corpus/NAME.toml`. Out: `corpus/vagus-nerve-stimulation.pdf` and
`corpus/preparing-for-an-appointment.docx`, the same bytes on every run: no clock, no random id,
and no compression, whose result may differ between zlib builds.

    python tools/make_corpus_files.py [--out DIR]
"""

from __future__ import annotations

import argparse
import re
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.rel import Relationships
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
)

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "tools" / "articles"
CORPUS = ROOT / "corpus"
PDF_NAME = "vagus-nerve-stimulation"
WORD_NAME = "preparing-for-an-appointment"

PAGE = (176 * mm, 250 * mm)  # ISO B5
MARGIN = 19 * mm
GUTTER = 8 * mm
FOOT = 12 * mm

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=11, leading=16, spaceAfter=7)
BODY.allowWidows = BODY.allowOrphans = 0
ITEM = ParagraphStyle("item", BODY, leftIndent=12, bulletIndent=2, spaceAfter=4)
TITLE = ParagraphStyle("title", BODY, fontName="Helvetica-Bold", fontSize=21, leading=27)
HEADING = ParagraphStyle(
    "heading",
    BODY,
    fontName="Helvetica-Bold",
    fontSize=13.5,
    leading=18,
    spaceBefore=8,
    spaceAfter=4,
)
HEADING_ROOM = 2 * HEADING.leading + 4 * BODY.leading  # else the heading opens the next column

KEPT_TABLE_STYLES = {"Normal Table", "Table Grid"}
DROPPED_PARTS = {"stylesWithEffects", "thumbnail", "customXml"}

# Where a long word may be cut at the end of a line of the narrow columns.
HYPHENATION = """
    abdo-men ac-cord-ing amyg-dala in-flam-ma-tory ap-proved be-lieved ben-e-fits
    cho-lin-er-gic cra-nial cu-mu-la-tive de-pres-sion de-scribes ef-fects elec-trode elec-tri-cal
    epi-lepsy gen-er-ally gen-er-a-tor hoarse-ness im-plant im-planted im-prove-ment in-flam-ma-tion
    in-sur-ance in-va-sive med-i-ca-tion med-i-cines net-works neu-ro-plas-ti-city
    nor-epi-neph-rine op-er-a-tion op-tions out-pa-tient pay-ment path-way psy-chi-at-ric
    psy-chi-a-try re-cov-ery re-gions re-mis-sion re-search re-sis-tant re-spond re-sponded
    se-ro-to-nin short-ness stim-u-la-tion sub-stances sur-gery symp-toms ther-apy treat-ment
    treat-ments
"""
SOFT_HYPHEN = "\N{SOFT HYPHEN}"
CUT_WORDS = {word.replace("-", ""): word for word in HYPHENATION.split()}


@dataclass(frozen=True, slots=True)
class Part:
    """One heading, paragraph, list item or table of an article; a table has `rows`."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """What both file formats are made from."""

    title: str
    publisher: str
    date: datetime
    parts: tuple[Part, ...]


def read_article(name: str) -> Article:
    """The article's text from `tools/articles`, its title, publisher and date from `corpus`."""
    metadata = tomllib.loads((CORPUS / f"{name}.toml").read_text("utf-8"))
    date = datetime.combine(metadata["published"], datetime.min.time())
    parts = tuple(read_parts((TEXTS / f"{name}.md").read_text("utf-8")))
    return Article(metadata["title"], metadata["publisher"], date, parts)


def read_parts(text: str) -> Iterator[Part]:
    """Blocks are set apart by blank lines; each item of a list is a line of its own.

    >>> [part.text for part in read_parts("## Why?\\n\\nFor two reasons:\\n\\n- one\\n- two")]
    ['Why?', 'For two reasons:', 'one', 'two']
    """
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("## "):
            yield Part("heading", block.removeprefix("## "))
        elif block.startswith("- "):
            yield from (Part("item", line.removeprefix("- ")) for line in block.splitlines())
        elif block.startswith("|"):
            yield Part("table", rows=tuple(read_rows(block)))
        else:
            yield Part("paragraph", " ".join(block.splitlines()))


def read_rows(block: str) -> Iterator[tuple[str, ...]]:
    """Cells of each row; the `|---|` line is left out."""
    for line in block.splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if set("".join(cells)) - set("-:"):
            yield cells


def pdf_bytes(article: Article) -> bytes:
    """Laid out twice: the first time only to learn how many pages there are."""
    pages = lay_out(article, page_count=0, into=BytesIO())
    stream = BytesIO()
    lay_out(article, page_count=pages, into=stream)
    return stream.getvalue()


def lay_out(article: Article, *, page_count: int, into: BytesIO) -> int:
    """Write the PDF, one column on page 1 and two from page 2, and return its pages."""
    template = BaseDocTemplate(
        into,
        pagesize=PAGE,
        title=article.title,
        author=article.publisher,
        lang="en",
        invariant=1,
        pageCompression=0,
    )
    furniture = partial(draw_furniture, article=article, page_count=page_count)
    template.addPageTemplates(
        [
            PageTemplate("one", columns(1), onPage=furniture),
            PageTemplate("two", columns(2), onPage=furniture),
        ]
    )
    template.build(flowables(article))
    return template.page


def columns(count: int) -> list[Frame]:
    """Side by side, equally wide, between the running header and footer."""
    width = (PAGE[0] - 2 * MARGIN - (count - 1) * GUTTER) / count
    height = PAGE[1] - 2 * MARGIN - FOOT / 2
    return [
        Frame(MARGIN + i * (width + GUTTER), MARGIN, width, height, 0, 0, 0, 0)
        for i in range(count)
    ]


def draw_furniture(
    canvas: Canvas, template: BaseDocTemplate, *, article: Article, page_count: int
) -> None:
    """The running header and footer, the same on every page but for the page number."""
    canvas.saveState()
    canvas.setFont("Helvetica", 8.5)
    canvas.setFillGray(0.35)
    canvas.drawString(MARGIN, PAGE[1] - FOOT, article.title)
    canvas.drawString(MARGIN, FOOT - 2 * mm, article.publisher)
    page = f"Page {template.page} of {page_count}"
    canvas.drawRightString(PAGE[0] - MARGIN, FOOT - 2 * mm, page)
    canvas.setStrokeGray(0.7)
    canvas.line(MARGIN, PAGE[1] - FOOT - 3, PAGE[0] - MARGIN, PAGE[1] - FOOT - 3)
    canvas.restoreState()


def flowables(article: Article) -> list[Flowable]:
    """What reportlab sets, in reading order."""
    made: list[Flowable] = [NextPageTemplate("two"), Paragraph(escape(article.title), TITLE)]
    for part in article.parts:
        if part.kind == "heading":
            made += [CondPageBreak(HEADING_ROOM), Paragraph(escape(part.text), HEADING)]
        elif part.kind == "item":
            made.append(Paragraph(with_cuts(part.text), ITEM, bulletText="\N{BULLET}"))
        elif part.kind == "paragraph":
            made.append(Paragraph(with_cuts(part.text), BODY))
        else:
            raise ValueError(f"a {part.kind} cannot be set in the PDF; write it as a list")
    return made


def with_cuts(text: str) -> str:
    """The text with a soft hyphen wherever `HYPHENATION` lets a word be cut.

    >>> with_cuts("Surgery").replace("\\xad", "-")
    'Sur-gery'
    """
    return re.sub(r"[A-Za-z]+", lambda match: cut_word(match.group()), escape(text))


def cut_word(word: str) -> str:
    """One word with its soft hyphens, its capitals as they were."""
    letters = iter(word)
    pattern = CUT_WORDS.get(word.lower(), word)
    return "".join(SOFT_HYPHEN if mark == "-" else next(letters) for mark in pattern)


def word_bytes(article: Article) -> bytes:
    """A Word file with real headings, bulleted items and tables."""
    document = Document()
    slim(document)
    properties = document.core_properties
    properties.title, properties.author = article.title, article.publisher
    properties.last_modified_by = article.publisher
    properties.comments = ""
    properties.created = properties.modified = article.date
    document.add_heading(article.title, level=0)
    for part in article.parts:
        add_part(document, part)
    stream = BytesIO()
    document.save(stream)
    return without_times(stream.getvalue())


def slim(document: WordDocument) -> None:
    """Drop what python-docx's template brings and the article does not use (800 KB unpacked)."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in KEPT_TABLE_STYLES:
            style.delete()
    drop_parts(document.part.rels)
    drop_parts(document.part.package.rels)


def drop_parts(relationships: Relationships) -> None:
    """Cut the links to the parts of `DROPPED_PARTS`, which are then not saved."""
    for key, relationship in list(relationships.items()):
        if relationship.reltype.rsplit("/", 1)[1] in DROPPED_PARTS:
            del relationships[key]


def add_part(document: WordDocument, part: Part) -> None:
    """Append one part in the Word style of its kind."""
    if part.kind == "heading":
        document.add_heading(part.text, level=1)
    elif part.kind == "item":
        document.add_paragraph(part.text, style="List Bullet")
    elif part.kind == "paragraph":
        document.add_paragraph(part.text)
    else:
        add_table(document, part.rows)


def add_table(document: WordDocument, rows: tuple[tuple[str, ...], ...]) -> None:
    """A ruled table whose first row is bold, and a gap after it."""
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for i, row in enumerate(rows):
        for cell, text in zip(table.rows[i].cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = i == 0
    document.add_paragraph()


def without_times(archive: bytes) -> bytes:
    """The same zip entries in the same order, stored, each dated 1 January 1980."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3  # else it tells Windows from the rest
            new.writestr(entry, old.read(name))
    return stream.getvalue()


def main() -> None:
    """Write both files into the corpus, or into `--out`."""
    parser = argparse.ArgumentParser(
        description="Make the shipped PDF and Word articles from tools/articles."
    )
    parser.add_argument("--out", type=Path, default=CORPUS, help="folder to write into")
    out = parser.parse_args().out
    (out / f"{PDF_NAME}.pdf").write_bytes(pdf_bytes(read_article(PDF_NAME)))
    (out / f"{WORD_NAME}.docx").write_bytes(word_bytes(read_article(WORD_NAME)))


if __name__ == "__main__":
    main()
