"""One candidate × one role: how far it got, how it ended, why, and for how long that why holds."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentpool.database import Base, Code, Document, LongText, Moment, PrimaryId, ShortText, one_of

if TYPE_CHECKING:
    from talentpool.candidates.models.people import Candidate


class Stage(StrEnum):
    """How far an application got."""

    APPLIED = "applied"
    SCREENED = "screened"
    INTERVIEWED = "interviewed"
    FINAL_ROUND = "final_round"
    OFFERED = "offered"
    HIRED = "hired"

    @property
    def rank(self) -> int:
        """Count the stages up to this one: applied is 1, hired is 6."""
        return list(Stage).index(self) + 1


class Disposition(StrEnum):
    """How an application ended; `unknown` is an ending nobody recorded."""

    HIRED = "hired"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ROLE_CLOSED = "role_closed"
    UNKNOWN = "unknown"


class ReasonKind(StrEnum):
    """Whose decision a reason explains: ours or theirs."""

    REJECTION = "rejection"
    WITHDRAWAL = "withdrawal"


class ReasonHold(StrEnum):
    """How long a reason holds: for ever, for some months, or until something changes."""

    PERMANENT = "permanent"
    TIME_BOUND = "time_bound"
    CONDITIONAL = "conditional"


class RejectionReason(Base):
    """Why we rejected somebody, or why somebody left us; the list is the organisation's own."""

    __tablename__ = "rejection_reasons"
    __table_args__ = (UniqueConstraint("code"), one_of("kind", ReasonKind), one_of("hold", ReasonHold))

    id: Mapped[PrimaryId]
    code: Mapped[str] = mapped_column(String(64))
    label: Mapped[ShortText]
    kind: Mapped[ReasonKind] = mapped_column(Code(ReasonKind))
    hold: Mapped[ReasonHold] = mapped_column(Code(ReasonHold))
    hold_months: Mapped[int | None] = mapped_column(Integer)
    against_candidate: Mapped[bool]  # False: says nothing against the person (a silver medalist's reason)
    position: Mapped[int] = mapped_column(Integer, default=0)
    retired_at: Mapped[Moment | None]


class Application(Base):
    """One candidate × one role we know, or × a role title another system remembers."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        UniqueConstraint("candidate_id", "role_id", "applied_on"),
        one_of("stage", Stage),
        one_of("disposition", Disposition),
        CheckConstraint("rating IS NULL OR (rating >= 0 AND rating <= 1)", name="rating"),
        Index(None, "candidate_id", "applied_on"),
        Index(None, "disposition", "reason_id", "candidate_id"),
        Index(None, "stage", "role_id", "candidate_id"),
        Index(
            "ix_applications_ended",
            "disposition",
            "ended_on",
            "stage",
            "reason_id",
            "role_id",
            "candidate_id",
        ),
    )

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    role_id: Mapped[int | None] = mapped_column(ForeignKey("roles.id", ondelete="SET NULL"), index=True)
    role_title: Mapped[ShortText]
    stage: Mapped[Stage] = mapped_column(Code(Stage))
    disposition: Mapped[Disposition | None] = mapped_column(Code(Disposition))  # none: still open
    reason_id: Mapped[int | None] = mapped_column(
        ForeignKey("rejection_reasons.id", ondelete="RESTRICT"), index=True
    )
    reason_text: Mapped[LongText | None]  # as the source or the recruiter worded it
    reason_holds_until: Mapped[date | None] = mapped_column(Date)  # none: for ever, or not known
    applied_on: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    active_on: Mapped[date | None] = mapped_column(Date)  # the last sign of life the source knows
    rating: Mapped[float | None] = mapped_column(Float)  # 0..1
    interviewer_words: Mapped[LongText | None]
    # Somebody who knows said so when the role was closed: good enough for another one.
    is_strong_elsewhere: Mapped[bool] = mapped_column(default=False, server_default=false())
    promised: Mapped[LongText | None]
    source: Mapped[str | None] = mapped_column(String(160))
    external_id: Mapped[str | None] = mapped_column(String(160))
    as_of: Mapped[Moment | None]  # when its source said so; none: what it says was entered here
    source_data: Mapped[Document] = mapped_column(default=dict)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    candidate: Mapped["Candidate"] = relationship(back_populates="applications")
    reason: Mapped[RejectionReason | None] = relationship()
