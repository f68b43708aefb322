"""Count rejections without a reason for the home page without reading every rejection.

Revision: 0015, after 0014.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NARROW, WIDE = ("disposition",), ("disposition", "reason_id", "candidate_id")


def upgrade() -> None:
    """Put a wider index in the place of a narrow one."""
    op.create_index(_name(WIDE), "applications", list(WIDE))
    op.drop_index(_name(NARROW), "applications")


def downgrade() -> None:
    """Put the narrow index back."""
    op.create_index(_name(NARROW), "applications", list(NARROW))
    op.drop_index(_name(WIDE), "applications")


def _name(columns: tuple[str, ...]) -> str:
    return f"ix_applications_{'_'.join(columns)}"
