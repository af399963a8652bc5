"""The API: who is served, how often, how many at once and for how long."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from qa.live import Live
from qa.records import Answer, Turn
from tests.fake_engine import answer_to
from tests.program_app import Stub, client_of, program_app, refused

TOKEN = "a-token-that-is-long-enough"


@pytest.fixture(scope="module")
def client(fixed_live: Live) -> TestClient:
    return client_of(program_app(fixed_live))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_another_method_is_told_which_to_use(client: TestClient, method: str) -> None:
    """405 with Allow; so a web page that asks beforehand (CORS) gets no permission."""
    sent = client.request(method, "/api/ask", headers={"Origin": "http://evil.example"})

    assert (405, "POST") == (sent.status_code, sent.headers["allow"])
    assert "access-control-allow-origin" not in sent.headers


@pytest.mark.parametrize("path", ["/api/ask", "/api/sources", "/api/openapi.json"])
def test_off_it_is_not_there(fixed_live: Live, path: str) -> None:
    """The default: the same words as for any unknown path."""
    client = client_of(program_app(fixed_live, api=False))
    sent = client.request("POST" if path == "/api/ask" else "GET", path, json={})

    assert 404 == sent.status_code
    assert {"detail": "There is nothing here."} == sent.json()


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        (f"Basic {TOKEN}", 401),
        (TOKEN, 401),
        ("Bearer ", 401),
        ("Bearer \xe9", 401),
        (None, 401),
    ],
)
def test_with_a_token_set_only_who_sends_it_is_served(
    fixed_live: Live, header: str | None, status: int
) -> None:
    """The description is behind the token too, and says that one is needed."""
    client = client_of(program_app(fixed_live, api_token=TOKEN))
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    for path in ("/api/sources", "/api/openapi.json", "/api/search?q=ect"):
        sent = client.get(path, headers=headers)  # type: ignore[arg-type]
        assert status == sent.status_code
        if status == 401:
            assert "Bearer" == sent.headers["www-authenticate"]
            assert "unauthorized" == refused(sent)[1]


def test_the_description_asks_for_a_token_only_where_one_is_set(fixed_live: Live) -> None:
    """OpenAPI 3.1 with the four paths."""
    bare = client_of(program_app(fixed_live)).get("/api/openapi.json").json()
    locked = client_of(program_app(fixed_live, api_token=TOKEN), Authorization=f"Bearer {TOKEN}")

    assert "3.1.0" == bare["openapi"]
    assert {"/api/ask", "/api/search", "/api/sources", "/api/quote/{quote_id}"} == set(
        bare["paths"]
    )
    assert "security" not in bare
    assert [{"token": []}] == locked.get("/api/openapi.json").json()["security"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Host": "evil.example"}, 421),
        ({}, 200),
    ],
)
def test_web_pages_of_others_are_refused(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    """Neither by their origin nor by a name of theirs that leads here."""
    asked = client.post("/api/ask", json={"question": "ect"}, headers=headers)

    assert status == asked.status_code


def test_questions_and_searches_are_counted_together(fixed_live: Live) -> None:
    """The third within the minute waits, as in the chat; what is no question does not count."""
    client = client_of(program_app(fixed_live, messages_per_minute=2))
    first = client.post("/api/ask", json={"question": "ect"})
    others = [client.get("/api/sources").status_code for _ in range(5)]
    second = client.get("/api/search?q=ect")
    third = client.post("/api/ask", json={"question": "ect"})

    assert [200] * 7 == [first.status_code, second.status_code, *others]
    assert (429, "too_many_requests") == refused(third)
    assert 2 <= int(third.headers["retry-after"]) <= 30


def test_who_finds_all_places_taken_is_told_to_come_back(fixed_live: Live) -> None:
    """One is answered, none may wait: the next gets 503 with a time; the first gets its answer."""
    gate, began = threading.Event(), threading.Event()

    def ask(message: str, _: Sequence[Turn]) -> Answer:
        began.set()
        assert gate.wait(30)
        return answer_to(message)

    app = program_app(Stub(fixed_live, ask), answers_at_once=1, queue_size=0)  # type: ignore[arg-type]
    with client_of(app) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/api/ask", json={"question": "1"})
        assert began.wait(30)
        second = client.post("/api/ask", json={"question": "2"})
        gate.set()
        answered = first.result().status_code

    assert (503, "busy") == refused(second)
    assert "5" == second.headers["retry-after"]
    assert 200 == answered


def test_an_answer_has_a_time_limit(fixed_live: Live) -> None:
    """504 after QA_ANSWER_SECONDS; the thread that still works keeps its place until it ends."""
    gate = threading.Event()

    def ask(message: str, _: Sequence[Turn]) -> Answer:
        assert gate.wait(30)
        return answer_to(message)

    app = program_app(
        Stub(fixed_live, ask),  # type: ignore[arg-type]
        answer_seconds=1,
        answers_at_once=1,
        queue_size=1,
    )
    with client_of(app) as client:
        slow = client.post("/api/ask", json={"question": "1"})
        later = client.post("/api/ask", json={"question": "2"})  # waits in vain
        gate.set()
        after = client.post("/api/ask", json={"question": "3"})

    assert [(504, "too_long")] * 2 == [refused(slow), refused(later)]
    assert 200 == after.status_code
