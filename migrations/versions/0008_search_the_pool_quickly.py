"""Search the pool without reading whole rows: who may be seen, who reached what, whose resume is how old.

Revision: 0008, after 0004.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WIDENED = (
    ("candidates", ("country",), ("country", "is_restricted", "owner_id")),
    ("candidates", ("is_restricted",), ("is_restricted", "owner_id")),
    ("resumes", ("candidate_id", "dated_on"), ("candidate_id", "dated_on", "created_at", "status")),
)
ADDED = ("applications", ("stage", "role_id", "candidate_id"))


def upgrade() -> None:
    """Put wider indexes in the place of narrow ones, and add one."""
    for table, narrow, wide in WIDENED:
        op.create_index(_name(table, wide), table, list(wide))
        op.drop_index(_name(table, narrow), table)
    table, columns = ADDED
    op.create_index(_name(table, columns), table, list(columns))


def downgrade() -> None:
    """Put the narrow indexes back."""
    table, columns = ADDED
    op.drop_index(_name(table, columns), table)
    for table, narrow, wide in WIDENED:
        op.create_index(_name(table, narrow), table, list(narrow))
        op.drop_index(_name(table, wide), table)


def _name(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
