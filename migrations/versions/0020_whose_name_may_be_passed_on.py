"""Keep who may be named to whom: asked, answered, taken back, and passed on.

Revision: 0018, after 0017. The previous release does not know the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pass_ons",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("candidate_id", BigId, nullable=False),
        sa.Column("to_name", sa.String(160), nullable=False),
        sa.Column("to_organisation", sa.String(160), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("with_resume", sa.Boolean(), nullable=False),
        sa.Column("asked_by", BigId),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("text_version", sa.String(64)),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answered_at", Moment),
        sa.Column("said_yes", sa.Boolean()),
        sa.Column("answered_how", sa.String(320)),
        sa.Column("holds_until", sa.Date()),
        sa.Column("taken_back_at", Moment),
        sa.Column("passed_at", Moment),
        sa.Column("passed_by", BigId),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass_ons")),
        _refers("candidate_id", "candidates", "CASCADE"),
        _refers("asked_by", "recruiters", "SET NULL"),
        _refers("passed_by", "recruiters", "SET NULL"),
        sqlite_autoincrement=True,
    )
    for column in ("candidate_id", "asked_by", "passed_by"):
        op.create_index(op.f(f"ix_pass_ons_{column}"), "pass_ons", [column])


def downgrade() -> None:
    """Take it away again, with what it says."""
    op.drop_table("pass_ons")


def _refers(column: str, to: str, when_gone: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_pass_ons_{column}_{to}"), ondelete=when_gone
    )
