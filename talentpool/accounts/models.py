"""Who we are: offices, the people who sign in, their sessions, and the trail of what they did."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentpool.database import (
    NEVER_AN_ID_TWICE,
    Base,
    BigId,
    Code,
    Document,
    Listing,
    LongText,
    Moment,
    PrimaryId,
    ShortText,
    one_of,
)


class AccountKind(StrEnum):
    """What somebody may do follows from this, in `permissions`."""

    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring_manager"
    ADMINISTRATOR = "administrator"


class Searched(StrEnum):
    """What a saved search is used on: the list of any role, or the pool."""

    MATCHES = "matches"
    POOL = "pool"


class LinkPurpose(StrEnum):
    """What a one-time link is good for."""

    SET_UP = "set_up"
    SIGN_IN = "sign_in"


class Office(Base):
    """The legal entity a role belongs to: its country, sender, language and retention."""

    __tablename__ = "offices"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[PrimaryId]
    name: Mapped[ShortText]
    country: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(8), default="en")
    sender_name: Mapped[str | None] = mapped_column(String(320))
    sender_address: Mapped[str | None] = mapped_column(String(320))
    postal_address: Mapped[LongText | None]
    retention_policy: Mapped[str | None] = mapped_column(String(32))  # none chosen: nothing ends by itself
    created_at: Mapped[Moment]


class Recruiter(Base):
    """Somebody who signs in: a recruiter, a hiring manager or an administrator."""

    __tablename__ = "recruiters"
    __table_args__ = (UniqueConstraint("email_key"), one_of("kind", AccountKind), NEVER_AN_ID_TWICE)

    id: Mapped[PrimaryId]
    name: Mapped[ShortText]
    email: Mapped[ShortText]
    email_key: Mapped[ShortText]  # folded, so that case makes no second account
    kind: Mapped[AccountKind] = mapped_column(Code(AccountKind))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="SET NULL"), index=True)
    disabled_at: Mapped[Moment | None]
    blind_since: Mapped[Moment | None]  # none: sees who people are
    created_at: Mapped[Moment]

    office: Mapped[Office | None] = relationship()


class LoginSession(Base):
    """One signed-in browser; the cookie holds a token of which only the hash is kept."""

    __tablename__ = "login_sessions"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[PrimaryId]
    token_hash: Mapped[str] = mapped_column(String(64))
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiters.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]

    recruiter: Mapped[Recruiter] = relationship()


class OneTimeLink(Base):
    """A link that works once and not for long: set-up of an account, or a sign-in on loopback."""

    __tablename__ = "one_time_links"
    __table_args__ = (UniqueConstraint("token_hash"), one_of("purpose", LinkPurpose))

    id: Mapped[PrimaryId]
    token_hash: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[LinkPurpose] = mapped_column(Code(LinkPurpose))
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiters.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class SignInAttempt(Base):
    """A failed sign-in, counted per account and per address; neither is readable from the row."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "key_hash", "attempted_at"),)

    id: Mapped[PrimaryId]
    key_hash: Mapped[str] = mapped_column(String(64))
    attempted_at: Mapped[Moment]


class ApiToken(Base):
    """What another system proves itself with, for one source; only a hash of it is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(String(160))
    token_hash: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(160))  # the only system whose people it may bring
    may_report_deletions: Mapped[bool]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("recruiters.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    last_used_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]


class SavedSearch(Base):
    """A search or a set of filters under a name, its owner's alone or shared with everybody who searches."""

    __tablename__ = "saved_searches"
    __table_args__ = (one_of("searched", Searched),)

    id: Mapped[PrimaryId]
    searched: Mapped[Searched] = mapped_column(Code(Searched))
    name: Mapped[str] = mapped_column(String(120))
    query: Mapped[LongText]  # as the address of the page has it
    owner_id: Mapped[int] = mapped_column(ForeignKey("recruiters.id", ondelete="CASCADE"), index=True)
    is_shared: Mapped[bool]
    created_at: Mapped[Moment]
    removed_at: Mapped[Moment | None]

    owner: Mapped[Recruiter] = relationship()


class KeptForm(Base):
    """What somebody had typed when their session had ended, for some hours and for them alone."""

    __tablename__ = "kept_forms"
    __table_args__ = (Index(None, "created_at"),)

    id: Mapped[PrimaryId]
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiters.id", ondelete="CASCADE"), index=True)
    page: Mapped[LongText]  # where it was typed
    action: Mapped[LongText]  # where it was sent
    fields: Mapped[Listing]  # pairs of name and value, in their order
    created_at: Mapped[Moment]


class PolicyVersion(Base):
    """One version of an editable policy (weights, retention, cool-down, aliases); the newest holds."""

    __tablename__ = "policy_versions"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(Integer)
    value: Mapped[Document]
    created_at: Mapped[Moment]
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )


class AuditEvent(Base):
    """Who looked at, decided or took out what, when: ids only, no personal data."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "object_kind", "object_id", "at"), Index(None, "at"))

    id: Mapped[PrimaryId]
    at: Mapped[Moment]
    recruiter_id: Mapped[int | None] = mapped_column(BigId)  # no key: the trail outlives the account
    action: Mapped[str] = mapped_column(String(64))
    object_kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[int | None] = mapped_column(BigId)
    details: Mapped[Document] = mapped_column(default=dict)
