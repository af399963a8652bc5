"""How one request went, for the figures and the log: nothing that its sender wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from qa.web.endpoints import Endpoint, Kind


@dataclass(frozen=True, slots=True)
class Served:
    """How one request went, without anything that its sender wrote."""

    method: str  # "-" for one that nothing here takes
    endpoint: str  # as `Endpoint.label` names it; "-" for none
    kind: str
    status: int  # 0 if the caller hung up
    seconds: float
    asks: bool = False  # brought a question, or fetched its answer


class Watcher(Protocol):
    """Who is told how requests went, and how full it is here."""

    def requested(self, served: Served) -> None: ...

    def gauge(self, name: str, said: str, value: Callable[[], float]) -> None: ...


def summary(endpoint: Endpoint | None, status: int, seconds: float) -> Served:
    if endpoint is None:
        return Served("-", "-", "-", status, seconds)
    asks = endpoint.asks or endpoint.kind in (Kind.JOIN, Kind.STREAM)
    return Served(endpoint.method, endpoint.label, endpoint.kind.value, status, seconds, asks)
