"""Keep what a message needs to be sent at most once, and what stands against contact for a time.

Revision: 0007, after 0004. The previous release writes no messages and does not know the new table.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)
KINDS = "kind IN ('access_request', 'fee_protected', 'notice_required')"
PURPOSES = "purpose IN ('first_contact', 'answer', 'service')"
TEXTS = (("sender_name", 320), ("sender_address", 320), ("reply_to", 320), ("stop_link", 500))
TEXTS += (("override_reason", 500),)


def upgrade() -> None:
    """Make the table of holds and widen the messages."""
    op.create_table(
        "contact_holds",
        sa.Column("id", BigId, nullable=False),
        sa.Column("candidate_id", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("source", sa.String(160), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("lifted_at", Moment),
        sa.CheckConstraint(KINDS, name=op.f("ck_contact_holds_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_holds")),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_contact_holds_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_contact_holds_candidate_id"), "contact_holds", ["candidate_id"])
    with op.batch_alter_table("messages") as messages:
        messages.add_column(
            sa.Column("purpose", sa.String(32), nullable=False, server_default="first_contact")
        )
        for name, length in TEXTS:
            messages.add_column(sa.Column(name, sa.String(length)))
        messages.add_column(sa.Column("overridden", Json))
        messages.add_column(sa.Column("contact_id", BigId))
        messages.add_column(sa.Column("claimed_at", Moment))
        messages.create_check_constraint(op.f("ck_messages_purpose"), PURPOSES)
        messages.create_foreign_key(
            op.f("fk_messages_contact_id_contacts"),
            "contacts",
            ["contact_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.create_index(op.f("ix_messages_contact_id"), "messages", ["contact_id"])
    op.create_index(op.f("ix_messages_claimed_at"), "messages", ["claimed_at"])


def downgrade() -> None:
    """Take them away; what waits to be sent can then not be sent."""
    op.drop_index(op.f("ix_messages_claimed_at"), "messages")
    op.drop_index(op.f("ix_messages_contact_id"), "messages")
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint(op.f("fk_messages_contact_id_contacts"), type_="foreignkey")
        messages.drop_constraint(op.f("ck_messages_purpose"), type_="check")
        for name in ("purpose", *(name for name, _ in TEXTS), "overridden", "contact_id", "claimed_at"):
            messages.drop_column(name)
    op.drop_table("contact_holds")
