"""The tables of answers and of the staff desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_answer()
    _make_staff()
    _make_marks()


def _make_answer() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("turn", sa.String(32), nullable=False, unique=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("snapshot", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32)),
        sa.Column("support", sa.Float, nullable=False),
        sa.Column("notices", sa.Text, nullable=False),
        sa.Column("passages", sa.Text, nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.CheckConstraint("status IN ('answered', 'not_found')", name="answer_status"),
        sa.CheckConstraint("channel IN ('chat', 'api')", name="answer_channel"),
    )
    op.create_index("answer_at", "answer", ["at"])


def _make_staff() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("made", sa.DateTime, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_until", sa.DateTime),
        sa.CheckConstraint("role IN ('reviewer', 'maintainer')", name="account_role"),
    )
    op.create_table(
        "login",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column(
            "account_id",
            sa.Integer,
            sa.ForeignKey("account.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("made", sa.DateTime, nullable=False),
        sa.Column("seen", sa.DateTime, nullable=False),
        sa.Column("expires", sa.DateTime, nullable=False),
    )
    op.create_index("login_expires", "login", ["expires"])
    op.create_table(
        "action",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("action_at", "action", ["at"])


def _make_marks() -> None:
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("snapshot", sa.String(64), nullable=False),
        sa.Column("feedback_id", sa.Integer),
        sa.Column("source", sa.Text),
        sa.Column("doc_id", sa.String(64)),
        sa.Column("start", sa.Integer),
        sa.Column("end", sa.Integer),
        sa.Column("quote", sa.Text),
        sa.Column("golden", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.CheckConstraint("verdict IN ('right', 'wrong', 'needs_article')", name="mark_verdict"),
    )
    op.create_index("mark_at", "mark", ["at"])


def downgrade() -> None:
    for table in ("mark", "action", "login", "account", "answer"):
        op.drop_table(table)
