"""qa.dialogue: follow-ups made to stand alone."""

from __future__ import annotations

import pytest

from qa.acronyms import Acronyms
from qa.dialogue import standalone
from qa.records import Document, Metadata, Turn
from qa.topics import Topics

TITLES = [
    "Ketamine treatment",
    "Esketamine nasal spray",
    "Transcranial magnetic stimulation (TMS)",
    "Electroconvulsive therapy (ECT)",
    "What treatment-resistant depression is",
    "Daily life with depression",
    "Diagnosis of depression and its treatment",
    "Treatment of depression compared",
]
DOCUMENTS = [Document(str(i), f"{i}.md", "", Metadata(t)) for i, t in enumerate(TITLES)]
TOPICS = Topics.of(DOCUMENTS, Acronyms.find(TITLES))
TMS = [
    Turn("user", "What are the side effects of TMS?"),
    Turn("assistant", "Scalp discomfort and headaches are usually mild."),
]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("and ECT?", "What are the side effects of ECT?"),
        ("what about ketamine?", "What are the side effects of ketamine?"),
        ("ketamine?", "What are the side effects of ketamine?"),
        ("how long does it take?", "how long does TMS take?"),
        ("is it safe", "is TMS safe"),
        ("how many sessions", "how many sessions of TMS"),
        ("and the cost?", "and the cost of TMS?"),
        ("Does ECT hurt?", "Does ECT hurt?"),
        ("how common is depression?", "how common is depression?"),
        (
            "which foods should be avoided during lunch",
            "which foods should be avoided during lunch",
        ),
        ("", ""),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out(message: str, expected: str) -> None:
    """
    A message without a subject takes the last one; one with its own subject keeps it.
    """
    assert expected == standalone(message, TMS, TOPICS)


def test_the_first_message_stays_as_it_is() -> None:
    """
    Without a history nothing can be carried over.
    """
    assert "is it safe?" == standalone("is it safe?", [], TOPICS)


def test_the_latest_subject_wins() -> None:
    """
    After a change of subject the new one is carried on.
    """
    history = [*TMS, Turn("user", "what about ketamine?"), Turn("assistant", "Dizziness.")]
    assert "how long does ketamine last?" == standalone("how long does it last?", history, TOPICS)


def test_a_chain_of_swaps_keeps_the_first_question() -> None:
    """
    "And X?" after "what about Y?" still asks what was asked of the first subject.
    """
    history = [*TMS, Turn("user", "what about ketamine?"), Turn("assistant", "Dizziness.")]
    assert "What are the side effects of ECT?" == standalone("and ECT?", history, TOPICS)


def test_the_quote_gives_the_subject_when_no_question_does() -> None:
    """
    A subject that only the answer named can be asked on.
    """
    history = [Turn("user", "what helps fast?"), Turn("assistant", "Ketamine can act in hours.")]
    assert "is Ketamine safe?" == standalone("is it safe?", history, TOPICS)


def test_nothing_to_carry_over_leaves_the_message() -> None:
    """
    A history without any subject changes nothing.
    """
    history = [Turn("user", "hello"), Turn("assistant", "")]
    assert "is it safe?" == standalone("is it safe?", history, TOPICS)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("How long does it take?", "How long does TMS take?"),
        ("does it hurt?", "does TMS hurt?"),
        ("how much does it cost?", "how much does TMS cost?"),
        ("is there any research on it", "is there any research on TMS"),
        ("what about ketamine?", "What is ketamine?"),
    ],
)
def test_follow_ups_over_the_shipped_titles(message: str, expected: str) -> None:
    """
    Question words and helpers in a title ("Why does it happen?") are no subjects.
    """
    titles = ["Why does treatment-resistant depression happen?", "Signs a medicine is not working"]
    titles += ["Digital tools", "Psychedelic-assisted therapy: what research says", *TITLES]
    documents = [Document(str(i), f"{i}.md", "", Metadata(t)) for i, t in enumerate(titles)]
    topics = Topics.of(documents, Acronyms.find(titles))
    assert expected == standalone(message, [Turn("user", "What is TMS?")], topics)
