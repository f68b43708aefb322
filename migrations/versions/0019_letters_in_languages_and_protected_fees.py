"""Keep in which language a message is, and find at once whose agency's fee is protected.

Revision: 0018, after 0017. The previous release notices neither the index nor the column, which has a default.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the index."""
    op.add_column("messages", sa.Column("language", sa.String(8), server_default="en", nullable=False))
    op.create_index(op.f("ix_candidates_fee_until"), "candidates", ["fee_until"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index(op.f("ix_candidates_fee_until"), "candidates")
    op.drop_column("messages", "language")
