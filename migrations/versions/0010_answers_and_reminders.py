"""Keep what comes back to us, where a message comes back to, its one reminder, and what makes a promise due.

Revision: 0010, after 0009. The previous release ignores the new table and columns, which may all be empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and make the table."""
    with op.batch_alter_table("messages") as messages:
        messages.alter_column("reply_to", type_=sa.String(660), existing_type=sa.String(320))
        messages.add_column(sa.Column("return_path", sa.String(320)))
        messages.add_column(sa.Column("follow_up_days", sa.Integer()))
        messages.add_column(sa.Column("follows_id", BigId))
        messages.create_foreign_key(
            op.f("fk_messages_follows_id_messages"), "messages", ["follows_id"], ["id"], ondelete="SET NULL"
        )
        messages.create_index(op.f("ix_messages_follows_id"), ["follows_id"])
    with op.batch_alter_table("promises") as promises:
        promises.add_column(sa.Column("matched_role_id", BigId))
        promises.create_foreign_key(
            op.f("fk_promises_matched_role_id_roles"),
            "roles",
            ["matched_role_id"],
            ["id"],
            ondelete="SET NULL",
        )
        promises.create_index(op.f("ix_promises_matched_role_id"), ["matched_role_id"])
    op.create_table(
        "incoming_mails",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("mail_key", sa.String(320), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("candidate_id", BigId),
        sa.Column("message_id", BigId),
        sa.Column("contact_id", BigId),
        sa.Column("subject", sa.String(320)),
        sa.Column("words", sa.Text()),
        sa.Column("asks_to_stop", sa.Boolean(), nullable=False),
        sa.Column("came_at", Moment, nullable=False),
        sa.Column("handled_at", Moment),
        sa.Column("handled_by_id", BigId),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mails")),
        sa.UniqueConstraint("mail_key", name=op.f("uq_incoming_mails_mail_key")),
        sa.CheckConstraint(
            "kind IN ('answer', 'own_approach', 'bounce', 'delay', 'automatic', 'copy', 'other')",
            name=op.f("ck_incoming_mails_kind"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_incoming_mails_{column}_{table}"), ondelete=then
            )
            for column, table, then in (
                ("candidate_id", "candidates", "CASCADE"),
                ("message_id", "messages", "SET NULL"),
                ("contact_id", "contacts", "SET NULL"),
                ("handled_by_id", "recruiters", "SET NULL"),
            )
        ),
    )
    for column in ("candidate_id", "message_id", "contact_id", "handled_at", "handled_by_id"):
        op.create_index(op.f(f"ix_incoming_mails_{column}"), "incoming_mails", [column])


def downgrade() -> None:
    """Take them away again; what came back is forgotten, the contacts it left stay."""
    op.drop_table("incoming_mails")
    with op.batch_alter_table("promises") as promises:
        promises.drop_index(op.f("ix_promises_matched_role_id"))
        promises.drop_constraint(op.f("fk_promises_matched_role_id_roles"), type_="foreignkey")
        promises.drop_column("matched_role_id")
    op.execute("UPDATE messages SET reply_to = NULL WHERE length(reply_to) > 320")
    with op.batch_alter_table("messages") as messages:
        messages.drop_index(op.f("ix_messages_follows_id"))
        messages.drop_constraint(op.f("fk_messages_follows_id_messages"), type_="foreignkey")
        messages.drop_column("follows_id")
        messages.drop_column("follow_up_days")
        messages.drop_column("return_path")
        messages.alter_column("reply_to", type_=sa.String(320), existing_type=sa.String(660))
