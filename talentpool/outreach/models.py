"""Messages to candidates, written in the transaction of the decision and sent after it."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.consent.eligibility import MessagePurpose
from talentpool.database import Base, Code, Json, LongText, Moment, PrimaryId, one_of


class MessageState(StrEnum):
    """Where a message stands; `unknown` is one the mail server may or may not have taken."""

    DRAFT = "draft"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    RETRYING = "retrying"
    FAILED = "failed"
    UNKNOWN = "unknown"
    STOPPED = "stopped"


class IncomingKind(StrEnum):
    """What a mail that came back to us is."""

    ANSWER = "answer"
    OWN_APPROACH = "own_approach"  # the candidate wrote of their own accord
    BOUNCE = "bounce"  # will never arrive
    DELAY = "delay"  # has not arrived yet
    AUTOMATIC = "automatic"
    COPY = "copy"  # of a mail a recruiter wrote elsewhere
    OTHER = "other"  # from nobody we know: its words are not kept


class Message(Base):
    """One mail to one candidate; from its queueing on it stands as a contact with the candidate.

    The contact goes again when the message cannot have reached anybody (failed or stopped).
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("message_key"),
        one_of("state", MessageState),
        one_of("purpose", MessagePurpose),
        Index(None, "state", "due_at"),
    )

    id: Mapped[PrimaryId]
    message_key: Mapped[str] = mapped_column(String(120))  # the Message-ID, the same on every try
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    role_id: Mapped[int | None] = mapped_column(ForeignKey("roles.id", ondelete="SET NULL"), index=True)
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    purpose: Mapped[MessagePurpose] = mapped_column(
        Code(MessagePurpose), default=MessagePurpose.FIRST_CONTACT, server_default="first_contact"
    )
    template: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8), default="en", server_default="en")
    to_address: Mapped[str] = mapped_column(String(320))
    sender_name: Mapped[str | None] = mapped_column(String(320))
    sender_address: Mapped[str | None] = mapped_column(String(320))
    reply_to: Mapped[str | None] = mapped_column(String(660))  # one or two addresses
    return_path: Mapped[str | None] = mapped_column(
        String(320)
    )  # where it comes back to; the sender if empty
    subject: Mapped[str] = mapped_column(String(500))
    text: Mapped[LongText]
    html: Mapped[LongText | None]
    stop_link: Mapped[str | None] = mapped_column(String(500))
    overridden: Mapped[list[Any] | None] = mapped_column(Json)  # refusals a recruiter set aside
    override_reason: Mapped[str | None] = mapped_column(String(500))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"), index=True)
    follow_up_days: Mapped[int | None] = mapped_column(Integer)  # a reminder after so many, unless answered
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("messages.id", ondelete="SET NULL"), index=True
    )  # the message this one reminds of
    state: Mapped[MessageState] = mapped_column(Code(MessageState))
    problem: Mapped[str | None] = mapped_column(String(500))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    fence: Mapped[int | None]
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    claimed_at: Mapped[Moment | None] = mapped_column(index=True)  # when the last try began
    sent_at: Mapped[Moment | None]


class IncomingMail(Base):
    """One mail that came back to us, taken once; what needs somebody stays open until it is handled."""

    __tablename__ = "incoming_mails"
    __table_args__ = (UniqueConstraint("mail_key"), one_of("kind", IncomingKind))

    id: Mapped[PrimaryId]
    mail_key: Mapped[str] = mapped_column(String(320))  # its Message-ID
    kind: Mapped[IncomingKind] = mapped_column(Code(IncomingKind))
    candidate_id: Mapped[int | None] = mapped_column(
        ForeignKey("candidates.id", ondelete="CASCADE"), index=True
    )
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"), index=True)
    subject: Mapped[str | None] = mapped_column(String(320))
    words: Mapped[LongText | None]
    asks_to_stop: Mapped[bool]
    came_at: Mapped[Moment]
    handled_at: Mapped[Moment | None] = mapped_column(index=True)
    handled_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
