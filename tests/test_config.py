"""qa.config: defaults < environment < flags, and clear words for values that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.config import Settings, load_settings
from qa.errors import QAError


def test_flags_beat_the_environment_and_that_beats_the_defaults() -> None:
    """
    An unset or empty variable changes nothing.
    """
    environ = {"QA_PORT": "8000", "QA_DEPTH": "10", "QA_MODEL": "", "QA_INDEX": "there"}
    settings = load_settings(environ, port=9000)
    assert (9000, 10, Settings().model) == (settings.port, settings.depth, settings.model)
    assert Path("there") == settings.index


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("QA_PORT", "x", "QA_PORT is 'x', but must be a whole number"),
        ("QA_PORT", "70000", "must be from 0 to 65535"),
        ("QA_PASSAGE_TOKENS", "0", "must be at least 1"),
        ("QA_DEPTH", "-3", "must be at least 1"),
        ("QA_MINIMUM_SUPPORT", "35", "must be from 0 to 1"),
        ("QA_MINIMUM_SUPPORT", "nan", "must be from 0 to 1"),
        ("QA_MESSAGES_PER_MINUTE", "0", "QA_MESSAGES_PER_MINUTE is '0', but must be at least 1"),
        ("QA_QUEUE_SIZE", "many", "QA_QUEUE_SIZE is 'many', but must be a whole number"),
        ("QA_MAX_BODY_KB", "-1", "QA_MAX_BODY_KB is '-1'"),
        ("QA_TRUSTED_PROXIES", "10.0.0.0/8,proxy", "QA_TRUSTED_PROXIES holds 'proxy'"),
        ("QA_TRUSTED_PROXIES", "10.0.0.1/8", "holds '10.0.0.1/8', but must be addresses"),
        ("QA_ALLOWED_HOSTS", "https://clinic.example", "QA_ALLOWED_HOSTS holds 'https://clinic"),
        ("QA_ALLOWED_HOSTS", "clinic.example:443", "without https:// and port"),
        ("QA_ALLOWED_HOSTS", "*", "QA_ALLOWED_HOSTS holds"),
        ("QA_GATE", "perhaps", "QA_GATE is 'perhaps', but must be true or false"),
        ("QA_JOURNAL", "journal.sqlite", "'journal.sqlite', but must be off, counts or text"),
        ("QA_JOURNAL_DAYS", "0", "QA_JOURNAL_DAYS is '0', but must be from 1 to 36500"),
        ("QA_SESSIONS", "10", "QA_SESSIONS_PER_CLIENT is 50, but QA_SESSIONS"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(name: str, value: str, message: str) -> None:
    """
    The operator reads which variable, which value and what would do.
    """
    with pytest.raises(QAError, match=message):
        load_settings({name: value})


@pytest.mark.parametrize(("value", "wanted"), [("true", True), ("1", True), ("False", False)])
def test_a_switch_is_on_or_off(value: str, wanted: bool) -> None:
    """
    The word "false" switches nothing on.
    """
    assert wanted is load_settings({"QA_GATE": value}).gate


def test_by_default_nothing_is_kept() -> None:
    """
    A journal is switched on by a clinic that wants one.
    """
    assert "off" == load_settings({}).journal
    assert ["counts", "text"] == [
        load_settings({"QA_JOURNAL": m}).journal for m in ("counts", "text")
    ]


@pytest.mark.parametrize("name", ["QA_API_TOKEN", "QA_METRICS_TOKEN"])
@pytest.mark.parametrize("value", ["short", "x" * 19, "with a space in the middle", "ü" * 20])
def test_a_token_that_will_not_do_is_refused_unseen(name: str, value: str) -> None:
    """
    Too short, or what no header can carry; the message is for the log, so it names no secret.
    """
    with pytest.raises(QAError, match=f"{name} must be 20 to 200 letters") as raised:
        load_settings({name: value})

    assert value not in str(raised.value)


def test_tokens_are_in_no_printed_settings() -> None:
    """
    Whoever prints or logs the settings gives no secret away.
    """
    token = "a-token-that-is-long-enough"
    settings = load_settings({"QA_API_TOKEN": token, "QA_METRICS_TOKEN": token})

    assert (token, token) == (settings.api_token, settings.metrics_token)
    assert token not in repr(settings)


@pytest.mark.parametrize(("value", "wanted"), [("on", True), ("off", False), ("true", True)])
def test_the_api_is_on_or_off(value: str, wanted: bool) -> None:
    """
    Unset it is off.
    """
    assert wanted is load_settings({"QA_API": value}).api
    assert not load_settings({}).api
