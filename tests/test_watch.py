"""qa.watch: what changes is built, what fails is told, and it goes on until it is stopped."""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa.errors import QAError
from qa.watch import watch
from tests.small_corpus import write_corpus

Step = tuple[Callable[[], object], bool]


class Stopped(BaseException):
    """As ^C: nothing may catch it."""


def play(corpus: Path, *steps: Step, fails: Exception | None = None) -> tuple[list[int], list[str]]:
    """After which step (from 1) it was built, and what was said; a step may claim a change."""
    done, built, said = [0], [], []

    def moments(_: Path) -> Iterator[bool]:
        while done[0] < len(steps):
            act, changed = steps[done[0]]
            done[0] += 1
            act()
            yield changed
        raise Stopped

    def rebuild() -> None:
        built.append(done[0])
        if fails is not None:
            raise fails

    with pytest.raises(Stopped):
        watch(corpus, corpus / "index", rebuild, said.append, moments)
    return built, said


def nothing() -> None:
    pass


def test_it_builds_at_first_and_after_each_change(tmp_path: Path) -> None:
    """
    Not for what no article is made of, nor for the index within the corpus, nor without a change.
    """
    corpus = write_corpus(tmp_path)
    (corpus / "index").mkdir()
    built, said = play(
        corpus,
        (nothing, False),
        (nothing, False),
        (lambda: (corpus / "new.md").write_text("# New\n\nIt is new."), True),
        (lambda: (corpus / "README").write_text("no article"), True),
        (lambda: (corpus / "index" / "a.md").write_text("of the index"), True),
        (lambda: (corpus / "tms.md").touch(), True),
        (lambda: (corpus / "more/ketamine.toml").write_text('title = "K"'), True),
        (lambda: (corpus / "ect.md").unlink(), True),
    )

    assert [1, 3, 7, 8] == built
    assert [] == said


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (QAError("the disk is full."), "error: the disk is full. Watching goes on."),
        (
            ValueError("secret"),
            "error: a defect in the program (ValueError). Watching goes on.",
        ),
    ],
)
def test_a_build_that_fails_is_told_and_waits_for_the_next_change(
    tmp_path: Path, problem: Exception, said: str
) -> None:
    """
    The same files are not tried again and again.
    """
    corpus = write_corpus(tmp_path)
    change: Step = (lambda: (corpus / "ect.md").write_text("# Other\n\nIt is short."), True)
    built, notes = play(corpus, (nothing, False), (nothing, True), change, fails=problem)

    assert [1, 3] == built
    assert [said, said] == notes


def test_a_folder_that_is_gone_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Said once when it goes; what stands there afterwards is built if it is something else.
    """
    corpus = write_corpus(tmp_path / "corpus")
    rounds = iter([[False], [False], [True]])
    built, said = [], []

    def moments(_: Path) -> Iterator[bool]:
        try:
            yield from next(rounds)
        except StopIteration:
            raise Stopped from None
        shutil.rmtree(corpus)

    def come_back(_: float) -> None:
        write_corpus(corpus)
        if len(said) == 2:
            (corpus / "ect.md").unlink()

    monkeypatch.setattr("qa.watch.time.sleep", come_back)
    with pytest.raises(Stopped):
        watch(corpus, tmp_path / "index", lambda: built.append(len(said)), said.append, moments)

    assert [0, 2] == built
    assert [f"{corpus}/ is gone; waiting for it"] * 3 == said


def test_the_folder_is_really_watched(tmp_path: Path) -> None:
    """
    A file put there is built; so is one that comes while a build is running.
    """
    corpus = write_corpus(tmp_path / "corpus")
    builds: queue.Queue[set[str]] = queue.Queue()

    def rebuild() -> None:
        found = {path.name for path in corpus.iterdir()}
        if "first.md" in found:
            (corpus / "second.md").write_text("# Second\n\nIt came meanwhile.")
        builds.put(found)
        if "second.md" in found:
            raise Stopped

    def run() -> None:
        with pytest.raises(Stopped):
            watch(corpus, tmp_path / "index", rebuild, lambda _: None)

    thread = threading.Thread(target=run)
    thread.start()
    assert "first.md" not in builds.get(timeout=60)
    (corpus / "first.md").write_text("# First\n\nIt is new.")
    while "second.md" not in builds.get(timeout=60):
        pass
    thread.join(60)

    assert not thread.is_alive()
