"""Yes and no to an answer: what is offered, believed and kept; by default nothing."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from qa.journal.database import Database
from qa.journal.feedback import Feedback, Verdict
from qa.records import Reason, Status
from qa.web import refusals
from qa.web.feedback import VALID_SECONDS, Buttons
from qa.web.refusals import Refused
from tests import served
from tests.chat_client import Client, Fetched
from tests.fake_engine import ECT, answer_to

OFTEN = "How often is ECT given?"
CHECKBOX = "Keep my question too, so that staff can see what people ask"
ROWS = "select status, reason, verdict, passage, source, question from feedback order by id"


def token_in(html: str) -> str:
    (found,) = re.findall(r'data-token="([^"]*)"', html)
    return unescape(found)


def body(html: str, verdict: object = "yes", **more: object) -> bytes:
    return json.dumps({"token": token_in(html), "verdict": verdict, **more}).encode()


def below(message: str, *, text: bool = False) -> tuple[Buttons, str]:
    buttons = Buttons(text=text)
    return buttons, str(buttons.html(answer_to(message), "turn-1"))


# ---------------------------------------------------------------- what is offered


def test_the_buttons_say_what_is_kept() -> None:
    """An answer and a silence have each their sentence; the checkbox stands there if allowed."""
    _, answered = below(OFTEN)
    _, silent = below("what about flying?")
    _, text = below(OFTEN, text=True)

    assert "Your yes or no is kept with the article and the day, nothing else.<" in answered
    assert "is kept with the day and why nothing was found, nothing else.<" in silent
    assert CHECKBOX not in answered
    assert OFTEN not in answered
    assert CHECKBOX in text
    assert " checked" not in text
    assert "nothing else, unless you tick the box.<" in text


@pytest.mark.parametrize("message", ["I want to die", "vague"])
def test_nobody_is_asked_after_help_or_a_question_back(message: str) -> None:
    """A crisis is not rated; a question back is no answer."""
    assert "" == below(message, text=True)[1]


def test_nobody_is_asked_where_help_stands_above_an_answer() -> None:
    """In doubt help and the answer are shown: nothing of it is kept either."""
    doubtful = replace(answer_to(OFTEN), crisis=answer_to("I want to die").crisis)
    assert "" == Buttons(text=True).html(doubtful, "turn-1")


@pytest.mark.parametrize("notice", ["help_line", "emergency_symptoms"])
def test_words_near_a_crisis_are_never_offered_for_keeping(notice: str) -> None:
    """A yes or no is, without the question."""
    buttons = Buttons(text=True)
    html = str(buttons.html(replace(answer_to(OFTEN), notices=(notice,)), "turn-1"))

    assert "<button" in html
    assert CHECKBOX not in html
    with pytest.raises(Refused):
        buttons.read(body(html, question=OFTEN))


# ---------------------------------------------------------------- what is believed


def test_what_was_signed_is_read_back() -> None:
    """Snapshot, status, reason, passage and source are the server's own words."""
    buttons, html = below(OFTEN)
    given = buttons.read(body(html, "no"))
    silent_buttons, silent = below("the weather?")

    assert Feedback(
        given.turn, "s" * 16, Status.ANSWERED, Verdict.NO, None, "f" * 16, ECT.source
    ) == (given)
    assert (Status.NOT_FOUND, Reason.OFF_TOPIC, None, None) == (
        (read := silent_buttons.read(body(silent))).status,
        read.reason,
        read.passage,
        read.source,
    )


def test_each_turn_has_a_name_of_its_own() -> None:
    """Two turns with the same answer are two rows."""
    buttons, html = below(OFTEN)
    other = str(buttons.html(answer_to(OFTEN), "turn-2"))

    assert buttons.read(body(html)).turn != buttons.read(body(other)).turn


