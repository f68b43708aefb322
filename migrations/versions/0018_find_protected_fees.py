"""Find at once whose agency's fee is protected: asked of the whole pool for the list, and before each message.

Revision: 0018, after 0017. The previous release does not notice the index.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f("ix_candidates_fee_until"), "candidates", ["fee_until"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index(op.f("ix_candidates_fee_until"), "candidates")
