"""HTML tables: the caption is a sentence about the table and not its head."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.readers import read_source
from qa.records import BlockKind

PAGE = """<html><head><title>Tools</title></head><body><article><h1>Tools</h1>
<p>Many people use digital tools beside their treatment, and clinics recommend some of them.</p>
{}
<p>Ask your care team which of these tools may suit you before you begin to use one.</p>
</article></body></html>"""
ROWS = "<tr><th>Tool</th><th>Purpose</th></tr><tr><td>Diary</td><td>Follow your mood</td></tr>"


def rows_and_lines(folder: Path, table: str) -> list[tuple[BlockKind, str]]:
    (folder / "tools.html").write_text(PAGE.format(table), "utf-8")
    (document,) = read_source(folder / "tools.html", folder)
    return [(b.kind, b.span.of(document.text)) for b in document.blocks]


@pytest.mark.parametrize(
    "caption",
    ["<caption>Tools at a glance</caption>", "<tr><th colspan=2>Tools at a glance</th></tr>"],
)
def test_a_caption_is_no_row(tmp_path: Path, caption: str) -> None:
    """
    The first row stays the one that names the columns, so that it is never quoted as an answer.
    """
    found = rows_and_lines(tmp_path, f"<table>{caption}{ROWS}</table>")
    assert (BlockKind.PARAGRAPH, "Tools at a glance") in found
    rows = [text for kind, text in found if kind is BlockKind.TABLE_ROW]
    assert ["Tool | Purpose", "Diary | Follow your mood"] == rows


def test_a_table_of_one_column_has_no_caption(tmp_path: Path) -> None:
    """
    Each of its rows holds one cell; none of them is taken away.
    """
    table = "<table><tr><td>Walk in the morning</td></tr><tr><td>Sleep well</td></tr></table>"
    found = rows_and_lines(tmp_path, table)
    rows = [text for kind, text in found if kind is BlockKind.TABLE_ROW]
    assert ["Walk in the morning", "Sleep well"] == rows
