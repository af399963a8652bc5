"""Places for questions of programs: so many run, so many wait, each place is given back."""

from __future__ import annotations

import asyncio
import threading

import pytest

from qa.web.refusals import Refused
from qa.web.workers import Workers
from tests import loops


def test_what_the_work_returns_or_raises_comes_back() -> None:
    """Its own error, not another; afterwards all places are free."""

    async def run() -> None:
        workers = Workers(1, 0)
        assert 7 == await workers.run(lambda: 7)
        with pytest.raises(ZeroDivisionError):
            await workers.run(lambda: 1 // 0)
        assert 8 == await workers.run(lambda: 8)

    loops.run(run())


def test_one_runs_one_waits_and_the_third_is_refused() -> None:
    """And once the first has ended, the second runs and there is room again."""

    async def run() -> None:
        workers, gate = Workers(1, 1), threading.Event()
        first = asyncio.ensure_future(workers.run(lambda: gate.wait(30)))
        second = asyncio.ensure_future(workers.run(lambda: 2))
        await asyncio.sleep(0)
        assert 1 == workers.waiting
        with pytest.raises(Refused):
            await workers.run(lambda: 3)
        gate.set()
        assert (True, 2) == (await first, await second)
        assert 4 == await workers.run(lambda: 4)
        assert 0 == workers.waiting

    loops.run(run())


def test_work_that_nobody_waits_for_keeps_its_place_until_it_ends() -> None:
    """A caller that gave up frees no thread; one that gave up in the queue frees its place."""

    async def run() -> None:
        workers, gate, ended = Workers(1, 1), threading.Event(), threading.Event()

        def work() -> None:
            gate.wait(30)
            ended.set()

        first = asyncio.ensure_future(workers.run(work))
        second = asyncio.ensure_future(workers.run(lambda: 2))
        await asyncio.sleep(0.05)
        for task in (first, second):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        third = asyncio.ensure_future(workers.run(lambda: 3))
        await asyncio.sleep(0)
        with pytest.raises(Refused):
            await workers.run(lambda: 4)
        gate.set()
        assert 3 == await third
        assert ended.is_set()

    loops.run(run())
