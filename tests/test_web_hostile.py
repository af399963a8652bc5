"""Hostile input: shown as text and never run; no server error, no trace, no request that hangs.

Few examples, always the same ones, so that a run is quick and repeatable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.records import Answer, Metadata, Status
from qa.web.endpoints import OPEN
from qa.web.markup import answer_html
from qa.web.messages import clean_text, read_message
from qa.web.refusals import Refused
from tests import served
from tests.chat_client import JSON, Client
from tests.dom import read
from tests.fake_engine import document, quote

QUICK = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=40,
    suppress_health_check=list(HealthCheck),
)
OVER_HTTP = settings(QUICK, max_examples=25)
ALLOWED_TAGS = frozenset(
    "article section h2 h3 h4 p blockquote q cite a div span details summary ul ol li dl dt dd "
    "button table tr td th tbody thead time mark strong em small abbr br nav aside figure "
    "figcaption svg path header footer".split()
)
HOSTILE = (
    "<script>hit()</script>",
    "<img src=x onerror=hit()>",
    "</article></p><iframe srcdoc='<script>hit()</script>'>",
    "<svg/onload=hit()>",
    "<style>*{display:none}</style><form action=//evil.example><input name=p>",
    "javascript:hit()",
    "[a](javascript:hit()) ![b](http://evil.example/x.png) **c** `d` # e",
    "$$\\href{javascript:hit()}{x}$$ \\(x^2\\) $y$",
    "${hit()} {{constructor.constructor('hit()')()}} #{hit()}",
    "\u202ereversed\u202c \u2066isolated\u2069 \u200bzero\ufeff",
    "bell\x07 escape\x1b[31m backspace\x08 delete\x7f",
    "&lt;b&gt; &amp;amp; &#60;script&#62;",
    "\" onmouseover=hit() x=\"' onfocus=hit() autofocus='",
    "<!-- --><![CDATA[<script>hit()</script>]]>",
    "a" * 10_000,
    "🧠" * 500 + "é́́",
)
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=200),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=4).map("".join),
)
# Whatever a body may hold, half characters included: they come as escapes in JSON.
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=50)
    | st.sampled_from(HOSTILE),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["number", "history", "turn", "path", "meta", "role", "content", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    """The chat with the scripted engine, without a limit on questions."""
    folder = tmp_path_factory.mktemp("hostile")
    with served.fake(folder, messages_per_minute=100_000, requests_per_minute=100_000) as running:
        yield running


@pytest.fixture(scope="module")
def event(server: served.Served) -> int:
    return Client(server.url).event()


def is_harmless(html: str) -> None:
    """Only tags that this project writes, no handler, no address that is not a plain link."""
    for element in read(html).all(lambda e: True):
        assert element.tag in ALLOWED_TAGS, element.tag
        for name, value in element.attributes.items():
            assert not name.startswith("on"), name
            assert name not in ("style", "srcdoc", "action", "formaction"), name
            if name in ("href", "src"):
                assert re.match(r"/source/|#|tel:|sms:|https?://", value or ""), value


@QUICK
@given(texts, texts, texts, texts)
def test_words_of_articles_and_questions_are_only_text(
    question: str, sentence: str, title: str, publisher: str
) -> None:
    """The turn has no tag but ours, and what it shows of the quote is the quote."""
    sentence = sentence.strip() or "x"
    words = document("d" * 16, Metadata(title or "x", publisher=publisher), ("p", sentence))
    found = quote(words, words.text.strip() or words.text, heading=title)
    answer = Answer(question, question, Status.ANSWERED, "s" * 16, support=0.9, quotes=(found,))

    html = answer_html(answer, "turn-1")
    is_harmless(html)
    shown = [element.text for element in read(html).tags("blockquote")]
    assert shown
    assert without_space(found.text) == without_space(shown[0])


def without_space(text: str) -> str:
    """A parser of HTML may change control characters and line ends; letters it may not."""
    return "".join(char for char in text if char.isprintable() and not char.isspace())


def test_the_check_for_harm_works() -> None:
    """It finds what it should find."""
    for bad in (HOSTILE[0], HOSTILE[1], "<a href='javascript:x'>a</a>", "<p onclick='x'>a</p>"):
        with pytest.raises(AssertionError):
            is_harmless(bad)


def test_hostile_questions_come_back_as_text(server: served.Served, event: int) -> None:
    """Over HTTP, each of them, as a person would send it."""
    client = Client(server.url)
    for number, text in enumerate((*HOSTILE, "half \ud800 character", "nul \x00 inside")):
        turn = client.ask(f"How often {text}?", f"hostile{number:02}", event)
        is_harmless(turn)


@OVER_HTTP
@given(st.lists(values, max_size=3), values, st.text(max_size=20))
def test_no_body_breaks_the_server(
    server: served.Served, event: int, data: list[Any], more: Any, session: str
) -> None:
    """Any JSON gets an answer below 500 and no trace."""
    client = Client(server.url)
    for body in (
        {"data": data, "fn_index": event, "session_hash": session},
        {"data": data, "fn_index": more, "session_hash": "fuzzed01", "event_data": more},
        {"data": [more, more], "fn_index": event, "session_hash": "fuzzed02", "trigger_id": more},
        more,
    ):
        answer = client.fetch("/gradio_api/queue/join", "POST", json.dumps(body).encode())
        assert answer.status < 500, body
        assert "Traceback" not in answer.text
        if answer.status == 200:
            name = body["session_hash"] if isinstance(body, dict) else ""
            stream = client.stream(name)
            assert "process_completed" in stream.text
            assert "Traceback" not in stream.text


@OVER_HTTP
@given(st.binary(max_size=300))
def test_no_bytes_break_the_server(server: served.Served, body: bytes) -> None:
    """What is no message is refused, and nothing of it comes back."""
    answer = Client(server.url).fetch("/gradio_api/queue/join", "POST", body)

    assert 400 == answer.status


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"data":' * 20_000,
        b'{"data": [' + b"1" * 10_000 + b"]}",
        b'{"data": [NaN, Infinity]}',
        b'{"data": [1e999]}',
        b'"\\ud800"',
        b"\xff\xfe",
        b"",
        b"null",
    ],
)
def test_bodies_made_to_break_a_parser(server: served.Served, body: bytes) -> None:
    """Deep, endless and half-written ones."""
    assert 400 == Client(server.url).fetch("/gradio_api/queue/join", "POST", body).status


def test_a_megabyte_is_refused(server: served.Served) -> None:
    """Before it is read."""
    client = Client(server.url)
    try:
        status = client.fetch("/gradio_api/queue/join", "POST", b"x" * 2**20, JSON).status
    except (BrokenPipeError, ConnectionResetError):  # hung up while it was still being sent
        status = 413

    assert 413 == status


@OVER_HTTP
@given(
    st.sampled_from([e.path.pattern for e in OPEN if e.method == "GET"]).flatmap(st.from_regex),
    st.text(
        st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=40
    ),
)
def test_no_address_breaks_the_server(server: served.Served, path: str, query: str) -> None:
    """Paths like the open ones with any query: below 500, no trace, nothing written back raw."""
    path = "/" + re.sub(r"[^\x21-\x7e]|[?#]", "", path).lstrip("/")
    answer = Client(server.url).fetch(f"{path}?{query}<hit>")

    assert answer.status < 500
    assert "Traceback" not in answer.text
    assert "<hit>" not in answer.text


@QUICK
@given(st.text(st.characters(), max_size=100))
def test_cleaned_text_can_be_written_and_whole_text_stays(text: str) -> None:
    """The only changes are half characters and NUL."""
    cleaned = clean_text(text)
    cleaned.encode("utf-8")

    assert "\0" not in cleaned
    if text.isprintable():
        assert text == cleaned


@QUICK
@given(values)
def test_a_message_is_read_or_refused(value: Any) -> None:
    """Nothing else comes out, and what passes is plain JSON of the page's form."""
    body = {"data": [value], "fn_index": 0, "session_hash": "abcdef"}
    try:
        message = read_message(json.dumps(body).encode(), {0: 1})
    except Refused:
        return
    assert {"session_hash", "fn_index", "trigger_id", "data"} == set(json.loads(message.body))


def test_a_file_reference_never_reaches_gradio() -> None:
    """Gradio would fetch the address or read the path that such a value names."""
    reference = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    for value in (reference, [reference], {"turn": reference}, {"url": "http://evil.example"}):
        body = json.dumps({"data": [value], "fn_index": 0, "session_hash": "abcdef"})
        with pytest.raises(Refused):
            read_message(body.encode(), {0: 1})
