"""Rows -> scores: what is counted over what, with a handful of rows that can be counted by eye."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.evaluate.asking import Row
from qa.evaluate.judging import Outcome
from qa.evaluate.measures import clopper_pearson
from qa.evaluate.questions import Question
from qa.evaluate.report import staff_sentence
from qa.evaluate.scores import LOWER, Score, all_scores, average, share
from qa.golden import Listed
from qa.records import Answer, Status

ANSWERS = (Listed("a.md", "An answer."),)


def row(
    sort: str,
    *,
    status: Status = Status.ANSWERED,
    lead: bool = False,
    some: bool | None = None,
    first: bool | None = None,
    support: float = 0.5,
    words: int = 0,
    register: str | None = None,
    answers: tuple[Listed, ...] | None = None,
    reference: Outcome | None = None,
    sides: int = 0,
    sides_shown: int = 0,
    moved: bool = False,
    quotes: int = 0,
) -> Row:
    silent = sort in ("near_miss", "off_topic")
    listed = answers if answers is not None else () if silent else ANSWERS
    question = Question(
        "q", sort, "?", listed, register=register, sides=ANSWERS * sides, changes_topic=moved
    )
    made = outcome(
        status, lead=lead, some=some, first=first, support=support, words=words, quotes=quotes
    )
    made = replace(made, sides_shown=sides_shown, differences=int(sides_shown > 1))
    return Row(question, Answer("?", "?", status, "s", support=support), made, reference)


def outcome(
    status: Status = Status.ANSWERED,
    *,
    lead: bool = False,
    some: bool | None = None,
    first: bool | None = None,
    support: float = 0.5,
    words: int = 0,
    quotes: int = 0,
) -> Outcome:
    """As many quotes as are said, all faithful; `some` quote and the `first` sentence as the lead.

    Unless said otherwise.
    """
    some = lead if some is None else some
    first = lead if first is None else first
    return Outcome(status, support, lead, some, first, None, words, quotes, quotes, 0, 0)


def scores(*rows: Row) -> dict[str, Score]:
    return {score.measure: score for score in all_scores(rows, {})}


def test_evidence_is_counted_over_answerable_questions() -> None:
    """
    Four asked: two leads right, one answered wrongly, one silent though its first sentence answers.
    """
    found = scores(
        row("answerable", lead=True, words=10),
        row("answerable", lead=True, words=20),
        row("answerable", words=60),
        row("answerable", status=Status.NOT_FOUND, first=True),
        row("near_miss"),
    )
    assert (2 / 4, 2, 4) == (
        found["evidence: lead quote answers"].value,
        found["evidence: lead quote answers"].hits,
        found["evidence: lead quote answers"].of,
    )
    assert clopper_pearson(2, 4) == found["evidence: lead quote answers"].interval
    assert 3 / 4 == found["evidence: answered at all"].value
    assert 3 / 4 == found["evidence: first sentence answers"].value
    assert 90 / 3 == found["evidence: words of the lead quote"].value


def test_silence_is_scored_by_itself() -> None:
    """
    1 of 2 near misses and 0 of 1 off topic answered; costs 0, 1, 5, 0 and 0 over five questions.
    """
    found = scores(
        row("answerable", lead=True, support=0.9),
        row("answerable", status=Status.NOT_FOUND, support=0.4),
        row("near_miss", support=0.4),
        row("near_miss", status=Status.NOT_FOUND, support=0.1),
        row("off_topic", status=Status.NOT_FOUND, support=0.0),
    )
    assert 1 / 2 == found["abstention: near misses answered"].value
    assert 0 == found["abstention: off topic answered"].value
    assert 3.5 / 4 == found["abstention: answerable above near miss (AUC)"].value
    assert 6 / 5 == found["abstention: cost of a question (wrong answer 5, silence 1)"].value
    # by support: right, then two of equal support, both wrong, then wrong: 0, 1/2, 2/3, 3/4
    assert pytest.approx((0 + 1 / 2 + 2 / 3 + 3 / 4) / 4) == (
        found["abstention: area under risk-coverage"].value
    )
    # bins: 0.9 right (0.1 off), 0.4 twice wrong (0.4 off), 0.1 wrong (0.1 off)
    assert pytest.approx((0.1 + 2 * 0.4 + 0.1) / 4) == (
        found["calibration: expected calibration error"].value
    )


def test_an_answer_costs_when_no_quote_answers() -> None:
    """
    A wrong lead beside another quote that answers costs 0, and nothing right among them costs 5.
    """
    found = scores(
        row("answerable", lead=False, some=True),
        row("answerable", lead=False, some=False),
        row("answerable", lead=True),
    )
    assert 1 / 3 == found["evidence: lead quote answers"].value
    assert 2 / 3 == found["evidence: some quote answers"].value
    assert (0 + 5 + 0) / 3 == found[
        "abstention: cost of a question (wrong answer 5, silence 1)"
    ].value


def test_the_help_card_is_no_answer_and_no_silence() -> None:
    """
    A question met with it is in no share; the quotes beside it, were there any, are still proved.
    """
    found = scores(
        row("answerable", status=Status.CRISIS, quotes=1),
        row("near_miss", status=Status.CRISIS),
        row("answerable", lead=True, quotes=2),
    )
    assert 1 == found["evidence: lead quote answers"].of
    assert 0 == found["abstention: near misses answered"].of
    assert 3 == found["fidelity: quotes equal to their source"].of


def test_a_pair_with_the_help_card_is_left_out_whole() -> None:
    """
    A difference needs both sides.
    """
    found = scores(row("misspelt", lead=True, reference=outcome(Status.CRISIS)))
    assert 0 == found["misspelt: difference"].of


def test_misspelt_questions_are_compared_pair_by_pair() -> None:
    """
    Right 1 of 3, clean 2 of 3: the mean of 0, -1 and 0 is -1/3.
    """
    found = scores(
        row("misspelt", lead=True, reference=outcome(lead=True), register="clipped"),
        row("misspelt", reference=outcome(lead=True), register="misspelt"),
        row("misspelt", reference=outcome(), register="misspelt"),
    )
    assert 1 / 3 == found["misspelt: right"].value
    assert 2 / 3 == found["misspelt: right, the same, clean"].value
    assert pytest.approx(-1 / 3) == found["misspelt: difference"].value
    assert (1, 0) == (
        found["misspelt: clipped: right"].hits,
        found["misspelt: misspelt: right"].hits,
    )


def test_follow_ups_that_nothing_answers_are_right_in_silence() -> None:
    """
    A near miss among them is right when silent; the answerable ones are also counted alone.
    """
    found = scores(
        row("follow_up", lead=True, reference=outcome(lead=True), moved=True),
        row(
            "follow_up",
            status=Status.NOT_FOUND,
            answers=(),
            reference=outcome(),
        ),
    )
    assert (2, 2) == (found["follow-up: right"].hits, found["follow-up: right"].of)
    assert 1 / 2 == found["follow-up: right, asked whole"].value
    assert 1 / 2 == found["follow-up: difference"].value
    assert (1, 1) == (
        found["follow-up: lead quote answers"].of,
        found["follow-up: right after a change of topic"].of,
    )
    assert 0 == found["follow-up: near misses answered"].value


def test_differing_sources_are_both_shown_or_not() -> None:
    """
    Both of two sides; one of two.
    """
    found = scores(
        row("differing", sides=2, sides_shown=2), row("differing", sides=2, sides_shown=1)
    )
    assert 1 / 2 == found["differing: every side quoted"].value
    assert 1 / 2 == found["differing: a difference shown"].value


def test_registers_are_counted_apart() -> None:
    """
    One score for each way to put a question.
    """
    found = scores(
        row("answerable", lead=True, register="plain"), row("answerable", register="anxious")
    )
    assert 1.0 == found["register: plain: lead quote answers"].value
    assert 0.0 == found["register: anxious: lead quote answers"].value


def test_nothing_asked_gives_no_value_and_no_defect() -> None:
    """
    No division by zero: a share of nothing may be anything, a mean of nothing has no interval.
    """
    found = all_scores([], {"nDCG@10": {}})
    assert [] == [score.measure for score in found if score.value is not None]
    assert (0.0, 1.0) == (
        share("s", "n", []).interval.low,  # type: ignore[union-attr]
        share("s", "n", []).interval.high,  # type: ignore[union-attr]
    )
    assert average("s", "n", []).interval is None


def test_nobody_answered_is_a_share_of_zero() -> None:
    """
    Silence throughout: 0 of 2, no words, no quotes to prove.
    """
    found = scores(*[row("answerable", status=Status.NOT_FOUND) for _ in range(2)])
    assert 0.0 == found["evidence: lead quote answers"].value
    assert found["evidence: words of the lead quote"].value is None
    assert found["fidelity: quotes equal to their source"].value is None


def test_which_direction_is_better_is_known() -> None:
    """
    Costs, errors, lengths and unsupported answers should fall; all else should rise.
    """
    lower = {score.measure for score in all_scores([], {}) if score.better == LOWER}
    assert {
        "evidence: words of the lead quote",
        "abstention: near misses answered",
        "abstention: off topic answered",
        "abstention: cost of a question (wrong answer 5, silence 1)",
        "abstention: area under risk-coverage",
        "calibration: expected calibration error",
        "follow-up: near misses answered",
    } == lower


def test_staff_read_it_in_one_sentence() -> None:
    """
    1 of 4 near misses answered is 25 of 100, with the exact interval.
    """
    rows = [row("near_miss"), *[row("near_miss", status=Status.NOT_FOUND) for _ in range(3)]]
    limits = clopper_pearson(1, 4)
    assert (
        "Of 100 questions on the subject that the articles do not answer, it answers 25 (95 % "
        f"interval {100 * limits.low:.0f} to {100 * limits.high:.0f}; measured on 4)."
    ) == staff_sentence(rows)
    assert "not measured" in staff_sentence([])
