"""Holds on contact that end by themselves or by somebody's word: access requests, fees, notices owed."""

from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from talentpool.consent.models import ContactHold, HoldKind


def hold_contact(
    session: Session,
    candidate_id: int,
    kind: HoldKind,
    *,
    source: str,
    now: datetime,
    until: date | None = None,
) -> ContactHold:
    """Hold contact back, until a day (included) or until the hold is lifted."""
    hold = ContactHold(candidate_id=candidate_id, kind=kind, source=source[:160], until=until, created_at=now)
    session.add(hold)
    session.flush()
    return hold


def lift_holds(session: Session, candidate_id: int, kind: HoldKind, *, now: datetime) -> None:
    """End every hold of one kind: the request is answered, the notice given, the fee settled."""
    standing = update(ContactHold).where(
        ContactHold.candidate_id == candidate_id, ContactHold.kind == kind, ContactHold.lifted_at.is_(None)
    )
    session.execute(standing.values(lifted_at=now))
