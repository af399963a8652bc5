"""`python app.py`: builds the index if there is none, then serves the chat until ^C.

Settings are the QA_* variables of `qa/config.py`; QA_HOST and QA_PORT say where to serve. It takes
no arguments.
"""

from __future__ import annotations

import argparse
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from qa.config import Settings, load_settings
from qa.desk.routes import staff_desk
from qa.errors import QAError, SnapshotMissing
from qa.web.listen import bind, run
from qa.web.patient import load_gradio
from qa.web.server import create_app

if TYPE_CHECKING:
    from qa.live import Live


def main() -> int:
    """Exit code: 0 stopped, 1 something the operator can mend, 2 usage, 130 ^C too early."""
    argparse.ArgumentParser(
        prog="app.py", description="Serve the chat. QA_HOST and QA_PORT say where; see README.md."
    ).parse_args()
    _set_up_log()
    try:
        serve(load_settings())
    except QAError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def serve(settings: Settings) -> None:
    """Binds first, so that a port in use is said at once; gradio loads while the index opens."""
    with bind(settings.host, settings.port) as listener, ThreadPoolExecutor(1) as beside:
        print("Wellsourced is starting ...", file=sys.stderr)
        loading = beside.submit(load_gradio)
        live = _open_live(settings)
        loading.result()
        app = create_app(live, settings, staff_desk(live, settings))
        live.start()
        try:
            run(app, listener, _say_ready, settings.connections)
        finally:
            live.close()


def _say_ready(url: str) -> None:
    print(f"Ready: {url}  (stop with Ctrl+C)", flush=True)


def _open_live(settings: Settings) -> Live:
    from qa.live import Live

    try:
        return Live.open(settings)
    except SnapshotMissing:
        from qa import commands

        print(f"There is no index yet. Building it from {settings.corpus}/ ...", file=sys.stderr)
        commands.build(settings, publish=True, clean=False, as_json=False, quiet=False)
        return Live.open(settings)


def _set_up_log() -> None:
    """Warnings to standard error; the level stands on the handler, since libraries lower theirs."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    logging.basicConfig(handlers=[handler], format="%(levelname)s %(name)s: %(message)s")


if __name__ == "__main__":
    sys.exit(main())
