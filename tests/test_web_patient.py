"""What a question does to a conversation, without a browser."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from qa.config import Settings
from qa.help_lines import open_help
from qa.records import Answer, Turn
from qa.web.patient import BOX_CHARS, EMPTY, HISTORY_TURNS, KEPT_CHARS, Conversation
from tests.fake_engine import OFTEN, FakeEngine


def test_a_question_brings_its_conversation_along() -> None:
    """The engine gets the earlier turns: the question, and the lead quote as the answer."""
    engine = FakeEngine()
    conversation = Conversation(engine)  # type: ignore[arg-type]
    first, box = conversation.ask("How often?", EMPTY)
    conversation.ask("Is it safe?", first)

    assert "" == box
    assert [(), (Turn("user", "How often?"), Turn("assistant", OFTEN.text))] == engine.histories
    assert 1 == first["number"]
    assert 'id="turn-1"' in first["turn"]


def test_two_conversations_do_not_touch() -> None:
    """Nothing of one stays with the server for the next."""
    engine = FakeEngine()
    conversation = Conversation(engine)  # type: ignore[arg-type]
    conversation.ask("my secret", EMPTY)
    conversation.ask("How often?", EMPTY)

    assert [(), ()] == engine.histories
    assert {"number": 0, "turn": "", "history": [], "run": 0} == EMPTY


def test_an_empty_question_adds_nothing() -> None:
    """The conversation stays as it is."""
    engine = FakeEngine()
    first, _ = Conversation(engine).ask("How often?", EMPTY)  # type: ignore[arg-type]
    again, _ = Conversation(engine).ask("  \n", first)  # type: ignore[arg-type]

    assert {**first, "turn": ""} == again
    assert 1 == len(engine.histories)


def test_a_failure_shows_words_and_logs_no_question(caplog: pytest.LogCaptureFixture) -> None:
    """The error's message may repeat the question, so only its kind and place are logged."""
    with caplog.at_level(logging.DEBUG):
        after, _ = Conversation(FakeEngine()).ask("crash my secret", EMPTY)  # type: ignore[arg-type]

    assert "Something went wrong on our side." in after["turn"]
    assert "RuntimeError at " in caplog.text
    assert "secret" not in caplog.text
    assert [
        {"role": "user", "content": "crash my secret"},
        {"role": "assistant", "content": ""},
    ] == (after["history"])


def test_the_history_is_bounded() -> None:
    """A very long conversation sends its latest turns only, and its numbers go on."""
    state: object = EMPTY
    for number in range(HISTORY_TURNS):
        state, _ = Conversation(FakeEngine()).ask(f"question {number}", state)  # type: ignore[arg-type]

    assert isinstance(state, dict)
    assert HISTORY_TURNS == len(state["history"])
    assert HISTORY_TURNS == state["number"]
    assert f"question {HISTORY_TURNS // 2}" == state["history"][0]["content"]


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "text",
        [],
        {},
        {"history": "x"},
        {"history": [1, {"role": "system", "content": "x"}]},
        {"history": [{"role": "user", "content": 3}], "number": "7"},
    ],
)
def test_a_conversation_of_another_form_is_no_conversation(broken: object) -> None:
    """What a browser sends is checked; only turns of a person or of the page count."""
    engine = FakeEngine()
    after, _ = Conversation(engine).ask("How often?", broken)  # type: ignore[arg-type]

    assert [()] == engine.histories
    assert 1 == after["number"]


def test_no_more_is_read_than_the_page_can_send() -> None:
    """A message is at most as long as the box, one before it as long as the page gets it back."""
    asked: list[str] = []

    class Engine(FakeEngine):
        def ask(self, message: str, history: Sequence[Turn] = ()) -> Answer:
            asked.append(message)
            return super().ask(message, history)

    engine = Engine()
    said = {"role": "user", "content": "b" * (KEPT_CHARS + 1)}
    conversation = {"number": 1, "history": [said], "run": 0}
    Conversation(engine).ask("a" * (BOX_CHARS + 1), conversation)  # type: ignore[arg-type]

    assert ["a" * BOX_CHARS] == asked
    assert [(Turn("user", "b" * KEPT_CHARS),)] == engine.histories


def test_a_turn_is_shown_with_the_help_lines_at_hand() -> None:
    """The conversation passes on what the page has: numbers that can be called."""
    conversation = Conversation(FakeEngine(), helping=open_help(Settings()))  # type: ignore[arg-type]
    urgent, _ = conversation.ask("a seizure", EMPTY)
    plain, _ = conversation.ask("How often?", EMPTY)

    assert 'href="tel:112"' in urgent["turn"]
    assert 'href="tel:112"' not in plain["turn"]
