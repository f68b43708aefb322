"""“Please do not contact me”: every address of a person goes on the list, and can come off it again."""

from datetime import datetime

from sqlalchemy.orm import Session

from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Candidate
from talentpool.consent.models import SuppressionScope
from talentpool.consent.suppression import lift, suppress, suppression_key

DEFAULT_SOURCE = "recorded by a recruiter"


def stop_contact(
    session: Session, candidate: Candidate, *, secret: bytes, now: datetime, source: str = DEFAULT_SOURCE
) -> None:
    """Put all e-mail addresses and phone numbers of a candidate, and the candidate, on the list."""
    keys = [suppression_key(secret, "person", str(candidate.id))]
    keys += [suppression_key(secret, "email", email.address_key) for email in candidate.emails]
    keys += [suppression_key(secret, "phone", phone.number_key) for phone in candidate.phones]
    suppress(
        session,
        keys,
        scope=SuppressionScope.CONTACT,
        source=source.strip()[:160] or DEFAULT_SOURCE,
        now=now,
        candidate_id=candidate.id,
    )
    record_changes(session, [candidate.id], now=now)


def allow_contact_again(session: Session, candidate: Candidate, *, now: datetime) -> None:
    """Take a candidate's do-not-contact entries back."""
    lift(session, candidate.id, scope=SuppressionScope.CONTACT, now=now)
    record_changes(session, [candidate.id], now=now)
