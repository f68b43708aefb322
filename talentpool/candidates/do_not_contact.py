"""“Please do not contact me”: every address of a person goes on the list, and can come off it again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Candidate
from talentpool.consent.models import Suppression, SuppressionScope
from talentpool.consent.suppression import lift, suppress, suppression_key

DEFAULT_SOURCE = "recorded by a recruiter"


def stop_contact(
    session: Session, candidate: Candidate, *, secret: bytes, now: datetime, source: str = DEFAULT_SOURCE
) -> None:
    """Put all e-mail addresses and phone numbers of a candidate, and the candidate, on the list."""
    suppress(
        session,
        keys_of(candidate, secret),
        scope=SuppressionScope.CONTACT,
        source=source.strip()[:160] or DEFAULT_SOURCE,
        now=now,
        candidate_id=candidate.id,
    )
    record_changes(session, [candidate.id], now=now)


def suppress_again(session: Session, secret: bytes, *, now: datetime) -> tuple[int, int]:
    """Put whoever stands on a list on it under a new secret too: how many people, and how many entries know nobody."""
    standing = session.scalars(select(Suppression).where(Suppression.lifted_at.is_(None))).all()
    source_by_place = {(one.candidate_id, one.scope): one.source for one in standing}
    people = {number for number, _ in source_by_place if number is not None}
    for (number, scope), source in source_by_place.items():
        candidate = session.get(Candidate, number) if number is not None else None
        if candidate is not None:
            keys = keys_of(candidate, secret)
            suppress(session, keys, scope=scope, source=source, now=now, candidate_id=candidate.id)
    record_changes(session, sorted(people), now=now)
    return len(people), sum(one.candidate_id is None for one in standing)


def keys_of(candidate: Candidate, secret: bytes) -> list[str]:
    """Give the keyed hashes of a candidate's number, addresses and telephone numbers."""
    keys = [suppression_key(secret, "person", str(candidate.id))]
    keys += [suppression_key(secret, "email", email.address_key) for email in candidate.emails]
    return keys + [suppression_key(secret, "phone", phone.number_key) for phone in candidate.phones]


def allow_contact_again(session: Session, candidate: Candidate, *, now: datetime) -> None:
    """Take a candidate's do-not-contact entries back."""
    lift(session, candidate.id, scope=SuppressionScope.CONTACT, now=now)
    record_changes(session, [candidate.id], now=now)
