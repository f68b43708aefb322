"""The outbox as a list: the newest messages, those that need somebody first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import PoolSight
from talentpool.errors import NotFoundError
from talentpool.outreach.models import Message, MessageState
from talentpool.outreach.outbox import WAITING
from talentpool.roles.visibility import about_visible_roles

MOST_SHOWN = 200
NEEDS_SOMEBODY = (MessageState.UNKNOWN, MessageState.FAILED)
STATE_WORDS = {
    MessageState.DRAFT: ("plain", "Draft"),
    MessageState.PENDING: ("plain", "Waits to be sent"),
    MessageState.SENDING: ("wait", "Being sent"),
    MessageState.SENT: ("ok", "Sent"),
    MessageState.RETRYING: ("wait", "Failed for now, is tried again"),
    MessageState.FAILED: ("no", "Failed"),
    MessageState.UNKNOWN: ("unknown", "Not known whether it arrived"),
    MessageState.STOPPED: ("no", "Not sent"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageLine:
    """One message as the outbox shows it."""

    message_id: int
    candidate_id: int
    candidate_name: str
    role_id: int | None
    subject: str
    by: str | None
    state: MessageState
    state_kind: str
    state_words: str
    problem: str | None
    at: datetime
    may_be_taken_back: bool


def message_lines(session: Session, *, seen: PoolSight) -> Sequence[MessageLine]:
    """List the newest messages to people and about roles that may be seen: first what is unknown or failed."""
    urgent = case((Message.state.in_(NEEDS_SOMEBODY), 0), else_=1)
    wanted = (
        select(Message, Candidate.full_name, Recruiter.name)
        .join(Candidate, Candidate.id == Message.candidate_id)
        .outerjoin(Recruiter, Recruiter.id == Message.recruiter_id)
        .where(seen.people, about_visible_roles(Message.role_id, seen.roles))
        .order_by(urgent, Message.id.desc())
        .limit(MOST_SHOWN)
    )
    return [_line(message, name, by) for message, name, by in session.execute(wanted)]


def message_visible(session: Session, message_id: int, *, seen: PoolSight) -> None:
    """Raise NotFoundError for a message to somebody, or about a role, that may not be seen."""
    wanted = select(Message.id).join(Candidate, Candidate.id == Message.candidate_id)
    about = about_visible_roles(Message.role_id, seen.roles)
    if session.scalar(wanted.where(Message.id == message_id, seen.people, about)) is None:
        raise NotFoundError(f"There is no message {message_id}.")


def _line(message: Message, name: str, by: str | None) -> MessageLine:
    kind, words = STATE_WORDS[message.state]
    return MessageLine(
        message_id=message.id,
        candidate_id=message.candidate_id,
        candidate_name=name or f"Candidate {message.candidate_id}",
        role_id=message.role_id,
        subject=message.subject,
        by=by,
        state=message.state,
        state_kind=kind,
        state_words=words,
        problem=message.problem,
        at=message.sent_at or message.claimed_at or message.created_at,
        may_be_taken_back=message.role_id is not None and message.state in WAITING,
    )
