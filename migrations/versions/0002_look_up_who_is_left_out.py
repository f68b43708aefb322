"""Look up by index the few people whom every ranking asks for: restricted, employed here, consent taken back.

Revision: 0002, after 0001.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES = (
    ("candidates", "is_restricted"),
    ("candidates", "employed_from"),
    ("lawful_bases", "withdrawn_on"),
)


def upgrade() -> None:
    """Make the indexes; the previous release works with them as without."""
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Take the indexes away."""
    for table, column in INDEXES:
        op.drop_index(f"ix_{table}_{column}", table)
