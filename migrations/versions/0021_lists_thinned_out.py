"""Keep when an old list was thinned out, and look runs up without reading everybody's places.

Revision: 0021, after 0020. The previous release ignores the column; a list that was thinned out is to it one of nobody,
with which it compares the newest if somebody asks for just that.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
BEFORE = "ix_match_runs_role_id_ran_at"
AFTER = "ix_match_runs_as_known"


def upgrade() -> None:
    """Add the column, and widen the index."""
    op.add_column("match_runs", sa.Column("thinned_at", Moment))
    known = ["role_id", "ran_at", "confirmed_at", "through_change", "thinned_at"]
    op.create_index(AFTER, "match_runs", known)
    op.drop_index(BEFORE, "match_runs")


def downgrade() -> None:
    """Take both away; lists that were thinned out stay so."""
    op.create_index(BEFORE, "match_runs", ["role_id", "ran_at"])
    op.drop_index(AFTER, "match_runs")
    op.drop_column("match_runs", "thinned_at")
