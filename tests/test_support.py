"""The weights that make probabilities of features, and their record."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import qa.support
from qa.support import Support, SupportUnavailable, Weights, shipped_record

WEIGHTS = Weights({"logit": 0.5, "coverage": 2.0}, -1.0, 1.5, 0.25, 3.0, 0.8)
ROWS = [{"logit": 2.0, "coverage": 0.5}, {"logit": -1.0, "coverage": 0.75}]


def test_rank_is_linear_in_the_features() -> None:
    """
    0.5 x 2 + 2 x 0.5 = 2 and 0.5 x -1 + 2 x 0.75 = 1.
    """
    assert [2.0, 1.0] == WEIGHTS.ranks(ROWS)


def test_chance_is_logistic_in_rank_all_logits_and_best_coverage() -> None:
    """
    -1 + 1.5 rank + 0.25 log(e^2 + e^-1) + 3 x 0.75 for both sentences, worked out by hand.
    """
    company = -1 + 0.25 * 2.04858735 + 2.25
    expected = [1 / (1 + math.exp(-x)) for x in (company + 3, company + 1.5)]
    assert expected == pytest.approx(WEIGHTS.chances(ROWS), abs=1e-4)


def test_no_sentence_has_no_chance() -> None:
    """
    An empty list stays empty.
    """
    assert [] == WEIGHTS.chances([])


def test_the_shipped_record_can_be_used() -> None:
    """
    Both kinds of weights, each threshold a probability, and the figures they were chosen on.
    """
    support = Support.of(shipped_record())
    for kind, weights in (("read", support.read), ("unread", support.unread)):
        assert 0 < weights.threshold < 1
        assert weights.of_rank > 0
        assert shipped_record()[kind]["chosen_on"]["questions"] > 100


@pytest.mark.parametrize("record", [{}, {"read": {}}, {"read": {"weights": {"rank": {}}}}])
def test_a_record_that_lacks_something_is_refused(record: dict[str, object]) -> None:
    """
    The error says what to restore.
    """
    with pytest.raises(SupportUnavailable, match="Restore"):
        Support.of(record)


def test_a_damaged_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The error names the file.
    """
    broken = tmp_path / "support.json"
    broken.write_text(json.dumps({})[:1], "utf-8")
    monkeypatch.setattr(qa.support, "RECORD", broken)
    shipped_record.cache_clear()
    with pytest.raises(SupportUnavailable, match=r"support\.json"):
        shipped_record()
    monkeypatch.undo()
    shipped_record.cache_clear()
