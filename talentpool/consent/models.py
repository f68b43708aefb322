"""What we may do: on which basis somebody is kept, and who must not be contacted, kept or added."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.database import Base, Code, Moment, PrimaryId, one_of


class Basis(StrEnum):
    """The lawful ground for keeping somebody in the pool."""

    CONSENT = "consent"
    LEGITIMATE_INTEREST = "legitimate_interest"
    CONTRACT = "contract"
    LEGAL = "legal"


class SuppressionScope(StrEnum):
    """What is held back: writing, ranking at all, or ever being added again."""

    CONTACT = "contact"
    PROCESSING = "processing"
    ERASED = "erased"


class HoldKind(StrEnum):
    """What stands against contact for a time, and is not the person's last word."""

    ACCESS_REQUEST = "access_request"
    FEE_PROTECTED = "fee_protected"
    NOTICE_REQUIRED = "notice_required"


class LawfulBasis(Base):
    """One basis on record for one candidate, with its text version and its end."""

    __tablename__ = "lawful_bases"
    __table_args__ = (
        one_of("basis", Basis),
        Index(None, "candidate_id", "expires_on"),
        Index(None, "withdrawn_on"),
    )

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    basis: Mapped[Basis] = mapped_column(Code(Basis))
    recorded_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    text_version: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(String(160))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]


class Suppression(Base):
    """One do-not entry, kept as a keyed hash so that it can outlive the person's data.

    `candidate_id` is there while the person is; after erasure only the hash recognises them.
    """

    __tablename__ = "suppressions"
    __table_args__ = (
        UniqueConstraint("key_hash", "scope"),
        one_of("scope", SuppressionScope),
    )

    id: Mapped[PrimaryId]
    key_hash: Mapped[str] = mapped_column(String(64))
    scope: Mapped[SuppressionScope] = mapped_column(Code(SuppressionScope))
    candidate_id: Mapped[int | None] = mapped_column(
        ForeignKey("candidates.id", ondelete="SET NULL"), index=True
    )
    source: Mapped[str] = mapped_column(String(160))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]
    lifted_at: Mapped[Moment | None]


class KeepWish(Base):
    """A recruiter wants to keep somebody in the pool: “may we keep you?” is to be asked, and once asked, when."""

    __tablename__ = "keep_wishes"

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[Moment]
    asked_at: Mapped[Moment | None]


class ContactHold(Base):
    """One reason not to contact somebody for now: an open access request, an agency's fee, a notice owed."""

    __tablename__ = "contact_holds"
    __table_args__ = (one_of("kind", HoldKind),)

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    kind: Mapped[HoldKind] = mapped_column(Code(HoldKind))
    until: Mapped[date | None] = mapped_column(Date)  # the last day it holds; none: until it is lifted
    source: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[Moment]
    lifted_at: Mapped[Moment | None]
