"""What long work says while it runs."""

from __future__ import annotations

import io

from qa.progress import BarProgress, LineProgress, Progress, open_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal_lines_elsewhere_nothing_when_quiet() -> None:
    """
    The stream decides, and quiet overrules it.
    """
    assert BarProgress is type(open_progress(Terminal()))
    assert LineProgress is type(open_progress(io.StringIO()))
    assert Progress is type(open_progress(Terminal(), quiet=True))


def test_lines_name_each_stage() -> None:
    """
    One line when a stage begins; steps within five seconds add none.
    """
    stream = io.StringIO()
    progress = LineProgress(stream)
    progress.start("Reading articles", 3)
    progress.reach(2)
    progress.finish()
    progress.note("done")

    assert "Reading articles: 3\ndone\n" == stream.getvalue()


def test_a_bar_reaches_its_end() -> None:
    """
    `reach` takes the number done so far, not a step.
    """
    stream = Terminal()
    progress = BarProgress(stream)
    progress.start("Embedding passages", 4)
    progress.reach(1)
    progress.reach(4)
    assert 4 == progress._bar.n
    progress.finish()
    assert "Embedding passages" in stream.getvalue()


def test_the_silent_progress_takes_everything() -> None:
    """
    What builds need not ask whether anyone listens.
    """
    progress = Progress()
    progress.start("a", 1)
    progress.reach(1)
    progress.note("b")
    progress.finish()
