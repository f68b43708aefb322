"""What passed between us and a candidate: contacts over any channel, notes, and promises with a date."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.database import Base, Code, LongText, Moment, PrimaryId, one_of


class ContactChannel(StrEnum):
    """How somebody was reached."""

    EMAIL = "email"
    CALL = "call"
    LINKEDIN = "linkedin"
    SMS = "sms"
    OTHER = "other"


class Direction(StrEnum):
    """Who spoke: we, or the candidate."""

    OURS = "ours"
    THEIRS = "theirs"


class Contact(Base):
    """One contact. Unasked ones of ours start the cool-down; a candidate's own never does."""

    __tablename__ = "contacts"
    __table_args__ = (
        one_of("channel", ContactChannel),
        one_of("direction", Direction),
        Index(None, "candidate_id", "at"),
    )

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    at: Mapped[Moment]
    channel: Mapped[ContactChannel] = mapped_column(Code(ContactChannel))
    direction: Mapped[Direction] = mapped_column(Code(Direction))
    is_unasked: Mapped[bool]  # a first contact nobody asked for, not an answer and not a service mail
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    role_id: Mapped[int | None] = mapped_column(ForeignKey("roles.id", ondelete="SET NULL"), index=True)
    outcome: Mapped[str | None] = mapped_column(String(160))
    words: Mapped[LongText | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)


class Note(Base):
    """A recruiter's own words about a candidate; never ranked."""

    __tablename__ = "notes"

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    words: Mapped[LongText]
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    role_id: Mapped[int | None] = mapped_column(ForeignKey("roles.id", ondelete="SET NULL"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]


class Promise(Base):
    """“We will be in touch”, with an owner and a date; open until kept or let go."""

    __tablename__ = "promises"
    __table_args__ = (Index(None, "due_on"),)

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id", ondelete="SET NULL"), index=True
    )
    words: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date | None] = mapped_column(Date)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("recruiters.id", ondelete="SET NULL"), index=True)
    kept_at: Mapped[Moment | None]
    let_go_at: Mapped[Moment | None]
    matched_role_id: Mapped[int | None] = mapped_column(
        ForeignKey("roles.id", ondelete="SET NULL"), index=True
    )  # the first role posted since that the person fits: the promise is due at once
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]
