"""The guard's limits and checks: each is reached here, and what the person is told is read."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from qa.web import refusals
from qa.web.callers import host_names
from tests import served
from tests.chat_client import JSON, Client, Fetched

JOIN = "/gradio_api/queue/join"
MOST_KB = 4


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """The chat with small limits, reached by a name and through a proxy as well."""
    with served.fake(
        tmp_path_factory.mktemp("guard"),
        max_body_kb=MOST_KB,
        receive_seconds=2,
        queue_size=2,
        answers_at_once=1,
        sessions=12,
        sessions_per_client=6,
        messages_per_minute=10_000,
        allowed_hosts="Clinic.example",
        trusted_proxies="127.0.0.5",
    ) as running:
        yield running


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """Two questions a minute, and twelve seconds for each answer: a busy machine needs some."""
    folder = tmp_path_factory.mktemp("strict")
    with served.fake(folder, messages_per_minute=2, answer_seconds=12) as running:
        yield running


@pytest.fixture(scope="module")
def event(server: served.Served) -> int:
    return Client(server.url).event()


def raw(url: str, request: bytes, then: bytes = b"", wait: float = 0.0) -> bytes:
    """What comes back for bytes as they are."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(request)
        if then:
            time.sleep(wait)
            connection.sendall(then)
        answer = b""
        try:
            while part := connection.recv(65536):
                answer += part
        except ConnectionResetError:
            pass
        return answer


def post(*headers: str) -> bytes:
    lines = [f"POST {JOIN} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    return "\r\n".join([*lines, "Connection: close", *headers, "", ""]).encode()


def test_a_message_has_a_largest_size(server: served.Served) -> None:
    """Exactly the limit is read (and is no JSON); one byte more is refused unread."""
    client = Client(server.url)
    fits = client.fetch(JOIN, "POST", b"x" * (MOST_KB * 1024))
    large = client.fetch(JOIN, "POST", b"x" * (MOST_KB * 1024 + 1))

    assert (400, refusals.NOT_READ) == (fits.status, fits.said)
    assert (413, refusals.TOO_LARGE) == (large.status, large.said)


def test_bytes_are_counted_where_no_length_is_said(server: served.Served) -> None:
    """A body in chunks is refused once it is too large, without waiting for its end."""
    chunk = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"
    answer = raw(server.url, post("Transfer-Encoding: chunked") + 2 * chunk)

    assert answer.startswith(b"HTTP/1.1 413")
    assert refusals.TOO_LARGE.encode() in answer


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 30, "x"])
def test_a_length_that_cannot_be_is_refused(server: served.Served, length: str) -> None:
    """It ends there; nothing waits for such a body."""
    status = raw(server.url, post(f"Content-Length: {length}") + b"{}").split(b" ")[1]

    assert status in (b"400", b"413")


def test_a_body_that_never_comes_is_not_waited_for(server: served.Served) -> None:
    """Less than was said: 408 after the time that the settings give."""
    answer = raw(server.url, post("Content-Length: 100") + b"{")

    assert answer.startswith(b"HTTP/1.1 408")
    assert refusals.TOO_SLOW.encode() in answer


