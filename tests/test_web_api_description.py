"""What the API's description says is what the API does: generated requests against the app."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from qa.live import Live
from tests.program_app import program_app

EXAMPLES = 60  # for each of the four operations, right and wrong


@pytest.fixture(scope="module")
def operations(fixed_live: Live) -> dict[str, Any]:
    """Each described operation by its path, read from the app itself."""
    app = program_app(fixed_live, allowed_hosts="testserver")
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    return {found.ok().path: found.ok() for found in schema.get_all_operations()}


@pytest.mark.parametrize(
    ("path", "mode", "statuses"),
    [
        ("/api/ask", GenerationMode.POSITIVE, {200}),
        ("/api/ask", GenerationMode.NEGATIVE, {400, 405, 415, 422}),
        ("/api/search", GenerationMode.POSITIVE, {200}),
        ("/api/search", GenerationMode.NEGATIVE, {200, 405, 422}),  # other names are ignored
        ("/api/sources", GenerationMode.POSITIVE, {200}),
        ("/api/quote/{quote_id}", GenerationMode.POSITIVE, {404}),
        ("/api/quote/{quote_id}", GenerationMode.NEGATIVE, {404, 405, 422}),
    ],
)
def test_every_generated_request_is_met_as_described(
    operations: dict[str, Any], path: str, mode: GenerationMode, statuses: set[int]
) -> None:
    """Right requests get the described answer, wrong ones a described refusal, none a 5xx."""
    met: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operations[path].as_strategy(generation_mode=mode))
    def requests(case: Any) -> None:
        met.add(case.call_and_validate().status_code)

    requests()
    assert met <= statuses
    assert met & {200, 404, 422}
