"""Keep what the check of an upload found, how fast an import goes, and who introduced a candidate until when.

Revision: 0006, after 0004. The previous release does not know the table and the columns and needs none of them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATES = "check_state IN ('asked', 'running', 'done', 'failed')"
ADDED = (
    ("imports", "rows_total", sa.Integer()),
    ("imports", "rows_per_second", sa.Float()),
    ("candidates", "introduced_by", sa.String(length=320)),
    ("candidates", "fee_until", sa.Date()),
)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns; they are empty for what is there already."""
    op.create_table(
        "import_uploads",
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("first_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("check_state", sa.String(length=32), nullable=True),
        sa.Column("choices_key", sa.String(length=64), nullable=True),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_per_second", sa.Float(), nullable=True),
        sa.Column("report", JSON, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_import_uploads_check_state")),
        *(
            sa.ForeignKeyConstraint(
                [column], ["imports.id"], name=f"fk_import_uploads_{column}_imports", ondelete="CASCADE"
            )
            for column in ("import_id", "first_id")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_uploads")),
    )
    op.create_index("ix_import_uploads_first_id", "import_uploads", ["first_id"])
    for table, column, kind in ADDED:
        op.add_column(table, sa.Column(column, kind, nullable=True))


def downgrade() -> None:
    """Take them away; who introduced whom is forgotten."""
    for table, column, _ in reversed(ADDED):
        op.drop_column(table, column)
    op.drop_index("ix_import_uploads_first_id", "import_uploads")
    op.drop_table("import_uploads")
