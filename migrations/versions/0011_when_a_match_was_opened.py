"""Keep when a match was first opened, and let the reports count without reading whole rows.

Revision: 0011, after 0010. The previous release ignores the new column, which may be empty, and the indexes. When
matches were opened before is taken over from the trail of views, as far as it reaches.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)

INDEXES = (
    ("ix_matches_run_id_opened_at_candidate_id", "matches", ("run_id", "opened_at", "candidate_id")),
    (
        "ix_candidates_came_on",
        "candidates",
        ("collected_on", "created_at"),
    ),
    (
        "ix_candidates_came_through",
        "candidates",
        ("came_through", "source"),
    ),
    (
        "ix_applications_ended",
        "applications",
        ("disposition", "ended_on", "stage", "reason_id", "role_id", "candidate_id"),
    ),
)


def upgrade() -> None:
    """Add the column and the indexes, and fill the column from the trail."""
    op.add_column("matches", sa.Column("opened_at", Moment))
    for name, table, columns in INDEXES:
        op.create_index(name, table, list(columns))
    _take_over_views()


def downgrade() -> None:
    """Take them away again; the trail of views stays."""
    for name, table, _columns in INDEXES:
        op.drop_index(name, table)
    op.drop_column("matches", "opened_at")


def _take_over_views() -> None:
    connection = op.get_bind()
    events = sa.table(
        "audit_events",
        sa.column("at", Moment),
        sa.column("action"),
        sa.column("object_id", BigId),
        sa.column("details", Json),
    )
    matches = sa.table(
        "matches",
        sa.column("run_id", BigId),
        sa.column("candidate_id", BigId),
        sa.column("opened_at", Moment),
    )
    viewed = sa.select(events.c.at, events.c.object_id, events.c.details).where(
        events.c.action == "match_viewed"
    )
    first: dict[tuple[int, int], object] = {}
    for at, candidate_id, details in connection.execute(viewed.order_by(events.c.at)):
        if (details or {}).get("run_id") is not None:
            first.setdefault((details["run_id"], candidate_id), at)
    for (run_id, candidate_id), at in first.items():
        is_match = (matches.c.run_id == run_id) & (matches.c.candidate_id == candidate_id)
        connection.execute(sa.update(matches).where(is_match).values(opened_at=at))
