"""The API: its answers are the command line's, its errors have one form."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from qa.articles import list_articles
from qa.listing import hit_object
from qa.live import Live
from qa.records import Answer, Status, Turn
from qa.render import answer_object
from qa.web.api_schema import AnswerOut, PlacedOut, SearchOut, SourcesOut
from tests.fake_engine import CRISIS, answer_to
from tests.program_app import Stub, client_of, program_app, refused
from tests.small_corpus import QUESTION


@pytest.fixture(scope="module")
def client(fixed_live: Live) -> TestClient:
    return client_of(program_app(fixed_live))


def test_an_answer_is_the_one_of_the_command_line(client: TestClient, fixed_live: Live) -> None:
    """The same object, key by key, and every key is described."""
    asked = client.post("/api/ask", json={"question": QUESTION})

    assert 200 == asked.status_code
    assert answer_object(fixed_live.ask(QUESTION)) == asked.json()
    AnswerOut.model_validate(asked.json())
    assert "no-store" == asked.headers["cache-control"]
    assert "set-cookie" not in asked.headers
    assert not [name for name in asked.headers if name.startswith("access-control-")]


def test_the_id_comes_back_and_the_conversation_is_read(fixed_live: Live) -> None:
    """Turns reach the engine in order; a conversation is cut as the chat cuts it."""
    seen: list[Sequence[Turn]] = []

    def ask(message: str, history: Sequence[Turn]) -> Answer:
        seen.append(history)
        return answer_to(message)

    history = [{"role": "user", "content": f"{n} " + "x" * 1_000} for n in range(30)]
    client = client_of(program_app(Stub(fixed_live, ask)))  # type: ignore[arg-type]
    asked = client.post("/api/ask", json={"question": "So?", "history": history, "id": "q7"})

    assert "q7" == asked.json()["id"]
    assert {1_000} == {len(turn.content) for turn in seen[0]}
    assert [f"{n}" for n in range(10, 30)] == [turn.content.split()[0] for turn in seen[0]]


def test_a_crisis_brings_its_card(client: TestClient) -> None:
    """Nothing is quoted, and the object holds whom to call."""
    asked = client.post("/api/ask", json={"question": "I want to kill myself"}).json()

    assert ("crisis", []) == (asked["status"], asked["quotes"])
    assert asked["crisis"]["lines"]


def test_a_question_that_is_too_long_is_answered_as_in_the_chat(client: TestClient) -> None:
    """The limit of the engine holds, with its reason."""
    asked = client.post("/api/ask", json={"question": "ect " * 300}).json()

    assert ("not_found", "too_long") == (asked["status"], asked["reason"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "unreadable"),
        (b"[]", 400, "unreadable"),
        (b"{", 400, "unreadable"),
        (b'{"question": NaN}', 400, "unreadable"),
        (b'{"question": ' + b"[" * 100 + b"]" * 100 + b"}", 400, "unreadable"),
        (b'{"question": "\xff"}', 400, "unreadable"),
        (b"{}", 422, "invalid"),
        (b'{"question": 7}', 422, "invalid"),
        (b'{"question": "' + b"a" * 10_001 + b'"}', 422, "invalid"),
        (b'{"question": "a", "history": [{"role": "system", "content": ""}]}', 422, "invalid"),
        (b'{"question": "a", "id": 7}', 422, "invalid"),
        (b'{"question": "' + b"x" * 300_000 + b'"}', 413, "too_large"),
    ],
)
def test_what_is_no_question_is_refused(
    client: TestClient, body: bytes, status: int, code: str
) -> None:
    """With a status and a code for programs, and a message for people."""
    sent = client.post("/api/ask", content=body, headers={"Content-Type": "application/json"})

    assert (status, code) == refused(sent)


def test_half_characters_and_zeros_are_no_error(client: TestClient) -> None:
    """They become the replacement sign, as in the chat."""
    body = b'{"question": "ect \\ud800 \\u0000"}'
    sent = client.post("/api/ask", content=body, headers={"Content-Type": "application/json"})

    assert "ect \ufffd \ufffd" == sent.json()["question"]


def test_only_json_is_read(client: TestClient) -> None:
    """What a web page could send without asking is refused."""
    sent = client.post("/api/ask", content=b"{}", headers={"Content-Type": "text/plain"})

    assert (415, "not_json") == refused(sent)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    question=st.text(max_size=200),
    history=st.lists(
        st.builds(dict, role=st.sampled_from(["user", "assistant"]), content=st.text(max_size=80)),
        max_size=3,
    ),
)
def test_any_text_gets_an_answer(
    client: TestClient, fixed_live: Live, question: str, history: list[dict[str, str]]
) -> None:
    """Every quote is the article's own text at its place, and finds itself again by its id."""
    asked = client.post("/api/ask", json={"question": question, "history": history})

    assert 200 == asked.status_code
    answer = AnswerOut.model_validate(asked.json())
    for quote in (*answer.quotes, *answer.related):
        assert fixed_live.documents[quote.document.id].text[quote.start : quote.end] == quote.text
        placed = client.get(f"/api/quote/{quote.id}").json()
        assert ("here", quote.text, quote.start) == tuple(
            placed[name] for name in ("state", "text", "start")
        )


