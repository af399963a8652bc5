"""Two people never see each other's words, whatever one of them tries, also under load."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.web.limits import Places
from qa.web.refusals import Refused
from qa.web.sessions import Sessions
from tests import served
from tests.chat_client import Client

PEOPLE = 12
QUESTIONS = 3
# On Linux every address in 127.0.0.0/8 is this machine's own, so each person can have one.
needs_addresses = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="needs more than one loopback address"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """The chat with the scripted engine, wide limits, and its own home and temporary folder."""
    folder = tmp_path_factory.mktemp("isolation")
    home = folder / "home"
    home.mkdir()
    folders = {name: str(home) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    with served.fake(folder, folders, messages_per_minute=10_000) as running:
        yield running


@pytest.fixture(scope="module")
def event(server: served.Served) -> int:
    return Client(server.url).event()


def mark(person: int, number: int) -> str:
    return f"mark{person:03}x{number}"


@needs_addresses
def test_nobodys_stream_holds_anothers_words(server: served.Served, event: int) -> None:
    """Many people ask at once from one address, while others try every way to listen in."""

    def ask(person: int) -> str:
        client = Client(server.url)
        return "".join(
            client.ask(f"How often is {mark(person, n)} given?", f"session{person:03}", event)
            for n in range(QUESTIONS)
        )

    def listen(person: int) -> str:
        """Another person, who knows each session's name."""
        client, heard = Client(server.url, "127.0.0.9"), ""
        for path in (
            f"/gradio_api/queue/data?session_hash=session{person:03}",
            f"/gradio_api/heartbeat/session{person:03}",
            f"/gradio_api/stream/session{person:03}/1/1/playlist.m3u8",
            f"/gradio_api/call/ask/session{person:03}",
            "/gradio_api/runs",
            "/monitoring",
            "/config",
            "/",
        ):
            heard += client.fetch(path).text
        return heard

    with ThreadPoolExecutor(2 * PEOPLE) as pool:
        answers = [pool.submit(ask, person) for person in range(PEOPLE)]
        listened = [pool.submit(listen, person) for person in range(PEOPLE)]

    for person, answer in enumerate(answers):
        text = answer.result()
        assert all(mark(person, n) in text for n in range(QUESTIONS))
        assert not [o for o in range(PEOPLE) if o != person and f"mark{o:03}" in text]
    assert not [one for one in listened if "mark" in one.result()]


@needs_addresses
def test_a_stream_opens_only_for_the_client_that_asked(server: served.Served, event: int) -> None:
    """Another client that knows the session gets 404, and the answer still reaches its owner."""
    owner, other = Client(server.url, "127.0.0.2"), Client(server.url, "127.0.0.3")
    assert 200 == owner.join("owned01", "How often is mine given?", event).status

    for _ in range(3):
        assert 404 == other.stream("owned01").status
    assert 409 == other.join("owned01", "Mine too", event).status
    assert "How often is mine given?" in owner.stream("owned01").text


def test_a_session_has_one_stream(server: served.Served, event: int) -> None:
    """A second one, opened while the first waits, gets 404 and takes nothing away."""
    client = Client(server.url)
    with server.gate_closed():
        assert 200 == client.join("single1", "gated, how often?", event).status
        with client.opened("single1") as first:
            second = client.stream("single1")
            assert 404 == second.status
            server.open_gate()
            text = first.read().decode()

    assert 200 == first.status
    assert "process_completed" in text


def test_a_stream_needs_a_question(server: served.Served) -> None:
    """Guessed names lead nowhere, and a name that no page makes is not even looked up."""
    client = Client(server.url)

    assert 404 == client.stream("guessed1").status
    for name in ("", "short", "UPPER12", "a" * 41, "abc%20def", "abcdefg&x=1"):
        assert 400 == client.stream(name).status


def test_an_answer_is_given_once(server: served.Served, event: int) -> None:
    """Once it is fetched, nobody can fetch it again."""
    client = Client(server.url)
    assert "once" in client.ask("How often is it given once?", "oncemore1", event)

    assert 404 == client.stream("oncemore1").status


