"""qa.terminal: an answer as lines that fit and cannot steer a terminal."""

from __future__ import annotations

from dataclasses import replace

from qa.records import Answer, Change, Difference, Document, Metadata, Quote, Span, Status
from qa.render import DIFFERENCES, answer_object, read_as
from qa.terminal import answer_text
from tests.fake_engine import (
    ASLEEP,
    EIGHTY,
    EVIL,
    HOSTILE_TITLE,
    OFTEN,
    SIXTY,
    answer_to,
)


def test_differences_are_announced_once_on_the_terminal() -> None:
    """However many pairs, the sentence stands once, before the sides in their order."""
    pair = Difference(EIGHTY, SIXTY)
    shown = answer_text(
        Answer("q", "q", Status.ANSWERED, "s", quotes=(ASLEEP,), differences=(pair, pair)), 400
    )
    assert 1 == shown.count(DIFFERENCES)
    assert [2, 2] == [shown.count(f"| {side.text}") for side in (EIGHTY, SIXTY)]
    assert shown.index(DIFFERENCES) < shown.index(EIGHTY.text) < shown.index(SIXTY.text)


def test_terminal_text_of_an_answer() -> None:
    """A golden answer, 60 columns wide."""
    answer = Answer(
        "q", "q", Status.ANSWERED, "s", quotes=(OFTEN, EIGHTY), notices=("medicine_change",)
    )
    expected = """\
Please note: Please do not stop or change a medicine on your
own. Talk to your doctor or pharmacist first.

  | ECT is usually given two to three times a week.
    Electroconvulsive therapy (ECT). Wellsourced, 22
    November 2026.
    Section: How often is ECT given? · aaaaaaaaaaaaaaaa.md

  | 80 percent of those who responded kept their improvement
  | for two years
    Vagus nerve stimulation (VNS). A clinic, not dated.
    Page 3 · cccccccccccccccc.md"""

    assert expected == answer_text(answer, 60)


def test_terminal_text_of_silence_and_crisis() -> None:
    """Silence says what is missing and labels what is near; help comes with its numbers."""
    silent = answer_text(answer_to("flying"))
    assert "The articles here do not answer this question." in silent
    assert "do not speak of “flying”." in silent
    assert "They do not answer your question." in silent

    assert "You do not have to go through this alone.\n  Call 988\n  Text 988" == (
        answer_text(answer_to("i want to die"))
    )


def test_a_terminal_cannot_be_steered_by_an_article() -> None:
    """Escape sequences and direction marks are shown as a sign, everything else as it is."""
    text = "safe \x1b[2J\x07 red\u202egnp.exe\u2066 end"
    document = Document("d" * 16, "a.txt", text, Metadata("T\x1b]0;x"))
    shown = answer_text(
        Answer(
            "q",
            "q",
            Status.ANSWERED,
            "s",
            quotes=(Quote(document, Span(0, len(text)), None, 1, "p"),),
        )
    )

    assert "  | safe �[2J� red�gnp.exe� end" == shown.splitlines()[0]
    assert not set("\x1b\x07\u202e\u2066") & set(shown)


def test_terminal_text_keeps_every_word_of_a_quote() -> None:
    """Breaking lines moves words to other lines and changes none."""
    shown = answer_text(Answer("q", "q", Status.ANSWERED, "s", quotes=(EVIL,)), 40)
    quoted = " ".join(line[4:] for line in shown.splitlines() if line.startswith("  | "))

    assert EVIL.text.split() == quoted.split()
    assert HOSTILE_TITLE.split()[0] in shown


def test_what_was_read_otherwise_is_shown() -> None:
    """
    Every change stands in the object; of those that bear the meaning at most three are named.
    """
    changes = (
        Change("wat", "what", matters=False),
        Change("esketamin", "esketamine"),
        Change("tablits", "tablets"),
        Change("tablts", "tablets"),
        Change("docter", "doctor"),
        Change("numbr", "number"),
    )
    answer = replace(answer_to("ect"), changes=changes)

    assert {"from": "wat", "to": "what"} == answer_object(answer)["changes"][0]
    assert len(changes) == len(answer_object(answer)["changes"])
    assert ["esketamine", "tablets", "doctor"] == read_as(answer)
    assert "Showing answers for esketamine, tablets, doctor\n" in answer_text(answer)
    silent = replace(answer_to("flying"), changes=changes[1:2])
    assert "Searched for esketamine\n" in answer_text(silent)
    assert [] == read_as(replace(answer_to("i want to die"), changes=changes))
    assert [] == read_as(replace(answer, changes=changes[:1]))
