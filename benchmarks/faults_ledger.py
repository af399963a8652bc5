"""What a fault campaign was promised, and every promise that was not kept.

Clients write down what the app acknowledged, at the moment it did; the checks hold the database,
the statuses and each quote against it. Safe to use from several threads.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.errors import QAError
from qa.snapshot import damaged_files, is_snapshot_id, read_documents


@dataclass(frozen=True, slots=True)
class Promised:
    """What was acknowledged so far."""

    feedback: Mapping[str, str | None]  # turn -> question
    actions: Sequence[str]
    marks: Sequence[str]
    answers: int  # rows of answers


@dataclass
class Ledger:
    """Acknowledged rows and statuses, the text of every snapshot, and the violations."""

    index: Path
    now: str = "before the first fault"  # which fault is under way
    done: Counter[str] = field(default_factory=Counter)  # what the clients did
    feedback: dict[str, str | None] = field(default_factory=dict)  # turn -> question
    actions: list[str] = field(default_factory=list)  # reasons, each of them once
    marks: list[str] = field(default_factory=list)  # questions, each of them once
    written: dict[int, int] = field(default_factory=dict)  # life of the app -> rows of answers
    standing: dict[str, tuple[str, str]] = field(default_factory=dict)  # source -> status, why
    withdrawn: dict[str, str] = field(default_factory=dict)  # source -> why
    violations: list[str] = field(default_factory=list)
    setting: threading.RLock = field(default_factory=threading.RLock)  # held while one is set
    _texts: dict[str, dict[str, str]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def violated(self, what: str) -> None:
        with self._lock:
            place = str(self.index.parent)
            self.violations.append(f"{self.now}: {what}".replace(place, "PLACE"))

    def count(self, what: str, times: int = 1) -> None:
        with self._lock:
            self.done[what] += times

    # ------------------------------------------------------------ rows

    def kept_feedback(self, turn: str, question: str | None) -> None:
        with self._lock:
            self.feedback[turn] = question

    def rows_written(self, life: int, rows: int) -> None:
        with self._lock:
            self.written[life] = max(rows, self.written.get(life, 0))

    def promised(self) -> Promised:
        with self._lock:
            rows = sum(self.written.values())
            return Promised(dict(self.feedback), list(self.actions), list(self.marks), rows)

    # ------------------------------------------------------------ statuses

    def about_to_set(self, source: str) -> None:
        """From now on nobody knows, until it is acknowledged."""
        with self._lock:
            self.standing.pop(source, None)
            self.withdrawn.pop(source, None)

    def was_set(self, source: str, status: str, why: str) -> None:
        with self._lock:
            self.standing[source] = (status, why)
            if status == "withdrawn":
                self.withdrawn[source] = why

    def withdrawn_now(self) -> dict[str, str]:
        with self._lock:
            return dict(self.withdrawn)

    def check_sources(self, sources: Iterable[str], before: Mapping[str, str]) -> None:
        """`before`: what had been withdrawn when the question was sent."""
        after = self.withdrawn_now()
        for source in set(sources):
            if source in before and after.get(source) == before[source]:
                self.violated(f"{source} was quoted after its withdrawal was acknowledged")

    # ------------------------------------------------------------ quotes

    def learn(self) -> list[str]:
        """Reads the text of every snapshot that is new and whole; the ids of all that are known."""
        with self._lock:
            for folder in sorted(self.index.iterdir()):
                if is_snapshot_id(folder.name) and folder.name not in self._texts:
                    self._read(folder)
            return sorted(self._texts)

    def check_quote(self, snapshot: str, doc_id: str, start: int, end: int, text: str) -> None:
        """The text is what stands there in the snapshot that the answer names."""
        with self._lock:
            if snapshot not in self._texts:
                self.learn()
            there = self._texts.get(snapshot, {}).get(doc_id)
        self.count("quotes")
        if there is None:
            self.violated(f"a quote of {doc_id}, which snapshot {snapshot} does not hold")
        elif there[start:end] != text or not text:
            self.violated(f"not verbatim: {doc_id} {start}:{end} of snapshot {snapshot}")

    def check_quote_object(self, snapshot: str, quote: Mapping[str, Any]) -> None:
        document = quote["document"]["id"]
        self.check_quote(snapshot, document, quote["start"], quote["end"], quote["text"])

    def _read(self, folder: Path) -> None:
        try:
            if damaged_files(self.index, folder.name):
                return
            documents = read_documents(folder)
        except (QAError, OSError):  # it is being made or deleted just now
            return
        self._texts[folder.name] = {d.doc_id: d.text for d in documents}
