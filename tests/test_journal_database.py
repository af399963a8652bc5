"""qa.journal.database: SQLite and PostgreSQL alike keep the same, in tables brought up to date."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from qa.errors import QAError
from qa.journal.database import MIGRATIONS, Database, DatabaseUnavailable
from qa.journal.tables import VERSION, AccountRow, ActionRow, Base, FeedbackRow, LoginRow
from tests.account_rows import ACCOUNT, MADE, add, names

ACTION: dict[str, Any] = {"at": MADE, "account": "ada", "what": "status", "subject": "ect.md"}
OLD_ROW = "insert into feedback (turn, day, snapshot, status, verdict, source) values "


def url_of(where: str) -> str:
    return where if "://" in where else f"sqlite:///{where}"


def test_tables_are_made_with_the_first_transaction_and_no_sooner(tmp_path: Path) -> None:
    """
    Opening reaches for nothing: the file is there once something is kept.
    """
    file = tmp_path / "x.sqlite"
    database = Database.open(str(file))
    assert not file.exists()
    add(database)

    assert ["ada"] == names(str(file))


def test_the_tables_are_those_that_the_code_knows(where: str) -> None:
    """
    Migrations and classes say the same: columns in their order, and which may be empty.
    """
    with Database.open(where).begin() as connection:
        found = inspect(connection)
        made = {
            name: [(c["name"], c["nullable"]) for c in found.get_columns(name)]
            for name in found.get_table_names()
            if name != "alembic_version"
        }

    known = {
        name: [(c.name, c.nullable) for c in table.columns]
        for name, table in Base.metadata.tables.items()
    }
    assert known == made


def test_the_newest_migration_is_the_programs_version() -> None:
    """
    A migration that is added without its number would never run.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert VERSION == ScriptDirectory.from_config(config).get_current_head()


def at_version(connection: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def test_the_first_release_is_brought_up_to_date_with_its_rows(where: str) -> None:
    """
    It knew yes and no alone; they stay as they were, and the desk's tables are there.
    """
    engine = create_engine(url_of(where))
    with engine.begin() as connection:
        at_version(connection, "0001")
        row = "('t1', '2026-11-20', 's', 'answered', 'yes', 'ect.md')"
        connection.execute(text(OLD_ROW + row))
        assert "account" not in inspect(connection).get_table_names()
    engine.dispose()
    add(where)

    assert ["ada"] == names(where)
    with Database.open(where).read() as connection:
        kept = connection.execute(select(FeedbackRow.turn, FeedbackRow.day, FeedbackRow.source))
        assert [("t1", date(2026, 11, 20), "ect.md")] == [tuple(row) for row in kept]


def test_programs_that_start_together_make_the_tables_once(where: str) -> None:
    """
    One migrates, the others wait for it.
    """
    with ThreadPoolExecutor(4) as together:
        list(together.map(lambda name: add(where, name=name), "abcd"))

    assert ["a", "b", "c", "d"] == sorted(names(where))


def test_tables_of_a_later_version_are_left_as_they_are(where: str) -> None:
    """
    Going back to an older program loses nothing: it refuses to touch what it does not know.
    """
    add(where)
    with Database.open(where).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnavailable, match="of version 9999, the program's of"):
        add(where, name="bob")
    engine = create_engine(url_of(where))
    with engine.connect() as connection:
        assert 1 == connection.execute(text("SELECT count(*) FROM account")).scalar()
    engine.dispose()


def test_a_time_comes_back_as_it_was(where: str) -> None:
    """
    To the microsecond, in UTC, whatever zone it came in; without a zone it is refused.
    """
    east = timezone(timedelta(hours=5, minutes=30))
    database = Database.open(where)
    add(database, made=MADE.astimezone(east))
    with database.read() as connection:
        assert MADE == connection.execute(select(AccountRow.made)).scalar_one()
    with pytest.raises((StatementError, QAError)):
        add(database, name="bob", made=datetime(2026, 11, 22))
    assert ["ada"] == names(where)


def test_any_text_can_be_kept(where: str) -> None:
    """
    What a browser can send, NUL and half characters too, which become the replacement sign.
    """
    database = Database.open(where)
    with database.begin() as connection:
        connection.execute(insert(ActionRow).values(**ACTION, detail="a\0b\ud800c\U0001f48a'\"\\"))
    with database.read() as connection:
        kept = connection.execute(select(ActionRow.detail)).scalar_one()

    assert "a\ufffdb\ufffdc\U0001f48a'\"\\" == kept


def test_a_transaction_is_whole_or_not_at_all(where: str) -> None:
    """
    An error in the middle takes back what came before it.
    """
    database = Database.open(where)
    both = [{**ACCOUNT}, {**ACCOUNT, "name": None}]
    with pytest.raises(IntegrityError), database.begin() as connection:
        _ = [connection.execute(insert(AccountRow).values(**values)) for values in both]
    assert [] == names(where)


def test_a_row_that_cannot_be_is_the_callers_matter(where: str) -> None:
    """
    A name twice, a login of nobody, a role that is none: refused as such, not as a dead database.
    """
    database = Database.open(where)
    add(database)
    for wrong in ({}, {"name": "bob", "role": "owner"}):
        with pytest.raises(IntegrityError):
            add(database, **wrong)
    login = {"token": "t", "account_id": 99, "made": MADE, "seen": MADE, "expires": MADE}
    with pytest.raises(IntegrityError), database.begin() as connection:
        connection.execute(insert(LoginRow).values(**login))

    assert ["ada"] == names(where)


def test_a_crisis_cannot_be_kept_even_by_mistake(where: str) -> None:
    """
    The tables themselves refuse the status.
    """
    database = Database.open(where)
    database.reachable()
    row = "('t1', '2026-11-20', 's', 'crisis', 'yes', null)"
    with pytest.raises(IntegrityError), database.begin() as connection:
        connection.execute(text(OLD_ROW + row))


def test_reading_holds_nobody_up(where: str) -> None:
    """
    A page that reads for long and a row that is written meanwhile do not wait for each other.
    """
    database = Database.open(where)
    add(database)
    with database.read() as connection:
        assert "ada" == connection.execute(select(AccountRow.name)).scalar_one()
        add(where, name="bob")
    assert ["ada", "bob"] == names(where)
