"""`python app.py`: builds the index if there is none, then serves the chat until ^C.

Settings are the QA_* variables of `qa/config.py`; QA_HOST and QA_PORT say where to serve. It takes
no arguments.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from qa import logs
from qa.config import Settings, load_settings
from qa.desk.routes import staff_desk
from qa.errors import QAError, SnapshotMissing
from qa.web.listen import bind, run
from qa.web.patient import load_gradio
from qa.web.server import create_app

if TYPE_CHECKING:
    from qa.live import Live
    from qa.metrics import Metrics


def main() -> int:
    """Exit code: 0 stopped, 1 something the operator can mend, 2 usage, 130 ^C too early."""
    argparse.ArgumentParser(
        prog="app.py", description="Serve the chat. QA_HOST and QA_PORT say where; see README.md."
    ).parse_args()
    try:
        settings = load_settings()
        logs.set_up(settings)
        serve(settings)
    except QAError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def serve(settings: Settings) -> None:
    """Binds first, so that a port in use is said at once; gradio loads while the index opens."""
    with bind(settings.host, settings.port) as listener, ThreadPoolExecutor(1) as beside:
        _say(settings, "Wellsourced is starting ...")
        loading = beside.submit(load_gradio)
        live = _open_live(settings)
        loading.result()
        app = create_app(live, settings, staff_desk(live, settings))
        live.start()
        stop_telling = _tell_figures(app.state.metrics, settings.metrics_port)
        try:
            run(app, listener, _say_ready, settings.connections, settings.answer_seconds)
        finally:
            stop_telling()
            live.close()


def _tell_figures(metrics: Metrics, port: int) -> Callable[[], None]:
    """On a port of their own, where one is set; the result ends it."""
    return metrics.serve(port) if port else lambda: None


def _say(settings: Settings, text: str) -> None:
    """To the person at the terminal; a collector of JSON gets no other lines."""
    if settings.log == "text":
        print(text, file=sys.stderr)


def _say_ready(url: str) -> None:
    print(f"Ready: {url}  (stop with Ctrl+C)", flush=True)


def _open_live(settings: Settings) -> Live:
    from qa.live import Live

    try:
        return Live.open(settings)
    except SnapshotMissing:
        from qa import commands

        _say(settings, f"There is no index yet. Building it from {settings.corpus}/ ...")
        commands.build(
            settings, publish=True, clean=False, anyway=False, as_json=False, quiet=False
        )
        return Live.open(settings)


if __name__ == "__main__":
    sys.exit(main())
