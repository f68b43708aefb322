"""Acting on a stop link: every address of the person goes on the list, and what waits does not leave."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.candidates.changes import record_changes
from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.merging import current_record
from talentpool.candidates.models import Candidate
from talentpool.consent.link_token import Link
from talentpool.consent.models import SuppressionScope
from talentpool.consent.suppression import find_suppressed, suppress
from talentpool.outreach.guard import hold_candidate
from talentpool.outreach.models import Message
from talentpool.outreach.outbox import WAITING, stop_message

SOURCE = "stop link"


def is_stopped(session: Session, link: Link) -> bool:
    """Say whether the address of a link is on the list already."""
    return bool(find_suppressed(session, [link.address_hash], scope=SuppressionScope.CONTACT))


def stop_by_link(session: Session, link: Link, *, secret: bytes, now: datetime) -> None:
    """Put the person on the do-not-contact list; done twice it is as if done once.

    What stands on it already becomes the person's own word, so that taking an import or a merge back leaves it.
    The address alone goes on it where the record is gone; a merged record is followed to the one that stays.
    """
    candidate_id = current_record(session, link.candidate_id)
    hold_candidate(session, candidate_id)
    candidate = session.get(Candidate, candidate_id, populate_existing=True)
    if candidate is None:
        suppress(session, [link.address_hash], scope=SuppressionScope.CONTACT, source=SOURCE, now=now)
        return
    stop_contact(session, candidate, secret=secret, now=now, source=SOURCE)
    suppress(
        session,
        [link.address_hash],  # the address the message went to, also where it was changed since
        scope=SuppressionScope.CONTACT,
        source=SOURCE,
        now=now,
        candidate_id=candidate.id,
    )
    _stop_waiting(session, candidate.id, now=now)
    record_changes(session, [candidate.id], now=now)
    record_event(
        session,
        "contact_stopped_by_link",
        object_kind="candidate",
        object_id=candidate.id,
        recruiter_id=None,
        now=now,
    )


def _stop_waiting(session: Session, candidate_id: int, *, now: datetime) -> None:
    waiting = select(Message).where(Message.candidate_id == candidate_id, Message.state.in_(WAITING))
    for message in session.scalars(waiting.with_for_update()):
        stop_message(session, message, "Asked not to be contacted", now=now)
