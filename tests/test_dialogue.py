"""qa.dialogue: follow-ups made to stand alone."""

from __future__ import annotations

import pytest

from qa.acronyms import Acronyms
from qa.dialogue import is_small_talk, standalone
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


RECOVER = [
    Turn("user", "What was the RECOVER trial?"),
    Turn("assistant", "The RECOVER trial tested a small implant in the chest."),
]
SPRAY = [
    Turn("user", "How does esketamine work?"),
    Turn("assistant", "Esketamine is a nasal spray, taken at a clinic."),
]
EXERCISE = [Turn("user", "does exercise help with depression?"), Turn("assistant", "It may.")]
BOTH = [*TMS, Turn("user", "and ketamine?"), Turn("assistant", "Dizziness is common.")]
ARTICLES = [*TITLES, "The RECOVER trial of nerve stimulation"]
TEXTS = {"Esketamine nasal spray": "Do not drive home after the spray. No alcohol."}
WITH_TRIAL = [
    Document(str(i), f"{i}.md", TEXTS.get(t, ""), Metadata(t)) for i, t in enumerate(ARTICLES)
]
SUBJECTS = Topics.of(WITH_TRIAL, Acronyms.find(ARTICLES), ["lithium", "ketamine"])


@pytest.mark.parametrize(
    ("history", "message", "expected"),
    [
        # pronouns
        (SPRAY, "dose it hurt", "dose esketamine hurt"),
        (SPRAY, "what are its side effects?", "what are esketamine's side effects?"),
        (SPRAY, "what if that doesn't work?", "what if esketamine doesn't work?"),
        (SPRAY, "will they put me to sleep?", "will they put me to sleep with esketamine?"),
        (SPRAY, "is it better than ECT?", "is esketamine better than ECT?"),
        (SPRAY, "can I take lithium with it?", "can I take lithium with esketamine?"),
        # definite phrases, from a title, a question or a quote
        (RECOVER, "how long did the trial last?", "how long did the RECOVER trial last?"),
        (RECOVER, "when was this study published?", "when was the RECOVER trial published?"),
        (RECOVER, "how big is the implant?", "how big is the implant in the RECOVER trial?"),
        (SPRAY, "is the spray safe?", "is the spray safe with esketamine?"),
        # what is left out
        (SPRAY, "and the side effects?", "and the side effects of esketamine?"),
        (SPRAY, "can I drive home after?", "can I drive home after esketamine?"),
        (SPRAY, "tell me more", "tell me more about esketamine"),
        (RECOVER, "who took part?", "who took part in the RECOVER trial?"),
        # a narrower question
        (SPRAY, "in teenagers?", "How does esketamine work in teenagers?"),
        (SPRAY, "what about older people?", "How does esketamine work in older people?"),
        (EXERCISE, "how often?", "How often does exercise help with depression?"),
        # another subject
        (SPRAY, "what about lithium?", "How does lithium work?"),
        (SPRAY, "what about ketamin", "How does ketamin work?"),
        (EXERCISE, "and diet?", "does diet help with depression?"),
        (SPRAY, "what about alcohol?", "what about alcohol with esketamine?"),
        # corrections
        (SPRAY, "no I meant ECT", "How does ECT work?"),
        (SPRAY, "I meant the side effects", "the side effects of esketamine"),
        # several subjects
        (BOTH, "is the first one safe?", "is TMS safe?"),
        (BOTH, "what about the other one?", "what about TMS?"),
        (BOTH, "which one is safer?", "which one is safer, TMS or ketamine?"),
    ],
)
def test_each_kind_of_follow_up(history: list[Turn], message: str, expected: str) -> None:
    """
    The least is added that makes the message stand alone.
    """
    assert expected == standalone(message, history, SUBJECTS)


@pytest.mark.parametrize(
    "message",
    [
        "Is it normal to feel worse before feeling better?",
        "does it help to exercise?",
        "is it my fault that I am depressed?",
        "What is depression?",
        "does esketamine cause headaches?",
        "Is ECT safe and does it hurt?",
        "how long does it take for an antidepressant to work?",
        "what is anxiety and how is it treated?",
        "back to TMS: how long does it take?",
        "which foods should be avoided during lunch",
        "thanks",
        "ok great, thank you!",
    ],
)
def test_a_whole_question_is_never_bent(message: str) -> None:
    """
    A question that names its own subject stays, character for character.
    """
    assert message == standalone(message, SPRAY, SUBJECTS)


def test_small_talk_between_does_not_change_the_subject() -> None:
    """
    "Thanks" asks nothing and is forgotten.
    """
    history = [*SPRAY, Turn("user", "ok thanks"), Turn("assistant", "")]
    assert "is esketamine safe?" == standalone("is it safe?", history, SUBJECTS)


def test_a_name_answers_what_was_asked_back() -> None:
    """
    After "Is it safe?" was asked back, the name alone completes it.
    """
    history = [Turn("user", "is it safe?"), Turn("assistant", "")]
    assert "is ECT safe?" == standalone("ECT", history, SUBJECTS)


def test_subjects_outside_the_corpus() -> None:
    """
    Without a corpus, what a question defines or asks about is the subject of the next.
    """
    none = Topics.of((), Acronyms({}))
    history = [Turn("user", "What is solar energy?")]
    assert "How is solar energy stored?" == standalone("How is it stored?", history, none)
    history.append(Turn("user", "Tell me about wind turbines."))
    assert "What do wind turbines cost?" == standalone("What do they cost?", history, none)


@pytest.mark.parametrize(
    "message",
    [
        "Is it worth asking my doctor about sleep?",
        "Does this kind of depression run in families?",
    ],
)
def test_an_empty_it_and_this_kind_of_illness_point_at_nothing(message: str) -> None:
    """
    "It is worth asking" has no it; "this kind of depression" is what the whole corpus is about.
    """
    history = [Turn("user", "What is ketamine?"), Turn("assistant", "Ketamine is a medicine.")]
    assert message == standalone(message, history, TOPICS)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("ok thanks!", True),
        ("Good to know", True),
        ("i see, makes sense", True),
        ("good good", False),  # no word that only small talk has
        ("thanks, is it safe?", False),
        ("?", False),
        ("good " * 40 + "ketamine", False),  # in one pass over the words
    ],
)
def test_small_talk(message: str, expected: bool) -> None:
    """
    Nothing but polite words, one of which asks for nothing by itself.
    """
    assert expected is is_small_talk(message)
