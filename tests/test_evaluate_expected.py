"""The comparison with the committed values: what counts as a drop, what is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import QAError
from qa.evaluate.expected import Expected, drops, read_expected, write_expected
from qa.evaluate.scores import HIGHER, LOWER, Score

RIGHT = Expected("report", "evidence: lead quote answers", 0.9, 0.03, HIGHER)
WRONG = Expected("report", "abstention: near misses answered", 0.06, 0.02, LOWER)


def score(entry: Expected, value: float | None) -> Score:
    section, name = entry.measure.split(": ", 1)
    return Score(section, name, value, None, 100, better=entry.direction)


@pytest.mark.parametrize(
    ("entry", "value", "dropped"),
    [
        (RIGHT, 0.9, False),
        (RIGHT, 0.87, False),  # exactly the tolerance
        (RIGHT, 0.8699, True),
        (RIGHT, 1.0, False),
        (WRONG, 0.08, False),
        (WRONG, 0.0801, True),
        (WRONG, 0.0, False),
        (RIGHT, None, True),  # nothing left to measure
    ],
)
def test_a_drop_is_worse_by_more_than_the_tolerance(
    entry: Expected, value: float | None, *, dropped: bool
) -> None:
    """
    In the direction that is worse only.
    """
    found = drops([entry], [score(entry, value)])
    assert ([entry] if dropped else []) == [drop.expected for drop in found]


def test_a_measure_that_is_gone_is_a_drop() -> None:
    """
    A list that was deleted does not pass unseen; the line names measure, values and tolerance.
    """
    (drop,) = drops([RIGHT], [])
    assert (
        "evidence: lead quote answers (report): nothing to measure, expected 0.9000 within 0.03 "
        "(higher is better)"
    ) == str(drop)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """
    Values of four decimals; a score without a value is left out.
    """
    path = tmp_path / "expected.toml"
    measured = [score(RIGHT, 2 / 3), score(WRONG, 0.0), Score("x", "y", None, None, 0)]
    write_expected(path, "report", measured)

    assert [
        Expected("report", RIGHT.measure, 0.6667, 0.03, HIGHER),
        Expected("report", WRONG.measure, 0.0, 0.03, LOWER),
    ] == read_expected(path)
    assert [] == drops(read_expected(path), measured)


def test_tolerances_and_other_splits_stay(tmp_path: Path) -> None:
    """
    A maintainer's tolerance is kept when the value is written anew.
    """
    path = tmp_path / "expected.toml"
    write_expected(path, "tune", [score(RIGHT, 0.5)])
    write_expected(path, "report", [score(RIGHT, 0.5)])
    path.write_text(path.read_text().replace("tolerance = 0.03", "tolerance = 0.2", 1))
    write_expected(path, "report", [score(RIGHT, 0.6)])
    write_expected(path, "tune", [score(RIGHT, 0.7)])

    assert [("report", 0.6, 0.2), ("tune", 0.7, 0.03)] == [
        (e.split, e.value, e.tolerance) for e in read_expected(path)
    ]


def test_fidelity_has_no_tolerance(tmp_path: Path) -> None:
    """
    One quote that differs from its source is one too many.
    """
    path = tmp_path / "expected.toml"
    write_expected(path, "all", [Score("fidelity", "quotes", 1.0, None, 9)])
    assert 0.0 == read_expected(path)[0].tolerance


def test_one_question_may_change(tmp_path: Path) -> None:
    """
    Of 17 questions one is 0.0588: the tolerance is not smaller.
    """
    path = tmp_path / "expected.toml"
    write_expected(path, "all", [Score("differing", "every side quoted", 16 / 17, None, 17)])
    assert 0.059 == read_expected(path)[0].tolerance
    assert [] == drops(
        read_expected(path), [Score("differing", "every side quoted", 15 / 17, None, 17)]
    )


@pytest.mark.parametrize(
    "text",
    [
        "[[measure",
        "[[measure]]\nsplit = 'report'\n",
        "[[measure]]\nsplit='r'\nmeasure='m'\nvalue='x'\ntolerance=0\ndirection='higher'\n",
        "[[measure]]\nsplit='r'\nmeasure='m'\nvalue=1\ntolerance=0\ndirection='up'\n",
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path: Path, text: str) -> None:
    """
    With the way to mend it.
    """
    path = tmp_path / "expected.toml"
    path.write_text(text)
    with pytest.raises(QAError, match=r"expected\.toml.*--write-expected"):
        read_expected(path)