def test_only_json_is_a_message(server: served.Served) -> None:
    """What a form of another page could send without asking is refused."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = Client(server.url).fetch(JOIN, "POST", b"{}", {"Content-Type": kind})
        assert 415 == answer.status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:7860", 200),
        ("127.0.0.1", 200),
        ("[::1]:80", 200),
        ("192.0.2.7:7860", 200),
        ("clinic.example", 200),
        ("clinic.example:443", 200),
        ("evil.example", 421),
        ("clinic.example.evil.example", 421),
        ("evil.example:127.0.0.1", 421),
        ("", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
    ],
)
def test_a_foreign_name_does_not_lead_here(server: served.Served, host: str, status: int) -> None:
    """A page elsewhere could point its own name at this machine and read what is served."""
    assert status == Client(server.url).fetch("/style/page.css", headers={"Host": host}).status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),  # not a browser; the body is no message
        ({"Origin": "http://localhost"}, 400),
        ({"Sec-Fetch-Site": "same-origin"}, 400),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 400),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
    ],
)
def test_other_pages_cannot_send_questions(
    server: served.Served, headers: dict[str, str], status: int
) -> None:
    """Nor read answers: the same holds for the stream."""
    both = {"Host": "localhost", **headers}
    client = Client(server.url)
    sent = client.fetch(JOIN, "POST", b"{}", {**JSON, **both})
    stream = client.fetch("/gradio_api/queue/data?session_hash=x", headers=both)

    assert [status, status] == [sent.status, stream.status]
    assert status != 403 or refusals.OTHER_PAGE == sent.said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs several addresses")
def test_one_client_waits_and_others_do_not(strict: served.Served, event: int) -> None:
    """After so many questions in a minute one is told how long to wait; another is served."""
    greedy, other = Client(strict.url, "127.0.0.77"), Client(strict.url, "127.0.0.78")
    answers = [greedy.join("greedy01", "", event) for _ in range(3)]

    assert [200, 200, 429] == [answer.status for answer in answers]
    assert "You have sent many questions in a short time. Please wait" in answers[2].said
    assert 1 <= int(answers[2].headers["retry-after"]) <= 30
    assert 200 == other.join("other001", "", event).status


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs several addresses")
def test_opening_the_page_is_no_question(strict: served.Served, event: int) -> None:
    """Its event takes nothing from the questions of a client, and has the same limit by itself."""
    client = Client(strict.url, "127.0.0.79")
    (opening,) = [
        int(found["id"]) for found in client.config()["dependencies"] if not found["inputs"]
    ]
    opened = [client.send("opening1", [], opening).status for _ in range(3)]
    asked = [client.join("opening1", "", event).status for _ in range(3)]

    assert [200, 200, 429] == opened
    assert [200, 200, 429] == asked


def proxied(server: served.Served, **headers: str) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(server.url, "127.0.0.5").fetch("/style/page.css", headers=named).headers


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs several addresses")
def test_only_a_trusted_proxy_says_that_the_page_is_behind_https(server: served.Served) -> None:
    """Then browsers are told to keep to https; a stranger's word changes nothing."""
    stranger = Client(server.url).fetch("/style/page.css", headers={"X-Forwarded-Proto": "https"})

    assert (
        "max-age=31536000"
        == proxied(server, X_Forwarded_Proto="https")["strict-transport-security"]
    )
    assert "strict-transport-security" not in proxied(server)
    assert "strict-transport-security" not in stranger.headers


def test_a_stranger_cannot_say_where_the_page_is(server: served.Served) -> None:
    """Gradio would write the forwarded host into the page."""
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = Client(server.url).fetch("/", headers=headers)

    assert 200 == answer.status
    assert "evil.example" not in answer.text


def join_when_free(client: Client, session: str, message: str, event: int) -> Fetched:
    """Sends a question again for as long as the queue is full of those of an earlier test."""
    for _ in range(100):
        answer = client.join(session, message, event)
        if answer.status != 503:
            return answer
        time.sleep(0.2)
    raise AssertionError("the queue does not empty")


def test_a_full_queue_says_so(server: served.Served, event: int) -> None:
    """One is answered, two wait, the next is told to come back; those before get their answers."""
    client = Client(server.url)
    with server.gate_closed(), client.opened_for("queued0", "gated 0", event) as first:
        lines = iter(first.readline, b"")
        assert any(b"process_starts" in line for line in lines)
        with (
            client.opened_for("queued1", "gated 1", event) as second,
            client.opened_for("queued2", "gated 2", event) as third,
        ):
            refused = client.join("queued3", "gated 3", event)
            server.open_gate()
            texts = [stream.read().decode() for stream in (first, second, third)]

    assert (503, refusals.BUSY) == (refused.status, refused.said)
    assert [True] * 3 == ["process_completed" in text for text in texts]


def test_an_answer_has_a_time_limit(strict: served.Served, event: int) -> None:
    """The stream ends with a sentence, and the place is free again."""
    client = Client(strict.url)
    with strict.gate_closed():
        assert 200 == client.join("limited0", "gated", event).status
        assert refusals.TOO_LONG == client.stream("limited0").events[-1]["message"]
    assert 404 == client.stream("limited0").status


def test_a_client_has_so_many_sessions(server: served.Served, event: int) -> None:
    """Questions whose answers are never fetched fill a client's places, not everybody's."""
    client = Client(server.url, "127.0.0.42" if sys.platform.startswith("linux") else "127.0.0.1")
    statuses = []
    for number in range(7):
        answer = join_when_free(client, f"places{number}", "", event)
        statuses.append(answer.status)

    assert [200] * 6 + [429] == statuses
    assert refusals.STILL_ANSWERING == answer.said


def test_host_names_are_read_from_the_setting() -> None:
    """In small letters; localhost is always one."""
    assert {"localhost", "a.example", "b"} == host_names("A.example, b,")


def test_every_refusal_is_a_sentence() -> None:
    """Calm, complete, without codes or shouting."""
    texts = [
        value for name, value in vars(refusals).items() if name.isupper() and isinstance(value, str)
    ]

    assert len(texts) >= 10
    for text in [*texts, refusals.too_often(7).said]:
        assert text[0].isupper()
        assert text.endswith(".")
        assert "!" not in text
        assert "error" not in text.lower()
        assert len(text) < 120
        assert json.dumps(text).isascii()
