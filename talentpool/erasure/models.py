"""Whom we still owe word that somebody's data is erased or corrected, and who has had it."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.database import Base, Code, Moment, PrimaryId, one_of


class GivenHow(StrEnum):
    """How somebody's data left us."""

    PASSED_ON = "passed_on"  # an introduction, with their yes
    SHOWN = "shown"  # a short list, by a link
    HANDED_OVER = "handed_over"  # a short list as the import file of another system


class ToldOf(StrEnum):
    """What a recipient is told of."""

    ERASURE = "erasure"
    CORRECTION = "correction"


class RecipientToTell(Base):
    """One recipient who is to be told (Art. 19 GDPR): who, what they had and when, and that they were told.

    Of the person only the number is here, which is no key: it outlives the record.
    """

    __tablename__ = "recipients_to_tell"
    __table_args__ = (one_of("how", GivenHow), one_of("told_of", ToldOf))

    id: Mapped[PrimaryId]
    person_id: Mapped[int] = mapped_column(index=True)
    told_of: Mapped[ToldOf] = mapped_column(Code(ToldOf))
    how: Mapped[GivenHow] = mapped_column(Code(GivenHow))
    reference: Mapped[int]  # of the question, the link, or the line of the trail
    to_whom: Mapped[str] = mapped_column(String(400))
    with_resume: Mapped[bool]
    given_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[Moment]
    told_at: Mapped[Moment | None] = mapped_column(index=True)
    told_by: Mapped[int | None] = mapped_column(ForeignKey("recruiters.id", ondelete="SET NULL"), index=True)
