"""qa.differing: two sources' figures for what was asked, and the pairs that are none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa.differing import asked_units, differing
from qa.records import BlockKind, Document, Evidence, Metadata, Passage, Quote, Sentence, Span
from qa.voices import voices

REFERENCES = (
    "Hale P. Living with it. Green Valley Health, 21 September 2022 (reviewed).",
    "Resistant Depression. Harbor Clinic Group, undated.",
    "9 New Ways to Treat Depression. Publisher not named, undated.",
    "A trial explained. Psychiatry blog, publisher not named, 2026.",
    "New spray approved. US Food and Drug Administration, press release, 2019.",
)


def told(
    text: str,
    name: str = "a",
    *,
    heading: str = "",
    title: str = "",
    references: Sequence[str] = (),
    kind: BlockKind = BlockKind.PARAGRAPH,
) -> Evidence:
    """The whole text of a document as one sentence that supports an answer."""
    metadata = Metadata(title or name, based_on=tuple(references))
    document = Document(name, f"{name}.md", text, metadata)
    span = Span(0, len(text))
    path = (heading,) if heading else ()
    return Evidence(
        Passage(f"p-{name}", name, span, path, (Sentence(span, kind),)), document, span, 0.9
    )


def shown(evidence: Evidence) -> Quote:
    return Quote.cut(evidence.document, evidence.span, evidence.passage, evidence.score)


def differ(question: str, first: Evidence, second: Evidence) -> bool:
    found = differing(question, [shown(first)], [first, second])
    if found:
        (pair,) = found
        assert {shown(first), shown(second)} == {pair.first, pair.second}
    return bool(found)


HOW_COMMON = "How common is resistant depression?"
THIRTY = told("About 30% of people with depression have resistant depression.", "a")


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        (
            HOW_COMMON,
            "About 30% of people with depression have resistant depression.",
            "Resistant depression may affect up to 31% of people with depression.",
        ),
        (
            HOW_COMMON,
            "Three in ten people have resistant depression.",
            "Resistant depression may affect 40 to 50% of patients.",
        ),
        (
            "How soon does ketamine work?",
            "People can feel the effects of ketamine within 40 minutes.",
            "Ketamine often brings relief within hours or days.",
        ),
        (
            "How many sessions of TMS are there?",
            "A course of TMS takes 20 to 30 sessions.",
            "Transcranial magnetic stimulation is done in 36 visits.",
        ),
        (
            "How often is ECT given?",
            "ECT is given twice a week.",
            "ECT is given three times a week.",
        ),
        (
            "How many medicines must fail before it is resistant?",
            "Depression is resistant after two or more antidepressants have failed.",
            "It is called resistant after four or more failed treatments.",
        ),
    ],
)
def test_two_sources_that_differ(question: str, first: str, second: str) -> None:
    """
    The figure asked for, the same treatment and aspect, another document: side by side.
    """
    title = "Resistant depression"
    pair = told(first, "a", title=title), told(second.replace("It ", "TRD "), "b", title=title)
    assert differ(question, *pair)


@pytest.mark.parametrize(
    ("why", "question", "first", "second"),
    [
        (
            "no figure is asked for",
            "Why is TMS done?",
            "A course of TMS takes 20 sessions.",
            "A course of TMS takes 36 sessions.",
        ),
        (
            "another kind of figure is asked for",
            "How many sessions of TMS are there?",
            "TMS helps 30% of people.",
            "TMS helps 60% of people.",
        ),
        (
            "the figures agree",
            HOW_COMMON,
            "About 30% of people have resistant depression.",
            "Three in ten people have resistant depression.",
        ),
        (
            "one figure of several agrees",
            "How soon does TMS work?",
            "TMS starts to work in 2 weeks, for some in 6 weeks.",
            "TMS works within 6 weeks.",
        ),
        (
            "two treatments",
            "How soon does the treatment work?",
            "Ketamine works within 40 minutes.",
            "TMS works in four weeks.",
        ),
        (
            "another treatment than the one asked for",
            "How soon does ECT work?",
            "Ketamine works within 40 minutes.",
            "Ketamine works within hours or days.",
        ),
        (
            "how soon it works and how long it lasts",
            "How soon does ketamine work?",
            "Ketamine works within 40 minutes.",
            "The effect of ketamine lasts for weeks.",
        ),
        (
            "response and remission",
            "What percentage responds to TMS?",
            "With TMS, 63% of adults responded.",
            "With TMS, 42% of adults reached remission.",
        ),
        (
            "times of side effects",
            "How soon does VNS work?",
            "VNS works in three months.",
            "Side effects of VNS begin within 30 seconds.",
        ),
        (
            "shares of all people and of those who are ill",
            HOW_COMMON,
            "About 30% of people with depression have resistant depression.",
            "About 1.1% of all adults have resistant depression.",
        ),
        (
            "a sentence that cannot be read alone",
            "How soon does ketamine work?",
            "Ketamine works within 40 minutes.",
            "It works within hours or days.",
        ),
    ],
)
def test_no_difference(why: str, question: str, first: str, second: str) -> None:
    """
    In doubt, no pair.
    """
    assert not differ(question, told(first, "a"), told(second, "b")), why


def test_one_document_without_references_is_one_source() -> None:
    """
    Two figures of one document that speaks for itself are no disagreement of sources.
    """
    text = "TMS takes 20 sessions. TMS takes 36 sessions."
    document = Document("a", "a.md", text, Metadata("TMS"))
    spans = (Span(0, 22), Span(23, 45))
    passage = Passage("p", "a", Span(0, 45), (), tuple(map(Sentence, spans)))
    first, second = (Evidence(passage, document, span, 0.9) for span in spans)
    assert () == differing("How many TMS sessions?", [shown(first)], [first, second])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("TMS takes 20 sessions, Harbor Clinic Group says.", "Green Valley Health: 36.", True),
        ("TMS takes 20 sessions, Harbor Clinic Group says.", "Harbor Clinic: 36.", False),
        ("TMS takes 20 sessions, Harbor Clinic Group says.", "TMS takes 36.", False),
    ],
)
def test_two_sources_reported_by_articles(first: str, second: str, expected: bool) -> None:
    """
    Articles that rest on several references differ only where both sentences name another one.
    """
    second = second.replace("36", "TMS takes 36 sessions")
    pair = (
        told(first, "a", references=REFERENCES),
        told(second, "b", references=REFERENCES),
    )
    assert expected == differ("How many TMS sessions are there?", *pair)


def test_one_heading_is_one_matter() -> None:
    """
    Items under one heading of one article speak of the same thing, though they never say it.
    """
    text = "Green Valley Health: two or more drugs.\nHarbor Clinic Group: four or more drugs."
    at = text.index("\n")
    document = Document("a", "a.md", text, Metadata("A", based_on=REFERENCES))
    spans = (Span(0, at), Span(at + 1, len(text)))
    items = tuple(Sentence(span, BlockKind.LIST_ITEM) for span in spans)
    passage = Passage("p", "a", Span(0, len(text)), ("When is it called so?",), items)
    first, second = (Evidence(passage, document, span, 0.9) for span in spans)
    (pair,) = differing("How many pills have to fail?", [shown(first)], [first, second])
    assert (shown(first), shown(second)) == (pair.first, pair.second)


def test_one_side_is_shown_as_an_answer() -> None:
    """
    What no quote of the answer says is not the matter of this answer.
    """
    other = told("Up to 45% of people have resistant depression.", "b")
    third = told("People have resistant depression, 20% of them.", "c")
    assert 1 == len(differing(HOW_COMMON, [shown(THIRTY)], [THIRTY, other]))
    assert () == differing(HOW_COMMON, [shown(third)], [THIRTY, other])


def test_the_same_two_figures_are_shown_once_and_at_most_two_pairs() -> None:
    """
    A second pair with the same figures says nothing new; a phone shows two pairs.
    """
    same = [told(f"Up to 31% of people have resistant depression {x}.", x) for x in "bcd"]
    assert 1 == len(differing(HOW_COMMON, [shown(THIRTY)], [THIRTY, *same]))
    others = [
        told(f"Up to {share}% of people have resistant depression.", name)
        for name, share in (("b", 40), ("c", 50), ("d", 60))
    ]
    assert 2 == len(differing(HOW_COMMON, [shown(THIRTY)], [THIRTY, *others]))


def test_sentences_come_before_rows_of_tables() -> None:
    """
    Of two texts with the same figure the whole sentence is shown, however good the row.
    """
    row = told("Resistant depression | have it: 31%", "b", kind=BlockKind.TABLE_ROW)
    sentence = told("Up to 31% of people have resistant depression.", "c")
    (pair,) = differing(HOW_COMMON, [shown(THIRTY)], [THIRTY, row, sentence])
    assert (shown(THIRTY), shown(sentence)) == (pair.first, pair.second)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How common is TRD?", {"%"}),
        ("what share of patients don't get better", {"%"}),
        ("How soon does it work?", {"day"}),
        ("Is it minutes or days?", {"day"}),
        ("How many weeks of TMS?", {"day"}),
        ("How many sessions?", {"session"}),
        ("how many times a week is ect", {"a week"}),
        ("How many tablets do I have to fail on?", {"medicine", "tablet", "treatment"}),
        ("I've tried three antidepressants, is that enough?", {"medicine", "treatment"}),
        ("Are there three or four talking therapies?", {"therapy"}),
        ("why don't antidepressants work for everyone", set()),
        ("Is ECT safe?", set()),
    ],
)
def test_asked_units(question: str, expected: set[str]) -> None:
    """
    The kind of figure a question asks for, or none.
    """
    assert expected == asked_units(question)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It helps, Green Valley Health (2022) writes.", {0}),
        ("Harbor Clinic, a group, says so.", {1}),
        ("An undated list of nine new ways says so.", {2}),
        ("The blog says so.", {3}),
        ("A psychiatry blog from 2026 says so.", {3}),
        ("The FDA (2019) says so.", {4}),
        ("Green Valley Health and Harbor Clinic Group say so.", {0, 1}),
        ("In 2022 it helped resistant depression.", set()),
        ("The same article says so.", set()),
    ],
)
def test_voices(sentence: str, expected: set[int]) -> None:
    """
    A reference is named by its publisher, its acronym or, without one, how its title begins.
    """
    document = told(sentence, references=REFERENCES).document
    assert {REFERENCES[i] for i in expected} == voices(sentence, document)


def test_the_article_itself_and_a_trial() -> None:
    """
    Without references the article speaks; a trial speaks where no reference is named.
    """
    alone = told("x", "a").document
    assert {"a"} == voices("It helps.", alone)
    several = told("x", references=REFERENCES).document
    assert {"RECOVER trial"} == voices("The RECOVER trial: four or more.", several)


def test_a_sentence_that_leans_gives_no_side() -> None:
    """
    Its figure is of what stands before it; "the same article" later in a quote does no harm.
    """
    leaning = told("The other form affects up to 45% of people.", "b", title="Resistant depression")
    alone = told("Up to 45% have resistant depression, the blog says.", "b")
    assert () == differing(HOW_COMMON, [shown(THIRTY)], [THIRTY, leaning])
    assert 1 == len(differing(HOW_COMMON, [shown(THIRTY)], [THIRTY, alone]))
