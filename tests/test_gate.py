"""The gate of a build: golden questions answered worse keep a snapshot from being published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qa.build import BuildReport, build
from qa.config import Settings
from qa.errors import QAError
from qa.gate import GateReport
from qa.golden import GoldenQuestion, Listed, append_golden
from qa.snapshot import current_id, snapshot_ids
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, QUESTION, built_settings, small_settings

NINE = "A course of electroconvulsive therapy has about nine sessions."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small corpus, built, and one golden question that its live snapshot answers."""
    built = built_settings(tmp_path)
    settings = replace(built, golden=tmp_path / "g.jsonl", reader="off", minimum_support=0.0)
    append_golden(settings.golden, GoldenQuestion("g1", QUESTION, (Listed("ect.md", NINE),)))
    return settings


def change(settings: Settings, text: str = ECT.replace("nine", "twelve")) -> None:
    (settings.corpus / "ect.md").write_text(text, "utf-8")


def gate_of(report: BuildReport) -> GateReport:
    assert report.gate is not None
    return report.gate


def test_a_worse_snapshot_is_built_and_not_published(settings: Settings) -> None:
    """
    The live one stays, the new one can be looked at, and the message says how to publish it.
    """
    live = current_id(settings.index)
    change(settings)

    report = build(settings, WordLengthEncoder())
    gate = gate_of(report)

    assert (False, False, ("g1",)) == (report.published, gate.passed, gate.lost)
    assert live == current_id(settings.index)
    assert report.snapshot_id in snapshot_ids(settings.index)
    for words in (
        f"qa diff {live} {report.snapshot_id}",
        f"qa use {report.snapshot_id}",
        "--publish-anyway",
        "1 of 1 answers are worth less",
    ):
        assert words in gate.message


def test_the_message_tells_a_reworded_sentence_from_a_lost_one(settings: Settings) -> None:
    """
    With the old and the new wording, so that the golden question can follow.
    """
    anaesthetic = (Listed("tms.md", "No anaesthetic is needed."),)
    question = "Is an anaesthetic needed for magnetic stimulation?"
    append_golden(settings.golden, GoldenQuestion("g2", question, anaesthetic))
    change(settings)
    tms = settings.corpus / "tms.md"
    tms.write_text(tms.read_text("utf-8").replace("No anaesthetic is needed.", ""), "utf-8")
    message = gate_of(build(settings, WordLengthEncoder())).message

    assert (
        "g1: the listed sentence is reworded in ect.md\n"
        f"    was: {NINE}\n"
        f"    now: {NINE.replace('nine', 'twelve')}\n" in message
    )
    assert "g2: the listed sentence is gone from tms.md\n    was: No anaesthetic is" in message
    assert 1 == message.count("now: ")


def test_the_same_build_again_is_stopped_again(settings: Settings) -> None:
    """
    That the snapshot is there already does not let it through.
    """
    live = current_id(settings.index)
    change(settings)
    build(settings, WordLengthEncoder())

    assert not build(settings, WordLengthEncoder()).published
    assert live == current_id(settings.index)


def test_it_is_published_anyway_when_told_so(settings: Settings) -> None:
    """
    The questions are not asked then, and what cannot be read of them does not matter.
    """
    settings.golden.write_text("{")
    change(settings)
    report = build(settings, WordLengthEncoder(), anyway=True)

    assert (True, None) == (report.published, report.gate)
    assert report.snapshot_id == current_id(settings.index)


def test_what_answers_as_well_is_published(settings: Settings) -> None:
    """
    A line more changes no golden answer.
    """
    change(settings, ECT + "\nThis line is new here.\n")
    report = build(settings, WordLengthEncoder())

    assert (True, 1, ()) == (report.published, gate_of(report).questions, gate_of(report).lost)


@pytest.mark.parametrize(("limit", "published"), [(0.5, True), (0.49, False)])
def test_the_limit_is_a_share_of_the_questions(
    settings: Settings, limit: float, published: bool
) -> None:
    """
    One of two questions is lost: 1 <= 0.5 * 2, but 1 > 0.49 * 2.
    """
    drip = (Listed("more/ketamine.txt", "Ketamine is given as a slow drip into a vein."),)
    append_golden(settings.golden, GoldenQuestion("g2", "How is ketamine given?", drip))
    change(settings)

    report = build(replace(settings, gate_worse=limit), WordLengthEncoder())

    assert (published, ("g1",)) == (report.published, gate_of(report).lost)


@pytest.mark.parametrize("off", [{"gate": False}, {"golden": Path("nowhere.jsonl")}])
def test_without_gate_or_questions_nothing_is_asked(
    settings: Settings, off: dict[str, object]
) -> None:
    """
    QA_GATE=off, or a clinic that has no golden questions.
    """
    change(settings)
    report = build(replace(settings, **off), WordLengthEncoder())  # type: ignore[arg-type]
    assert (True, None) == (report.published, report.gate)


def test_a_build_that_is_not_to_be_published_asks_nothing(settings: Settings) -> None:
    """
    `diff` asks when somebody wants to know.
    """
    change(settings)
    assert build(settings, WordLengthEncoder(), publish=False).gate is None


def test_the_first_build_has_nothing_to_compare_with(settings: Settings, tmp_path: Path) -> None:
    """
    It says so and publishes.
    """
    first = replace(small_settings(tmp_path / "new"), golden=settings.golden)
    report = build(first, WordLengthEncoder())

    assert (True, 0) == (report.published, gate_of(report).questions)
    assert "no live snapshot to compare with" in gate_of(report).message


def test_another_encoder_cannot_be_compared(settings: Settings) -> None:
    """
    It says so and publishes: the old snapshot could not be asked with it at all.
    """
    other = WordLengthEncoder()
    other.digest = "0" * 64
    report = build(settings, other)

    assert (True, 0) == (report.published, gate_of(report).questions)
    assert "cannot be compared" in gate_of(report).message


def test_a_damaged_live_snapshot_does_not_stop_its_mending(settings: Settings) -> None:
    """
    What cannot be opened cannot be compared with; the build that mends it is published.
    """
    live = settings.index / str(current_id(settings.index))
    (live / "manifest.json").write_text("{")
    change(settings)
    report = build(settings, WordLengthEncoder())

    assert report.published
    assert "were not asked" in gate_of(report).message


def test_a_bad_line_stops_the_build_before_it_begins(settings: Settings) -> None:
    """
    Rather than minutes later; the live snapshot stays.
    """
    before = snapshot_ids(settings.index)
    settings.golden.write_text("{")
    change(settings)
    with pytest.raises(QAError, match="line 1 is no golden question"):
        build(settings, WordLengthEncoder())

    assert before == snapshot_ids(settings.index)


def test_the_same_snapshot_needs_no_gate(settings: Settings) -> None:
    """
    A build that changes nothing asks nothing.
    """
    assert build(settings, WordLengthEncoder()).gate is None
