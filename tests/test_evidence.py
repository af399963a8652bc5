"""qa.evidence: sentences near a question, judged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.build import build
from qa.config import Settings
from qa.cross_encoder import Window
from qa.evidence import EvidenceFinder, Findings, Read, tells
from qa.named import reviewed_names
from qa.retrieve import Query, retrieve
from qa.snapshot import Snapshot, open_snapshot
from tests.encoders import WordLengthEncoder
from tests.small_corpus import write_corpus

SEEN: list[Window] = []


def read_for_headache(question: str, windows: Sequence[Window]) -> list[NDArray[np.float32]]:
    """A reader that believes in headaches."""
    SEEN.extend(windows)
    return [
        np.array([0.9 if "headache" in s else 0.2 for s in window.sentences], np.float32)
        for window in windows
    ]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Three short articles."""
    folder = tmp_path_factory.mktemp("evidence")
    settings = Settings(corpus=write_corpus(folder / "corpus"), index=folder / "index")
    build(settings, WordLengthEncoder())
    return open_snapshot(settings.index)


def finder_of(snapshot: Snapshot, read: Read | None) -> EvidenceFinder:
    weights = snapshot.support.read if read else snapshot.support.unread
    return EvidenceFinder(snapshot, snapshot.lexical.idf, weights, reviewed_names(), read)


def find(snapshot: Snapshot, question: str, *, read: bool = False) -> Findings:
    query = Query.of(question, WordLengthEncoder())
    hits = retrieve(query, snapshot, 40, 20)
    finder = finder_of(snapshot, read_for_headache if read else None)
    return finder.find(question, query, hits)


def texts(findings: Findings) -> list[str]:
    return [e.span.of(e.document.text) for e in findings.evidence]


def test_the_sentence_that_covers_the_question_comes_first(snapshot: Snapshot) -> None:
    """
    Scores fall, and are the logistic of likeness when nothing reads.
    """
    findings = find(snapshot, "nine sessions in a course of electroconvulsive therapy")
    scores = [e.score for e in findings.evidence]
    assert "A course of electroconvulsive therapy has about nine sessions." == texts(findings)[0]
    assert sorted(scores, reverse=True) == scores
    assert all(0.0 <= score <= 1.0 for score in scores)


def test_the_reader_overrules_and_sees_the_whole_passage(snapshot: Snapshot) -> None:
    """
    A list item is read with the line that introduces it and with its headings.
    """
    SEEN.clear()
    findings = find(snapshot, "side effects of electroconvulsive therapy", read=True)
    window = next(w for w in SEEN if "headache on the same day" in w.sentences)
    assert "Common side effects of electroconvulsive therapy are:" in window.sentences
    assert window.heading.endswith("Side effects")
    unread = find(snapshot, "side effects of electroconvulsive therapy")
    before, after = texts(unread), texts(findings)
    wanted = "headache on the same day"
    assert after.index(wanted) <= before.index(wanted)


def test_words_that_no_sentence_covers_are_missing(snapshot: Snapshot) -> None:
    """
    The words of the question that stand in no article, in the order asked.
    """
    findings = find(snapshot, "Can I take my zebra to electroconvulsive therapy on a xylophone?")
    assert ("zebra", "xylophone") == findings.missing


def test_features_are_what_was_measured(snapshot: Snapshot) -> None:
    """
    The reader's logit (0 where nothing reads), the cover, its weakest word, the similarity.
    """
    query = Query.of("ketamine drip", WordLengthEncoder())
    hits = retrieve(query, snapshot, 40, 20)
    judged = finder_of(snapshot, read_for_headache).judge("ketamine drip", query, hits)
    for j in judged:
        covered = j.near.covered
        assert j.logit == j.features["logit"]
        assert j.near.coverage == j.features["coverage"]
        assert min(covered.with_headings) == j.features["weakest"]
        assert covered.similarity == j.features["similarity"]
    plain = finder_of(snapshot, None).judge("ketamine drip", query, hits)
    assert {0.0} == {j.features["logit"] for j in plain}


def test_nothing_near_is_no_evidence(snapshot: Snapshot) -> None:
    """
    Without hits there is nothing to judge, and every word is missing.
    """
    query = Query.of("zebra", WordLengthEncoder())
    findings = finder_of(snapshot, read_for_headache).find("zebra", query, [])
    assert ((), ("zebra",), 0.0) == (findings.evidence, findings.missing, findings.likeness)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("ECT is safe.", True),
        ("How safe is ECT?", False),
        ("This page sets out what ECT is today.", False),
        ("This treatment is safe.", True),
    ],
)
def test_questions_and_signposts_are_no_evidence(sentence: str, expected: bool) -> None:
    """
    What asks, or says what the page is about, answers nothing.
    """
    assert expected is tells(sentence)
