"""qa.safety: the reviewed lists, the fitted weights, and how a message is read into plain words."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import numpy as np
import pytest

from qa.safety.detector import PARTS
from qa.safety.features import likeness, nearness
from qa.safety.lists import ListUnusable, lists
from qa.safety.model import RECORD, shipped_model
from qa.safety.patterns import PatternUnusable, compile_patterns
from qa.safety.plain import _RUN, _SENTENCE_END, _TOKEN, _lettered, _unsigned, sentences
from qa.safety.weights import WeightsUnusable

CRISIS = Path(__file__).parent / "crisis"


def test_likeness_is_one_for_the_same_and_falls_with_distance() -> None:
    """
    exp(-narrow times the squared distance), a row to each row.
    """
    rows = np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)
    assert np.allclose([1.0, np.exp(-2.5)], nearness(rows[0], rows, 0.1))
    assert np.allclose([[1.0, np.exp(-2.5)], [np.exp(-2.5), 1.0]], nearness(rows, rows, 0.1))
    ends = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    assert np.allclose([1.0, np.exp(-2.0)], likeness(ends[0], ends, 1.0))


def test_a_damaged_list_or_record_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The program does not start without its list.
    """
    from qa.safety import model

    monkeypatch.setattr("qa.safety.lists.FOLDER", tmp_path)
    monkeypatch.setattr(model, "RECORD", tmp_path / "crisis.json")
    with pytest.raises(ListUnusable, match=r"crisis\.toml cannot be read.*Restore"):
        lists.__wrapped__("crisis.toml", PARTS)
    (tmp_path / "crisis.toml").write_text("[classes]\n")
    with pytest.raises(ListUnusable, match="lacks a part.*Restore"):
        lists.__wrapped__("crisis.toml", PARTS)
    (tmp_path / "crisis.json").write_text("{}")
    with pytest.raises(WeightsUnusable, match="cannot be used.*Restore"):
        shipped_model.__wrapped__()
    (tmp_path / "crisis.json").write_bytes(RECORD.read_bytes())
    (tmp_path / "crisis.npz").write_bytes(RECORD.with_suffix(".npz").read_bytes() + b"x")
    with pytest.raises(WeightsUnusable, match="not the file that it names.*Restore"):
        shipped_model.__wrapped__()


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("{nobody} dies", "which there is not"), ("a .. (b)", "is no word"), ("", "empty pattern")],
)
def test_a_wrong_pattern_is_named(pattern: str, said: str) -> None:
    """
    The message says which list and which pattern.
    """
    with pytest.raises(PatternUnusable, match=f"a list.*{said}"):
        compile_patterns([pattern], {"want": "want"}, "a list")


def test_what_the_weights_are_fitted_on_is_not_in_the_test_set() -> None:
    """
    Messages that were fitted would measure nothing.
    """
    fitted = {
        json.loads(line)["text"].lower()
        for path in (CRISIS.parents[1] / "training" / "crisis").glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    }
    tested = {
        json.loads(line)["text"].lower()
        for name in ("crisis", "doubtful")
        for line in (CRISIS / f"{name}.jsonl").read_text("utf-8").splitlines()
    }
    assert len(fitted & tested) < 12  # the plainest sentences occur in both by themselves


def test_the_weights_are_small() -> None:
    """
    They travel with the program.
    """
    assert RECORD.with_suffix(".npz").stat().st_size < 1_500_000


def test_disguised_words_and_ends_of_sentences_are_found_as_by_the_plain_rule() -> None:
    """
    The same as the rule written down plainly, which looks ahead from every sign of a row.
    """
    plainly = re.compile(r"(?=\S*[a-z])(?=\S*[013457$@!])" + _RUN.pattern)
    ends = re.compile(r"[.!?;…\n]+(?:\s|$)|\n")
    draw, changed = random.Random(7), 0
    for _ in range(20_000):
        text = "".join(draw.choices("ab1!$.?\n x-4;", k=draw.randrange(1, 14)))
        expected = plainly.sub(_lettered, text)
        assert expected == _TOKEN.sub(_unsigned, text)
        assert ends.split(text) == _SENTENCE_END.split(text)
        changed += expected != text
    assert changed > 1000


@pytest.mark.parametrize("message", ["!" * 250_000, "1" * 250_000, "!" * 250_000 + "-"])
def test_a_message_of_nothing_but_signs_is_read(message: str) -> None:
    """
    One that looks ahead from each sign would stand still for an hour, and everybody with it.
    """
    assert len(sentences(message)) <= 1
