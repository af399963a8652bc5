"""Every route of the served app, gradio's included; `served.py` writes them down at its start."""

from __future__ import annotations

from collections.abc import Iterator
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
