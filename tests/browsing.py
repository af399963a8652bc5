"""A person's browser window on the chat, for tests.

Every request is recorded, and one to another host is refused and fails the test.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

from tests import served

SIZES = {
    "desktop": {"width": 1200, "height": 900},
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 600},
}
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
PATIENCE = 180_000  # milliseconds that a busy machine may take; a quiet one needs none of it
EACH_SIZE = pytest.mark.parametrize("size", ["desktop", "phone"])


def launch(playwright: Any) -> Any:
    """A headless Chromium: $CHROMIUM, the one on the path, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    path = named or shutil.which("chromium") or shutil.which("chromium-browser")
    path = path or playwright.chromium.executable_path
    if not os.path.exists(path):
        pytest.skip("no Chromium here; `playwright install chromium` gets one")
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


class Visit:
    """One person's browser window on the chat."""

    def __init__(self, browser: Any, server: served.Served, **options: Any) -> None:
        self.url = server.url
        self.requests: list[Any] = []
        self.problems: list[str] = []
        self.context = browser.new_context(reduced_motion="reduce", **options)
        self.context.set_default_timeout(PATIENCE)
        self.context.route("**/*", self._route)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on(
            "console", lambda m: self.problems.append(m.text) if m.type == "error" else None
        )

    def _route(self, route: Any) -> None:
        url = route.request.url
        self.requests.append(route.request)
        if url.startswith((self.url, "data:", "blob:")):
            route.continue_()
        else:
            self.problems.append(f"a request to {url}")
            route.abort()

    def open(self) -> Visit:
        self.page.goto(self.url)
        self.box.wait_for(state="visible")
        return self

    @property
    def box(self) -> Any:
        return self.page.get_by_label("Your question")

    def ask(self, question: str, number: int) -> Any:
        """Types the question, sends it with Enter and gives the turn that appears.

        Once more where nothing comes: on a busy machine the page may be drawn before it listens.
        """
        from playwright.sync_api import TimeoutError as NothingCame

        self._send(question)
        try:
            return self.turn(number, PATIENCE / 3)
        except NothingCame:
            self._send(question)
            return self.turn(number)

    def _send(self, question: str) -> None:
        self.box.fill(question)
        self.box.press("Enter")

    def turn(self, number: int, patience: float = PATIENCE) -> Any:
        turn = self.page.locator(f"#turn-{number}")
        turn.wait_for(state="visible", timeout=patience)
        return turn

    def quotes(self, turn: Any) -> list[str]:
        return [str(q.text_content()) for q in turn.locator("blockquote").all()]

    def is_too_wide(self) -> bool:
        root = "document.documentElement"
        return bool(self.page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))
