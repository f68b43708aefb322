"""Roles: one opening each, with the team that may see it and what somebody has to mention."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentpool.accounts.models import Office, Recruiter
from talentpool.database import (
    NEVER_AN_ID_TWICE,
    Base,
    Code,
    Document,
    Listing,
    LongText,
    Moment,
    PrimaryId,
    ShortText,
    one_of,
)


class RoleState(StrEnum):
    """Where an opening stands."""

    DRAFT = "draft"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class RequirementImportance(StrEnum):
    """How a requirement acts: the first two weigh, only a filter leaves people out."""

    IMPORTANT = "important"
    NICE = "nice"
    FILTER = "filter"


class Role(Base):
    """One opening, here or remembered from another system (then usually closed)."""

    __tablename__ = "roles"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        one_of("state", RoleState),
        CheckConstraint("pay_from IS NULL OR pay_to IS NULL OR pay_from <= pay_to", name="pay_band"),
        NEVER_AN_ID_TWICE,
    )

    id: Mapped[PrimaryId]
    title: Mapped[ShortText]
    folded_title: Mapped[str] = mapped_column(String(320), index=True)
    requisition_code: Mapped[str | None] = mapped_column(String(160), index=True)
    text: Mapped[LongText]
    place: Mapped[str | None] = mapped_column(String(320))
    country: Mapped[str | None] = mapped_column(String(2))
    is_remote: Mapped[bool] = mapped_column(default=False)
    pay_from: Mapped[int | None] = mapped_column(Integer)
    pay_to: Mapped[int | None] = mapped_column(Integer)
    pay_currency: Mapped[str | None] = mapped_column(String(3))
    facts_asked: Mapped[Listing] = mapped_column(default=list)
    state: Mapped[RoleState] = mapped_column(Code(RoleState), index=True)
    is_confidential: Mapped[bool] = mapped_column(default=False)  # seen by its team alone
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="SET NULL"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("recruiters.id", ondelete="SET NULL"), index=True)
    hiring_manager_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    posted_at: Mapped[Moment | None]
    closed_on: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str | None] = mapped_column(String(160))
    external_id: Mapped[str | None] = mapped_column(String(160))
    external_url: Mapped[str | None] = mapped_column(String(2000))
    as_of: Mapped[Moment | None]
    source_data: Mapped[Document] = mapped_column(default=dict)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    owner: Mapped[Recruiter | None] = relationship(foreign_keys=[owner_id])
    hiring_manager: Mapped[Recruiter | None] = relationship(foreign_keys=[hiring_manager_id])
    office: Mapped[Office | None] = relationship()
    team: Mapped[list["RoleTeamMember"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    requirements: Mapped[list["RoleRequirement"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="RoleRequirement.position"
    )


class RoleTeamMember(Base):
    """Somebody who works on a role beside its owner; a confidential role is theirs alone."""

    __tablename__ = "role_team_members"

    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True)
    recruiter_id: Mapped[int] = mapped_column(
        ForeignKey("recruiters.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class RoleRound(Base):
    """One round of a role that has ended; the one under way began when the role was (last) posted."""

    __tablename__ = "role_rounds"
    __table_args__ = (UniqueConstraint("role_id", "number"),)

    id: Mapped[PrimaryId]
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    began_at: Mapped[Moment | None]
    ended_at: Mapped[Moment]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("recruiters.id", ondelete="SET NULL"), index=True)


class RoleRequirement(Base):
    """Words a resume should mention, any of them enough."""

    __tablename__ = "role_requirements"
    __table_args__ = (one_of("importance", RequirementImportance),)

    id: Mapped[PrimaryId]
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"), index=True)
    any_of: Mapped[Listing]
    importance: Mapped[RequirementImportance] = mapped_column(Code(RequirementImportance))
    position: Mapped[int] = mapped_column(Integer, default=0)
