"""Keep resumes as the files they came as: where each lies, what is hidden in it, what it says otherwise.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, all empty; the previous release works beside them."""
    with op.batch_alter_table("resumes") as resumes:
        resumes.add_column(sa.Column("file_key", sa.String(length=32), nullable=True))
        resumes.add_column(sa.Column("hidden_lines", JSON, nullable=True))
        resumes.add_column(sa.Column("source", sa.String(length=160), nullable=True))
        resumes.add_column(sa.Column("proposed", JSON, nullable=True))
        resumes.add_column(sa.Column("taken_over", JSON, nullable=True))
        resumes.create_unique_constraint("uq_resumes_file_key", ["file_key"])


def downgrade() -> None:
    """Take them away; the files themselves stay until the next clean-up."""
    with op.batch_alter_table("resumes") as resumes:
        resumes.drop_constraint("uq_resumes_file_key", type_="unique")
        for name in ("taken_over", "proposed", "source", "hidden_lines", "file_key"):
            resumes.drop_column(name)
