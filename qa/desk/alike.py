"""Questions that ask about the same, put together by their embeddings, each of which is made once.

What is remembered between two looks at the queue are numbers under a digest, never a question.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.engine import Engine
from qa.journal.reading import Asked

ALIKE = 0.75  # cosine from which two questions are taken for one
MOST = 1000  # embeddings remembered: under 2 MB

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask about the same, the newest first."""

    rows: tuple[Asked, ...]

    @property
    def first(self) -> Asked:
        return self.rows[0]

    @property
    def wordings(self) -> tuple[str, ...]:
        """The other ways it was put, each once."""
        every = dict.fromkeys(" ".join((row.question or "").split()) for row in self.rows)
        return tuple(every)[1:]


class Embeddings:
    """Of questions, as a snapshot and its encoder read them; those used last stay."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, Vector] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, engine: Engine, question: str) -> Vector:
        """float32 (dim,), of length 1; asked again it costs nothing."""
        snapshot = engine.snapshot
        read_by = f"{snapshot.snapshot_id} {snapshot.encoder_digest}\n{question}"
        key = hashlib.sha256(read_by.encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        made = engine.searchable(question)[1].embedded.embedding.copy()
        with self._lock:
            self._known[key] = made
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return made


def grouped(rows: Sequence[Asked], embed: Callable[[str], Vector]) -> list[Group]:
    """Each row joins the group whose first question is most like it, or begins one; the largest
    group comes first.
    """
    groups: list[list[Asked]] = []
    heads: list[Vector] = []
    for row in rows:
        vector = embed(row.question or "")
        alike = np.stack(heads) @ vector if heads else np.zeros(0, np.float32)
        best = int(np.argmax(alike)) if heads else -1
        if heads and alike[best] >= ALIKE:
            groups[best].append(row)
        else:
            groups.append([row])
            heads.append(vector)
    groups.sort(key=lambda g: (-len(g), -g[0].feedback_id))
    return [Group(tuple(group)) for group in groups]
