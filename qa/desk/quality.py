"""Quality: how often answers are right and silence is, the last evaluation against the one before.

The figures are those that `python -m qa eval` leaves beside the snapshots.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from qa.desk.charts import (
    abstention_svg,
    abstention_words,
    risk_svg,
    risk_words,
    share_words,
)
from qa.desk.frame import Desk, Nothing
from qa.evaluate.kept import Figure, KeptEvaluation, last_two, read_kept

NEAR_MISSES = "abstention: near misses answered"
# A picture may hold its own styles and nothing else.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
}
Draw = Callable[[KeptEvaluation, KeptEvaluation | None], bytes]


@dataclass(frozen=True, slots=True)
class Row:
    """A measure now and before."""

    now: Figure
    before: Figure | None

    @property
    def change(self) -> str:
        """
        >>> one = Figure("a", "b", 0.5, None, None, 10, None, "lower")
        >>> Row(one, one).change
        'same'
        """
        if self.now.value is None or self.before is None or self.before.value is None:
            return ""
        difference = round(self.now.value - self.before.value, 3)
        if not difference:
            return "same"
        good = (difference > 0) == (self.now.better == "higher")
        return f"{difference:+.3f}, {'better' if good else 'worse'}"


def router(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/quality")
    def quality(request: Request) -> HTMLResponse:
        kept = read_kept(desk.settings.index)
        last, before = last_two(kept.evaluations)
        values = _values(last, before, desk.live.state.snapshot) if last else {}
        return desk.page(
            request, "quality.html", last=last, before=before, problems=kept.problems, **values
        )

    @routes.get("/quality/abstention.svg")
    def abstention() -> Response:
        return _chart(desk, abstention_svg)

    @routes.get("/quality/risk.svg")
    def risk() -> Response:
        return _chart(desk, risk_svg)

    return routes


def _chart(desk: Desk, draw: Draw) -> Response:
    last, before = last_two(read_kept(desk.settings.index).evaluations)
    if last is None:
        raise Nothing("Nothing was evaluated yet.")
    return Response(draw(last, before), media_type="image/svg+xml", headers=_HEADERS)


def _values(last: KeptEvaluation, before: KeptEvaluation | None, live: str) -> dict[str, Any]:
    was = {figure.name: figure for figure in before.figures} if before else {}
    near = next((f for f in last.figures if f.name == NEAR_MISSES), None)
    return {
        "rows": [Row(figure, was.get(figure.name)) for figure in last.figures],
        "near": near,
        "near_words": share_words(near) if near else "",
        "of_live": last.snapshot == live,
        "abstention_words": abstention_words(last, before),
        "risk_words": risk_words(last),
    }
