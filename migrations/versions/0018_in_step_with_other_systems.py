"""Keep what other systems have told row by row, tokens for them to write with, and that they may tell of a deletion.

Revision: 0018, after 0017. The previous release does not know the tables. Applications that another system told of
get the day they came in as the time of what they say, except where somebody here has ended them since.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)
CAME_BY = "came_by IN ('phone', 'mail', 'link', 'system')"
CAME_BY_BEFORE = "came_by IN ('phone', 'mail', 'link')"
TOLD_ELSEWHERE = """
UPDATE applications SET as_of = created_at
WHERE as_of IS NULL AND import_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM closing_decisions
  WHERE closing_decisions.application_id = applications.id AND closing_decisions.undone_at IS NULL
)
"""


def upgrade() -> None:
    """Make the tables, and let a request come from another system."""
    op.create_table(
        "source_rows",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source", sa.String(160), nullable=False),
        sa.Column("row_key", sa.String(32), nullable=False),
        sa.Column("row_hash", sa.String(32), nullable=False),
        sa.Column("said_at", Moment, nullable=False),
        sa.Column("candidate_id", BigId, nullable=False),
        sa.Column("import_id", BigId),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_rows")),
        sa.UniqueConstraint("source", "row_key", name=op.f("uq_source_rows_source_row_key")),
        _refers("source_rows", "candidate_id", "candidates", "CASCADE"),
        _refers("source_rows", "import_id", "imports", "SET NULL"),
    )
    op.create_index(op.f("ix_source_rows_candidate_id"), "source_rows", ["candidate_id"])
    op.create_index(op.f("ix_source_rows_import_id"), "source_rows", ["import_id"])
    op.create_table(
        "api_tokens",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("source", sa.String(160), nullable=False),
        sa.Column("may_report_deletions", sa.Boolean(), nullable=False),
        sa.Column("made_by", BigId),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("last_used_at", Moment),
        sa.Column("revoked_at", Moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
        _refers("api_tokens", "made_by", "recruiters", "SET NULL"),
    )
    op.create_index(op.f("ix_api_tokens_made_by"), "api_tokens", ["made_by"])
    _let_requests_come_by(CAME_BY)
    op.execute(TOLD_ELSEWHERE)


def downgrade() -> None:
    """Take them away again; a request that came from another system is one that came by mail then."""
    op.execute("UPDATE data_requests SET came_by = 'mail' WHERE came_by = 'system'")
    _let_requests_come_by(CAME_BY_BEFORE)
    op.drop_table("api_tokens")
    op.drop_table("source_rows")


def _let_requests_come_by(words: str) -> None:
    with op.batch_alter_table("data_requests") as requests:
        requests.drop_constraint(op.f("ck_data_requests_came_by"), type_="check")
        requests.create_check_constraint(op.f("ck_data_requests_came_by"), words)


def _refers(table: str, column: str, to: str, when_gone: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=when_gone)
