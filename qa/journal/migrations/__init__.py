"""The journal's tables, one change after another; alembic runs what is missing."""
