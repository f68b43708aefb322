"""Keep what other systems say they have deleted, so that very many wait for a person, and how resume files lay.

Revision: 0022, after 0021. The previous release does not know the table, and passes over the column: a followed row
with a resume file is then read again once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "deletions_there",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source", sa.String(160), nullable=False),
        sa.Column("candidate_id", BigId, nullable=False),
        sa.Column("external_id", sa.String(160), nullable=False),
        sa.Column("told_at", Moment, nullable=False),
        sa.Column("held_at", Moment),
        sa.Column("asked_at", Moment),
        sa.Column("decided_at", Moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions_there")),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_deletions_there_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_deletions_there_candidate_id"), "deletions_there", ["candidate_id"])
    op.create_index(op.f("ix_deletions_there_source_told_at"), "deletions_there", ["source", "told_at"])
    op.add_column("source_rows", sa.Column("seen_hash", sa.String(32)))


def downgrade() -> None:
    """Take them away again; whom another system says it has deleted is told anew with its next export."""
    op.drop_column("source_rows", "seen_hash")
    op.drop_table("deletions_there")
