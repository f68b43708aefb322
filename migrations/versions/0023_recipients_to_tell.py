"""Keep which recipients are to be told that somebody's data is erased or corrected, and who has been.

Revision: 0023, after 0022. The previous release does not know the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)
TABLE = "recipients_to_tell"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        TABLE,
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("told_of", sa.String(32), nullable=False),
        sa.Column("how", sa.String(32), nullable=False),
        sa.Column("reference", BigId, nullable=False),
        sa.Column("to_whom", sa.String(400), nullable=False),
        sa.Column("with_resume", sa.Boolean(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("told_at", Moment),
        sa.Column("told_by", BigId),
        sa.CheckConstraint(
            "told_of IN ('erasure', 'correction')", name=op.f("ck_recipients_to_tell_told_of")
        ),
        sa.CheckConstraint(
            "how IN ('passed_on', 'shown', 'handed_over')", name=op.f("ck_recipients_to_tell_how")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients_to_tell")),
        sa.ForeignKeyConstraint(
            ["told_by"],
            ["recruiters.id"],
            name=op.f("fk_recipients_to_tell_told_by_recruiters"),
            ondelete="SET NULL",
        ),
    )
    for column in ("person_id", "told_at", "told_by"):
        op.create_index(op.f(f"ix_recipients_to_tell_{column}"), TABLE, [column])


def downgrade() -> None:
    """Take it away again, with what it says."""
    op.drop_table(TABLE)
