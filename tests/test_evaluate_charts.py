"""The figures are drawn, whatever there is to draw."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import QAError
from qa.evaluate.asking import Row
from qa.evaluate.charts import draw_all
from tests.test_evaluate_scores import row

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("answerable", lead=True, support=0.9)],
        [row("answerable", lead=True, support=1.0), row("near_miss", support=0.0)],
    ],
)
def test_three_figures(tmp_path: Path, rows: list[Row]) -> None:
    """
    An empty split gives empty axes, not a defect.
    """
    drawn = draw_all(tmp_path, rows, 0.35)
    assert ["risk_coverage.png", "reliability.png", "support.png"] == [p.name for p in drawn]
    assert [PNG] * 3 == [path.read_bytes()[:8] for path in drawn]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """
    The path is in the message.
    """
    with pytest.raises(QAError, match=r"risk_coverage\.png cannot be written"):
        draw_all(tmp_path / "nowhere", [], 0.35)
