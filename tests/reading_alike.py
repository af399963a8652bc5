"""What holds of every sentence reader, whatever its model."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from qa.cross_encoder import Window
from qa.sentence_reader import Reader


def check_company(reader: Reader, question: str, window: Window, others: Sequence[Window]) -> None:
    """A window has the same numbers alone and after others."""
    among = reader.score(question, [*others, window])

    sizes = [len(w.sentences) for w in (*others, window)]
    assert sizes == [len(chances) for chances in among]
    assert reader.score(question, [window])[0].tolist() == among[-1].tolist()


def check_threads(reader: Reader, questions: Sequence[str], window: Window) -> None:
    """Questions asked at once give what they give one by one."""

    def chances(question: str) -> list[float]:
        found: list[float] = reader.score(question, [window])[0].tolist()
        return found

    alone = [chances(question) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        assert alone == list(pool.map(chances, questions))
