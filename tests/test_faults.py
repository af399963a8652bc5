"""A short campaign of faults against the running app, and that its checks would notice a loss.

The long one is `python benchmarks/faults.py`; its table stands in benchmarks/faults.md.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.faults import Campaign, opened
from benchmarks.faults_ledger import Ledger
from qa.snapshot import current_id, read_documents
from tests.postgres import Postgres

SEED = 7
ARTICLES = "[ekt]*.md"  # those that are asked about
KINDS = (
    "kill -9 of a build",
    "kill -9 of the app",
    "database locked",
    "database file taken away",
    "database folder taken away",
    "database folder read-only",
    "index read-only",
    "no file may grow (RLIMIT_FSIZE)",
    "snapshot file cut short",
    "byte of a snapshot flipped",
    "CURRENT garbage, empty or gone",
    "one statuses file garbage or gone",
)
SERVER_KINDS = (
    "PostgreSQL stopped at once (immediate)",
    "kill -9 of PostgreSQL",
    "tables of PostgreSQL locked",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="kills process groups and forks"),
]


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Campaign]:
    with opened(tmp_path / "place", SEED, toy=True, mount=False, articles=ARTICLES) as running:
        yield running


def test_twelve_faults_cost_nothing_that_was_acknowledged(campaign: Campaign) -> None:
    """
    Rows, statuses and quotes stand after each fault, the patients' page gave no 5xx, and the app
    is well by itself; and a row that is then deleted is missed.
    """
    campaign.faults.kill_share = 0  # one kind does that
    kinds = campaign.faults.kinds()
    for number, kind in enumerate(KINDS, start=1):
        outcome = campaign.one(number, kind, kinds[kind])
        assert () == outcome.violations

    assert () == campaign.end()

    promised = campaign.place.ledger.promised()
    assert len(KINDS) <= len(promised.feedback)
    assert len(KINDS) <= promised.answers
    with closing(sqlite3.connect(campaign.place.database)) as connection, connection:
        connection.execute("DELETE FROM feedback WHERE turn = ?", (list(promised.feedback)[-1],))
    campaign.checks.all_kept()
    (said,) = campaign.place.ledger.violations
    assert "1 acknowledged rows of feedback gone" in said


def test_a_postgresql_server_that_dies_costs_nothing_either(
    tmp_path: Path, postgres: Postgres
) -> None:
    """
    The same with the server stopped at once, killed, and its tables locked.
    """
    with opened(
        tmp_path / "place", SEED, toy=True, mount=False, server=postgres, articles=ARTICLES
    ) as campaign:
        assert campaign.server is not None
        kinds = campaign.server.kinds()
        for number, kind in enumerate(SERVER_KINDS, start=1):
            assert () == campaign.one(number, kind, kinds[kind]).violations
        assert () == campaign.end()


# ---------------------------------------------------------------- the checks themselves


def test_a_quote_that_is_not_verbatim_is_a_violation(built_index: Path) -> None:
    """
    Another text, another place and another snapshot are each noticed; the right one is not.
    """
    ledger = Ledger(built_index)
    live = str(current_id(built_index))
    document = read_documents(built_index / live)[0]
    ledger.check_quote(live, document.doc_id, 2, 9, document.text[2:9])
    assert [] == ledger.violations

    ledger.check_quote(live, document.doc_id, 2, 9, document.text[2:9].swapcase())
    ledger.check_quote(live, document.doc_id, 3, 10, document.text[2:9])
    ledger.check_quote("0123456789abcdef", document.doc_id, 2, 9, document.text[2:9])
    assert 3 == len(ledger.violations)


def test_quoting_what_is_withdrawn_is_a_violation(tmp_path: Path) -> None:
    """
    From the acknowledgement on, until the status is about to be set again.
    """
    ledger = Ledger(tmp_path)
    before = ledger.withdrawn_now()
    ledger.was_set("ect.md", "withdrawn", "first")
    ledger.check_sources(["ect.md"], before)  # asked before it was withdrawn
    assert [] == ledger.violations

    since = ledger.withdrawn_now()
    ledger.check_sources(["tms.md"], since)
    assert [] == ledger.violations
    ledger.check_sources(["ect.md"], since)
    assert 1 == len(ledger.violations)

    ledger.about_to_set("ect.md")
    ledger.check_sources(["ect.md"], since)
    assert 1 == len(ledger.violations)


@pytest.fixture
def built_index(tmp_path: Path) -> Path:
    from tests.small_corpus import built_settings

    return built_settings(tmp_path).index
