"""qa.desk.check, marking and says: an answer and its reasons, marks, support for a sentence."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from qa.build import build
from qa.config import Settings
from qa.desk.accounts import Role
from qa.desk.check import Asked
from qa.explain import explain
from qa.golden import read_golden
from qa.journal.tables import ActionRow, MarkRow
from qa.statuses import set_status
from qa.web.markup import answer_html
from qa.web.patient import BOX_CHARS
from tests.desk_app import DeskApp, desk_app
from tests.encoders import WordLengthEncoder
from tests.small_corpus import QUESTION

CRISIS = "I want to kill myself. How many sessions has ECT?"
SENTENCE = "A course of electroconvulsive therapy has about nine sessions."


@pytest.fixture
def desk(tmp_path: Path) -> DeskApp:
    return desk_app(tmp_path)


def marks(desk: DeskApp) -> list[MarkRow]:
    with desk.database.read() as connection:
        return list(connection.execute(select(MarkRow.__table__)).all())  # type: ignore[arg-type]


def choices(page: str) -> list[str]:
    """The spans that the form offers."""
    return re.findall(r'name="right" value="([0-9a-f]{16}:\d+:\d+)"', page)


def test_the_answer_stands_there_in_the_patients_own_markup(desk: DeskApp) -> None:
    """
    Character by character what the chat shows, beside every sentence that was judged.
    """
    page = desk.signed_in().send("/staff/check", question=QUESTION).text
    why = explain(desk.live.engine, QUESTION)
    assert answer_html(why.answer, "answer", documents=desk.live.documents) in page
    for judged in why.judged:
        assert html.escape(judged.text, quote=False) in html.unescape(page) or judged.text in page
    assert f"reaches {why.threshold:.2f}" in page
    for candidate in why.candidates:
        assert f"{candidate.hit.hit.score:.4f}" in page
    assert page.count('id="quote"') == 1


def test_the_numbers_of_a_notice_are_links_as_the_patient_has_them(desk: DeskApp) -> None:
    """
    Whoever checks an answer to an emergency sees what can be called from it.
    """
    page = desk.signed_in().send("/staff/check", question="I had a seizure after ECT").text
    notice = page.partition('<p class="notice">')[2].partition("</p>")[0]
    assert [line.href for _, line in desk.desk.helping.emergency()] == re.findall(
        r'<a href="(tel:[^"]+)">', notice
    )


def test_a_superseded_article_leads_to_the_newer_one(tmp_path: Path) -> None:
    """
    The badge above the quote links the current article of the same title, as in the chat.
    """

    def replaced(settings: Settings) -> Settings:
        newer = "title: Electroconvulsive therapy\npublished: 2027-01-10"
        (settings.corpus / "ect-new.md").write_text(f"---\n{newer}\n---\n\nNothing yet.\n", "utf-8")
        build(settings, WordLengthEncoder())
        set_status(settings.index, "ect.md", "superseded", "kim", "a newer one is here")
        return settings

    desk = desk_app(tmp_path, replaced)
    (newer,) = [d.doc_id for d in desk.live.documents.values() if d.source == "ect-new.md"]
    page = desk.signed_in().send("/staff/check", question=QUESTION).text
    assert f'replaced this one: <a href="/source/{newer}"' in page


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("how is it", "It says too little to be searched"),
        ("zebra quagga bongo xylophone", "Silent, because"),
        ("", "Nothing was searched"),
        ("x" * 1001, "Nothing was searched"),
        ("How much does magnetic stimulation cost?", "It says nothing of cost."),
        (CRISIS, "It speaks of a crisis"),
        ("<script>alert(1)</script> ECT?", "Silent, because"),
    ],
)
def test_whatever_is_asked_gets_its_reasons(desk: DeskApp, question: str, said: str) -> None:
    """
    No message breaks the page, and nothing of it becomes markup.
    """
    answer = desk.signed_in().send("/staff/check", question=question)
    assert 200 == answer.status_code
    assert said in answer.text
    assert "<script>" not in answer.text


def test_a_follow_up_is_read_with_the_question_before_it(desk: DeskApp) -> None:
    """
    "How soon does it work?" is about what was asked before.
    """
    page = desk.signed_in().send(
        "/staff/check", question="How soon does it work?", before="What is ketamine?"
    )
    assert re.search(r"Looked for</dt><dd dir=\"auto\">[^<]*ketamine", page.text, re.IGNORECASE)


def test_a_question_stands_in_no_address(desk: DeskApp) -> None:
    """
    The form is posted: an address would be written into logs and histories.
    """
    page = desk.signed_in().get(f"/staff/check?question={QUESTION}").text
    assert QUESTION not in page
    assert 'method="post" action="/staff/check"' in page


def test_a_mark_with_the_right_span_becomes_a_golden_question(desk: DeskApp) -> None:
    """
    One row, one line of the file, and both hold the span cut from the article.
    """
    person = desk.signed_in(Role.REVIEWER)
    page = person.send("/staff/check", question=QUESTION).text
    documents = desk.live.documents
    wanted = next(
        value
        for value in choices(page)
        for doc_id, start, end in [value.split(":")]
        if documents[doc_id].text[int(start) : int(end)] == SENTENCE
    )
    sent = person.send(
        "/staff/check/mark",
        question=QUESTION,
        verdict="wrong",
        right=wanted,
        golden="yes",
        feedback="7",
    )
    assert (303, "/staff/check/marks/1") == (sent.status_code, sent.headers["location"])
    (row,) = marks(desk)
    assert (QUESTION, "wrong", SENTENCE, "ect.md", 7, True, "the-reviewer") == (
        row.question,
        row.verdict,
        row.quote,
        row.source,
        row.feedback_id,
        row.golden,
        row.account,
    )
    (golden,) = read_golden(desk.settings.golden)
    assert [("ect.md", SENTENCE)] == [(a.source, a.text) for a in golden.answers]
    assert (QUESTION, "the-reviewer") == (golden.question, golden.by)
    shown = person.get("/staff/check/marks/1").text
    assert SENTENCE in shown
    with desk.database.read() as connection:
        done = connection.execute(select(ActionRow).where(ActionRow.what == "marked")).all()
    assert 1 == len(done)
    assert QUESTION not in str(done)


def test_what_the_patient_saw_is_right_where_the_mark_says_right(desk: DeskApp) -> None:
    """
    The first quote or the silence, without a look at the list of sentences.
    """
    person = desk.signed_in()
    person.send("/staff/check/mark", question=QUESTION, verdict="right", right="")
    person.send("/staff/check/mark", question="Can I fly?", verdict="right", golden="yes")
    lead, silent = marks(desk)
    assert desk.live.ask(QUESTION).quotes[0].text == lead.quote
    assert (None, None) == (silent.source, silent.quote)
    (golden,) = read_golden(desk.settings.golden)
    assert () == golden.answers


def test_a_wrong_answer_never_becomes_the_golden_one_unasked(desk: DeskApp) -> None:
    """
    As the form stands when only "wrong" or "needs an article" is chosen, no quote is called right.
    """
    person = desk.signed_in()
    page = person.send("/staff/check", question=QUESTION).text
    (first,) = re.findall(r'name="right" value="([^"]*)" checked', page)
    person.send("/staff/check/mark", question=QUESTION, verdict="wrong", right=first)
    person.send(
        "/staff/check/mark", question=QUESTION, verdict="needs_article", right=first, golden="yes"
    )
    assert [("wrong", None), ("needs_article", None)] == [(m.verdict, m.quote) for m in marks(desk)]
    assert [()] == [golden.answers for golden in read_golden(desk.settings.golden)]


def test_a_mark_that_lacks_its_sentence_comes_back_as_a_form(desk: DeskApp) -> None:
    """
    The question, the answer and the sentences to choose from are still there, with what is lacking.
    """
    page = desk.signed_in().send(
        "/staff/check/mark", question=QUESTION, verdict="wrong", right="", golden="yes"
    )
    assert 403 == page.status_code
    assert "A golden question needs the sentence that answers" in page.text
    assert QUESTION in page.text
    assert "<details open><summary>Which sentence is right?" in page.text


@pytest.mark.parametrize(
    "form",
    [
        {"question": QUESTION, "verdict": "splendid"},
        {"question": QUESTION, "verdict": "right", "right": "0" * 16 + ":0:5"},
        {"question": QUESTION, "verdict": "right", "right": "x"},
        {"question": QUESTION, "verdict": "wrong", "right": "", "golden": "yes"},
        {"question": "", "verdict": "right"},
        {"question": "x" * 1001, "verdict": "wrong"},
        {"question": CRISIS, "verdict": "right"},
    ],
)
def test_a_mark_that_cannot_be_is_refused_and_leaves_nothing(
    desk: DeskApp, form: dict[str, str]
) -> None:
    """
    No verdict, no such span, nothing asked, or a message that speaks of a crisis.
    """
    assert 403 == desk.signed_in().send("/staff/check/mark", **form).status_code
    assert [] == marks(desk)
    assert [] == read_golden(desk.settings.golden)


def test_a_message_of_a_crisis_offers_no_mark(desk: DeskApp) -> None:
    """
    What must not be kept has no form to keep it.
    """
    page = desk.signed_in().send("/staff/check", question=CRISIS).text
    assert "/staff/check/mark" not in page
    assert "Nothing is kept" in page


def test_a_golden_file_that_cannot_be_written_leaves_no_mark(tmp_path: Path) -> None:
    """
    No row says that a question is golden while the file lacks it.
    """
    from dataclasses import replace

    (tmp_path / "taken").write_text("", "utf-8")
    desk = desk_app(tmp_path, lambda s: replace(s, golden=tmp_path / "taken" / "golden.jsonl"))
    answer = desk.signed_in().send(
        "/staff/check/mark", question=QUESTION, verdict="right", golden="yes"
    )
    assert 503 == answer.status_code
    assert [] == marks(desk)


@pytest.mark.parametrize("number", ["99", "0"])
def test_a_mark_that_is_not_there(desk: DeskApp, number: str) -> None:
    assert 404 == desk.signed_in().get(f"/staff/check/marks/{number}").status_code


def test_which_articles_say_a_sentence(desk: DeskApp) -> None:
    """
    Support and contradiction by label, each with its quote and a link to it.
    """
    person = desk.signed_in()
    page = person.send("/staff/says", sentence=SENTENCE).text
    assert "1 article says the same" in page
    assert SENTENCE in page
    assert 'href="/source/' in page
    other = person.send(
        "/staff/says", sentence="A course of electroconvulsive therapy has about 30 sessions."
    ).text
    assert "gives another figure" in other
    assert (
        "No sentence was found that is near" in person.send("/staff/says", sentence="Zebras.").text
    )
    assert "<b>" not in person.send("/staff/says", sentence="<b>ECT</b> works").text


@pytest.mark.parametrize("number", ["0", "-1", "1" * 10, "9" * 25, "9" * 6000, "\u0661", "x"])
def test_a_number_that_no_row_can_have_is_none(desk: DeskApp, number: str) -> None:
    """
    The field of a form holds whatever its sender likes; the mark is kept all the same.
    """
    person = desk.signed_in(Role.REVIEWER)
    form = {"question": QUESTION, "verdict": "right"}
    assert 303 == person.send("/staff/check/mark", **form, feedback=number).status_code
    (row,) = marks(desk)
    assert row.feedback_id is None


def test_no_more_is_read_than_a_patient_can_send() -> None:
    """
    A form may be much larger than the patients' box.
    """
    long = "a" * (BOX_CHARS + 1)
    assert Asked(long[1:], long[1:], "") == Asked.of({"question": long, "before": long})


def test_a_crisis_before_the_question_is_not_kept_with_it(desk: DeskApp) -> None:
    """
    A golden question would hold it as its conversation.
    """
    person = desk.signed_in(Role.REVIEWER)
    form = {"question": QUESTION, "before": "I want to kill myself"}
    assert "/staff/check/mark" not in person.send("/staff/check", **form).text
    sent = person.send("/staff/check/mark", **form, verdict="needs_article", golden="yes")
    assert 303 != sent.status_code
    assert [] == marks(desk)
    assert not desk.settings.golden.exists()
