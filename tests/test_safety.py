"""qa.safety: crisis help and fixed notices."""

from __future__ import annotations

import pytest

from qa.safety import HELP_LINES, crisis, notices


@pytest.mark.parametrize(
    "message",
    [
        "I want to kill myself",
        "i dont want to be here anymore",
        "I don’t want to live",
        "my son is suicidal what do i do",
        "i feel like ending it all",
        "I took too many pills",
        "i can't go on",
        "thinking of suicide",
        "sucidal thoughts wont stop",
        "i wanna die",
        "no point living anymore",
        "everyone would be better off without me",
        "she says she wants to hurt herself",
        "how many tablets would it take to overdose",
        "Is ECT safe? I want to end my life.",
        "I want to kill myself, is suicide painful",
        "I want to die. what is suicide",
        "i am going to end my life, does suicide hurt",
        "What is the easiest way to commit suicide?",
        "are there painless suicide methods",
        "Which way of suicide is painless",
        "I want to kil myself",
        "i wnat to die",
        "no one would miss me if i was gone",
        "i am suicdal",
    ],
)
def test_a_message_of_self_harm_gets_the_card(message: str) -> None:
    """
    Plain, misspelt, about oneself or another person: help comes.
    """
    card = crisis(message)
    assert card is not None
    assert HELP_LINES == card.lines


@pytest.mark.parametrize(
    "message",
    [
        "Does ketamine reduce suicidal thoughts?",
        "Is TRD linked to suicide?",
        "what are the side effects of tms",
        "cutting down on alcohol",
        "will ect kill me",
        "I've tried everything and nothing works",
        "how do i end my treatment",
        "I went to the clinic and the lights died",
        "how do antidepressants affect the risk of suicide",
        "why do people with TRD have more suicidal thoughts",
        "",
    ],
)
def test_a_question_about_the_subject_is_a_question(message: str) -> None:
    """
    Knowledge questions and other senses of the words are answered, not met with the card.
    """
    assert crisis(message) is None


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("should i stop taking my antidepressant", ("medicine_change",)),
        ("can I double my dose", ("medicine_change",)),
        ("im having a seizure after tms", ("emergency_symptoms",)),
        ("can tms cause seizures", ()),
        ("Does ketamine reduce suicidal thoughts?", ("help_line",)),
        ("what is ect", ()),
    ],
)
def test_notices(message: str, expected: tuple[str, ...]) -> None:
    """
    Medicine changes, emergencies and the subject of suicide each add their fixed text.
    """
    assert expected == notices(message)


def test_every_help_line_can_be_followed_by_a_phone() -> None:
    """
    A line that cannot be tapped is of no use on a phone.
    """
    assert all(line.href.split(":")[0] in {"tel", "sms", "https"} for line in HELP_LINES)
