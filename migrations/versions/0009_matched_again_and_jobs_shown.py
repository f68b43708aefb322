"""Keep what a re-match knew and confirmed, how far a run of a job is and what it noted, and how the jobs are planned.

Revision: 0009, after 0004. The previous release ignores the new columns, which may all be empty, and the table.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and make the table."""
    op.add_column("match_runs", sa.Column("confirmed_at", Moment))
    op.add_column("match_runs", sa.Column("through_change", BigId))
    op.add_column("job_runs", sa.Column("expected", sa.Integer()))
    op.add_column("job_runs", sa.Column("notes", Json))
    op.create_table(
        "job_plans",
        sa.Column("job", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("next_at", Moment),
        sa.Column("paused_at", Moment),
        sa.Column("paused_by", BigId),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_plans")),
        sa.ForeignKeyConstraint(
            ["paused_by"], ["recruiters.id"], name=op.f("fk_job_plans_paused_by_recruiters"),
            ondelete="SET NULL",
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_job_plans_paused_by"), "job_plans", ["paused_by"])


def downgrade() -> None:
    """Take them away again; every list stays as it was last written."""
    op.drop_table("job_plans")
    op.drop_column("job_runs", "notes")
    op.drop_column("job_runs", "expected")
    op.drop_column("match_runs", "through_change")
    op.drop_column("match_runs", "confirmed_at")
