"""Waits for what another thread does, and fails where it never comes."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(done: Callable[[], bool], seconds: float = 60.0) -> None:
    """After so many seconds something is broken, not slow."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)
