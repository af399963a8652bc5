"""`python tests/route_table.py` prints every route of the served app, gradio's included, as JSON.

A process of its own, since gradio leaves event loops behind that tests would trip over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import Any

from starlette.routing import Mount


def routes_of(app: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(method, path) of every route below an app; a mounted app without routes counts as one."""
    for route in app.routes:
        if isinstance(route, Mount):
            if getattr(route.app, "routes", None):
                yield from routes_of(route.app, prefix + route.path)
            else:
                yield "GET", f"{prefix}{route.path}/anything"
        elif getattr(route, "original_router", None) is not None:  # a router that was included
            yield from routes_of(route.original_router, prefix + route.include_context.prefix)
        else:
            for method in route.methods:
                yield method, prefix + route.path


def main() -> None:
    from qa.config import Settings
    from qa.web.server import create_app
    from tests.fake_engine import FakeEngine

    with TemporaryDirectory() as folder:
        settings = Settings(journal=f"{folder}/journal.sqlite")  # every route that can exist
        app = create_app(FakeEngine(), settings)  # type: ignore[arg-type]
        print(json.dumps(sorted(set(routes_of(app)))))  # noqa: T201


if __name__ == "__main__":
    main()
