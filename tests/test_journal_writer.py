"""qa.journal.writer: who waits, for how long at most, and what becomes of rows that cannot go."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from qa.errors import QAError
from qa.journal import writer
from qa.journal.writer import Row, Writer, WriterState
from tests.waiting import until

LIMIT = 20.0


class Disk:
    """Where rows go: takes them, holds them up or refuses them, as it is told."""

    def __init__(self) -> None:
        self.rows: list[object] = []
        self.tries = 0
        self.again: list[bool] = []
        self.problem: Exception | None = None
        self.open = threading.Event()
        self.open.set()

    def keep(self, rows: Sequence[Row], again: bool) -> int:
        self.tries += 1
        self.again.append(again)
        assert self.open.wait(LIMIT)
        if self.problem is not None:
            raise self.problem
        self.rows.extend(row["n"] for row in rows)
        return len(rows)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def writing(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    """With short pauses."""
    monkeypatch.setattr(writer, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(writer, "LONGEST_PAUSE", 0.02)
    made = Writer(disk.keep, lambda: False)
    yield made
    disk.open.set()
    disk.problem = None
    made.close()


def test_a_row_is_kept_when_put_returns(
    disk: Disk, writing: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    An answer that was shown has its row, as long as the disk is quick.
    """
    monkeypatch.setattr(writer, "WAIT_SECONDS", LIMIT)
    for n in range(3):
        writing.put({"n": n})
        assert list(range(n + 1)) == disk.rows
    assert WriterState(3, 0, 0, None) == writing.state


def test_nobody_waits_again_for_a_disk_that_was_slow(
    disk: Disk, writing: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    One waits in vain; the others go on at once, until rows are kept again.
    """
    monkeypatch.setattr(writer, "WAIT_SECONDS", 0.01)
    disk.open.clear()
    writing.put({"n": 0})
    monkeypatch.setattr(writer, "WAIT_SECONDS", 10_000.0)  # whoever waits hangs
    for n in range(1, 300):
        writing.put({"n": n})
    assert [] == disk.rows
    disk.open.set()
    until(lambda: writing.state.written == 300)
    writing.put({"n": 300})

    assert list(range(301)) == disk.rows


def test_rows_wait_in_their_order_while_nothing_can_be_kept(disk: Disk, writing: Writer) -> None:
    """
    They are tried again, and the writer is told that they may be there already.
    """
    disk.problem = QAError("the disk is full")
    for n in range(5):
        writing.put({"n": n})
    until(lambda: disk.tries > 3)
    assert WriterState(0, 0, 5, "the disk is full") == writing.state
    disk.problem = None
    until(lambda: writing.state.written == 5)

    assert [0, 1, 2, 3, 4] == disk.rows
    assert (False, True) == (disk.again[0], disk.again[-1])
    assert None is writing.state.problem


def test_while_it_cannot_be_reached_the_oldest_rows_are_lost_and_counted(
    disk: Disk, writing: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A database that is away for days does not fill the memory.
    """
    monkeypatch.setattr(writer, "FIRST_PAUSE", 10_000.0)
    monkeypatch.setattr(writer, "LONGEST_PAUSE", 10_000.0)
    monkeypatch.setattr(writer, "MOST_WAITING", 10)
    disk.problem = QAError("away")
    writing.put({"n": 0})
    until(lambda: writing.state.problem == "away")
    for n in range(1, 25):
        writing.put({"n": n})
    assert WriterState(0, 15, 10, "away") == writing.state
    disk.problem = None
    assert None is writing.call(lambda: None).result(LIMIT)  # it is there: rows are tried at once
    until(lambda: writing.state.written == 10)

    assert list(range(15, 25)) == disk.rows


def test_pauses_grow_and_end(disk: Disk, writing: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Half a second, then twice as long each time, a minute at the most.
    """
    monkeypatch.setattr(writer, "FIRST_PAUSE", 0.5)
    monkeypatch.setattr(writer, "LONGEST_PAUSE", 60.0)
    monkeypatch.setattr(writer.time, "monotonic", lambda: 100.0)
    pauses = []
    for _ in range(10):
        writing._put_back()
        pauses.append(writing._retry_at - 100.0)

    assert [0.5 * 2**n for n in range(7)] + [60.0] * 3 == pauses


def test_a_problem_is_logged_once_and_its_end(
    disk: Disk, writing: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Not with each try, nor with each click.
    """
    disk.problem = QAError("the disk is full")
    writing.put({"n": 0})
    until(lambda: disk.tries > 5)
    disk.problem = None
    until(lambda: writing.state.problem is None)

    assert 1 == caplog.text.count("the disk is full")
    assert 1 == caplog.text.count("can be used again")


def test_a_defect_ends_nothing_and_tells_nothing(
    disk: Disk, writing: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The thread goes on; the message of the error, which may hold a row, is told to nobody.
    """
    disk.problem = KeyError("my secret")
    writing.put({"n": 0})
    until(lambda: disk.tries > 2)
    disk.problem = None
    until(lambda: writing.state.written == 1)

    assert "a defect (KeyError)" in caplog.text
    assert "secret" not in caplog.text


def test_a_call_says_what_came_of_it(writing: Writer) -> None:
    """
    Its value, its error, or that it was given up before it began.
    """

    def fail() -> None:
        raise QAError("no")

    gate = threading.Event()
    first = writing.call(lambda: gate.wait(LIMIT))
    given_up = writing.call(fail)
    assert given_up.cancel()
    gate.set()
    assert first.result(LIMIT)
    with pytest.raises(QAError, match="no"):
        writing.call(fail).result(LIMIT)
    assert "no" == writing.state.problem
    assert 3 == writing.call(lambda: 3).result(LIMIT)
    assert None is writing.state.problem


def test_the_daily_work_is_done_without_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Again and again, as long as it runs; an error of it is a problem like any other.
    """
    monkeypatch.setattr(writer, "CHORE_SECONDS", 0.005)
    done: list[int] = []

    def chore() -> bool:
        done.append(1)
        if len(done) == 2:
            raise QAError("locked")
        return True

    worker = Writer(lambda rows, again: 0, chore)
    worker.start()
    until(lambda: len(done) > 3)
    worker.close()

    assert None is worker.state.problem


def test_rows_that_are_refused_are_lost_and_not_tried_again(writing: Writer, disk: Disk) -> None:
    """
    What the database would refuse each time must not hold up the rest.
    """
    disk.keep = lambda rows, again: 0  # type: ignore[method-assign]
    writing._keep = disk.keep
    writing.put({"n": 0})
    until(lambda: writing.state.lost == 1)

    assert WriterState(0, 1, 0, None) == writing.state
