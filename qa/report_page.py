"""A report as one HTML page that needs nothing else: escaped throughout, no script, no request."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"


def report_page(name: str, **values: object) -> str:
    """The page of qa/templates/<name>.html; NUL, which HTML cannot hold, becomes U+FFFD."""
    return _environment().get_template(f"{name}.html").render(values).replace("\x00", "\ufffd")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
