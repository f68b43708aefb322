"""Every record of the first version.

People and how each application went, roles, consent, accounts, work, match runs, messages and imports.

Revision: 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
CODE = sa.String(32)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, parents before children."""
    op.create_table(
        "audit_events",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("recruiter_id", ID, nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_kind", sa.String(length=32), nullable=False),
        sa.Column("object_id", ID, nullable=True),
        sa.Column("details", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_at", "audit_events", ["at"])
    op.create_index(
        "ix_audit_events_object_kind_object_id_at", "audit_events", ["object_kind", "object_id", "at"]
    )

    op.create_table(
        "candidate_changes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_candidate_changes_at", "candidate_changes", ["at"])

    op.create_table(
        "job_runs",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("state", CODE, nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fence", ID, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_job_runs_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
        sa.UniqueConstraint("job", "due_at", name=op.f("uq_job_runs_job_due_at")),
    )
    op.create_index("ix_job_runs_started_at", "job_runs", ["started_at"])

    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("fence", ID, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "offices",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=320), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("sender_name", sa.String(length=320), nullable=True),
        sa.Column("sender_address", sa.String(length=320), nullable=True),
        sa.Column("postal_address", sa.Text(), nullable=True),
        sa.Column("retention_policy", sa.String(length=32), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
        sa.UniqueConstraint("name", name=op.f("uq_offices_name")),
    )
    op.create_table(
        "rejection_reasons",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=320), nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("hold", CODE, nullable=False),
        sa.Column("hold_months", sa.Integer(), nullable=True),
        sa.Column("against_candidate", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "hold IN ('permanent', 'time_bound', 'conditional')", name=op.f("ck_rejection_reasons_hold")
        ),
        sa.CheckConstraint("kind IN ('rejection', 'withdrawal')", name=op.f("ck_rejection_reasons_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejection_reasons")),
        sa.UniqueConstraint("code", name=op.f("uq_rejection_reasons_code")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("attempted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(
        "ix_sign_in_attempts_key_hash_attempted_at", "sign_in_attempts", ["key_hash", "attempted_at"]
    )

    op.create_table(
        "recruiters",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=320), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('recruiter', 'hiring_manager', 'administrator')", name=op.f("ck_recruiters_kind")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_recruiters_office_id_offices"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruiters")),
        sa.UniqueConstraint("email_key", name=op.f("uq_recruiters_email_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_recruiters_office_id", "recruiters", ["office_id"])

    op.create_table(
        "asked_work",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("asked_by", ID, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", ID, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_asked_work_state")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["recruiters.id"],
            name=op.f("fk_asked_work_asked_by_recruiters"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_work")),
    )
    op.create_index("ix_asked_work_asked_by", "asked_work", ["asked_by"])
    op.create_index("ix_asked_work_state_due_at", "asked_work", ["state", "due_at"])

    op.create_table(
        "imports",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("bytes_done", ID, nullable=False),
        sa.Column("bytes_total", ID, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("recruiter_id", ID, nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'stopped', 'failed')", name=op.f("ck_imports_state")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_imports_recruiter_id_recruiters"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_content_hash", "imports", ["content_hash"])
    op.create_index("ix_imports_recruiter_id", "imports", ["recruiter_id"])

    op.create_table(
        "login_sessions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("recruiter_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_login_sessions_recruiter_id_recruiters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_sessions_token_hash")),
    )
    op.create_index("ix_login_sessions_recruiter_id", "login_sessions", ["recruiter_id"])

    op.create_table(
        "one_time_links",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", CODE, nullable=False),
        sa.Column("recruiter_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint("purpose IN ('set_up', 'sign_in')", name=op.f("ck_one_time_links_purpose")),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_one_time_links_recruiter_id_recruiters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_links_token_hash")),
    )
    op.create_index("ix_one_time_links_recruiter_id", "one_time_links", ["recruiter_id"])

    op.create_table(
        "policy_versions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("recruiter_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_policy_versions_recruiter_id_recruiters"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_policy_versions_name_version")),
    )
    op.create_index("ix_policy_versions_recruiter_id", "policy_versions", ["recruiter_id"])

    op.create_table(
        "candidates",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("full_name", sa.String(length=320), nullable=False),
        sa.Column("folded_name", sa.String(length=320), nullable=False),
        sa.Column("headline", sa.String(length=500), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("skills", sa.Text(), nullable=True),
        sa.Column("experience", sa.Text(), nullable=True),
        sa.Column("street", sa.String(length=320), nullable=True),
        sa.Column("postcode", sa.String(length=32), nullable=True),
        sa.Column("city", sa.String(length=160), nullable=True),
        sa.Column("region", sa.String(length=160), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("employed_from", sa.Date(), nullable=True),
        sa.Column("employed_until", sa.Date(), nullable=True),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("source", sa.String(length=160), nullable=True),
        sa.Column("external_id", sa.String(length=160), nullable=True),
        sa.Column("external_url", sa.String(length=2000), nullable=True),
        sa.Column("as_of", MOMENT, nullable=True),
        sa.Column("came_through", sa.String(length=320), nullable=True),
        sa.Column("collected_on", sa.Date(), nullable=True),
        sa.Column("source_data", JSON, nullable=False),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_candidates_import_id_imports"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_candidates_office_id_offices"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["recruiters.id"],
            name=op.f("fk_candidates_owner_id_recruiters"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidates")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_candidates_source_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_candidates_country", "candidates", ["country"])
    op.create_index("ix_candidates_folded_name", "candidates", ["folded_name"])
    op.create_index("ix_candidates_import_id", "candidates", ["import_id"])
    op.create_index("ix_candidates_office_id", "candidates", ["office_id"])
    op.create_index("ix_candidates_owner_id", "candidates", ["owner_id"])

    op.create_table(
        "roles",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(length=320), nullable=False),
        sa.Column("folded_title", sa.String(length=320), nullable=False),
        sa.Column("requisition_code", sa.String(length=160), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=320), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column("pay_from", sa.Integer(), nullable=True),
        sa.Column("pay_to", sa.Integer(), nullable=True),
        sa.Column("pay_currency", sa.String(length=3), nullable=True),
        sa.Column("facts_asked", JSON, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("hiring_manager_id", ID, nullable=True),
        sa.Column("posted_at", MOMENT, nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=160), nullable=True),
        sa.Column("external_id", sa.String(length=160), nullable=True),
        sa.Column("external_url", sa.String(length=2000), nullable=True),
        sa.Column("as_of", MOMENT, nullable=True),
        sa.Column("source_data", JSON, nullable=False),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("state IN ('draft', 'open', 'paused', 'closed')", name=op.f("ck_roles_state")),
        sa.CheckConstraint(
            "pay_from IS NULL OR pay_to IS NULL OR pay_from <= pay_to", name=op.f("ck_roles_pay_band")
        ),
        sa.ForeignKeyConstraint(
            ["hiring_manager_id"],
            ["recruiters.id"],
            name=op.f("fk_roles_hiring_manager_id_recruiters"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_roles_import_id_imports"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_roles_office_id_offices"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["recruiters.id"], name=op.f("fk_roles_owner_id_recruiters"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_roles_source_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_roles_folded_title", "roles", ["folded_title"])
    op.create_index("ix_roles_hiring_manager_id", "roles", ["hiring_manager_id"])
    op.create_index("ix_roles_import_id", "roles", ["import_id"])
    op.create_index("ix_roles_office_id", "roles", ["office_id"])
    op.create_index("ix_roles_owner_id", "roles", ["owner_id"])
    op.create_index("ix_roles_requisition_code", "roles", ["requisition_code"])
    op.create_index("ix_roles_state", "roles", ["state"])

    op.create_table(
        "applications",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("role_id", ID, nullable=True),
        sa.Column("role_title", sa.String(length=320), nullable=False),
        sa.Column("stage", CODE, nullable=False),
        sa.Column("disposition", CODE, nullable=True),
        sa.Column("reason_id", ID, nullable=True),
        sa.Column("reason_text", sa.Text(), nullable=True),
        sa.Column("reason_holds_until", sa.Date(), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("active_on", sa.Date(), nullable=True),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("interviewer_words", sa.Text(), nullable=True),
        sa.Column("promised", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=160), nullable=True),
        sa.Column("external_id", sa.String(length=160), nullable=True),
        sa.Column("as_of", MOMENT, nullable=True),
        sa.Column("source_data", JSON, nullable=False),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "disposition IN ('hired', 'rejected', 'withdrawn', 'role_closed', 'unknown')",
            name=op.f("ck_applications_disposition"),
        ),
        sa.CheckConstraint(
            "stage IN ('applied', 'screened', 'interviewed', 'final_round', 'offered', 'hired')",
            name=op.f("ck_applications_stage"),
        ),
        sa.CheckConstraint(
            "rating IS NULL OR (rating >= 0 AND rating <= 1)", name=op.f("ck_applications_rating")
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_applications_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_applications_import_id_imports"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"],
            ["rejection_reasons.id"],
            name=op.f("fk_applications_reason_id_rejection_reasons"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_applications_role_id_roles"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint(
            "candidate_id",
            "role_id",
            "applied_on",
            name=op.f("uq_applications_candidate_id_role_id_applied_on"),
        ),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_applications_source_external_id")),
    )
    op.create_index("ix_applications_candidate_id_applied_on", "applications", ["candidate_id", "applied_on"])
    op.create_index("ix_applications_disposition", "applications", ["disposition"])
    op.create_index("ix_applications_import_id", "applications", ["import_id"])
    op.create_index("ix_applications_reason_id", "applications", ["reason_id"])
    op.create_index("ix_applications_role_id", "applications", ["role_id"])

    op.create_table(
        "candidate_emails",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("address_key", sa.String(length=320), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("bounced_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_candidate_emails_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_emails")),
        sa.UniqueConstraint(
            "candidate_id", "address_key", name=op.f("uq_candidate_emails_candidate_id_address_key")
        ),
    )
    op.create_index("ix_candidate_emails_address_key", "candidate_emails", ["address_key"])

    op.create_table(
        "candidate_links",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("url_key", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_candidate_links_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_links")),
        sa.UniqueConstraint("candidate_id", "url_key", name=op.f("uq_candidate_links_candidate_id_url_key")),
    )
    op.create_index("ix_candidate_links_url_key", "candidate_links", ["url_key"])

    op.create_table(
        "candidate_phones",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("number_key", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_candidate_phones_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_phones")),
        sa.UniqueConstraint(
            "candidate_id", "number_key", name=op.f("uq_candidate_phones_candidate_id_number_key")
        ),
    )
    op.create_index("ix_candidate_phones_number_key", "candidate_phones", ["number_key"])

    op.create_table(
        "contacts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("channel", CODE, nullable=False),
        sa.Column("direction", CODE, nullable=False),
        sa.Column("is_unasked", sa.Boolean(), nullable=False),
        sa.Column("recruiter_id", ID, nullable=True),
        sa.Column("role_id", ID, nullable=True),
        sa.Column("outcome", sa.String(length=160), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("import_id", ID, nullable=True),
        sa.CheckConstraint(
            "channel IN ('email', 'call', 'linkedin', 'sms', 'other')", name=op.f("ck_contacts_channel")
        ),
        sa.CheckConstraint("direction IN ('ours', 'theirs')", name=op.f("ck_contacts_direction")),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_contacts_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_contacts_import_id_imports"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_contacts_recruiter_id_recruiters"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_contacts_role_id_roles"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index("ix_contacts_candidate_id_at", "contacts", ["candidate_id", "at"])
    op.create_index("ix_contacts_import_id", "contacts", ["import_id"])
    op.create_index("ix_contacts_recruiter_id", "contacts", ["recruiter_id"])
    op.create_index("ix_contacts_role_id", "contacts", ["role_id"])

    op.create_table(
        "facts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=160), nullable=True),
        sa.Column("recruiter_id", ID, nullable=True),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('pay_expectation', 'notice', 'right_to_work', 'language', 'seniority', 'location', 'contract_type')",
            name=op.f("ck_facts_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_facts_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_facts_import_id_imports"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_facts_recruiter_id_recruiters"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    op.create_index("ix_facts_candidate_id_kind", "facts", ["candidate_id", "kind"])
    op.create_index("ix_facts_import_id", "facts", ["import_id"])
    op.create_index("ix_facts_recruiter_id", "facts", ["recruiter_id"])

    op.create_table(
        "import_problems",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("import_id", ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=320), nullable=True),
        sa.Column("value", sa.String(length=500), nullable=True),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("remedy", sa.String(length=500), nullable=False),
        sa.Column("candidate_id", ID, nullable=True),
        sa.Column("row", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_import_problems_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_import_problems_import_id_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problems")),
    )
    op.create_index("ix_import_problems_candidate_id", "import_problems", ["candidate_id"])
    op.create_index("ix_import_problems_import_id_line", "import_problems", ["import_id", "line"])

    op.create_table(
        "lawful_bases",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("basis", CODE, nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("text_version", sa.String(length=64), nullable=True),
        sa.Column("source", sa.String(length=160), nullable=True),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "basis IN ('consent', 'legitimate_interest', 'contract', 'legal')",
            name=op.f("ck_lawful_bases_basis"),
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_lawful_bases_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_lawful_bases_import_id_imports"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lawful_bases")),
    )
    op.create_index("ix_lawful_bases_candidate_id_expires_on", "lawful_bases", ["candidate_id", "expires_on"])
    op.create_index("ix_lawful_bases_import_id", "lawful_bases", ["import_id"])

    op.create_table(
        "match_feedback",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("role_id", ID, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("scope", CODE, nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("recruiter_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('shortlisted', 'dismissed', 'snoozed')", name=op.f("ck_match_feedback_kind")
        ),
        sa.CheckConstraint(
            "scope IN ('this_role', 'similar_roles', 'until')", name=op.f("ck_match_feedback_scope")
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_match_feedback_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_match_feedback_recruiter_id_recruiters"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_match_feedback_role_id_roles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_feedback")),
    )
    op.create_index("ix_match_feedback_candidate_id", "match_feedback", ["candidate_id"])
    op.create_index("ix_match_feedback_recruiter_id", "match_feedback", ["recruiter_id"])
    op.create_index("ix_match_feedback_role_id_candidate_id", "match_feedback", ["role_id", "candidate_id"])

    op.create_table(
        "match_runs",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("role_id", ID, nullable=False),
        sa.Column("cause", CODE, nullable=False),
        sa.Column("ran_at", MOMENT, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("brief", JSON, nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("index_generation", sa.String(length=64), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("funnel", JSON, nullable=False),
        sa.Column("role_weights", JSON, nullable=False),
        sa.Column("ranked", sa.LargeBinary(), nullable=False),
        sa.Column("excluded", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "cause IN ('posted', 'asked', 'changed', 'scheduled')", name=op.f("ck_match_runs_cause")
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_match_runs_role_id_roles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_runs")),
    )
    op.create_index("ix_match_runs_role_id_ran_at", "match_runs", ["role_id", "ran_at"])

    op.create_table(
        "messages",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("message_key", sa.String(length=120), nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("role_id", ID, nullable=True),
        sa.Column("recruiter_id", ID, nullable=True),
        sa.Column("template", sa.String(length=64), nullable=True),
        sa.Column("to_address", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("state", CODE, nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'pending', 'sending', 'sent', 'retrying', 'failed', 'unknown', 'stopped')",
            name=op.f("ck_messages_state"),
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_messages_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_messages_recruiter_id_recruiters"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_messages_role_id_roles"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("message_key", name=op.f("uq_messages_message_key")),
    )
    op.create_index("ix_messages_candidate_id", "messages", ["candidate_id"])
    op.create_index("ix_messages_recruiter_id", "messages", ["recruiter_id"])
    op.create_index("ix_messages_role_id", "messages", ["role_id"])
    op.create_index("ix_messages_state_due_at", "messages", ["state", "due_at"])

    op.create_table(
        "notes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recruiter_id", ID, nullable=True),
        sa.Column("role_id", ID, nullable=True),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_notes_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_notes_import_id_imports"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_notes_recruiter_id_recruiters"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_notes_role_id_roles"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_candidate_id", "notes", ["candidate_id"])
    op.create_index("ix_notes_import_id", "notes", ["import_id"])
    op.create_index("ix_notes_recruiter_id", "notes", ["recruiter_id"])
    op.create_index("ix_notes_role_id", "notes", ["role_id"])

    op.create_table(
        "resumes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("has_file", sa.Boolean(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("visible_text", sa.Text(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "status IN ('readable', 'empty', 'encrypted', 'scanned', 'unreadable', 'refused')",
            name=op.f("ck_resumes_status"),
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_resumes_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_resumes_import_id_imports"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resumes")),
        sa.UniqueConstraint(
            "candidate_id", "content_hash", name=op.f("uq_resumes_candidate_id_content_hash")
        ),
    )
    op.create_index("ix_resumes_candidate_id_dated_on", "resumes", ["candidate_id", "dated_on"])
    op.create_index("ix_resumes_import_id", "resumes", ["import_id"])

    op.create_table(
        "role_requirements",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("role_id", ID, nullable=False),
        sa.Column("any_of", JSON, nullable=False),
        sa.Column("importance", CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "importance IN ('important', 'nice', 'filter')", name=op.f("ck_role_requirements_importance")
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_role_requirements_role_id_roles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_requirements")),
    )
    op.create_index("ix_role_requirements_role_id", "role_requirements", ["role_id"])

    op.create_table(
        "role_team_members",
        sa.Column("role_id", ID, nullable=False),
        sa.Column("recruiter_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_role_team_members_recruiter_id_recruiters"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_role_team_members_role_id_roles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_id", "recruiter_id", name=op.f("pk_role_team_members")),
    )
    op.create_index("ix_role_team_members_recruiter_id", "role_team_members", ["recruiter_id"])

    op.create_table(
        "suppressions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("scope", CODE, nullable=False),
        sa.Column("candidate_id", ID, nullable=True),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "scope IN ('contact', 'processing', 'erased')", name=op.f("ck_suppressions_scope")
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_suppressions_candidate_id_candidates"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_suppressions_import_id_imports"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.UniqueConstraint("key_hash", "scope", name=op.f("uq_suppressions_key_hash_scope")),
    )
    op.create_index("ix_suppressions_candidate_id", "suppressions", ["candidate_id"])
    op.create_index("ix_suppressions_import_id", "suppressions", ["import_id"])

    op.create_table(
        "matches",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("band", sa.String(length=16), nullable=False),
        sa.Column("receipt", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_matches_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_runs.id"], name=op.f("fk_matches_run_id_match_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "candidate_id", name=op.f("pk_matches")),
    )
    op.create_index("ix_matches_candidate_id", "matches", ["candidate_id"])
    op.create_index("ix_matches_run_id_rank", "matches", ["run_id", "rank"])

    op.create_table(
        "promises",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("kept_at", MOMENT, nullable=True),
        sa.Column("let_go_at", MOMENT, nullable=True),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_promises_application_id_applications"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_promises_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_promises_import_id_imports"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["recruiters.id"], name=op.f("fk_promises_owner_id_recruiters"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    op.create_index("ix_promises_application_id", "promises", ["application_id"])
    op.create_index("ix_promises_candidate_id", "promises", ["candidate_id"])
    op.create_index("ix_promises_due_on", "promises", ["due_on"])
    op.create_index("ix_promises_import_id", "promises", ["import_id"])
    op.create_index("ix_promises_owner_id", "promises", ["owner_id"])

    op.create_table(
        "role_looks",
        sa.Column("role_id", ID, nullable=False),
        sa.Column("recruiter_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["recruiters.id"],
            name=op.f("fk_role_looks_recruiter_id_recruiters"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_role_looks_role_id_roles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_runs.id"], name=op.f("fk_role_looks_run_id_match_runs"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("role_id", "recruiter_id", name=op.f("pk_role_looks")),
    )
    op.create_index("ix_role_looks_recruiter_id", "role_looks", ["recruiter_id"])
    op.create_index("ix_role_looks_run_id", "role_looks", ["run_id"])


def downgrade() -> None:
    """Drop every table, children before parents; their indexes go with them."""

    op.drop_table("role_looks")

    op.drop_table("promises")

    op.drop_table("matches")

    op.drop_table("suppressions")

    op.drop_table("role_team_members")

    op.drop_table("role_requirements")

    op.drop_table("resumes")

    op.drop_table("notes")

    op.drop_table("messages")

    op.drop_table("match_runs")

    op.drop_table("match_feedback")

    op.drop_table("lawful_bases")

    op.drop_table("import_problems")

    op.drop_table("facts")

    op.drop_table("contacts")

    op.drop_table("candidate_phones")

    op.drop_table("candidate_links")

    op.drop_table("candidate_emails")

    op.drop_table("applications")

    op.drop_table("roles")

    op.drop_table("candidates")

    op.drop_table("policy_versions")

    op.drop_table("one_time_links")

    op.drop_table("login_sessions")

    op.drop_table("imports")

    op.drop_table("asked_work")

    op.drop_table("recruiters")

    op.drop_table("sign_in_attempts")
    op.drop_table("rejection_reasons")
    op.drop_table("offices")
    op.drop_table("leases")

    op.drop_table("job_runs")

    op.drop_table("candidate_changes")

    op.drop_table("audit_events")
