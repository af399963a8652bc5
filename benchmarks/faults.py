"""A campaign of faults against the real app: what was acknowledged must be there afterwards.

    python benchmarks/faults.py [--seed 1] [--faults 200] [--postgres] [--toy] [--write]

Runs `app.py` on its own copies of corpus, index and database, with clients that ask, read, say yes
or no and work at the staff desk all the time, and does harm at random moments. After every fault
all acknowledged rows must be in the database, every served quote must be the words of the snapshot
that the answer names, nothing withdrawn may be quoted, the patients' page may have given no 5xx,
and everything must be well again by itself. Exit code 1 if anything of that did not hold. With
`--write` the table is kept in benchmarks/faults.md. `--toy`: the tests' encoder, for quick runs.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.faults_checks import Checks  # noqa: E402
from benchmarks.faults_clients import People  # noqa: E402
from benchmarks.faults_kinds import Faults  # noqa: E402
from benchmarks.faults_place import PASSWORD, STAFF, Place, new_place  # noqa: E402
from benchmarks.faults_server import ServerFaults  # noqa: E402
from benchmarks.faults_table import Outcome, write_table  # noqa: E402
from tests import postgres  # noqa: E402

MOST_SNAPSHOTS = 6  # then the older ones are pruned, as an operator does


@dataclass
class Campaign:
    """One place, its people, and what came of every fault."""

    place: Place
    people: People
    checks: Checks
    faults: Faults
    rng: random.Random
    server: ServerFaults | None = None
    outcomes: list[Outcome] = field(default_factory=list)

    def run(self, number: int, seconds: float, say: Callable[[str], None] = print) -> None:
        """So many faults, or as many as the time allows, each kind about as often as the others."""
        end = time.monotonic() + seconds
        kinds = {**self.faults.kinds(), **(self.server.kinds() if self.server else {})}
        order: list[str] = []
        while len(order) < number:
            order += self.rng.sample(sorted(kinds), len(kinds))
        for i, kind in enumerate(order[:number], start=1):
            if time.monotonic() > end:
                return
            outcome = self.one(i, kind, kinds[kind])
            bad = "" if not outcome.violations else f"  {len(outcome.violations)} VIOLATED"
            say(f"{i:4}  {outcome.seconds:5.1f} s  {kind}  {', '.join(outcome.notes)}{bad}")
            for violation in outcome.violations:
                say(f"      {violation}")

    def one(self, number: int, kind: str, harm: Callable[[], None]) -> Outcome:
        """A fault at a random moment, and the checks after it."""
        ledger, began = self.place.ledger, time.monotonic()
        ledger.now, seen = f"fault {number}, {kind}", len(ledger.violations)
        self.faults.outcomes.clear()
        time.sleep(self.rng.uniform(0, 0.5))
        try:
            harm()
        except Exception as problem:
            ledger.violated(f"the fault itself failed: {type(problem).__name__}: {problem}")
        if not self.place.up:
            self.place.start()
        self.checks.well_again()
        self.checks.index_whole()
        self.checks.all_kept()
        if len([p for p in self.place.index.iterdir() if len(p.name) == 16]) > MOST_SNAPSHOTS:
            self.place.command("prune", "--keep", "3")
        notes, found = tuple(self.faults.outcomes), tuple(ledger.violations[seen:])
        outcome = Outcome(kind, time.monotonic() - began, notes, found)
        self.outcomes.append(outcome)
        return outcome

    def end(self) -> tuple[str, ...]:
        """Everybody stops, the app is killed once more, and all is counted; what was violated."""
        ledger = self.place.ledger
        ledger.now, seen = "after the last fault", len(ledger.violations)
        self.people.stop()
        self.place.kill()
        self.checks.all_kept()
        self.checks.index_whole()
        return tuple(ledger.violations[seen:])


@contextmanager
def opened(
    folder: Path,
    seed: int,
    *,
    toy: bool = False,
    mount: bool = True,
    server: postgres.Postgres | None = None,
    articles: str = "*.md",
) -> Iterator[Campaign]:
    """The app with two snapshots and an account, and people who have been served once."""
    rng = random.Random(seed)
    database = None
    if server is not None:
        server.folder.chmod(0o755)  # the app, without root's rights, has to reach the socket
        database = server.new_database()
    place = new_place(folder, toy=toy, mount=mount, database=database, articles=articles)
    checks = Checks(place)
    faults = Faults(place, checks, rng)
    people = People(place, seed)
    try:
        place.load()
        began = time.monotonic()
        for _ in range(2):
            faults.change_article()
            assert place.command("build", "-q") == 0, place.trace
        faults.build_seconds = (time.monotonic() - began) / 2
        add = ("staff", "add", STAFF, "--role", "maintainer", "--password-stdin")
        assert place.command(*add, given=f"{PASSWORD}\n") == 0, place.trace
        for source in ("tms.md", "ketamine.md"):
            assert place.command("status", source, "current", "--why", "begins") == 0, place.trace
        assert place.start(), place.log()
        people.start()
        checks.well_again()
        harm = ServerFaults(server, place, rng, faults.outcomes) if server and database else None
        yield Campaign(place, people, checks, faults, rng, harm)
        people.stop()
    finally:
        place.close()


def main() -> int:
    """One campaign; 1 if anything was violated."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="of all random numbers (1)")
    parser.add_argument("--faults", type=int, default=200, metavar="N", help="how many (200)")
    parser.add_argument("--minutes", type=float, default=600, help="after which no more are done")
    parser.add_argument("--postgres", action="store_true", help="a PostgreSQL server of its own")
    parser.add_argument("--toy", action="store_true", help="the encoder of the tests")
    parser.add_argument("--write", action="store_true", help="keep the table")
    chosen = parser.parse_args()
    if chosen.postgres:
        with postgres.running() as server:
            return _campaign(chosen, server)
    return _campaign(chosen, None)


def _campaign(chosen: argparse.Namespace, server: postgres.Postgres | None) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        with opened(Path(folder), chosen.seed, toy=chosen.toy, server=server) as campaign:
            campaign.run(chosen.faults, 60 * chosen.minutes, lambda line: print(line, flush=True))
            last = campaign.end()
            done = Counter(campaign.place.ledger.done)
            promised = campaign.place.ledger.promised()
        for violation in last:
            print(violation)
        seconds = time.monotonic() - began
        text = write_table(chosen, campaign.outcomes, last, done, promised, seconds)
    print(text)
    return 1 if last or any(o.violations for o in campaign.outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