def test_a_token_that_was_not_signed_here_is_refused() -> None:
    """Changed, cut, of another process, or of an earlier day."""
    now = [0.0]
    buttons = Buttons(text=False, clock=lambda: now[0])
    html = str(buttons.html(answer_to(OFTEN), "turn-1"))
    token = token_in(html)
    payload, _, signature = token.partition(".")
    foreign = token_in(below(OFTEN)[1])
    forged = (foreign, payload, f"{payload}.", f"x{token}", f"{foreign.partition('.')[0]}.")
    for wrong in (*forged, f"{payload}.{signature[:-1]}", f"{payload}é.{signature}", "", "."):
        with pytest.raises(Refused):
            buttons.read(json.dumps({"token": wrong, "verdict": "yes"}).encode())
    now[0] = VALID_SECONDS
    assert buttons.read(body(html)).verdict is Verdict.YES
    now[0] += 1
    with pytest.raises(Refused):
        buttons.read(body(html))


@pytest.mark.parametrize("verdict", ["maybe", "", "YES", None, 1, True, ["yes"], {"yes": 1}])
def test_only_yes_and_no_are_verdicts(verdict: object) -> None:
    """Whatever JSON can hold."""
    buttons, html = below(OFTEN)
    with pytest.raises(Refused):
        buttons.read(body(html, verdict))


@pytest.mark.parametrize("sent", [b"", b"{}", b"[]", b"\xff", b"null", b"[" * 100_000])
def test_a_body_of_another_form_is_refused(sent: bytes) -> None:
    """Never an error of the server."""
    with pytest.raises(Refused) as refused:
        Buttons(text=True).read(sent)
    assert (400, refusals.NOT_READ) == (refused.value.status, refused.value.said)


def test_the_question_is_kept_only_if_clinic_and_patient_say_so() -> None:
    """And only the one that was asked: no other text can be put into the journal."""
    off, without = below(OFTEN)
    on, with_text = below(OFTEN, text=True)

    assert on.read(body(with_text)).question is None
    assert OFTEN == on.read(body(with_text, question=OFTEN)).question
    for other in ("Another text", 5, [OFTEN], ""):
        with pytest.raises(Refused):
            on.read(body(with_text, question=other))
    with pytest.raises(Refused):
        off.read(body(without, question=OFTEN))


def test_a_question_comes_back_as_it_was_asked() -> None:
    """Through the attribute in the page: quotes, tags, lines, and characters that are none."""
    question = 'is "it"\r\n<b>safe</b> & 💊 \ufffd ?'
    buttons = Buttons(text=True)
    html = str(buttons.html(replace(answer_to(OFTEN), question=question), "turn-1"))
    (written,) = re.findall(r'data-question="([^"]*)"', html)

    assert question == buttons.read(body(html, question=unescape(written))).question


# ---------------------------------------------------------------- what is served


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[served.Served]:
    """The chat of a clinic that keeps yes and no, and questions where the patient agrees."""
    assert None is Database.open(str(folder / "journal.sqlite")).reachable()  # tables to look into
    with served.fake(
        folder, database=folder / "journal.sqlite", journal="text", max_body_kb=4
    ) as running:
        yield running


def rows(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "journal.sqlite")) as connection:
        return connection.execute(ROWS).fetchall()


def answer_rows(folder: Path) -> list[tuple[object, ...]]:
    """Status, reason, passages quoted and channel."""
    kept = "select status, reason, json_array_length(passages), channel from answer order by id"
    with closing(sqlite3.connect(folder / "journal.sqlite")) as connection:
        return connection.execute(kept).fetchall()


