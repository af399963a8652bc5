"""qa.live: what was set to withdrawn is in no answer, whatever happens to index and files."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from qa.config import Settings
from qa.engine import Engine
from qa.live import Live
from qa.publish import use_snapshot
from qa.records import Status
from qa.statuses import COPY, NAME, StatusesDamaged, set_status
from tests.encoders import WordLengthEncoder
from tests.lives import NINE, first_id, opened, second_edition, sources_of
from tests.small_corpus import QUESTION


def test_a_withdrawal_counts_for_the_next_answer_and_can_be_undone(
    live: Live, lenient: Settings
) -> None:
    """
    No rebuild, no look at the index: the answer after the one before.
    """
    assert "ect.md" == live.ask(QUESTION).quotes[0].document.source
    set_status(lenient.index, "ect.md", "withdrawn", "a", "b")
    without = live.ask(QUESTION)
    set_status(lenient.index, "ect.md", "superseded", "a", "b")
    again = live.ask(QUESTION)

    assert "ect.md" not in sources_of(without)
    assert "superseded" == again.quotes[0].document.metadata.status
    assert NINE in again.quotes[0].text


def test_nothing_of_a_withdrawn_article_is_found(live: Live, lenient: Settings) -> None:
    """
    Whatever is asked, the search gives what it would give if the article were not there.
    """
    questions = [QUESTION, "headache", "Common side effects are?", "stimulation five days a week"]
    before = {q: live.engine.search(q, 100) for q in questions}
    set_status(lenient.index, "ect.md", "withdrawn", "a", "b")

    for question, hits in before.items():
        left = [h.passage.passage_id for h in hits if h.document.source != "ect.md"]
        found = [h.passage.passage_id for h in live.engine.search(question, 100)]
        assert sorted(left) == sorted(found)
        assert found[:1] == [h.passage.passage_id for h in live.engine.search(question, 1)]
        assert "ect.md" not in sources_of(live.ask(question))


def test_a_withdrawn_article_takes_no_place_from_the_others(lenient: Settings) -> None:
    """
    With one candidate a ranking, that candidate is the best of what may be quoted.
    """
    live = opened(replace(lenient, depth=1))
    set_status(lenient.index, "ect.md", "withdrawn", "a", "b")

    (hit,) = live.engine.search(QUESTION, 1)
    assert "ect.md" != hit.document.source
    assert hit.dense is not None


def test_when_every_article_is_withdrawn_nothing_is_quoted(live: Live, lenient: Settings) -> None:
    """
    Silence, not an error; before and after the words are guessed at anew.
    """
    for document in live.documents.values():
        set_status(lenient.index, document.source, "withdrawn", "a", "b")
    for _ in range(2):
        answer = live.ask(QUESTION)
        assert Status.NOT_FOUND == answer.status
        assert set() == sources_of(answer)
        live.look()


def test_a_status_holds_in_every_snapshot_and_engine(live: Live, lenient: Settings) -> None:
    """
    After a rebuild, after going back, after a restart, and on the command line.
    """
    first = first_id(lenient)
    set_status(lenient.index, "ect.md", "withdrawn", "a", "b")
    second = second_edition(lenient)
    live.look()
    assert second == live.state.snapshot
    assert "ect.md" not in sources_of(live.ask(QUESTION))
    use_snapshot(lenient.index, first)
    live.look()
    assert first == live.state.snapshot
    assert "ect.md" not in sources_of(live.ask(QUESTION))

    assert "ect.md" not in sources_of(opened(lenient).ask(QUESTION))
    engine = Engine.open(lenient, WordLengthEncoder(), reads=False)
    assert "ect.md" not in sources_of(engine.ask(QUESTION))


def test_the_documents_are_another_object_when_one_has_changed(
    live: Live, lenient: Settings
) -> None:
    """
    What is kept beside them knows by that when to look again.
    """
    before = live.documents
    assert before is live.documents
    set_status(lenient.index, "ect.md", "withdrawn", "a", "b")
    after = live.documents

    assert after is not before
    assert after is live.documents
    assert ["ect.md"] == [d.source for d in after.values() if d.metadata.status == "withdrawn"]


@pytest.mark.parametrize("gone", [False, True])
def test_damaged_statuses_leave_those_that_were_known(
    live: Live, lenient: Settings, caplog: pytest.LogCaptureFixture, gone: bool
) -> None:
    """
    Staff and log are told, once; what is mended is taken up again.
    """
    set_status(lenient.index, "ect.md", "withdrawn", "a", "b")
    live.ask(QUESTION)
    kept = {name: (lenient.index / name).read_bytes() for name in (NAME, COPY)}
    for name in kept:
        (lenient.index / name).unlink() if gone else (lenient.index / name).write_text("{")
    for _ in range(2):
        assert "ect.md" not in sources_of(live.ask(QUESTION))
        live.look()
    (problem,) = live.state.problems

    assert ("are gone from" if gone else "is damaged") in problem
    assert [problem] == [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    for name, data in kept.items():
        (lenient.index / name).write_bytes(data)
    assert "ect.md" not in sources_of(live.ask(QUESTION))
    assert () == live.state.problems


def test_at_start_the_copy_stands_in_and_two_bad_files_refuse(lenient: Settings) -> None:
    """
    A withdrawn article does not come back because a file was damaged.
    """
    set_status(lenient.index, "ect.md", "withdrawn", "a", "b")
    (lenient.index / NAME).write_text("{")
    live = opened(lenient)
    assert "ect.md" not in sources_of(live.ask(QUESTION))
    assert "statuses.copy.json is used" in live.state.problems[0]

    (lenient.index / COPY).write_text("{")
    for start in (opened, lambda s: Engine.open(s, WordLengthEncoder(), reads=False)):
        with pytest.raises(StatusesDamaged, match="Put one of the two back from a backup"):
            start(lenient)
