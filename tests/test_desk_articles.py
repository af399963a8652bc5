"""The articles at the desk: the list, one article, and a status that holds from the next answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import escape
from sqlalchemy import insert, select

from qa.build import build
from qa.desk import articles
from qa.desk.accounts import Role
from qa.journal.database import DatabaseUnavailable
from qa.journal.tables import ActionRow, AnswerRow, FeedbackRow
from qa.records import Document
from qa.statuses import read_statuses, set_status
from tests.desk_app import START, DeskApp, desk_app
from tests.encoders import WordLengthEncoder
from tests.small_corpus import QUESTION

HOSTILE = "<img src=x onerror=hit()> & 'more' \"still\""


@pytest.fixture
def desk(tmp_path: Path) -> DeskApp:
    return desk_app(tmp_path, lambda settings: replace(settings, journal="text"))


def named(desk: DeskApp, source: str) -> Document:
    (found,) = [d for d in desk.live.documents.values() if d.source == source]
    return found


def address(desk: DeskApp, source: str = "ect.md") -> str:
    return f"/staff/articles/{named(desk, source).doc_id}"


def keep(desk: DeskApp, **feedback: object) -> None:
    """Two answers that quoted ect.md, and a yes or no to one of them."""
    answer = {
        **{"at": START, "snapshot": "s", "status": "answered", "support": 0.9, "channel": "chat"},
        **{"notices": "[]", "passages": "[]", "sources": '["ect.md"]', "milliseconds": 5},
    }
    given = {
        **{"turn": "t", "day": START.date(), "snapshot": "s", "status": "answered"},
        **{"verdict": "no", "source": "ect.md", **feedback},
    }
    with desk.database.begin() as connection:
        connection.execute(insert(AnswerRow), [{**answer, "turn": t} for t in ("a", "b")])
        connection.execute(insert(FeedbackRow).values(**given))


def test_every_article_is_listed(desk: DeskApp) -> None:
    """With its file, and the overdue one marked."""
    page = desk.signed_in(Role.REVIEWER).get("/staff/articles").text

    for document in desk.live.documents.values():
        assert f'href="/staff/articles/{document.doc_id}"' in page
        assert document.source in page
    assert 1 == page.count("overdue</span>"), "ect.md was due in 2025"
    assert "3 of 3 articles" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?show=overdue", {"ect.md"}),
        ("?show=retired", {"tms.md"}),
        ("?q=example+HOSPITAL", {"more/ketamine.txt"}),
        ("?q=nothing+of+that", set()),
        ("?show=unknown", {"ect.md", "tms.md", "more/ketamine.txt"}),
    ],
)
def test_the_list_can_be_narrowed(desk: DeskApp, asked: str, found: set[str]) -> None:
    """By what needs a look, or by words of title, file and publisher."""
    set_status(desk.settings.index, "tms.md", "superseded", "kim", "a newer one is here")
    page = desk.signed_in().get(f"/staff/articles{asked}").text
    links = {d.source for d in desk.live.documents.values() if f"/{d.doc_id}" in page}

    assert found == links


def test_files_that_could_not_be_taken_are_named(desk: DeskApp) -> None:
    """With the reason and what to do, as the build said."""
    (desk.settings.corpus / "<b>.pdf").write_bytes(b"no PDF")
    build(desk.settings, WordLengthEncoder())
    desk.live.look()
    (refused,) = desk.live.engine.snapshot.refused
    page = desk.signed_in().get("/staff/articles").text

    assert "<b>.pdf" == refused.source
    assert "&lt;b&gt;.pdf" in page
    assert str(escape(f"{refused.reason}. {refused.advice}")) in page


def test_an_article_shows_what_is_known_of_it(desk: DeskApp) -> None:
    """Dates, findings, each passage word for word, counts, kept questions and golden ones."""
    text = "A course of electroconvulsive therapy has about nine sessions."
    golden = {"id": "g1", "question": QUESTION, "answers": [{"source": "ect.md", "text": text}]}
    other = {"id": "g2", "question": "Of tms?", "answers": [{"source": "tms.md", "text": "x"}]}
    desk.settings.golden.write_text(f"{json.dumps(golden)}\n{json.dumps(other)}\n", "utf-8")
    keep(desk, question=f"what of {HOSTILE}")
    page = desk.signed_in().get(address(desk)).text

    assert "1 March 2024" in page
    assert "its review was due on 2025-03-01" in page
    snapshot = desk.live.engine.snapshot
    doc_id = named(desk, "ect.md").doc_id
    ours = [p for p in snapshot.passages if p.doc_id == doc_id]
    assert len(ours) == page.count("in the article</a>")
    assert f'href="/source/{doc_id}?start={ours[0].span.start}&amp;end=' in page
    assert "<dd>2</dd>" in page, "two answers quoted it"
    assert "what of &lt;img src=x onerror=hit()&gt; &amp;" in page
    assert "it did not help" in page
    assert QUESTION in page
    assert text in page
    assert "Of tms?" not in page


def test_no_question_of_another_article_is_shown(desk: DeskApp) -> None:
    """Nor one that the person did not leave."""
    keep(desk, source="tms.md", question="about something else")
    page = desk.signed_in().get(address(desk)).text

    assert "about something else" not in page
    assert "Nobody has left a question yet." in page


def test_an_article_that_is_gone_is_said_so(desk: DeskApp) -> None:
    """A link from before a build leads to a plain page, not to an error."""
    answer = desk.signed_in().get(f"/staff/articles/{'0' * 16}")

    assert 404 == answer.status_code
    assert "No article of this address is served now." in answer.text


def test_a_status_holds_from_the_next_answer(desk: DeskApp) -> None:
    """Withdrawn: not quoted any more; undone: quoted again. Each step is written down."""
    person, path = desk.signed_in(), address(desk)

    def quoted() -> set[str]:
        hits = desk.live.engine.search(QUESTION)
        return {hit.document.source for hit in hits}

    assert "ect.md" in quoted()
    done = person.send(f"{path}/status", status="withdrawn", why=" the  dose is wrong ")
    assert (303, f"{path}?was=current") == (done.status_code, done.headers["location"])
    assert "ect.md" not in quoted()
    page = person.get(done.headers["location"]).text
    assert "is now <strong>withdrawn</strong>; it was current" in page
    assert "Undo: current again" in page
    assert "the-maintainer on" in page
    undone = person.send(f"{path}/status", status="current", why="Undone.")
    assert path == undone.headers["location"]
    assert "ect.md" in quoted()
    with desk.database.read() as connection:
        rows = connection.execute(
            select(ActionRow.account, ActionRow.subject, ActionRow.detail).where(
                ActionRow.what == "status set"
            )
        )
        assert [
            ("the-maintainer", "ect.md", "current -> withdrawn: the dose is wrong"),
            ("the-maintainer", "ect.md", "withdrawn -> current: Undone."),
        ] == [tuple(row) for row in rows]
    standing = read_statuses(desk.settings.index)["ect.md"]
    assert ("current", "the-maintainer", "Undone.") == (standing.status, standing.by, standing.why)


@pytest.mark.parametrize(
    "form",
    [
        {"status": "gone", "why": "x"},
        {"status": "withdrawn", "why": "  "},
        {"status": "withdrawn"},
        {"why": "x"},
        {"status": "withdrawn", "why": "x" * 501},
    ],
)
def test_a_status_needs_to_be_one_and_a_reason(desk: DeskApp, form: dict[str, str]) -> None:
    """Anything else is refused, and nothing is set."""
    answer = desk.signed_in().send(f"{address(desk)}/status", **form)

    assert 403 == answer.status_code
    assert {} == dict(read_statuses(desk.settings.index))


def test_a_reviewer_sees_no_form_for_it(desk: DeskApp) -> None:
    """What one may not do is not offered."""
    assert "/status" not in desk.signed_in(Role.REVIEWER).get(address(desk)).text


def test_what_a_colleague_wrote_is_text(desk: DeskApp) -> None:
    """A reason that looks like a page is shown as it was typed."""
    person = desk.signed_in()
    person.send(f"{address(desk)}/status", status="superseded", why=HOSTILE)
    page = person.get(address(desk)).text

    assert "<img" not in page
    assert "&lt;img src=x onerror=hit()&gt; &amp; &#39;more&#39;" in page


def test_what_the_address_says_is_not_believed(desk: DeskApp) -> None:
    """The note of what was done knows the three statuses and nothing else."""
    page = desk.signed_in().get(f"{address(desk)}?was=%3Cb%3Enothing").text

    assert "it was" not in page
    assert "nothing</" not in page


def test_a_file_that_withdraws_itself_is_said_to(tmp_path: Path) -> None:
    """Setting it to current does not bring it back, and the page says where it is changed."""
    from qa.build import build
    from tests.encoders import WordLengthEncoder

    desk = desk_app(tmp_path)
    file = desk.settings.corpus / "ect.md"
    text = file.read_text("utf-8").replace("published:", "status: withdrawn\npublished:")
    file.write_text(text, "utf-8")
    build(desk.settings, WordLengthEncoder())
    desk.live.look()
    person = desk.signed_in()
    person.send(f"{address(desk)}/status", status="current", why="please")
    page = person.get(address(desk)).text

    assert "own file says that it is withdrawn" in page


def test_a_status_holds_though_it_could_not_be_written_down(
    desk: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Withdrawing what is wrong matters more than the list; the page says what is missing."""
    person, path = desk.signed_in(), address(desk)

    def full(*_: object) -> None:
        raise DatabaseUnavailable(OSError("disk full"))

    monkeypatch.setattr(articles, "record", full)
    done = person.send(f"{path}/status", status="withdrawn", why="wrong")
    page = person.get(done.headers["location"]).text

    assert "withdrawn" == named(desk, "ect.md").metadata.status
    assert "it could not be written into the list of actions" in page


def test_problems_of_the_index_stand_on_every_page(desk: DeskApp) -> None:
    """For who is signed in; a stranger sees none of them."""
    (desk.settings.index / "CURRENT").write_text("f" * 16 + "\n", "utf-8")
    desk.live.look()
    (problem,) = desk.live.state.problems
    person = desk.signed_in()

    for path in ("/staff", "/staff/articles", "/staff/export", address(desk)):
        assert 'aria-label="Problems"' in person.get(path).text
        assert "f" * 16 in person.get(path).text
    assert "f" * 16 in problem
    assert "f" * 16 not in desk.person().get("/staff/login").text
