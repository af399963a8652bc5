"""The engine that answers now: it follows CURRENT and the statuses that maintainers set.

A new snapshot is proved byte by byte and opened beside the one that answers, then takes its place;
questions under way end with the engine they began with. What cannot be opened changes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from qa.config import Settings
from qa.encoder import Encoder
from qa.engine import Engine
from qa.errors import QAError
from qa.opening import Opener, disk_problem, meanwhile, pointer_gone
from qa.records import Answer, Document, Turn
from qa.snapshot import Snapshot, current_id
from qa.stamps import Stamp, stamp_of_folder
from qa.statuses import Standing, load_statuses, stamp_of, with_statuses

logger = logging.getLogger(__name__)

EVERY = 1.0  # seconds between two looks at CURRENT
PROVE_AGAIN = 900.0  # seconds after which the files of the live snapshot are read again


@dataclass(frozen=True, slots=True)
class LiveState:
    """What answers, what should, and what is wrong, for staff."""

    snapshot: str  # that answers
    wanted: str | None  # that CURRENT names, as last seen
    problems: tuple[str, ...]
    since: datetime  # when this snapshot began to answer (UTC)


class Live:
    """Everything that serves takes one of these, never an engine: ask it each time anew."""

    def __init__(self, engine: Engine, opener: Opener | None = None) -> None:
        self._opener = opener  # None: fixed
        self._index: Path | None = opener.settings.index if opener else None
        self._raw: Snapshot = engine.snapshot  # without the statuses that were set
        self._engine = engine
        self._complete = True  # whether the engine was made from the documents as they stand
        self._standings: Mapping[str, Standing] = {}
        self._stamp: Stamp = ()
        self._wanted: str | None = engine.snapshot.snapshot_id
        self._since = datetime.now(UTC)
        self._problems: dict[str, str] = {}
        self._tried: tuple[str, Stamp] | None = None  # what could not be opened
        self._proved: tuple[Stamp, float] = ((), 0.0)
        self._changing = threading.Lock()  # short: the fields above
        self._looking = threading.Lock()  # long: one look at a time
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @classmethod
    def open(
        cls, settings: Settings, encoder: Encoder | None = None, *, reads: bool = True
    ) -> Live:
        """The live snapshot, or the newest whole one that was live before.

        Raises QAError where nothing can answer, or where it is not known what is withdrawn.
        """
        load_statuses(settings.index)
        opener = Opener(settings, encoder, reads=reads)
        opened = opener.open_wanted()
        live = cls(opener.engine(opened.snapshot), opener)
        live._wanted = opened.wanted
        if opened.problem and opened.wanted:
            live._tried = (opened.wanted, stamp_of_folder(settings.index / opened.wanted))
        live._proved = (stamp_of_folder(opened.snapshot.folder), time.monotonic())
        live._say("snapshot", opened.problem)
        live._read_statuses()
        live._remake()
        return live

    @classmethod
    def of(cls, engine: Engine) -> Live:
        """This engine for good; for tests and for what is never rebuilt."""
        return cls(engine)

    @property
    def engine(self) -> Engine:
        """The engine that answers now, with the statuses as they are set now."""
        if self._index is not None and stamp_of(self._index) != self._stamp:
            self._read_statuses()
        return self._engine

    @property
    def documents(self) -> Mapping[str, Document]:
        """The articles that are served now, by id; another object whenever one has changed."""
        return self.engine.snapshot.documents

    @property
    def state(self) -> LiveState:
        """What answers, what should, and what is wrong."""
        engine = self.engine
        with self._changing:
            problems = tuple(self._problems[kind] for kind in sorted(self._problems))
            return LiveState(engine.snapshot.snapshot_id, self._wanted, problems, self._since)

    def ask(self, message: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer of the engine that is live when the question comes."""
        return self.engine.ask(message, history)

    def start(self) -> None:
        """Looks at CURRENT about every second, in a thread of its own."""
        if self._opener is not None and self._thread is None:
            self._thread = threading.Thread(target=self._follow, name="live", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Ends that thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> None:
        """One look: follows CURRENT, proves the files again where they changed. Never raises."""
        if self._opener is None:
            return
        with self._looking:
            try:
                self._follow_current(self._opener)
                self._prove()
                self._remake()
                self._say("looking", None)
            except Exception as problem:  # the edge of the thread: what answers goes on
                self._say("looking", f"the index could not be looked at ({problem!r})")

    # ------------------------------------------------------------ snapshots

    def _follow(self) -> None:
        while not self._stop.wait(EVERY):
            self.look()

    def _follow_current(self, opener: Opener) -> None:
        serving = self._raw.snapshot_id
        index = opener.settings.index
        try:
            wanted = current_id(index)
        except QAError as problem:
            self._say("snapshot", meanwhile(str(problem), serving))
            return
        self._wanted = wanted
        if wanted is None:
            self._say("snapshot", meanwhile(pointer_gone(index), serving))
        elif wanted == serving:
            self._tried = None
            self._say("snapshot", None)
        elif self._tried != (attempt := (wanted, stamp_of_folder(index / wanted))):
            try:
                self._take_over(opener, wanted)
            except (QAError, MemoryError) as problem:
                self._tried = attempt
                self._say("snapshot", meanwhile(str(problem), serving))

    def _take_over(self, opener: Opener, wanted: str) -> None:
        snapshot = opener.open(wanted)
        now = with_statuses(snapshot.documents, self._standings)
        engine = opener.engine(snapshot.with_documents(now))
        with self._changing:
            self._raw, self._complete = snapshot, True
            self._engine, self._since = engine, datetime.now(UTC)
            self._apply()  # a status may have been set meanwhile
        self._proved = (stamp_of_folder(snapshot.folder), time.monotonic())
        self._tried = None
        self._say("snapshot", None)
        self._say("disk", None)
        logger.warning("snapshot %s answers now", wanted)

    def _prove(self) -> None:
        """Says where the files of the snapshot that answers are no longer whole."""
        stamp, now = stamp_of_folder(self._raw.folder), time.monotonic()
        if stamp == self._proved[0] and now - self._proved[1] < PROVE_AGAIN:
            return
        self._proved = (stamp, now)
        self._say("disk", disk_problem(self._raw))

    # ------------------------------------------------------------ statuses

    def _read_statuses(self) -> None:
        """What was set last; what cannot be read leaves what was known before."""
        if self._index is None:
            return
        with self._changing:
            stamp = stamp_of(self._index)  # before reading: a change in between is seen next time
            problem: str | None
            try:
                found = load_statuses(self._index)
                problem = found.problem
                if self._standings and not stamp:
                    problem = (
                        f"the statuses that were set are gone from {self._index}/; those last read "
                        "hold until a restart. Put statuses.json back."
                    )
                else:
                    self._standings = found.standings
            except QAError as error:
                problem = f"{error} Until then those last read hold."
            self._stamp = stamp
            self._apply()
        self._say("statuses", problem)

    def _apply(self) -> None:
        documents = with_statuses(self._raw.documents, self._standings)
        if dict(documents) != dict(self._engine.snapshot.documents):
            self._engine = self._engine.with_documents(documents)
            self._complete = False

    def _remake(self) -> None:
        """Spelling, topics and what is asked back, from the articles as they stand now."""
        engine = self._engine
        if self._complete or self._opener is None:
            return
        made = self._opener.engine(engine.snapshot)
        with self._changing:
            if self._engine is engine:
                self._engine, self._complete = made, True

    def _say(self, kind: str, problem: str | None) -> None:
        """Keeps a problem for staff until it is gone; the log gets each once."""
        with self._changing:
            known = self._problems.pop(kind, None)
            if problem is not None:
                self._problems[kind] = problem
        if problem is not None and problem != known:
            logger.error("%s", problem)
        elif problem is None and known is not None:
            logger.warning("mended: %s", known)