@pytest.mark.parametrize("path", ["cancel", "reset", "heartbeat/victim12"])
def test_nobody_can_stop_anothers_question(server: served.Served, event: int, path: str) -> None:
    """What gradio offers for that is closed, even to one who knows the session."""
    owner, other = Client(server.url), Client(server.url)
    body = f'{{"session_hash": "victim12", "fn_index": {event}, "event_id": "x"}}'.encode()

    with server.gate_closed():
        assert 200 == owner.join("victim12", "gated, how often?", event).status
        for method in ("POST", "GET"):
            sent = body if method == "POST" else None
            assert 404 == other.fetch(f"/gradio_api/{path}", method, sent).status
    assert "gated, how often?" in owner.stream("victim12").text


def run_sessions(total: int, steps: object, seconds: float = 0.05) -> list[str]:
    """Runs `steps(sessions)` and gives the sessions that were forgotten, in order."""
    forgotten: list[str] = []

    async def forget(session: str) -> None:
        forgotten.append(session)

    async def main() -> None:
        await steps(Sessions(Places(total, total), forget, seconds))  # type: ignore[operator]
        await asyncio.sleep(4 * seconds)

    with ThreadPoolExecutor(1) as pool:  # a thread without a loop: a browser test may leave one
        pool.submit(asyncio.run, main()).result()
    return forgotten


def test_an_answer_that_nobody_fetches_is_forgotten() -> None:
    """The place is free again, and what gradio holds is dropped."""

    async def steps(sessions: Sessions) -> None:
        sessions.join("left", "a")
        with pytest.raises(Refused):
            sessions.join("full", "a")
        await asyncio.sleep(0.2)
        sessions.join("next", "a")

    assert ["left", "next"] == run_sessions(1, steps)


def test_a_question_asked_during_a_stream_keeps_its_answer() -> None:
    """It may have come too late for that stream; then the next one brings it."""

    async def steps(sessions: Sessions) -> None:
        sessions.join("s", "a")
        async with sessions.stream("s", "a"):
            sessions.join("s", "a")
        async with sessions.stream("s", "a"):
            pass
        assert 0 == len(sessions)

    assert ["s"] == run_sessions(1, steps)


def test_a_stream_that_lasts_longer_than_fetching_may_is_kept() -> None:
    """The time to fetch ends with the opening of the stream."""

    async def steps(sessions: Sessions) -> None:
        sessions.join("s", "a")
        async with sessions.stream("s", "a"):
            await asyncio.sleep(0.2)
            assert 1 == len(sessions)

    assert ["s"] == run_sessions(1, steps)


def test_many_names_leave_nothing_behind() -> None:
    """Thousands of sessions joined and fetched hold no place and no name."""

    async def steps(sessions: Sessions) -> None:
        for number in range(2000):
            sessions.join(str(number), "a")
            async with sessions.stream(str(number), "a"):
                pass
        assert 0 == len(sessions)

    assert 2000 == len(run_sessions(1, steps))


def test_no_file_or_log_holds_a_question(server: served.Served, event: int) -> None:
    """Nothing under home, cache, temporary or working folder; nothing on either output."""
    client = Client(server.url)
    word = "zyxmarked"
    for number, question in enumerate(
        (f"How often {word}?", f"crash {word}", f"I want to die {word}", f"flying {word}")
    ):
        client.ask(question, f"stored{number}", event)
    for body in (
        word.encode(),
        f'{{"data": ["{word}"]}}'.encode(),
        b'"' + word.encode() + b'"',
    ):
        answer = client.fetch("/gradio_api/queue/join", "POST", body)
        assert 400 == answer.status
        assert word not in answer.text
    client.join("stored9", {"text": word}, event)
    client.stream("stored9")
    client.fetch(f"/gradio_api/{word}?q={word}")
    folder = server.log.parent
    files = [path for path in folder.rglob("*") if path.is_file()]

    assert server.log in files
    assert [] == [path for path in files if word in path.read_text("utf-8", "replace")]
    log = server.log.read_text()
    assert "a question failed: RuntimeError at" in log
    assert "Traceback" not in log
