"""Let an account review blind, keep whom it has opened all the same, and which skills a run was made with.

Revision: 0013, after 0012. The previous release ignores the new columns, which may be empty, and the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and make the table."""
    op.add_column("recruiters", sa.Column("blind_since", Moment))
    op.add_column("match_runs", sa.Column("skills_version", sa.Integer()))
    op.create_table(
        "revealed_people",
        sa.Column("recruiter_id", BigId, nullable=False),
        sa.Column("candidate_id", BigId, nullable=False),
        sa.Column("revealed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("recruiter_id", "candidate_id", name=op.f("pk_revealed_people")),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiters.id"], name=op.f("fk_revealed_people_recruiter_id_recruiters"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.id"], name=op.f("fk_revealed_people_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_revealed_people_candidate_id"), "revealed_people", ["candidate_id"])


def downgrade() -> None:
    """Take them away again; everybody sees names."""
    op.drop_table("revealed_people")
    op.drop_column("match_runs", "skills_version")
    op.drop_column("recruiters", "blind_since")
