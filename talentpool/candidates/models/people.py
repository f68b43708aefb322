"""A candidate: the person, every address we know, and the mark that the index has to look again."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentpool.candidates.models.applications import Application
from talentpool.candidates.models.contacts import Contact, Note, Promise
from talentpool.candidates.models.resumes import Fact, Resume
from talentpool.database import (
    NEVER_AN_ID_TWICE,
    Base,
    BigId,
    Document,
    LongText,
    Moment,
    PrimaryId,
    ShortText,
)


class Candidate(Base):
    """A person we know. What is only known elsewhere stays in `source_data` as it was given."""

    __tablename__ = "candidates"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index(None, "folded_name"),
        Index(None, "country", "is_restricted", "owner_id"),
        Index(None, "is_restricted", "owner_id"),
        Index(None, "employed_from"),
        Index("ix_candidates_came_on", "collected_on", "created_at"),
        Index("ix_candidates_came_through", "came_through", "source"),
        NEVER_AN_ID_TWICE,
    )

    id: Mapped[PrimaryId]
    full_name: Mapped[ShortText]  # may be empty: a person known by an address or a resume alone
    folded_name: Mapped[ShortText]  # lower case without accents, for search
    headline: Mapped[str | None] = mapped_column(String(500))
    summary: Mapped[LongText | None]
    skills: Mapped[LongText | None]
    experience: Mapped[LongText | None]
    street: Mapped[str | None] = mapped_column(String(320))
    postcode: Mapped[str | None] = mapped_column(String(32))
    city: Mapped[str | None] = mapped_column(String(160))
    region: Mapped[str | None] = mapped_column(String(160))
    country: Mapped[str | None] = mapped_column(String(2))
    employed_from: Mapped[date | None] = mapped_column(Date)  # here with us; an end makes an alumnus
    employed_until: Mapped[date | None] = mapped_column(Date)
    is_restricted: Mapped[bool] = mapped_column(default=False)  # executives, HR, staff: few may see them
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("recruiters.id", ondelete="SET NULL"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="SET NULL"), index=True)
    source: Mapped[str | None] = mapped_column(String(160))  # the system or file this came from
    external_id: Mapped[str | None] = mapped_column(String(160))
    external_url: Mapped[str | None] = mapped_column(String(2000))
    as_of: Mapped[Moment | None]  # when the source said so
    came_through: Mapped[str | None] = mapped_column(String(320))  # job board, referral, agency
    collected_on: Mapped[date | None] = mapped_column(Date)
    introduced_by: Mapped[str | None] = mapped_column(String(320))  # the agency or person who did
    fee_until: Mapped[date | None] = mapped_column(
        Date, index=True
    )  # till then hiring costs the agency's fee
    source_data: Mapped[Document] = mapped_column(default=dict)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    emails: Mapped[list["CandidateEmail"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="CandidateEmail.position"
    )
    phones: Mapped[list["CandidatePhone"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="CandidatePhone.position"
    )
    links: Mapped[list["CandidateLink"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="CandidateLink.id"
    )
    applications: Mapped[list[Application]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="desc(Application.applied_on)",
        back_populates="candidate",
    )
    resumes: Mapped[list[Resume]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="desc(Resume.created_at)"
    )
    facts: Mapped[list[Fact]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    contacts: Mapped[list[Contact]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    notes: Mapped[list[Note]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    promises: Mapped[list[Promise]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class CandidateEmail(Base):
    """One address of a candidate; the key is the form in which addresses are compared."""

    __tablename__ = "candidate_emails"
    __table_args__ = (UniqueConstraint("candidate_id", "address_key"), Index(None, "address_key"))

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    address: Mapped[ShortText]
    address_key: Mapped[ShortText]
    position: Mapped[int] = mapped_column(Integer, default=0)  # 0 is the one we write to
    bounced_at: Mapped[Moment | None]


class CandidatePhone(Base):
    """One number of a candidate; the key is E.164 where the country is known, digits otherwise."""

    __tablename__ = "candidate_phones"
    __table_args__ = (UniqueConstraint("candidate_id", "number_key"), Index(None, "number_key"))

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(64))
    number_key: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(Integer, default=0)


class CandidateLink(Base):
    """A page about the candidate: a profile, a portfolio, a repository."""

    __tablename__ = "candidate_links"
    __table_args__ = (UniqueConstraint("candidate_id", "url_key"), Index(None, "url_key"))

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(2000))
    url_key: Mapped[str] = mapped_column(String(500))


class RevealedPerson(Base):
    """Somebody whom an account that reviews blind has opened by name."""

    __tablename__ = "revealed_people"

    recruiter_id: Mapped[int] = mapped_column(
        ForeignKey("recruiters.id", ondelete="CASCADE"), primary_key=True
    )
    candidate_id: Mapped[int] = mapped_column(
        ForeignKey("candidates.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    revealed_at: Mapped[Moment]


class CandidateChange(Base):
    """Written in the transaction of every change to a candidate; the index catches up from here.

    No foreign key: the row of somebody erased has to outlive them until no index knows them.
    """

    __tablename__ = "candidate_changes"
    __table_args__ = (Index(None, "at"), NEVER_AN_ID_TWICE)

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(BigId)
    at: Mapped[Moment]
