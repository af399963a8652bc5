"""qa.answer: evidence -> quotes, or none with a reason."""

from __future__ import annotations

import pytest

from qa.answer import MOST_QUOTES, compose
from qa.evidence import Findings
from qa.records import Answer, Document, Evidence, Metadata, Passage, Reason, Sentence, Span, Status


def evidence(text: str, score: float, doc_id: str = "a", at: int = 0) -> Evidence:
    """Evidence that is the only sentence of its passage, `at` code points into its document."""
    span = Span(at, at + len(text))
    document = Document(doc_id, f"{doc_id}.md", " " * at + text, Metadata(doc_id))
    passage = Passage(f"{doc_id}{at}", doc_id, span, ("Section",), (Sentence(span),))
    return Evidence(passage, document, span, score)


def answered(*found: Evidence, likeness: float = 0.9, minimum: float = 0.5) -> Answer:
    findings = Findings(tuple(found), ("flying",), likeness)
    return compose("q", "q", findings, minimum, "snap", spelt="q")


def test_the_best_evidence_leads_and_gives_the_support() -> None:
    """
    The lead is the evidence with the highest score, quoted as it stands.
    """
    answer = answered(evidence("ECT is safe.", 0.9), evidence("It hurts little.", 0.6, "b"))
    assert (Status.ANSWERED, 0.9, None) == (answer.status, answer.support, answer.reason)
    assert ["ECT is safe.", "It hurts little."] == [quote.text for quote in answer.quotes]
    assert "Section" == answer.quotes[0].heading


def test_below_the_minimum_nothing_is_quoted() -> None:
    """
    The threshold is not lowered to get a citation; what is near is shown as related.
    """
    answer = answered(evidence("ECT is safe.", 0.49))
    assert (Status.NOT_FOUND, Reason.NOT_IN_SOURCES) == (answer.status, answer.reason)
    assert () == answer.quotes
    assert ["ECT is safe."] == [quote.text for quote in answer.related]
    assert ("flying",) == answer.missing


def test_far_from_every_article_the_question_is_off_topic() -> None:
    """
    A question that no sentence covers is not met with passages on something else.
    """
    answer = answered(evidence("ECT is safe.", 0.4), likeness=0.2)
    assert (Reason.OFF_TOPIC, ()) == (answer.reason, answer.related)
    assert Reason.OFF_TOPIC == answered(likeness=0.0).reason


def test_other_documents_come_before_a_second_quote_of_the_same() -> None:
    """
    Several sources are preferred to one; the order shown is by score.
    """
    found = [
        evidence("Alpha one.", 0.9),
        evidence("Beta two.", 0.8, "a", 50),
        evidence("Gamma three.", 0.7, "a", 100),
        evidence("Delta four.", 0.65, "a", 150),
        evidence("Epsilon five.", 0.6, "b"),
    ]
    quotes = answered(*found).quotes
    assert MOST_QUOTES == len(quotes)
    assert ["Alpha one.", "Beta two.", "Gamma three.", "Epsilon five."] == [q.text for q in quotes]


@pytest.mark.parametrize("second", ["ECT is safe.", "Is ECT safe? ECT is safe!"])
def test_no_two_quotes_say_the_same(second: str) -> None:
    """
    A repeated statement is shown once.
    """
    assert 1 == len(answered(evidence("ECT is safe.", 0.9), evidence(second, 0.8, "b")).quotes)


def test_differences_are_looked_for_as_the_question_is_read() -> None:
    """
    A slip in the question hides no difference between two sources.
    """
    findings = Findings(
        (
            evidence("About 30% of people have resistant depression.", 0.9),
            evidence("Up to 45% of patients have resistant depression.", 0.8, "b"),
        ),
        (),
        0.9,
    )
    slip = "How comon is resistent depression?"
    read = "How common is resistant depression?"
    assert () == compose(slip, slip, findings, 0.5, "snap", spelt=slip).differences
    assert 1 == len(compose(slip, slip, findings, 0.5, "snap", spelt=read).differences)
