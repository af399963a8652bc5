"""The chat a patient sees: one page that grows downwards, a box for the question at its foot.

The conversation lives in the browser's memory alone: each question brings it along, and the server
keeps none of it. Answers arrive as finished HTML from `web/markup` and are appended as they are.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from markupsafe import Markup

from qa.config import Settings
from qa.errors import where
from qa.help_lines import Help, open_help
from qa.records import Answer, Document, Turn
from qa.suggestions import Suggestions, reviewed_questions
from qa.web.controls import page_foot_html, page_head_html, take_away_html
from qa.web.feedback import Buttons
from qa.web.helping import help_html
from qa.web.markup import answer_html, failure_html, first_questions_html
from qa.web.pages import STATIC

if TYPE_CHECKING:
    import gradio

    from qa.journal.store import Channel
    from qa.live import Live

logger = logging.getLogger(__name__)

TITLE = "Wellsourced"
BOX_CHARS = 10_000  # what the box takes; the engine refuses less, in words
HISTORY_TURNS = 20  # messages of the conversation that are sent along and read
KEPT_CHARS = 1_000  # of each message in the history
FIRST_WAIT = 2.0  # seconds a new page waits for its first questions to have been checked
EMPTY: dict[str, Any] = {"number": 0, "turn": "", "history": [], "run": 0}
# Read by gradio when it is imported. The two figures stop it from summing up all earlier events
# at every event, which halves the throughput.
_GRADIO_ENVIRONMENT = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "GRADIO_ANALYTICS_MAX_EVENTS": "100",
    "HF_HUB_OFFLINE": "1",
}
# `transcript.js` takes the class away when the answer is there.
_SHOW_BUSY = "(...inputs) => { document.body.classList.add('asking'); return inputs; }"


def load_gradio() -> Any:
    """Import gradio, which reads its environment then; takes seconds the first time."""
    os.environ.update(_GRADIO_ENVIRONMENT)
    import gradio

    return gradio


class Witness(Protocol):
    """Who is told of each answer: counts, and the journal."""

    def answered(self, answer: Answer, milliseconds: int, channel: Channel) -> None: ...


class Conversation:
    """What a question does to a conversation; holds no conversation itself."""

    def __init__(
        self,
        live: Live,
        suggestions: Suggestions | None = None,
        buttons: Buttons | None = None,
        witness: Witness | None = None,
        helping: Help | None = None,
        documents: Callable[[], Mapping[str, Document]] = dict,
    ) -> None:
        self._live = live
        self._helping = helping
        self._documents = documents
        self._suggestions = suggestions
        self._buttons = buttons
        self._witness = witness

    def ask(self, message: str, conversation: object) -> tuple[dict[str, Any], str]:
        """The conversation with one more turn, and what stands in the box now."""
        number, history, run = _read(conversation)
        message = message[:BOX_CHARS]  # as the box does: a longer one did not come from the page
        if not message.strip():
            return _shown(number, "", history, run), ""
        number += 1
        try:
            began = time.monotonic()
            answer = self._live.ask(message, history)
            milliseconds = round((time.monotonic() - began) * 1000)
            turn = self._turn(answer, f"turn-{number}", history)
            said = _said(answer)
            if self._witness is not None:
                self._witness.answered(answer, milliseconds, "chat")
        except Exception as problem:  # the edge: the person gets help, the log no question
            logger.error("a question failed: %s", where(problem))
            turn, said = failure_html(message, f"turn-{number}"), ""
        asked, answered = Turn("user", message[:KEPT_CHARS]), Turn("assistant", said[:KEPT_CHARS])
        history = [*history, asked, answered][-HISTORY_TURNS:]
        return _shown(number, turn, history, run), ""

    def first_questions(self) -> str:
        """What an empty page offers: only what the articles at hand answer."""
        if self._suggestions is None:
            return ""
        return str(first_questions_html(self._suggestions.first(FIRST_WAIT)))

    def _turn(self, answer: Answer, turn_id: str, history: list[Turn]) -> str:
        feedback = self._buttons.html(answer, turn_id) if self._buttons else Markup("")
        return answer_html(
            answer,
            turn_id,
            self._follow_ups(answer, history),
            feedback,
            helping=self._helping,
            documents=self._documents(),
        )

    def _follow_ups(self, answer: Answer, history: list[Turn]) -> list[str]:
        if self._suggestions is None:
            return []
        return self._suggestions.after(answer, [t.content for t in history if t.role == "user"])


def _shown(number: int, turn: str, history: list[Turn], run: int) -> dict[str, Any]:
    """What the page gets; `run` tells it whether the conversation was cleared meanwhile."""
    return {"number": number, "turn": turn, "history": _written(history), "run": run}


def _read(conversation: object) -> tuple[int, list[Turn], int]:
    """Turns so far, history and run; what is not of the right form is left out."""
    if not isinstance(conversation, dict):
        return 0, [], 0
    number, entries = conversation.get("number"), conversation.get("history")
    run = conversation.get("run")
    turns = [
        Turn(entry["role"], entry["content"][:KEPT_CHARS])
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
        and entry.get("role") in ("user", "assistant")
        and isinstance(entry.get("content"), str)
    ]
    return (
        number if isinstance(number, int) else 0,
        turns[-HISTORY_TURNS:],
        run if isinstance(run, int) else 0,
    )


def _written(history: list[Turn]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.content} for turn in history]


def _said(answer: Answer) -> str:
    """What a later question may refer to: the lead quote."""
    return answer.quotes[0].text if answer.quotes else ""


def chat(
    live: Live,
    settings: Settings,
    buttons: Buttons | None = None,
    witness: Witness | None = None,
) -> gradio.Blocks:
    """The page as a gradio app, to be mounted; with `buttons` where yes and no are kept."""
    gr = load_gradio()
    suggestions = Suggestions(live.ask, reviewed_questions(), lambda: live.documents)
    helping = open_help(settings)
    conversation = Conversation(
        live, suggestions, buttons, witness, helping, lambda: live.documents
    )
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        _html(gr, help_html(helping), "help")
        _html(gr, page_head_html(settings.clinic), "top", "reading.js")
        transcript = gr.HTML(
            EMPTY,
            elem_id="transcript",
            apply_default_css=False,
            html_template='<div role="log" aria-live="polite" aria-label="Answers"></div>',
            js_on_load=_script("transcript.js") + (_script("feedback.js") if buttons else ""),
        )
        first = _html(gr, Markup(""), "suggestions")
        with gr.Column(elem_id="composer"):
            with gr.Row(elem_id="ask-row"):
                question = gr.Textbox(
                    label="Your question",
                    placeholder="Type your question",
                    elem_id="question",
                    lines=1,
                    max_lines=5,
                    max_length=BOX_CHARS,
                    container=False,
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
                )
                send = gr.Button("Ask", variant="primary", elem_id="send", scale=0)
            foot = page_foot_html(
                settings.exit_url,
                settings.idle_minutes,
                text_kept=settings.journal == "text",
            )
            _html(gr, foot, "foot", "leaving.js")
        _html(gr, take_away_html(), "takeaway", "takeaway.js")
        for trigger in (question.submit, send.click):
            trigger(
                conversation.ask,
                inputs=[question, transcript],
                outputs=[transcript, question],
                js=_SHOW_BUSY,
                show_progress="hidden",
                api_visibility="private",
                concurrency_limit=settings.answers_at_once,
                concurrency_id="ask",
            )
        page.load(
            conversation.first_questions,
            None,
            first,
            show_progress="hidden",
            api_visibility="private",
            concurrency_limit=settings.answers_at_once,
        )
    page.queue(max_size=None, api_open=False)
    suggestions.start()
    finished: gradio.Blocks = page
    return finished


def _html(gr: Any, html: Markup, element_id: str, script: str | None = None) -> Any:
    """A part of the page that is ours alone, with the script that runs when it appears."""
    runs = _script(script) if script else None
    return gr.HTML(str(html), elem_id=element_id, apply_default_css=False, js_on_load=runs)


def _script(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def keep_no_sessions(mounted: Any, page: gradio.Blocks) -> None:
    """Gradio would keep the last question and the whole conversation of up to 10,000 browsers in
    memory, for links to a page's state. Nothing here needs them, so every event starts afresh.
    """
    from gradio.state_holder import SessionState, StateHolder

    class NoSessions(StateHolder):
        def __getitem__(self, session_id: str) -> SessionState:
            return SessionState(self.blocks)

    holder = NoSessions()  # type: ignore[no-untyped-call]  # gradio's own has no types
    holder.set_blocks(page)  # also where the page looks for it
    mounted.state_holder = holder
