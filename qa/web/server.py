"""One ASGI app: the chat, the article pages, and a guard in front of both.

The guard lets through only what a patient's page needs, sets the headers that protect it, and
limits what may be sent. Nothing here writes a question to a log.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.config import Settings
from qa.help_lines import open_help
from qa.web.pages import STATIC, Pages
from qa.web.patient import chat, keep_no_sessions, load_gradio

if TYPE_CHECKING:
    from qa.engine import Engine

BODY_BYTES = 256 * 1024  # a long conversation in four-byte letters is about 100 KB
# Everything a patient's page asks for; see tests/test_browser.py, which records it.
OPEN = {
    "GET": re.compile(
        r"/|/config/?|/theme\.css|/favicon\.ico|/manifest\.json|/style/(?:words|chat|page)\.css|/robots\.txt"
        r"|/(?:assets|static)/[\w./@-]+|/source/[0-9a-f]{16}"
        r"|/gradio_api/(?:startup-events|theme\.css|queue/data|heartbeat/\w+)"
    ),
    "POST": re.compile(r"/gradio_api/(?:queue/join|cancel|reset)/?"),
}
# Gradio puts its settings into the page as a script and compiles its templates in the browser,
# so scripts cannot be closed further here; nothing may be fetched from or sent to elsewhere.
CHAT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEAD = (
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
    '<link rel="stylesheet" href="/style/words.css"><link rel="stylesheet" href="/style/chat.css">'
)
HEADERS = {
    "Content-Security-Policy": CHAT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def create_app(engine: Engine, settings: Settings) -> FastAPI:
    """Everything that is served, for one engine."""
    gr = load_gradio()
    app = FastAPI(title="Wellsourced", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(engine.snapshot.documents, settings.clinic, open_help(settings))

    @app.get("/source/{doc_id}")
    def source(doc_id: str, start: str | None = None, end: str | None = None) -> HTMLResponse:
        return pages.article(doc_id, start, end)

    @app.get("/style/{name}.css")
    def style(name: Literal["words", "chat", "page"]) -> FileResponse:
        return FileResponse(STATIC / f"{name}.css", media_type="text/css")

    app.add_middleware(Guard)
    page = chat(engine, settings)
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
    keep_no_sessions(_mounted(app), page)
    return app


def _mounted(app: FastAPI) -> ASGIApp:
    return next(route.app for route in app.routes if isinstance(route, Mount))


class Guard:
    """Refuses paths that no page needs and bodies that are too large; sets the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no page opens a web socket
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = refuse(scope["method"], scope["path"], Headers(scope=scope))
        await (refusal or self.app)(scope, receive, send_with_headers)


def refuse(method: str, path: str, headers: Headers) -> PlainTextResponse | None:
    """The answer to a request that no page of ours makes, None to one that may go on."""
    allowed = OPEN.get("GET" if method == "HEAD" else method)
    if allowed is None or allowed.fullmatch(path) is None:
        return PlainTextResponse("There is nothing here.", 404)
    if method == "POST":
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return PlainTextResponse("The length of the message must be stated.", 411)
        if int(length) > BODY_BYTES:
            return PlainTextResponse("This message is too large.", 413)
    return None
