"""Keep how roles were closed round by round, whom a recruiter wants to keep, and what hiring managers answered.

Revision: 0016, after 0015. The previous release ignores the new tables, and the new column has a default.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)
ANSWERS = "answer IN ('yes', 'maybe', 'no')"


def upgrade() -> None:
    """Make the tables and add the column."""
    op.add_column(
        "applications",
        sa.Column("is_strong_elsewhere", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _make_rounds()
    _make_wishes()
    _make_decisions()
    _make_links()
    _make_people_of_links()


def downgrade() -> None:
    """Take them away again; how applications ended stays with the applications."""
    for table in (
        "shortlist_link_people",
        "shortlist_links",
        "closing_decisions",
        "keep_wishes",
        "role_rounds",
    ):
        op.drop_table(table)
    op.drop_column("applications", "is_strong_elsewhere")


def _make_rounds() -> None:
    op.create_table(
        "role_rounds",
        _id(),
        sa.Column("role_id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began_at", Moment),
        sa.Column("ended_at", Moment, nullable=False),
        sa.Column("ended_by", BigId),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_rounds")),
        _key("role_rounds", "role_id", "roles", "CASCADE"),
        _key("role_rounds", "ended_by", "recruiters", "SET NULL"),
        sa.UniqueConstraint("role_id", "number", name=op.f("uq_role_rounds_role_id_number")),
    )
    op.create_index(op.f("ix_role_rounds_ended_by"), "role_rounds", ["ended_by"])


def _make_wishes() -> None:
    op.create_table(
        "keep_wishes",
        _id(),
        sa.Column("candidate_id", BigId, nullable=False),
        sa.Column("recruiter_id", BigId),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("asked_at", Moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keep_wishes")),
        _key("keep_wishes", "candidate_id", "candidates", "CASCADE"),
        _key("keep_wishes", "recruiter_id", "recruiters", "SET NULL"),
    )
    for column in ("candidate_id", "recruiter_id"):
        op.create_index(op.f(f"ix_keep_wishes_{column}"), "keep_wishes", [column])


def _make_decisions() -> None:
    written = (
        ("note_id", "notes"),
        ("promise_id", "promises"),
        ("wish_id", "keep_wishes"),
        ("message_id", "messages"),
    )
    op.create_table(
        "closing_decisions",
        _id(),
        sa.Column("application_id", BigId, nullable=False),
        sa.Column("round_id", BigId),
        sa.Column("recruiter_id", BigId),
        sa.Column("decided_at", Moment, nullable=False),
        sa.Column("undone_at", Moment),
        sa.Column("before", Json, nullable=False),
        *(sa.Column(column, BigId) for column, _ in written),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_decisions")),
        _key("closing_decisions", "application_id", "applications", "CASCADE"),
        _key("closing_decisions", "round_id", "role_rounds", "SET NULL"),
        _key("closing_decisions", "recruiter_id", "recruiters", "SET NULL"),
        *(_key("closing_decisions", column, table, "SET NULL") for column, table in written),
    )
    for column in ("application_id", "round_id", "recruiter_id", *(column for column, _ in written)):
        op.create_index(op.f(f"ix_closing_decisions_{column}"), "closing_decisions", [column])


def _make_links() -> None:
    op.create_table(
        "shortlist_links",
        _id(),
        sa.Column("role_id", BigId, nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("address_key", sa.String(320), nullable=False),
        sa.Column("words", sa.Text()),
        sa.Column("without_names", sa.Boolean(), nullable=False),
        sa.Column("sent_by", BigId),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("revoked_at", Moment),
        sa.Column("opened_at", Moment),
        sa.Column("code_hash", sa.String(64)),
        sa.Column("code_until", Moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist_links")),
        _key("shortlist_links", "role_id", "roles", "CASCADE"),
        _key("shortlist_links", "sent_by", "recruiters", "SET NULL"),
    )
    for column in ("role_id", "address_key", "sent_by"):
        op.create_index(op.f(f"ix_shortlist_links_{column}"), "shortlist_links", [column])


def _make_people_of_links() -> None:
    op.create_table(
        "shortlist_link_people",
        _id(),
        sa.Column("link_id", BigId, nullable=False),
        sa.Column("candidate_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(32)),
        sa.Column("reason", sa.String(64)),
        sa.Column("words", sa.Text()),
        sa.Column("answered_at", Moment),
        sa.Column("feedback_id", BigId),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist_link_people")),
        _key("shortlist_link_people", "link_id", "shortlist_links", "CASCADE"),
        _key("shortlist_link_people", "candidate_id", "candidates", "CASCADE"),
        _key("shortlist_link_people", "feedback_id", "match_feedback", "SET NULL"),
        sa.UniqueConstraint(
            "link_id", "candidate_id", name=op.f("uq_shortlist_link_people_link_id_candidate_id")
        ),
        sa.CheckConstraint(ANSWERS, name=op.f("ck_shortlist_link_people_answer")),
    )
    for column in ("candidate_id", "feedback_id"):
        op.create_index(op.f(f"ix_shortlist_link_people_{column}"), "shortlist_link_people", [column])


def _id() -> sa.Column[int]:
    return sa.Column("id", BigId, autoincrement=True, nullable=False)


def _key(table: str, column: str, other: str, gone: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=gone)
