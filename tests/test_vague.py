"""qa.vague: what is asked back, and the questions to choose from."""

from __future__ import annotations

import pytest

from qa.acronyms import Acronyms
from qa.records import AskBack, Block, BlockKind, Document, Metadata, Span
from qa.topics import Topics
from qa.vague import Guide

ARTICLES = {
    "Ketamine treatment": ["How is ketamine given?", "Ketamine is safe for most. Ketamine helps."],
    "Transcranial magnetic stimulation (TMS)": [
        "What are the side effects of TMS?",
        "Side effects of TMS are mild. TMS is safe.",
    ],
    "Electroconvulsive therapy (ECT)": ["Is it safe?", "ECT is given twice a week."],
    "What is treatment-resistant depression?": [
        "How common is treatment-resistant depression?",
        "Treatment-resistant depression (TRD) is common.",
    ],
    "Daily life with depression": ["Does exercise help in depression?", "Walking may help."],
    "Diagnosis of depression and its treatment": ["Diagnosis", "Ask your doctor."],
    "Treatment of depression compared": ["Which treatment works best?", "No one knows."],
}


def article(title: str, heading: str, body: str) -> Document:
    """An article of one heading and one paragraph."""
    text = f"{heading}\n{body}"
    blocks = (
        Block(BlockKind.HEADING, Span(0, len(heading)), 2),
        Block(BlockKind.PARAGRAPH, Span(len(heading) + 1, len(text))),
    )
    return Document(title, f"{title}.md", text, Metadata(title), blocks)


DOCUMENTS = [article(title, *rest) for title, rest in ARTICLES.items()]
ACRONYMS = Acronyms.find([part for d in DOCUMENTS for part in (d.metadata.title, d.text)])
GUIDE = Guide.of(DOCUMENTS, Topics.of(DOCUMENTS, ACRONYMS))


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("help", AskBack.WHAT_ABOUT),
        ("tell me more", AskBack.WHAT_ABOUT),
        ("depression", AskBack.WHAT_ABOUT),
        ("treatment?", AskBack.WHAT_ABOUT),
        ("TRD", AskBack.WHAT_ABOUT),
        ("side effects", AskBack.WHICH_TREATMENT),
        ("what are the side effects?", AskBack.WHICH_TREATMENT),
        ("is it safe?", AskBack.WHICH_TREATMENT),
        ("how long?", AskBack.WHICH_TREATMENT),
        ("does it hurt", AskBack.WHICH_TREATMENT),
        ("thanks", AskBack.ANYTHING_ELSE),
        ("who are you", AskBack.ABOUT_THIS),
        ("Are you a doctor?", AskBack.ABOUT_THIS),
        ("r u a robot or a real person", AskBack.ABOUT_THIS),
        ("hi, am I talking to a human?", AskBack.ABOUT_THIS),
        ("what's this app", AskBack.ABOUT_THIS),
    ],
)
def test_a_side_without_a_thing_is_asked_back(message: str, asked: AskBack) -> None:
    """
    A side of something, a bare general word and small talk are too little to search for.
    """
    found = GUIDE.ask_back(message)
    assert found is not None
    assert asked == found[0]
    assert 0 < len(found[1]) <= 4


@pytest.mark.parametrize(
    "message",
    [
        "ect side effects",
        "what is trd",
        "is it a chip in the brain?",
        "is this a doctor's treatment?",
        "what's trd",
        "am i treatment resistant",
        "what\u2019s depression",
        "what is depression?",
        "ketamine",
        "Is ECT safe?",
        "which treatment works best?",
        "how common is depression",
        "is it my fault?",
        "what causes it?",
        "side effects of antidepressants",
        "is it safe to take ketamine?",
        "does exercise help",
    ],
)
def test_what_names_its_subject_is_searched(message: str) -> None:
    """
    A topic, an everyday subject, or a question about the illness itself is never asked back.
    """
    assert GUIDE.ask_back(message) is None


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ("is it safe?", "Is TMS safe?"),
        ("side effects", "What are the side effects of TMS?"),
        ("side effects of", "What are the side effects of TMS?"),
        ("how often?", "How often is TMS given?"),
        ("how many sessions", "How many sessions of TMS are needed?"),
        ("cost", "What is the cost of TMS?"),
    ],
)
def test_choices_are_whole_questions(message: str, first: str) -> None:
    """
    The message completed with each subject, its short form behind it, ends as a question.
    """
    found = GUIDE.ask_back(message)
    assert found is not None
    assert first in [
        choice.replace("transcranial magnetic stimulation (TMS)", "TMS") for choice in found[1]
    ]
    assert all(choice.endswith("?") and choice[0].isupper() for choice in found[1])


def test_headings_that_lean_on_their_article_are_no_choice() -> None:
    """
    "Is it safe?" below a title says nothing by itself; "Diagnosis" is no question.
    """
    headings = {heading for _, heading in GUIDE.questions}
    assert "Is it safe?" not in headings
    assert "Diagnosis" not in headings
    assert "Which treatment works best?" in headings


def test_a_choice_is_not_vague_itself() -> None:
    """
    What is tapped is searched, not asked back again.
    """
    for message in ("help", "depression", "side effects", "is it safe?", "how long?", "thanks"):
        found = GUIDE.ask_back(message)
        assert found is not None
        assert [None] * len(found[1]) == [GUIDE.ask_back(choice) for choice in found[1]]


def test_a_corpus_without_questions_offers_nothing() -> None:
    """
    No heading asks and no title names a subject: the question back stands alone.
    """
    plain = [Document("a", "a.md", "Some text.", Metadata("Notes"))]
    guide = Guide.of(plain, Topics.of(plain, Acronyms({})))
    assert (AskBack.WHAT_ABOUT, ()) == guide.ask_back("help")
