"""qa.live: what answers follows CURRENT while questions go on."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.config import Settings
from qa.engine import Engine
from qa.live import Live
from qa.opening import Opener
from qa.publish import prune_snapshots, use_snapshot
from qa.records import Answer
from qa.snapshot import Snapshot, read_documents
from qa.statuses import set_status
from tests.fake_engine import OFTEN, FakeEngine
from tests.lives import NINE, TWELVE, first_id, opened, second_edition, sources_of
from tests.small_corpus import QUESTION
from tests.waiting import until


def test_a_rebuild_is_followed(live: Live, lenient: Settings) -> None:
    """
    The state says what answers and since when.
    """
    before = live.state
    second = second_edition(lenient)
    assert NINE in live.ask(QUESTION).quotes[0].text
    live.look()
    answer, after = live.ask(QUESTION), live.state

    assert TWELVE in answer.quotes[0].text
    assert (second, second, second) == (answer.snapshot, after.snapshot, after.wanted)
    assert before.since < after.since
    assert () == after.problems


def test_the_thread_follows_by_itself_and_ends(
    lenient: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    And what is told to end before it began ends as well.
    """
    monkeypatch.setattr("qa.live.EVERY", 0.01)
    live = opened(lenient)
    live.start()
    second = second_edition(lenient)
    until(lambda: live.state.snapshot == second)
    live.close()

    assert [] == [t for t in threading.enumerate() if t.name == "live"]
    opened(lenient).close()


def test_a_withdrawal_while_a_snapshot_is_being_opened_holds_in_it(
    live: Live, lenient: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It counts for the old one at once, and the new one does not bring the article back.
    """
    second = second_edition(lenient)
    make = Opener.engine

    def slowly(opener: Opener, snapshot: Snapshot) -> Engine:
        made = make(opener, snapshot)
        set_status(lenient.index, "ect.md", "withdrawn", "a", "b")
        assert "ect.md" not in sources_of(live.ask(QUESTION))
        return made

    monkeypatch.setattr(Opener, "engine", slowly)
    live.look()

    assert second == live.state.snapshot
    assert "ect.md" not in sources_of(live.ask(QUESTION))


def test_no_question_fails_while_snapshots_change(
    lenient: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Many ask while two snapshots take turns and statuses are set: each answer is of one of the two,
    and each quote stands in that one's document.
    """
    monkeypatch.setattr("qa.live.EVERY", 0.01)
    ids = [first_id(lenient), second_edition(lenient)]
    texts = {name: {d.doc_id: d.text for d in read_documents(lenient.index / name)} for name in ids}
    live = opened(lenient)
    live.start()
    ended = threading.Event()

    def ask_on() -> list[Answer]:
        answers = []
        while not ended.is_set():
            answers.append(live.ask(QUESTION))
        return answers

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask_on) for _ in range(4)]
        try:
            for turn in range(12):
                use_snapshot(lenient.index, ids[turn % 2])
                status = ("superseded", "current")[turn // 2 % 2]
                set_status(lenient.index, "tms.md", status, "a", "b")
                until(lambda turn=turn: live.state.snapshot == ids[turn % 2])  # type: ignore[misc]
        finally:
            ended.set()
    answers = [answer for asked in asking for answer in asked.result()]
    live.close()

    assert set(ids) == {answer.snapshot for answer in answers}
    for answer in answers:
        (told, *_) = answer.quotes
        assert (NINE if answer.snapshot == ids[0] else TWELVE) in told.text
        for quote in answer.quotes:
            text = texts[answer.snapshot][quote.document.doc_id]
            assert quote.text == text[quote.span.start : quote.span.end]
    assert () == live.state.problems


def test_deleting_old_snapshots_leaves_the_one_that_answers(live: Live, lenient: Settings) -> None:
    """
    Even if it is not the live one any more and its files are gone.
    """
    first, second = first_id(lenient), second_edition(lenient)
    assert [first] == prune_snapshots(lenient.index, 0)
    assert NINE in live.ask(QUESTION).quotes[0].text
    live.look()
    assert (second, ()) == (live.state.snapshot, live.state.problems)


def test_an_accident_while_looking_is_told_and_goes_by(
    live: Live, lenient: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The thread must outlive it.
    """

    def fail(_: Path) -> str:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("qa.live.current_id", fail)
        live.look()
        assert "Input/output error" in live.state.problems[0]
        assert NINE in live.ask(QUESTION).quotes[0].text
    live.look()
    assert () == live.state.problems


def test_a_fixed_engine_is_followed_by_nothing() -> None:
    """
    For tests: the same questions, no folder.
    """
    engine = FakeEngine()
    live = Live.of(engine)  # type: ignore[arg-type]
    live.start()
    live.look()
    live.close()

    assert live.engine is engine
    assert OFTEN == live.ask("How often?").quotes[0]
    assert ("s" * 16, "s" * 16, ()) == (live.state.snapshot, live.state.wanted, live.state.problems)
    assert set(live.documents) == set(engine.snapshot.documents)
