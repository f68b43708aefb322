"""Record what an import changed, so that it can be undone, and keep what somebody said about a file's columns.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the previous release works beside them, but what it imports meanwhile is undone in part."""
    op.create_table(
        "import_changes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("import_id", ID, nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("candidate_id", ID, nullable=True),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_import_changes_import_id_imports", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name="fk_import_changes_candidate_id_candidates",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_changes")),
    )
    op.create_index("ix_import_changes_import_id", "import_changes", ["import_id"])
    op.create_index("ix_import_changes_candidate_id", "import_changes", ["candidate_id"])
    op.create_index("ix_import_changes_record_record_id", "import_changes", ["record", "record_id"])
    op.create_table(
        "import_mappings",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("header_key", sa.String(length=64), nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mappings")),
        sa.UniqueConstraint("name", name="uq_import_mappings_name"),
    )
    op.create_index("ix_import_mappings_header_key", "import_mappings", ["header_key"])
    with op.batch_alter_table("imports") as imports:
        imports.add_column(sa.Column("undo_began_at", MOMENT, nullable=True))
        imports.add_column(sa.Column("undone_at", MOMENT, nullable=True))
        imports.add_column(sa.Column("undo_outcome", JSON, nullable=True))


def downgrade() -> None:
    """Take them away; imports of before can then no longer be undone."""
    with op.batch_alter_table("imports") as imports:
        imports.drop_column("undo_outcome")
        imports.drop_column("undone_at")
        imports.drop_column("undo_began_at")
    op.drop_index("ix_import_mappings_header_key", "import_mappings")
    op.drop_table("import_mappings")
    for columns in ("record_record_id", "candidate_id", "import_id"):
        op.drop_index(f"ix_import_changes_{columns}", "import_changes")
    op.drop_table("import_changes")
