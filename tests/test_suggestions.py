"""Questions that are offered: only those that the engine at hand has answered."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from qa.records import Answer, Reason, Span, Status
from qa.suggestions import (
    FIRST,
    Questions,
    QuestionsDamaged,
    Suggestions,
    reviewed_questions,
)
from tests.fake_engine import ASLEEP, CROSSING, EIGHTY, EVIL, OFTEN, SIXTY, quote

LIST = Questions(
    first=("Is ECT safe?", "What is VNS?", "Why?"),
    topics=(("How often?", "Am I asleep?"), ("Does it last?", "How small is it?")),
)
ECT_SAFE = quote(OFTEN.document, "ECT is safe for most people.")
LEADS = {
    "Is ECT safe?": ECT_SAFE,
    "How often?": OFTEN,
    "Am I asleep?": ASLEEP,
    "Does it last?": EIGHTY,
    "How small is it?": CROSSING,
}


@pytest.fixture(autouse=True)
def in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between questions are for patients; here there are none."""
    monkeypatch.setattr("qa.suggestions._BREATH", 0.0)


def ask(question: str) -> Answer:
    """The list's questions are answered except two: one is not, one fails."""
    if question == "Why?":
        raise RuntimeError("broken")
    if question not in LEADS:
        return Answer(question, question, Status.NOT_FOUND, "s", reason=Reason.NOT_IN_SOURCES)
    return Answer(question, question, Status.ANSWERED, "s", quotes=(LEADS[question],))


def checked() -> Suggestions:
    """Suggestions that have asked everything."""
    suggestions = Suggestions(ask, LIST)
    suggestions.check()
    return suggestions


def test_only_answered_questions_are_offered_first() -> None:
    """Neither one that the articles do not answer nor one that fails."""
    assert ["Is ECT safe?"] == checked().first()


def test_articles_that_answer_none_offer_nothing() -> None:
    """An operator's own articles never get questions about ours."""

    def silent(question: str) -> Answer:
        return Answer(question, question, Status.NOT_FOUND, "s", reason=Reason.OFF_TOPIC)

    suggestions = Suggestions(silent, reviewed_questions())
    suggestions.check()

    assert [] == suggestions.first()
    assert [] == suggestions.after(silent("anything"))


def test_what_part_of_a_quote_on_the_screen_answers_is_not_offered() -> None:
    """The lead quote of "Is ECT safe?" stands inside a longer one that is shown already."""
    answer = ask("Am I asleep?")
    longer = replace(ECT_SAFE, span=Span(ECT_SAFE.span.start - 5, ECT_SAFE.span.end))
    shown = replace(answer, quotes=(*answer.quotes, longer))

    assert "Is ECT safe?" in checked().after(answer)
    assert "Is ECT safe?" not in checked().after(shown)


def test_after_an_answer_the_same_article_comes_first() -> None:
    """Not what was just asked or answered, in whatever case it was typed."""
    suggestions = checked()

    assert ["Is ECT safe?", "Am I asleep?"] == suggestions.after(ask("How often?"))
    assert ["Am I asleep?"] == suggestions.after(ask("How often?"), ["is ect SAFE"])


def test_what_the_quotes_shown_answer_is_not_offered() -> None:
    """A question that leads to a quote on the screen would bring nothing new."""
    answer = replace(ask("How often?"), quotes=(OFTEN, ASLEEP))

    assert ["Is ECT safe?"] == checked().after(answer)


def test_silence_offers_what_is_near_or_else_the_first_questions() -> None:
    """Below passages that do not answer stand questions that the articles do answer."""
    silence = ask("May I go flying?")
    near = replace(silence, related=(SIXTY,))

    assert ["Does it last?", "How small is it?"] == checked().after(near)
    assert ["Is ECT safe?"] == checked().after(silence)


def test_an_answer_far_from_every_question_offers_none() -> None:
    """Better nothing than something about another matter."""
    assert [] == checked().after(replace(ask("How often?"), question="q", quotes=(EVIL,)))


def test_nothing_is_offered_beside_help_or_choices() -> None:
    """A crisis has one way on; what is asked back brings its own questions."""
    answer = ask("How often?")

    assert [] == checked().after(replace(answer, status=Status.CRISIS))
    assert [] == checked().after(replace(answer, choices=("Which?",)))


def test_before_anything_was_asked_nothing_is_offered() -> None:
    """Known to be answered means asked."""
    assert [] == Suggestions(ask, LIST).first()
    assert [] == Suggestions(ask, LIST).after(ask("How often?"))


def test_the_work_is_done_beside_and_waited_for() -> None:
    """A new page waits until its first questions have been asked."""
    suggestions = Suggestions(ask, LIST)
    suggestions.start()

    assert ["Is ECT safe?"] == suggestions.first(wait=30)


def test_what_was_answered_from_a_withdrawn_article_is_offered_no_more() -> None:
    """From the moment the status is set; nor what stood in an article that is gone."""
    served = {d.doc_id: d for d in (OFTEN.document, EIGHTY.document)}
    suggestions = Suggestions(ask, LIST, lambda: served)
    suggestions.check()
    assert ["Is ECT safe?"] == suggestions.first()
    assert ["Is ECT safe?", "Am I asleep?"] == suggestions.after(ask("How often?"))

    about = replace(OFTEN.document.metadata, status="withdrawn")
    served = {**served, OFTEN.document.doc_id: replace(OFTEN.document, metadata=about)}
    assert [] == suggestions.first()
    assert [] == suggestions.after(ask("How often?"))
    assert ["How small is it?"] == suggestions.after(ask("Does it last?"))

    served = {OFTEN.document.doc_id: OFTEN.document}
    assert ["Is ECT safe?"] == suggestions.first()
    assert [] == suggestions.after(ask("Does it last?"))


def test_everything_is_asked_again_when_the_articles_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is answered no longer is offered no longer, and the other way round."""
    monkeypatch.setattr("qa.suggestions._LOOK", 0.01)
    served = {OFTEN.document.doc_id: OFTEN.document}
    answered = {"Is ECT safe?"}

    def ask_now(question: str) -> Answer:
        return ask(question if question in answered else "What is VNS?")

    suggestions = Suggestions(ask_now, LIST, lambda: served)
    suggestions.start()
    assert ["Is ECT safe?"] == suggestions.first(wait=30)
    answered = {"How often?"}
    served = dict(served)
    end = time.monotonic() + 30
    while suggestions.first() or not suggestions.after(ask("Am I asleep?")):
        assert time.monotonic() < end, "nothing was asked again"
        time.sleep(0.01)

    assert ["How often?"] == suggestions.after(ask("Am I asleep?"))


def test_the_list_that_ships_is_well_formed() -> None:
    """No question twice; each ends in a question mark."""
    questions = reviewed_questions()
    every = [q for topic in questions.topics for q in topic]

    assert FIRST == len(questions.first)
    assert 2 <= min(len(topic) for topic in questions.topics)
    assert sorted({*every, *questions.first}) == sorted([*every, *questions.first])
    assert [] == [q for q in every if not q.endswith("?")]


def test_a_damaged_list_names_itself(tmp_path: Path) -> None:
    """The operator learns which file to restore."""
    path = tmp_path / "questions.toml"
    path.write_text("first = 3", "utf-8")
    with pytest.raises(QuestionsDamaged, match="questions.toml"):
        reviewed_questions(path)
