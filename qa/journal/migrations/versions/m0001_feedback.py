"""The table of answers to "did this answer your question?"."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("turn", sa.String(32), nullable=False, unique=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("snapshot", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32)),
        sa.Column("verdict", sa.String(3), nullable=False),
        sa.Column("passage", sa.String(64)),
        sa.Column("source", sa.Text),
        sa.Column("question", sa.Text),
        sa.CheckConstraint("verdict IN ('yes', 'no')", name="feedback_verdict"),
        sa.CheckConstraint("status IN ('answered', 'not_found')", name="feedback_status"),
    )
    op.create_index("feedback_day", "feedback", ["day"])


def downgrade() -> None:
    op.drop_table("feedback")
