"""Run by alembic, on the connection and within the transaction that `database` hands over.

Imported as a module of the package it does nothing.
"""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Every change that is missing, or none: where one fails, all are taken back."""
    context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


if __name__ != "qa.journal.migrations.env":
    run()
