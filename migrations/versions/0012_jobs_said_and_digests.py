"""Say of each job when it runs, and keep who is told what is new in which role, how often, and that it was told.

Revision: 0012, after 0011. The previous release ignores the new column, which may be empty, and the tables.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the column and make the tables."""
    op.add_column("job_plans", sa.Column("due_words", sa.String(80)))
    op.create_table(
        "role_digests",
        sa.Column("role_id", BigId, nullable=False),
        sa.Column("recruiter_id", BigId, nullable=False),
        sa.Column("how_often", sa.String(32), nullable=False),
        sa.Column("told_run_id", BigId),
        sa.Column("told_at", Moment),
        sa.PrimaryKeyConstraint("role_id", "recruiter_id", name=op.f("pk_role_digests")),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_role_digests_role_id_roles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiters.id"], name=op.f("fk_role_digests_recruiter_id_recruiters"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["told_run_id"], ["match_runs.id"], name=op.f("fk_role_digests_told_run_id_match_runs"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint("how_often IN ('daily', 'weekly', 'never')", name=op.f("ck_role_digests_how_often")),
    )  # fmt: skip
    op.create_index(op.f("ix_role_digests_recruiter_id"), "role_digests", ["recruiter_id"])
    op.create_index(op.f("ix_role_digests_told_run_id"), "role_digests", ["told_run_id"])
    op.create_table(
        "digest_choices",
        sa.Column("recruiter_id", BigId, nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("recruiter_id", name=op.f("pk_digest_choices")),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiters.id"], name=op.f("fk_digest_choices_recruiter_id_recruiters"),
            ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.create_table(
        "digests",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("recruiter_id", BigId, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("told", Json, nullable=False),
        sa.Column("problem", sa.String(500)),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("sent_at", Moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiters.id"], name=op.f("fk_digests_recruiter_id_recruiters"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("recruiter_id", "on_day", name=op.f("uq_digests_recruiter_id_on_day")),
        sa.CheckConstraint(
            "state IN ('sending', 'sent', 'failed', 'unknown')", name=op.f("ck_digests_state")
        ),
    )  # fmt: skip


def downgrade() -> None:
    """Take them away again; what is new is then told in the lists alone."""
    op.drop_table("digests")
    op.drop_table("digest_choices")
    op.drop_table("role_digests")
    op.drop_column("job_plans", "due_words")
