"""One ASGI app: the chat, the article pages, and the guard in front of both."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.routing import Mount

from qa.config import Settings
from qa.errors import where
from qa.help_lines import open_help
from qa.journal.store import Journal
from qa.web.controls import early_html
from qa.web.feedback import Buttons, router
from qa.web.guard import Behind, Guard
from qa.web.helping import help_html
from qa.web.operations import Operations
from qa.web.pages import STATIC, Pages
from qa.web.patient import chat, keep_no_sessions, load_gradio

if TYPE_CHECKING:
    from qa.live import Live

logger = logging.getLogger(__name__)

_HEAD = (
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
    '<link rel="stylesheet" href="/style/words.css"><link rel="stylesheet" href="/style/chat.css">'
    "<style>.toast-wrap { display: none !important; }</style>"  # refusals.js says it in the chat
    '<script src="/script/refusals.js"></script>'
)


def create_app(
    live: Live, settings: Settings, staff: Callable[[FastAPI], None] | None = None
) -> FastAPI:
    """Everything that is served, by whatever is live; `staff` adds the desk of the staff."""
    gr = load_gradio()
    journal = Journal.open(settings)
    app = FastAPI(
        title="Wellsourced",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_running(journal),
    )
    pages = Pages.of(live, settings)
    app.include_router(pages.router())

    @app.get("/style/{name}.css")
    def style(name: Literal["words", "chat", "page"]) -> FileResponse:
        return FileResponse(STATIC / f"{name}.css", media_type="text/css")

    @app.get("/script/{name}.js")
    def script(name: Literal["refusals"]) -> FileResponse:
        return FileResponse(STATIC / f"{name}.js", media_type="text/javascript")

    buttons = Buttons(text=journal.keeps_text) if journal.keeps else None
    if buttons is not None:
        app.include_router(router(journal, buttons))
    operations = Operations(live, settings, journal)
    operations.add_to(app)
    page = chat(live, settings, buttons, operations)
    if staff is not None:
        staff(app)
    app.add_middleware(
        Guard, settings=settings, behind=_behind(page, settings, pages), watcher=operations
    )
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        head=_HEAD,
    )
    mounted = next(route.app for route in app.routes if isinstance(route, Mount))
    keep_no_sessions(mounted, page)
    _log_no_words()
    return app


def _running(journal: Journal) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        journal.start()
        yield
        journal.close()

    return lifespan


def _behind(page: Any, settings: Settings, pages: Pages) -> Behind:
    queue = page._queue

    async def forget(session: str) -> None:
        await queue.clean_events(session_hash=session)
        queue.pending_messages_per_session.pop(session, None)
        for event in queue.pending_event_ids_session.pop(session, ()):
            queue.event_ids_to_events.pop(event, None)

    inputs = {number: len(function.inputs) for number, function in page.fns.items()}
    early = str(early_html(help_html(open_help(settings))))
    return Behind(inputs, lambda: len(queue), forget, early, pages.refusal)


def _log_no_words() -> None:
    """Gradio prints the trace of what failed, with a message that may hold a question."""
    from gradio import queueing, routes

    class Quiet:
        @staticmethod
        def print_exc(*_: object, **__: object) -> None:
            problem = sys.exc_info()[1]
            if problem is not None:
                logger.error("an event failed: %s", where(problem))

    for module in (queueing, routes):
        vars(module)["traceback"] = Quiet
