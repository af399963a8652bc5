"""qa.live: what answers follows CURRENT and the statuses, and nothing on the disk can end it."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from qa.build import build
from qa.config import Settings
from qa.engine import Engine
from qa.errors import SnapshotFormat, SnapshotMissing
from qa.live import Live
from qa.opening import Opener
from qa.publish import PUBLISHED, prune_snapshots, use_snapshot
from qa.records import Answer, Status
from qa.snapshot import POINTER, Snapshot, read_documents
from qa.statuses import COPY, NAME, StatusesDamaged, set_status
from tests.encoders import WordLengthEncoder
from tests.fake_engine import OFTEN, FakeEngine
from tests.small_corpus import ECT, QUESTION, built_settings

NINE, TWELVE = "about nine sessions", "about twelve sessions"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small corpus, built once; anything like the question is quoted."""
    return replace(built_settings(tmp_path), minimum_support=0.0)


def opened(settings: Settings) -> Live:
    return Live.open(settings, WordLengthEncoder(), reads=False)


@pytest.fixture
def live(settings: Settings) -> Iterator[Live]:
    live = opened(settings)
    yield live
    live.close()


def first_id(settings: Settings) -> str:
    return (settings.index / POINTER).read_text().strip()


def second_edition(settings: Settings, *, publish: bool = True) -> str:
    """A snapshot in which the article says twelve."""
    (settings.corpus / "ect.md").write_text(ECT.replace(NINE, TWELVE), "utf-8")
    return build(settings, WordLengthEncoder(), publish=publish).snapshot_id


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def sources_of(answer: Answer) -> set[str]:
    shown = (*answer.quotes, *answer.related)
    pairs = [q for d in answer.differences for q in (d.first, d.second)]
    return {quote.document.source for quote in (*shown, *pairs)}


# ---------------------------------------------------------------- statuses


def test_a_withdrawal_counts_for_the_next_answer_and_can_be_undone(
    live: Live, settings: Settings
) -> None:
    """
    No rebuild, no look at the index: the answer after the one before.
    """
    assert "ect.md" == live.ask(QUESTION).quotes[0].document.source
    set_status(settings.index, "ect.md", "withdrawn", "a", "b")
    without = live.ask(QUESTION)
    set_status(settings.index, "ect.md", "superseded", "a", "b")
    again = live.ask(QUESTION)

    assert "ect.md" not in sources_of(without)
    assert "superseded" == again.quotes[0].document.metadata.status
    assert NINE in again.quotes[0].text


def test_nothing_of_a_withdrawn_article_is_found(live: Live, settings: Settings) -> None:
    """
    Whatever is asked, the search gives what it would give if the article were not there.
    """
    questions = [QUESTION, "headache", "Common side effects are?", "stimulation five days a week"]
    before = {q: live.engine.search(q, 100) for q in questions}
    set_status(settings.index, "ect.md", "withdrawn", "a", "b")

    for question, hits in before.items():
        left = [h.passage.passage_id for h in hits if h.document.source != "ect.md"]
        found = [h.passage.passage_id for h in live.engine.search(question, 100)]
        assert sorted(left) == sorted(found)
        assert found[:1] == [h.passage.passage_id for h in live.engine.search(question, 1)]
        assert "ect.md" not in sources_of(live.ask(question))


def test_a_withdrawn_article_takes_no_place_from_the_others(settings: Settings) -> None:
    """
    With one candidate a ranking, that candidate is the best of what may be quoted.
    """
    live = opened(replace(settings, depth=1))
    set_status(settings.index, "ect.md", "withdrawn", "a", "b")

    (hit,) = live.engine.search(QUESTION, 1)
    assert "ect.md" != hit.document.source
    assert hit.dense is not None


def test_when_every_article_is_withdrawn_nothing_is_quoted(live: Live, settings: Settings) -> None:
    """
    Silence, not an error; before and after the words are guessed at anew.
    """
    for document in live.documents.values():
        set_status(settings.index, document.source, "withdrawn", "a", "b")
    for _ in range(2):
        answer = live.ask(QUESTION)
        assert Status.NOT_FOUND == answer.status
        assert set() == sources_of(answer)
        live.look()


def test_a_status_holds_in_every_snapshot_and_engine(live: Live, settings: Settings) -> None:
    """
    After a rebuild, after going back, after a restart, and on the command line.
    """
    first = first_id(settings)
    set_status(settings.index, "ect.md", "withdrawn", "a", "b")
    second = second_edition(settings)
    live.look()
    assert second == live.state.snapshot
    assert "ect.md" not in sources_of(live.ask(QUESTION))
    use_snapshot(settings.index, first)
    live.look()
    assert first == live.state.snapshot
    assert "ect.md" not in sources_of(live.ask(QUESTION))

    assert "ect.md" not in sources_of(opened(settings).ask(QUESTION))
    engine = Engine.open(settings, WordLengthEncoder(), reads=False)
    assert "ect.md" not in sources_of(engine.ask(QUESTION))


