"""How applications were ended when a role was closed: kept with what was there before, so that it can be taken back."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.database import Base, Document, Moment, PrimaryId


class ClosingDecision(Base):
    """One application ended by one recruiter, with everything that was written for it."""

    __tablename__ = "closing_decisions"

    id: Mapped[PrimaryId]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), index=True)
    round_id: Mapped[int | None] = mapped_column(
        ForeignKey("role_rounds.id", ondelete="SET NULL"), index=True
    )  # the closing it was part of; none: decided before the role was closed
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    decided_at: Mapped[Moment]
    undone_at: Mapped[Moment | None]
    before: Mapped[Document]  # the columns of the application as they were
    note_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id", ondelete="SET NULL"), index=True)
    promise_id: Mapped[int | None] = mapped_column(ForeignKey("promises.id", ondelete="SET NULL"), index=True)
    wish_id: Mapped[int | None] = mapped_column(ForeignKey("keep_wishes.id", ondelete="SET NULL"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
