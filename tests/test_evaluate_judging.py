"""When a quote is right, as tests/eval/README.md says it, and what is noted of an answer."""

from __future__ import annotations

import pytest

from qa.evaluate.judging import is_faithful, outcome_of
from qa.evaluate.questions import Question
from qa.golden import Listed, collapsed, is_right
from qa.records import Answer, Difference, Document, Metadata, Passage, Quote, Span, Status

TEXT = "A course has about\nnine sessions over four weeks. Common side effects are: headache."
DOCUMENT = Document("d1", "ect.md", TEXT, Metadata("ECT"))
OTHER = Document("d2", "tms.md", TEXT, Metadata("TMS"))
SENTENCE = "A course has about nine sessions over four weeks."
ANSWER = Listed("ect.md", SENTENCE)


def quote(text: str, document: Document = DOCUMENT) -> Quote:
    start = document.text.index(text)
    passage = Passage("p", document.doc_id, Span(0, len(document.text)), (), ())
    return Quote.cut(document, Span(start, start + len(text)), passage, 0.9)


WHOLE = TEXT.split(".")[0] + "."
PART = "nine sessions over four weeks"


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        (TEXT, "nine", True),  # holds the answer, white space apart
        (WHOLE, "seven", True),  # the pattern is for parts alone
        (PART, "nine", True),  # five words that match
        (PART, "NINE", True),  # case is ignored
        (PART, "seven", False),  # a part without the words that carry the answer
        ("nine sessions over four", "nine", False),  # four words
        (PART, None, False),  # no pattern, no part
        ("Common side effects are:", "side", False),  # no listed answer
    ],
)
def test_the_rule(text: str, pattern: str | None, *, expected: bool) -> None:
    """
    The whole answer, or a part of at least five words that matches the pattern.
    """
    assert expected == is_right(quote(text), [ANSWER], pattern)


def test_the_source_must_be_the_listed_one() -> None:
    """
    The same words in another article were not judged.
    """
    assert not is_right(quote(TEXT, OTHER), [ANSWER], "nine")
    assert is_right(quote(TEXT, OTHER), [ANSWER, Listed("tms.md", SENTENCE)], "nine")


def test_a_lead_in_without_its_list_answers_nothing() -> None:
    """
    Six words that match the pattern, but the list they announce is missing.
    """
    listed = Listed("ect.md", "four weeks. Common side effects are: headache.")
    assert not is_right(quote("four weeks. Common side effects are:"), [listed], "side")
    assert is_right(quote("four weeks. Common side effects are"), [listed], "side")


def test_nothing_listed_is_never_right() -> None:
    """
    A near miss has no answer.
    """
    assert not is_right(quote(TEXT), [], None)


def test_a_quote_is_cut_again_from_the_text_read_apart() -> None:
    """
    Another text under the same positions, or no such document, is not faithful.
    """
    assert is_faithful(quote(WHOLE), {"d1": TEXT})
    assert not is_faithful(quote(WHOLE), {"d1": "B" + TEXT[1:]})
    assert not is_faithful(quote(WHOLE), {"d2": TEXT})


def test_lead_any_and_first_are_told_apart() -> None:
    """
    The second quote answers: some quote is right, the lead is not.
    """
    question = Question("a1", "answerable", "How many?", (ANSWER,), "nine")
    first, second = quote("Common side effects are:"), quote(WHOLE)
    answer = Answer("?", "?", Status.ANSWERED, "s", support=0.8, quotes=(first, second))
    outcome = outcome_of(question, answer, {"d1": TEXT})

    assert (False, True, False) == (outcome.lead_right, outcome.any_right, outcome.first_right)
    assert ("ect.md", 4, 2, 2) == (
        outcome.lead_source,
        outcome.lead_words,
        outcome.quotes,
        outcome.faithful,
    )


def test_what_would_have_led_is_judged_where_nothing_is_quoted() -> None:
    """
    The first related passage answers: silence was needless, the sentence was found.
    """
    question = Question("a1", "answerable", "How many?", (ANSWER,), "nine")
    answer = Answer("?", "?", Status.NOT_FOUND, "s", support=0.2, related=(quote(WHOLE),))
    outcome = outcome_of(question, answer, {"d1": TEXT})

    assert (False, False, True) == (outcome.lead_right, outcome.any_right, outcome.first_right)
    assert (False, None, 0, 1) == (
        outcome.answered,
        outcome.lead_source,
        outcome.lead_words,
        outcome.quotes,
    )


def test_sides_are_counted_among_quotes_and_differences() -> None:
    """
    One side is quoted, the other stands in the difference; the quotes of both are proved too.
    """
    sides = (ANSWER, Listed("tms.md", SENTENCE))
    question = Question("d1", "differing", "?", (ANSWER,), "nine", sides=sides)
    shown = quote(WHOLE)
    difference = Difference(shown, quote(WHOLE, OTHER))
    answer = Answer("?", "?", Status.ANSWERED, "s", quotes=(shown,), differences=(difference,))
    outcome = outcome_of(question, answer, {"d1": TEXT})

    assert (2, 1, 3, 2) == (
        outcome.sides_shown,
        outcome.differences,
        outcome.quotes,
        outcome.faithful,
    )


def test_no_break_spaces_and_lines_count_as_one_space() -> None:
    """
    Readers and authors break lines in different places.
    """
    assert "a b c" == collapsed("\na\u00a0 b\t\tc ")