def test_the_documents_are_another_object_when_one_has_changed(
    live: Live, settings: Settings
) -> None:
    """
    What is kept beside them knows by that when to look again.
    """
    before = live.documents
    assert before is live.documents
    set_status(settings.index, "ect.md", "withdrawn", "a", "b")
    after = live.documents

    assert after is not before
    assert after is live.documents
    assert ["ect.md"] == [d.source for d in after.values() if d.metadata.status == "withdrawn"]


@pytest.mark.parametrize("gone", [False, True])
def test_damaged_statuses_leave_those_that_were_known(
    live: Live, settings: Settings, caplog: pytest.LogCaptureFixture, gone: bool
) -> None:
    """
    Staff and log are told, once; what is mended is taken up again.
    """
    set_status(settings.index, "ect.md", "withdrawn", "a", "b")
    live.ask(QUESTION)
    kept = {name: (settings.index / name).read_bytes() for name in (NAME, COPY)}
    for name in kept:
        (settings.index / name).unlink() if gone else (settings.index / name).write_text("{")
    for _ in range(2):
        assert "ect.md" not in sources_of(live.ask(QUESTION))
        live.look()
    (problem,) = live.state.problems

    assert ("are gone from" if gone else "is damaged") in problem
    assert [problem] == [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    for name, data in kept.items():
        (settings.index / name).write_bytes(data)
    assert "ect.md" not in sources_of(live.ask(QUESTION))
    assert () == live.state.problems


def test_at_start_the_copy_stands_in_and_two_bad_files_refuse(settings: Settings) -> None:
    """
    A withdrawn article does not come back because a file was damaged.
    """
    set_status(settings.index, "ect.md", "withdrawn", "a", "b")
    (settings.index / NAME).write_text("{")
    live = opened(settings)
    assert "ect.md" not in sources_of(live.ask(QUESTION))
    assert "statuses.copy.json is used" in live.state.problems[0]

    (settings.index / COPY).write_text("{")
    for start in (opened, lambda s: Engine.open(s, WordLengthEncoder(), reads=False)):
        with pytest.raises(StatusesDamaged, match="Put one of the two back from a backup"):
            start(settings)


# ---------------------------------------------------------------- following CURRENT


def test_a_rebuild_is_followed(live: Live, settings: Settings) -> None:
    """
    The state says what answers and since when.
    """
    before = live.state
    second = second_edition(settings)
    assert NINE in live.ask(QUESTION).quotes[0].text
    live.look()
    answer, after = live.ask(QUESTION), live.state

    assert TWELVE in answer.quotes[0].text
    assert (second, second, second) == (answer.snapshot, after.snapshot, after.wanted)
    assert before.since < after.since
    assert () == after.problems


def test_the_thread_follows_by_itself_and_ends(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    And what is told to end before it began ends as well.
    """
    monkeypatch.setattr("qa.live.EVERY", 0.01)
    live = opened(settings)
    live.start()
    second = second_edition(settings)
    wait_until(lambda: live.state.snapshot == second)
    live.close()

    assert [] == [t for t in threading.enumerate() if t.name == "live"]
    opened(settings).close()


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_a_withdrawal_while_a_snapshot_is_being_opened_holds_in_it(
    live: Live, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It counts for the old one at once, and the new one does not bring the article back.
    """
    second = second_edition(settings)
    make = Opener.engine

    def slowly(opener: Opener, snapshot: Snapshot) -> Engine:
        made = make(opener, snapshot)
        set_status(settings.index, "ect.md", "withdrawn", "a", "b")
        assert "ect.md" not in sources_of(live.ask(QUESTION))
        return made

    monkeypatch.setattr(Opener, "engine", slowly)
    live.look()

    assert second == live.state.snapshot
    assert "ect.md" not in sources_of(live.ask(QUESTION))


def test_no_question_fails_while_snapshots_change(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Many ask while two snapshots take turns and statuses are set: each answer is of one of the two,
    and each quote stands in that one's document.
    """
    monkeypatch.setattr("qa.live.EVERY", 0.01)
    ids = [first_id(settings), second_edition(settings)]
    texts = {
        name: {d.doc_id: d.text for d in read_documents(settings.index / name)} for name in ids
    }
    live = opened(settings)
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
                use_snapshot(settings.index, ids[turn % 2])
                status = ("superseded", "current")[turn // 2 % 2]
                set_status(settings.index, "tms.md", status, "a", "b")
                wait_until(lambda turn=turn: live.state.snapshot == ids[turn % 2])  # type: ignore[misc]
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


# ---------------------------------------------------------------- damage


def test_a_damaged_new_snapshot_changes_nothing_until_it_is_mended(
    live: Live, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """
    One wrong bit is enough; it is said once, with what answers meanwhile.
    """
    first, second = first_id(settings), second_edition(settings)
    flip(settings.index / second / "documents.jsonl")
    for _ in range(3):
        live.look()
        assert NINE in live.ask(QUESTION).quotes[0].text
    (problem,) = live.state.problems

    assert (first, second) == (live.state.snapshot, live.state.wanted)
    assert f"snapshot {second} is damaged" in problem
    assert f"Snapshot {first} answers meanwhile." in problem
    assert [problem] == [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert second == build(settings, WordLengthEncoder()).snapshot_id
    live.look()
    assert (second, ()) == (live.state.snapshot, live.state.problems)


def garbage(settings: Settings, _: str) -> None:
    (settings.index / POINTER).write_text("nonsense\n")


def no_utf8(settings: Settings, _: str) -> None:
    (settings.index / POINTER).write_bytes(b"\xff\xfe")


def zeros(settings: Settings, _: str) -> None:
    (settings.index / POINTER).write_bytes(bytes(17))


def cut_to_nothing(settings: Settings, _: str) -> None:
    (settings.index / POINTER).write_bytes(b"")


def pointer_gone(settings: Settings, _: str) -> None:
    (settings.index / POINTER).unlink()


def folder_gone(settings: Settings, live_id: str) -> None:
    shutil.rmtree(settings.index / live_id)


def manifest_gone(settings: Settings, live_id: str) -> None:
    (settings.index / live_id / "manifest.json").unlink()


def tokens_cut(settings: Settings, live_id: str) -> None:
    with (settings.index / live_id / "tokens.npy").open("r+b") as file:
        file.truncate(100)


def bit_flipped(settings: Settings, live_id: str) -> None:
    flip(settings.index / live_id / "vectors.faiss")


@pytest.mark.parametrize(
    "damage",
    [
        garbage,
        no_utf8,
        zeros,
        cut_to_nothing,
        pointer_gone,
        folder_gone,
        manifest_gone,
        tokens_cut,
        bit_flipped,
    ],
)
def test_whatever_is_damaged_questions_are_answered(
    settings: Settings,
    damage: Callable[[Settings, str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    What serves goes on from memory; what starts falls back to the snapshot before. Both say so, in
    the log once.
    """
    first, second = first_id(settings), second_edition(settings)
    serving = opened(settings)
    damage(settings, second)
    serving.look()
    started = opened(settings)

    assert TWELVE in serving.ask(QUESTION).quotes[0].text
    assert second == serving.state.snapshot
    assert 1 <= len(serving.state.problems)
    whole = damage in (garbage, no_utf8, zeros, cut_to_nothing, pointer_gone)  # only CURRENT is not
    assert (second if whole else first) == started.state.snapshot
    assert (TWELVE if whole else NINE) in started.ask(QUESTION).quotes[0].text
    (problem,) = started.state.problems
    assert f". Snapshot {started.state.snapshot} answers meanwhile." in problem
    caplog.clear()
    started.look()
    assert (problem,) == started.state.problems
    assert [] == [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    build(settings, WordLengthEncoder())
    for live in (serving, started):
        live.look()
        assert (second, ()) == (live.state.snapshot, live.state.problems)


def test_a_snapshot_that_was_never_published_stands_in_for_none(settings: Settings) -> None:
    """
    It may have been held back on purpose.
    """
    first, held_back = first_id(settings), second_edition(settings, publish=False)
    assert [first] == (settings.index / PUBLISHED).read_text().split()
    flip(settings.index / first / "passages.jsonl")

    with pytest.raises(SnapshotFormat, match=f"snapshot {first} is damaged"):
        opened(settings)
    (settings.index / PUBLISHED).unlink()  # an index of before: nothing is known of that
    assert held_back == opened(settings).state.snapshot


def test_nothing_published_is_said_as_before(tmp_path: Path) -> None:
    """
    The app builds the index then.
    """
    with pytest.raises(SnapshotMissing):
        Live.open(Settings(index=tmp_path), WordLengthEncoder(), reads=False)


def test_a_snapshot_of_another_encoder_is_not_taken_up(live: Live, settings: Settings) -> None:
    """
    Its embeddings mean something else; the operator is told.
    """
    (settings.corpus / "ect.md").write_text(ECT.replace(NINE, TWELVE), "utf-8")
    other = WordLengthEncoder()
    other.digest, other.name = "0" * 64, "another"
    build(settings, other)
    live.look()

    assert NINE in live.ask(QUESTION).quotes[0].text
    assert "the index was built with another, not with word-length" in live.state.problems[0]


def test_deleting_old_snapshots_leaves_the_one_that_answers(live: Live, settings: Settings) -> None:
    """
    Even if it is not the live one any more and its files are gone.
    """
    first, second = first_id(settings), second_edition(settings)
    assert [first] == prune_snapshots(settings.index, 0)
    assert NINE in live.ask(QUESTION).quotes[0].text
    live.look()
    assert (second, ()) == (live.state.snapshot, live.state.problems)


def test_an_accident_while_looking_is_told_and_goes_by(
    live: Live, settings: Settings, monkeypatch: pytest.MonkeyPatch
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
