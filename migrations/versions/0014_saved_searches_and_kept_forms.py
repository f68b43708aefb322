"""Keep searches and sets of filters under a name, and for some hours what was typed when a session ended.

Revision: 0014, after 0013. The previous release knows neither table and needs neither.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "saved_searches",
        sa.Column("id", BigId, nullable=False),
        sa.Column("searched", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("owner_id", BigId, nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("removed_at", Moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["recruiters.id"], name=op.f("fk_saved_searches_owner_id_recruiters"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("searched IN ('matches', 'pool')", name=op.f("ck_saved_searches_searched")),
    )  # fmt: skip
    op.create_index(op.f("ix_saved_searches_owner_id"), "saved_searches", ["owner_id"])
    op.create_table(
        "kept_forms",
        sa.Column("id", BigId, nullable=False),
        sa.Column("recruiter_id", BigId, nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("fields", Json, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_forms")),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiters.id"], name=op.f("fk_kept_forms_recruiter_id_recruiters"),
            ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_kept_forms_recruiter_id"), "kept_forms", ["recruiter_id"])
    op.create_index(op.f("ix_kept_forms_created_at"), "kept_forms", ["created_at"])


def downgrade() -> None:
    """Forget what was kept."""
    op.drop_table("kept_forms")
    op.drop_table("saved_searches")
