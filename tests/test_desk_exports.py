"""Exports: every table as files that no spreadsheet runs, and that break off loudly."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from qa.desk import exports
from qa.desk.accounts import Role
from qa.desk.exports import EXPORTS
from qa.desk.frame import COOKIE
from qa.desk.tabular import BOM, csv_pieces, json_pieces
from qa.journal.database import Database, DatabaseUnavailable
from qa.journal.tables import AccountRow, ActionRow, AnswerRow, FeedbackRow, MarkRow
from tests.desk_app import HERE, START, DeskApp, desk_app

QUESTION = '=HYPERLINK("http://evil.example","é")'
ANSWER: dict[str, Any] = {
    **{"turn": "t", "at": START, "snapshot": "s", "status": "answered", "support": 0.5},
    **{"notices": '["a", "b"]', "passages": '["p"]', "sources": '["ect.md"]'},
    **{"milliseconds": 7, "channel": "chat"},
}
TABLES = {
    "answers": (AnswerRow, ANSWER),
    "feedback": (
        FeedbackRow,
        {
            **{"turn": "t", "day": START.date(), "snapshot": "s", "status": "answered"},
            **{"verdict": "no", "source": "ect.md", "question": QUESTION},
        },
    ),
    "marks": (
        MarkRow,
        {
            **{"at": START, "account": "kim", "question": QUESTION, "verdict": "right"},
            **{"snapshot": "s", "golden": True, "start": 3, "end": 9},
        },
    ),
}


@pytest.fixture
def desk(tmp_path: Path) -> DeskApp:
    """With a row in each table of the journal, and a golden question without an answer."""
    made = desk_app(tmp_path)
    with made.database.begin() as connection:
        for table, row in TABLES.values():
            connection.execute(insert(table).values(**row))
    golden = {"id": "g1", "question": QUESTION, "answers": []}
    made.settings.golden.write_text(json.dumps(golden) + "\n", "utf-8")
    return made


def read_csv(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))


@pytest.mark.parametrize("export", EXPORTS, ids=lambda e: e.name)
def test_each_table_is_a_file_in_both_forms(desk: DeskApp, export: exports.Export) -> None:
    """With the same columns and rows, named after the table and the day, kept by no cache."""
    person = desk.signed_in()
    as_csv = person.get(f"/staff/export/{export.name}.csv")
    as_json = person.get(f"/staff/export/{export.name}.json")
    rows, values = read_csv(as_csv.text), as_json.json()

    if export.name == "findings":
        assert ["overdue"] == [row["kind"] for row in values]
    if export.name == "actions":  # the second download has one row more: the first
        values = values[:-1]
    assert values
    assert [list(export.columns)] * len(values) == [list(value) for value in values]
    assert [list(export.columns)] * len(values) == [list(row) for row in rows]
    assert "text/csv; charset=utf-8" == as_csv.headers["content-type"]
    assert "application/json" == as_json.headers["content-type"]
    name = f'attachment; filename="wellsourced-{export.name}-2026-11-22.csv"'
    assert name == as_csv.headers["content-disposition"]
    assert "no-store" == as_csv.headers["cache-control"]


def test_the_page_names_every_file(desk: DeskApp) -> None:
    """To a maintainer; a reviewer is offered what a reviewer may have."""
    all_of_them = desk.signed_in().get("/staff/export").text
    some = desk.signed_in(Role.REVIEWER).get("/staff/export").text

    for export in EXPORTS:
        link = f'href="/staff/export/{export.name}.csv"'
        assert link in all_of_them
        assert (link in some) == (export.role is Role.REVIEWER)


def test_json_holds_the_values_as_they_are(desk: DeskApp) -> None:
    """Lists as lists, numbers as numbers, and the words of a patient untouched."""
    person = desk.signed_in()
    (answer,) = person.get("/staff/export/answers.json").json()
    (given,) = person.get("/staff/export/feedback.json").json()

    assert (["a", "b"], ["p"], 0.5, 7) == (
        answer["notices"],
        answer["passages"],
        answer["support"],
        answer["milliseconds"],
    )
    assert "2026-11-22T09:00:00+00:00" == answer["at"]
    assert QUESTION == given["question"]


@pytest.mark.parametrize("name", ["feedback", "marks", "golden"])
def test_a_question_is_run_by_no_spreadsheet(desk: DeskApp, name: str) -> None:
    """It begins with an apostrophe, wherever it stands."""
    (row,) = read_csv(desk.signed_in().get(f"/staff/export/{name}.csv").text)

    assert f"'{QUESTION}" == row["question"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("|cmd", "'|cmd"),
        ("a=1", "a=1"),
        ('plain, with "quotes"\nand lines', 'plain, with "quotes"\nand lines'),
        ("", ""),
        ("   ", "   "),
    ],
)
def test_text_is_no_formula(text: str, cell: str) -> None:
    """Read back, a cell is the text, with an apostrophe where a spreadsheet would run it."""
    written = b"".join(csv_pieces(["a", "b"], [[text, "x"]])).decode()
    header, row = csv.reader(io.StringIO(written.removeprefix(BOM), newline=""))

    assert ["a", "b"] == header
    assert [cell, "x"] == row


def test_values_that_are_no_text() -> None:
    """Negative numbers stay numbers; nothing is nothing."""
    row = [-1.5, 3, True, None, datetime(2026, 1, 2, tzinfo=UTC), ["a", "=b"], ["=b"]]
    columns = list("abcdefg")
    (line,) = list(csv_pieces(columns, [row]))[1:]
    (value,) = json.loads(b"".join(json_pieces(columns, [row])))

    assert b"-1.5,3,true,,2026-01-02T00:00:00+00:00,a; =b,'=b\r\n" == line
    assert [-1.5, 3, True, None, "2026-01-02T00:00:00+00:00", ["a", "=b"], ["=b"]] == list(
        value.values()
    )


def test_an_empty_table_is_an_empty_file() -> None:
    """A header and nothing, or an empty list."""
    assert f"{BOM}a,b\r\n".encode() == b"".join(csv_pieces(["a", "b"], []))
    assert [] == json.loads(b"".join(json_pieces(["a", "b"], [])))


@pytest.mark.parametrize("rows", [1, 4, 5, 6, 13])
def test_a_long_table_comes_in_parts(
    desk: DeskApp, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """Each row once and in order, however the parts fall."""
    monkeypatch.setattr(exports, "AT_A_TIME", 5)
    with desk.database.begin() as connection:
        for number in range(rows - 1):
            connection.execute(insert(AnswerRow).values(**{**ANSWER, "turn": f"{number:02}"}))
    values = desk.signed_in().get("/staff/export/answers.json").json()

    assert ["t", *(f"{number:02}" for number in range(rows - 1))] == [v["turn"] for v in values]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_file_that_breaks_off_is_not_taken_for_a_whole_one(
    desk: DeskApp, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """The database fails in the middle: the answer is left without its end."""
    monkeypatch.setattr(exports, "AT_A_TIME", 1)
    real, reads, sent = Database.read, [], []
    cookie = f"{COOKIE}={desk.signed_in().client.cookies[COOKIE]}"
    with desk.database.begin() as connection:
        connection.execute(insert(AnswerRow).values(**{**ANSWER, "turn": "second"}))

    def fails(self: Database) -> Any:
        reads.append(1)
        if len(reads) > 2:  # the login, the first row
            raise DatabaseUnavailable(OSError("gone"))
        return real(self)

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        async def note(message: Message) -> None:
            sent.append(message)
            await send(message)

        await desk.app(scope, receive, note)

    monkeypatch.setattr(Database, "read", fails)
    client = TestClient(noted, base_url=HERE, headers={"Cookie": cookie})
    client.get(f"/staff/export/answers.{form}")
    assert [200] == [m["status"] for m in sent if m["type"] == "http.response.start"]
    bodies = [m for m in sent if m["type"] == "http.response.body"]
    assert any(b"answered" in m["body"] for m in bodies)
    assert all(m["more_body"] for m in bodies), "no end was sent"


def test_no_hash_and_no_token_leaves(desk: DeskApp) -> None:
    """Accounts without their passwords; logins not at all."""
    person = desk.signed_in()
    with desk.database.read() as connection:
        kept = connection.execute(select(AccountRow.password)).scalar_one()
    every = "".join(person.get(f"/staff/export/{e.name}.json").text for e in EXPORTS)

    assert kept not in every
    assert "argon2" not in every
    assert 404 == person.get("/staff/export/login.json").status_code
    assert 404 == person.get("/staff/export/logins.csv").status_code


def test_each_download_is_written_down(desk: DeskApp) -> None:
    """Who took what; what is not there is not."""
    person = desk.signed_in(Role.REVIEWER)
    for path in ("feedback.csv", "actions.csv", "nothing.csv", "feedback.xml"):
        person.get(f"/staff/export/{path}")
    with desk.database.read() as connection:
        rows = connection.execute(
            select(ActionRow.account, ActionRow.subject).where(ActionRow.what == "exported")
        )
        assert [("the-reviewer", "feedback.csv")] == [tuple(row) for row in rows]