def test_search_gives_the_hits_of_the_command_line(client: TestClient, fixed_live: Live) -> None:
    """In the same order, at most `k`."""
    found = client.get("/api/search", params={"q": "memory", "k": 2}).json()

    SearchOut.model_validate(found)
    assert [hit_object(hit) for hit in fixed_live.engine.search("memory", 2)] == found["hits"]
    assert fixed_live.engine.snapshot.snapshot_id == found["snapshot"]


@pytest.mark.parametrize("query", ["", "q=", "q=a&k=0", "q=a&k=51", "q=a&k=x", "q=" + "a" * 1001])
def test_search_takes_no_other_values(client: TestClient, query: str) -> None:
    """Both ends of each range are refused by name."""
    assert (422, "invalid") == refused(client.get(f"/api/search?{query}"))


def test_sources_are_those_of_the_command_line(client: TestClient, fixed_live: Live) -> None:
    """Each article with dates, status and passages."""
    listed = client.get("/api/sources").json()
    snapshot = fixed_live.engine.snapshot
    rows = list_articles(snapshot.documents.values(), snapshot.passages, date.today())

    SourcesOut.model_validate(listed)
    assert [asdict(row) for row in rows] == listed["sources"]


def test_a_quote_is_looked_up_with_its_place(client: TestClient, fixed_live: Live) -> None:
    """Article, heading and a link that opens it at the mark."""
    (lead, *_) = fixed_live.ask(QUESTION).quotes
    asked = answer_object(fixed_live.ask(QUESTION))["quotes"][0]
    placed = PlacedOut.model_validate(client.get(f"/api/quote/{asked['id']}").json())

    assert ("here", asked["id"], lead.text) == (placed.state, placed.now, placed.text)
    assert (lead.heading, lead.passage_id) == (placed.heading, placed.passage)
    assert placed.link.startswith(f"/source/{lead.document.doc_id}?start={lead.span.start}&")


def test_a_quote_whose_article_was_withdrawn_is_gone(fixed_live: Live) -> None:
    """A code of its own, and nothing of its text: it must not be shown any more."""
    asked = answer_object(fixed_live.ask(QUESTION))["quotes"][0]
    snapshot = fixed_live.engine.snapshot
    documents = {
        name: replace(d, metadata=replace(d.metadata, status="withdrawn"))
        for name, d in snapshot.documents.items()
    }
    engine = SimpleNamespace(
        snapshot=SimpleNamespace(
            documents=documents, passages=snapshot.passages, snapshot_id=snapshot.snapshot_id
        )
    )
    client = client_of(program_app(SimpleNamespace(engine=engine)))  # type: ignore[arg-type]
    gone = client.get(f"/api/quote/{asked['id']}")

    assert (404, "gone") == refused(gone)
    assert asked["text"] not in gone.text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/api/quote/{'0' * 16}-0-5-{'0' * 16}", 404, "gone"),
        (f"/api/quote/{'0' * 16}-5-5-{'0' * 16}", 404, "gone"),
        (f"/api/quote/{'0' * 16}-0-5", 422, "invalid"),
        ("/api/quote/nothing", 404, "not_found"),
        ("/api/", 404, "not_found"),
        ("/api/elsewhere", 404, "not_found"),
    ],
)
def test_what_is_not_there_is_said_in_the_same_form(
    client: TestClient, path: str, status: int, code: str
) -> None:
    """Unknown paths, malformed ids and unknown quotes."""
    assert (status, code) == refused(client.get(path))


def test_a_failure_says_nothing_of_the_question(
    fixed_live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither to the program nor in the log; the place of the error is in the log."""
    app = program_app(Stub(fixed_live, answer_to))  # type: ignore[arg-type]
    failed = client_of(app).post("/api/ask", json={"question": "crash the secret thing"})

    assert (500, "failed") == refused(failed)
    assert "secret" not in failed.text + caplog.text
    assert "RuntimeError at" in caplog.text


def test_the_journal_hears_of_each_answer(fixed_live: Live) -> None:
    """With the time it took, as an answer to a program."""
    kept: list[tuple[Any, ...]] = []
    journal = SimpleNamespace(answered=lambda *given: kept.append(given), state=None)
    client_of(program_app(fixed_live, journal)).post("/api/ask", json={"question": QUESTION})

    ((answer, milliseconds, channel),) = kept
    assert (QUESTION, Status.ANSWERED, "api") == (answer.question, answer.status, channel)
    assert isinstance(milliseconds, int)


def test_a_crisis_card_is_described(fixed_live: Live) -> None:
    """Also beside an answer, which is how help is shown in doubt."""

    def ask(message: str, _: Sequence[Turn]) -> Answer:
        return replace(answer_to(message), crisis=CRISIS)

    client = client_of(program_app(Stub(fixed_live, ask)))  # type: ignore[arg-type]
    answer = AnswerOut.model_validate(client.post("/api/ask", json={"question": "differ"}).json())

    assert answer.crisis is not None
    assert [line.href for line in CRISIS.lines] == [line.href for line in answer.crisis.lines]
    assert answer.differences
    json.dumps(answer.model_dump(by_alias=True))
