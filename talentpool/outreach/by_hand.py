"""“I contacted them”: a call, a message elsewhere, logged with one click, and it rests like any other contact."""

from datetime import datetime

from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.candidates.models import Contact, ContactChannel, Direction
from talentpool.errors import NotFoundError
from talentpool.outreach.guard import hold_candidate


def log_contact(
    session: Session,
    candidate_id: int,
    channel: ContactChannel,
    *,
    role_id: int | None,
    recruiter_id: int,
    now: datetime,
) -> Contact:
    """Record an unasked contact of ours over any channel; the cool-down starts with it."""
    hold_candidate(session, candidate_id)
    contact = Contact(
        candidate_id=candidate_id,
        at=now,
        channel=channel,
        direction=Direction.OURS,
        is_unasked=True,
        recruiter_id=recruiter_id,
        role_id=role_id,
    )
    session.add(contact)
    session.flush()
    _record(session, contact, "contact_logged", recruiter_id=recruiter_id, now=now)
    return contact


def set_outcome(
    session: Session, contact_id: int, outcome: str, *, recruiter_id: int, now: datetime
) -> Contact:
    """Say what came of one's own call or message elsewhere; raises NotFoundError for anybody else's."""
    contact = _own(session, contact_id, recruiter_id)
    contact.outcome = outcome
    session.flush()
    _record(session, contact, "contact_outcome_noted", recruiter_id=recruiter_id, now=now)
    return contact


def take_log_back(session: Session, contact_id: int, *, recruiter_id: int, now: datetime) -> int:
    """Remove one's own entry again; gives the candidate. Raises NotFoundError for anybody else's."""
    contact = _own(session, contact_id, recruiter_id)
    candidate_id = contact.candidate_id
    _record(session, contact, "contact_taken_back", recruiter_id=recruiter_id, now=now)
    session.delete(contact)
    session.flush()
    return candidate_id


def _own(session: Session, contact_id: int, recruiter_id: int) -> Contact:
    contact = session.get(Contact, contact_id)
    by_mail = contact is not None and contact.channel is ContactChannel.EMAIL
    if contact is None or by_mail or contact.recruiter_id != recruiter_id:
        raise NotFoundError("There is nothing of yours to change here any more.")
    return contact


def _record(session: Session, contact: Contact, action: str, *, recruiter_id: int, now: datetime) -> None:
    record_event(
        session,
        action,
        object_kind="candidate",
        object_id=contact.candidate_id,
        recruiter_id=recruiter_id,
        now=now,
        details={"contact_id": contact.id, "channel": contact.channel, "role_id": contact.role_id},
    )