def post(client: Client, sent: bytes, **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.fetch("/feedback", "POST", sent, {"Content-Type": "application/json", **named})


def test_a_yes_is_kept_once_without_the_question(server: served.Served, folder: Path) -> None:
    """The second click, on either button, is thanked for and changes nothing."""
    client = Client(server.url)
    html = client.ask(OFTEN)
    answers = [post(client, body(html, verdict)).status for verdict in ("yes", "yes", "no")]

    assert [204, 204, 204] == answers
    assert [("answered", None, "yes", "f" * 16, ECT.source, None)] == rows(folder)


def test_a_question_is_kept_where_both_agreed(server: served.Served, folder: Path) -> None:
    """A no to a silence, with its words; the log knows nothing of them."""
    client = Client(server.url)
    question = f"Is flying safe with a {served.rare_word()}?"
    html = client.ask(question)

    assert 204 == post(client, body(html, "no", question=question)).status
    assert ("not_found", "not_in_sources", "no", None, None, question) == rows(folder)[-1]
    assert served.rare_word() not in server.log.read_text()


def test_a_crisis_is_not_kept(server: served.Served, folder: Path) -> None:
    """No buttons, so nothing that could be sent."""
    before = rows(folder)
    assert "feedback" not in Client(server.url).ask("I want to die")
    assert before == rows(folder)


def test_each_answer_leaves_a_row_and_a_crisis_none(server: served.Served, folder: Path) -> None:
    """It is there when the answer is shown, without a word of the question."""
    client = Client(server.url)
    before = answer_rows(folder)
    for message in (OFTEN, "I want to die", "the weather?"):
        client.ask(message)

    answered = ("answered", None, 4, "chat")
    silent = ("not_found", "off_topic", 0, "chat")
    assert [*before, answered, silent] == answer_rows(folder)


def test_other_pages_and_forms_are_refused(server: served.Served, folder: Path) -> None:
    """The guard's checks hold here as well: origin, kind, size, method."""
    client = Client(server.url)
    sent = body(client.ask(OFTEN))
    before = rows(folder)

    assert 403 == post(client, sent, Sec_Fetch_Site="cross-site").status
    assert 403 == post(client, sent, Origin="http://evil.example").status
    assert 415 == post(client, sent, Content_Type="text/plain").status
    assert 413 == post(client, b"x" * 4097).status
    assert 400 == post(client, b"x" * 4096).status
    assert 404 == client.fetch("/feedback").status
    assert before == rows(folder)


def test_a_client_has_a_rate_of_its_own_for_it(tmp_path: Path) -> None:
    """Clicks do not use up questions, nor questions clicks."""
    with served.fake(
        tmp_path, database=tmp_path / "j.sqlite", journal="counts", messages_per_minute=2
    ) as running:
        client = Client(running.url)
        html = client.ask(OFTEN)
        statuses = [post(client, body(html)).status for _ in range(3)]
        again = client.ask(OFTEN)

    assert [204, 204, 429] == statuses
    assert "data-token" in again


def test_a_journal_that_fails_costs_no_answer(tmp_path: Path) -> None:
    """Its folder is missing: the page answers, the click gets one sentence, the log no words."""
    with served.fake(
        tmp_path, database=tmp_path / "gone" / "journal.sqlite", journal="text"
    ) as running:
        client = Client(running.url)
        question = f"{OFTEN} {served.rare_word()}"
        html = client.ask(question)
        answer = post(client, body(html, question=question))
        assert OFTEN in client.ask(OFTEN)

    assert (503, refusals.NOT_KEPT) == (answer.status, answer.said)
    log = running.log.read_text()
    assert 1 == log.count("the database (QA_DATABASE) cannot be used: FileNotFoundError")
    assert served.rare_word() not in log


def test_by_default_there_is_none_of_it(tmp_path: Path) -> None:
    """No markup, no script, no route, no file."""
    with served.fake(tmp_path) as running:
        client = Client(running.url)
        turn, page = client.ask(OFTEN), client.fetch("/").text
        answer = post(client, b"{}")

    assert "feedback" not in turn
    assert "/feedback" not in page
    assert "Did this answer" not in turn + page
    assert "Nothing you type is kept." in page
    assert (404, refusals.NOTHING_HERE) == (answer.status, answer.said)
    assert {"server.log", "routes.json", "exit-code"} == {path.name for path in tmp_path.iterdir()}
