"""Keep what people ask about their own data, holds in law, and who was asked for consent.

Revision: 0017, after 0016. The previous release does not know the tables.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)
KINDS = "kind IN ('access', 'erasure', 'correction', 'question')"
STATES = "state IN ('unconfirmed', 'open', 'answered', 'refused')"
CAME_BY = "came_by IN ('phone', 'mail', 'link')"
CAUSES = "cause IN ('rejection', 'renewal', 'campaign', 'by_hand')"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "legal_holds",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("reason", sa.String(320), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("placed_by", BigId),
        sa.Column("placed_at", Moment, nullable=False),
        sa.Column("lifted_at", Moment),
        sa.Column("copy_key", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
        _refers("legal_holds", "placed_by", "recruiters", "SET NULL"),
    )
    op.create_index(op.f("ix_legal_holds_person_id"), "legal_holds", ["person_id"])
    op.create_index(op.f("ix_legal_holds_placed_by"), "legal_holds", ["placed_by"])
    _make_requests()
    op.create_table(
        "consent_requests",
        sa.Column("id", BigId, nullable=False),
        sa.Column("candidate_id", BigId, nullable=False),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("text_version", sa.String(64), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("answered_at", Moment),
        sa.Column("said_yes", sa.Boolean()),
        sa.CheckConstraint(CAUSES, name=op.f("ck_consent_requests_cause")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_requests")),
        _refers("consent_requests", "candidate_id", "candidates", "CASCADE"),
    )
    op.create_index(op.f("ix_consent_requests_candidate_id"), "consent_requests", ["candidate_id"])
    op.create_index(op.f("ix_consent_requests_cause_asked_at"), "consent_requests", ["cause", "asked_at"])


def downgrade() -> None:
    """Take them away again, with what they say."""
    for table in ("consent_requests", "data_requests", "legal_holds"):
        op.drop_table(table)


def _make_requests() -> None:
    op.create_table(
        "data_requests",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("came_by", sa.String(32), nullable=False),
        sa.Column("candidate_id", BigId),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("extended_on", sa.Date()),
        sa.Column("identity_checked_on", sa.Date()),
        sa.Column("identity_words", sa.String(320)),
        sa.Column("words", sa.Text()),
        sa.Column("owner_id", BigId),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_at", Moment),
        sa.Column("erasure_asked_at", Moment),
        sa.Column("proof", Json),
        sa.Column("export_key", sa.String(32)),
        sa.Column("export_asked_at", Moment),
        sa.Column("export_made_at", Moment),
        sa.Column("created_at", Moment, nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_data_requests_kind")),
        sa.CheckConstraint(STATES, name=op.f("ck_data_requests_state")),
        sa.CheckConstraint(CAME_BY, name=op.f("ck_data_requests_came_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
        _refers("data_requests", "candidate_id", "candidates", "SET NULL"),
        _refers("data_requests", "owner_id", "recruiters", "SET NULL"),
    )
    for columns in (["candidate_id"], ["owner_id"], ["state", "due_on"]):
        op.create_index(op.f(f"ix_data_requests_{'_'.join(columns)}"), "data_requests", columns)


def _refers(table: str, column: str, to: str, when_gone: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=when_gone)
