"""Keep pairs of people who might be one, what was decided about them, and what a merge moved.

Revision: 0004, after 0003. The previous release does not know these tables and needs none of them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)
VERDICTS = "verdict IN ('certain', 'possible')"
STATES = "state IN ('open', 'kept_apart')"


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "possible_duplicates",
        sa.Column("id", BigId, nullable=False),
        sa.Column("first_id", BigId, nullable=False),
        sa.Column("second_id", BigId, nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("name_tie", sa.String(32), nullable=False),
        sa.Column("agrees", Json, nullable=False),
        sa.Column("differs", Json, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("found_at", Moment, nullable=False),
        sa.Column("decided_by", BigId),
        sa.Column("decided_at", Moment),
        sa.CheckConstraint(VERDICTS, name=op.f("ck_possible_duplicates_verdict")),
        sa.CheckConstraint(STATES, name=op.f("ck_possible_duplicates_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_possible_duplicates")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_possible_duplicates_first_id_second_id")),
        *(_whose("possible_duplicates", column) for column in ("first_id", "second_id")),
        _by("possible_duplicates", "decided_by"),
    )
    op.create_table(
        "identity_keys",
        sa.Column("key", BigId, nullable=False, autoincrement=False),
        sa.Column("candidate_id", BigId, nullable=False),
        sa.Column("is_common", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", "candidate_id", name=op.f("pk_identity_keys")),
        _whose("identity_keys", "candidate_id"),
    )
    op.create_table(
        "identity_scans",
        sa.Column("id", BigId, nullable=False),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("through_change", BigId, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_scans")),
    )
    op.create_table(
        "merges",
        sa.Column("id", BigId, nullable=False),
        sa.Column("survivor_id", BigId, nullable=False),
        sa.Column("other_id", BigId, nullable=False),
        sa.Column("other_name", sa.String(320), nullable=False),
        sa.Column("dropped_source", sa.String(160)),
        sa.Column("dropped_external_id", sa.String(160)),
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.Column("record", Json, nullable=False),
        sa.Column("merged_by", BigId),
        sa.Column("merged_at", Moment, nullable=False),
        sa.Column("undone_by", BigId),
        sa.Column("undone_at", Moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        _whose("merges", "survivor_id"),
        *(_by("merges", column) for column in ("merged_by", "undone_by")),
        sqlite_autoincrement=True,
    )
    for table, *columns in INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


INDEXES = (
    ("possible_duplicates", "state", "score"),
    ("possible_duplicates", "second_id"),
    ("possible_duplicates", "decided_by"),
    ("identity_keys", "candidate_id"),
    ("merges", "dropped_source", "dropped_external_id"),
    ("merges", "survivor_id"),
    ("merges", "merged_by"),
    ("merges", "undone_by"),
)


def downgrade() -> None:
    """Drop the tables; who was merged stays merged and can then not be taken apart again."""
    for table in ("merges", "identity_scans", "identity_keys", "possible_duplicates"):
        op.drop_table(table)


def _whose(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_candidates")
    return sa.ForeignKeyConstraint([column], ["candidates.id"], name=name, ondelete="CASCADE")


def _by(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_recruiters")
    return sa.ForeignKeyConstraint([column], ["recruiters.id"], name=name, ondelete="SET NULL")
