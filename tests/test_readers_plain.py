"""Plain text of every untidiness: what the line breaks hide is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.readers import read_source
from qa.readers.glued import glued_parts
from qa.readers.parts import Part
from qa.readers.plain import plain_parts
from qa.records import Document
from qa.text import sentences

SHORT = {"heading": "h", "paragraph": "p", "list_item": "i", "table_row": "r"}


def outline(parts: list[Part]) -> list[str]:
    """Each part as its kind's letter and its text."""
    return [f"{SHORT[part.kind]} {part.text}" for part in parts]


LONG = "This paragraph is long enough that nobody could take it for a heading or for an item: " * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title Here\n\na\r\n\r\nb", ["h Title Here", "p a", "p b"]),
        ("• one\n• two\n  - inner", ["i one", "i two", "i inner"]),
        ("x:\n1. one\n2. two", ["p x:", "i one", "i two"]),
        (f"Intro line.\n1. Lasting Effect\n{LONG}", ["p Intro line.", "h 1. Lasting Effect"]),
        ("It can cause:\nA mild cough\nShort breath\nA hoarse voice.\nAsk the nurse.",
         ["p It can cause:", "i A mild cough", "i Short breath", "i A hoarse voice.",
          "p Ask the nurse."]),
        ("It does this:\nFirst Thing: it calms.\nSecond Thing: it lasts.\n" + LONG,
         ["p It does this:", "i First Thing: it calms.", "i Second Thing: it lasts."]),
        ("One.\nTwo.\nThree.\nFour.\nPost a Comment\nI disagree.",
         ["p One.", "p Two.", "p Three.", "p Four."]),
        ("Text.\nLabels: a, b\nShare this article\n© 2024 A Clinic", ["p Text."]),
        ("-----\nText\n=====", ["h Text"]),
    ],
)  # fmt: skip
def test_structure_of_small_texts(text: str, expected: list[str]) -> None:
    """
    Titles, bullets, numbers, lists without bullets, comments, buttons and drawn lines.
    """
    assert expected == outline(plain_parts(text))[: len(expected)]


def test_lines_cut_at_a_width_are_joined() -> None:
    """
    A full line goes on in the next; a short one ends there.
    """
    text = (
        "People who take part in a trial are told what is known of the risks, and\n"
        "they may leave the trial at any time without giving a reason to anyone at\n"
        "the clinic.\n"
        "Ask the nurse about trials that are open near you and about what is meant\n"
        "by each of them.\n"
    )
    first, second = (part.text for part in plain_parts(text))
    assert first.endswith("at the clinic.")
    assert second.startswith("Ask the nurse")


GLUED = (
    "Home Health By Ann Lee Facebook Twitter Published on May 4, 2023 Print Table of Contents"
    " Causes Signs Care Questions People Ask Most Often Insomnia is trouble with sleep. It is"
    " common. What Causes Insomnia? Many things disturb sleep, such as: Noise: A loud street keeps"
    " people awake Bright light: A lamp or a screen late at night Signs of Insomnia Typically,"
    " people lie awake for long. These may include:Waking earlyFeeling tired by dayA lack of"
    " energy Treatment Options Several treatments help with insomnia. Light Therapy Light therapy"
    " (LT) uses a lamp. Dr. MacIntyre of LinkedIn likes it. Summary While insomnia is common, it"
    " can be treated. 3 Sources Lee A. Sleep. J Sleep. 2020;1(2):3-4. doi:10.1/x"
)


def test_glued_headings_items_and_furniture() -> None:
    """
    Every sentence begins where it begins; opening, contents and references are gone.
    """
    expected = [
        "p Insomnia is trouble with sleep. It is common.",
        "h What Causes Insomnia?",
        "p Many things disturb sleep, such as:",
        "i Noise: A loud street keeps people awake",
        "i Bright light: A lamp or a screen late at night",
        "h Signs of Insomnia",
        "p Typically, people lie awake for long. These may include:",
        "i Waking early",
        "i Feeling tired by day",
        "i A lack of energy",
        "h Treatment Options",
        "p Several treatments help with insomnia.",
        "h Light Therapy",
        "p Light therapy (LT) uses a lamp. Dr. MacIntyre of LinkedIn likes it.",
        "h Summary",
        "p While insomnia is common, it can be treated.",
    ]
    assert expected == outline(glued_parts(GLUED, 0))


def test_ordinary_prose_is_left_alone() -> None:
    """
    Names, acronyms and capitals at the start of sentences are no headings.
    """
    prose = (
        "Verywell Health asked Dr. Ann Lee. The FDA approved Spravato in 2019. Mount Sinai runs a"
        " program. Cognitive behavioral therapy (CBT) helps. In the United States, CBT is common."
        " Vitamin A is not a treatment. Both TMS and ECT act on the brain."
    )
    assert [f"p {prose}"] == outline(glued_parts(prose, 0))


def read(folder: Path, name: str) -> tuple[Document, list[str], list[str]]:
    """One of the source articles, its headings, and all sentences outside headings."""
    (document,) = read_source(folder / f"{name}.txt", folder)
    headings, found = [], []
    for block in document.blocks:
        if block.level and block.kind.value == "heading":
            headings.append(block.span.of(document.text))
            continue
        spans = sentences(document.text, block.span.start, block.span.end)
        found += [span.of(document.text) for span in spans]
    return document, headings, found


def test_the_article_on_a_single_line(shared_sources: Path) -> None:
    """
    Headings are out of the sentences, items apart, byline and references gone.
    """
    document, headings, found = read(shared_sources, "managing-treatment-resistant-depression")
    assert "Managing Treatment-Resistant Depression" == document.metadata.title
    assert {"Treatment Options", "Psychotherapy", "Vagus Nerve Stimulation", "Summary"} <= {
        *headings
    }
    for sentence in [
        "Electroconvulsive therapy (ECT) is an established, effective treatment for TRD.",
        "The vagus nerve is the tenth cranial nerve.",
        "Second-generation antipsychotics (SGAs)",
        "A decrease in socializing",
        "Subtherapeutic doses: The dosage isn't high enough to be effective",
    ]:
        assert sentence in found
    for gone in ("Heather", "Twitter", "Getty", "doi:", "Submit"):
        assert gone not in document.text


def test_the_article_with_a_repeated_title(shared_sources: Path) -> None:
    """
    The title stands once, numbered headings are headings, comments are cut off.
    """
    document, headings, found = read(shared_sources, "vns-recover-trial-2026")
    assert 1 == document.text.count("A Breakthrough in Durable Recovery")
    assert "1. Exceptional Durability" in headings
    assert "A mild cough or tickle in the throat." in found
    assert "Post a Comment" not in document.text
    assert "revolving door" not in document.text


def test_the_articles_with_bullets_and_advertising(shared_sources: Path) -> None:
    """
    Items lose their bullets, headings are found, titles are right.
    """
    document, headings, found = read(shared_sources, "medication-resistant-depression")
    assert "Initial improvement that doesn’t last" in found
    assert {"Genetics", "Ketamine Therapy", "Sources:"} <= {*headings}
    assert "•" not in document.text
    document, headings, _ = read(shared_sources, "seven-options-resistant-depression")
    assert "7 Breakthrough Options for Treating Resistant Depression" == document.metadata.title
    assert 10 == len(headings)
