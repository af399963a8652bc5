"""The chat a patient sees: one page that grows downwards, a box for the question at its foot.

The conversation lives in the browser's memory alone: each question brings it along, and the server
keeps none of it. Answers arrive as finished HTML from `web/markup` and are appended as they are.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from qa.config import Settings
from qa.help_lines import open_help
from qa.records import Answer, Turn
from qa.web.markup import answer_html, escape, failure_html, help_html
from qa.web.pages import STATIC

if TYPE_CHECKING:
    import gradio

    from qa.engine import Engine

logger = logging.getLogger(__name__)

TITLE = "Wellsourced"
# Each is answered by the articles that ship; tests/test_browser.py asks them all.
SUGGESTIONS = (
    "What is treatment-resistant depression?",
    "How does esketamine nasal spray work?",
    "How long does a course of TMS last?",
    "Is ECT safe?",
    "How long did people in the RECOVER trial keep their improvement?",
    "What can I do in daily life?",
)
BOX_CHARS = 10_000  # what the box takes; the engine refuses less, in words
HISTORY_TURNS = 20  # messages of the conversation that are sent along and read
KEPT_CHARS = 1_000  # of each message in the history
CONCURRENCY = 8
QUEUE_SIZE = 64
EMPTY: dict[str, Any] = {"number": 0, "turn": "", "history": []}
# Read by gradio when it is imported. The two figures stop it from summing up all earlier events
# at every event, which halves the throughput.
_GRADIO_ENVIRONMENT = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "GRADIO_ANALYTICS_MAX_EVENTS": "100",
    "HF_HUB_OFFLINE": "1",
}
_INTRODUCTION = Markup(
    "<header><h1>Wellsourced</h1>{}"
    '<p class="lede">Ask about depression that is hard to treat. You get the words of published '
    "articles, and you see where they stand.</p></header>"
)
_FINE_PRINT = Markup(
    '<p><span class="idle">A search in articles, not a doctor. Nothing you type is kept.</span>'
    '<span class="busy">Looking in the articles …</span></p>'
)

# `transcript.js` takes the class away when the answer is there.
_SHOW_BUSY = "(...inputs) => { document.body.classList.add('asking'); return inputs; }"


def load_gradio() -> Any:
    """Import gradio, which reads its environment then; takes seconds the first time."""
    os.environ.update(_GRADIO_ENVIRONMENT)
    import gradio

    return gradio


class Conversation:
    """What a question does to a conversation; holds no conversation itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, message: str, conversation: object) -> tuple[dict[str, Any], str]:
        """The conversation with one more turn, and what stands in the box now."""
        number, history = _read(conversation)
        if not message.strip():
            return {"number": number, "turn": "", "history": _written(history)}, ""
        number += 1
        try:
            answer = self._engine.ask(message, history)
            turn, said = answer_html(answer, f"turn-{number}"), _said(answer)
        except Exception as problem:  # the edge: the person gets help, the log no question
            logger.error("a question failed: %s", _where(problem))
            turn, said = failure_html(message, f"turn-{number}"), ""
        asked, answered = Turn("user", message[:KEPT_CHARS]), Turn("assistant", said[:KEPT_CHARS])
        history = [*history, asked, answered][-HISTORY_TURNS:]
        return {"number": number, "turn": turn, "history": _written(history)}, ""


def _read(conversation: object) -> tuple[int, list[Turn]]:
    """Number of turns so far and the history; what is not of the right form is left out."""
    if not isinstance(conversation, dict):
        return 0, []
    number, entries = conversation.get("number"), conversation.get("history")
    turns = [
        Turn(entry["role"], entry["content"])
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
        and entry.get("role") in ("user", "assistant")
        and isinstance(entry.get("content"), str)
    ]
    return number if isinstance(number, int) else 0, turns[-HISTORY_TURNS:]


def _written(history: list[Turn]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.content} for turn in history]


def _said(answer: Answer) -> str:
    """What a later question may refer to: the lead quote."""
    return answer.quotes[0].text if answer.quotes else ""


def _where(problem: Exception) -> str:
    """Kind and place of an error without its message, which may hold the question."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(problem).__name__} at {place}"


def chat(engine: Engine, settings: Settings) -> gradio.Blocks:
    """The page as a gradio app, to be mounted."""
    gr = load_gradio()
    conversation = Conversation(engine)
    clinic = Markup('<p class="clinic">{}</p>').format(escape(settings.clinic))
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        gr.HTML(
            help_html(open_help(settings)), elem_id="help", apply_default_css=False, js_on_load=None
        )
        introduction = _INTRODUCTION.format(clinic if settings.clinic else "")
        gr.HTML(introduction, elem_id="top", apply_default_css=False, js_on_load=None)
        transcript = gr.HTML(
            EMPTY,
            elem_id="transcript",
            apply_default_css=False,
            html_template='<div role="log" aria-live="polite" aria-label="Answers"></div>',
            js_on_load=(STATIC / "transcript.js").read_text("utf-8"),
        )
        with gr.Column(elem_id="suggestions"):
            gr.HTML("<h2>You could ask</h2>", apply_default_css=False, js_on_load=None)
            suggestions = [gr.Button(text, size="lg") for text in SUGGESTIONS]
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
            with gr.Row(elem_id="foot-row"):
                gr.HTML(_FINE_PRINT, apply_default_css=False, js_on_load=None)
                clear = gr.Button("Start again", elem_id="clear", scale=0)
        outputs = [transcript, question]
        for trigger, source in [(question.submit, question), (send.click, question)] + [
            (button.click, button) for button in suggestions
        ]:
            trigger(
                conversation.ask,
                inputs=[source, transcript],
                outputs=outputs,
                js=_SHOW_BUSY,
                show_progress="hidden",
                api_visibility="private",
                concurrency_limit=CONCURRENCY,
                concurrency_id="ask",
            )
        clear.click(
            lambda: (EMPTY, ""), None, outputs, show_progress="hidden", api_visibility="private"
        )
    page.queue(max_size=QUEUE_SIZE, api_open=False)
    finished: gradio.Blocks = page
    return finished


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
