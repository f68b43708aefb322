"""Holds on contact that end by themselves or by somebody's word: access requests, fees, notices owed."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import or_, select, update
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


def load_holds(
    session: Session, candidate_ids: Iterable[int], *, today: date
) -> dict[tuple[int, HoldKind], date | None]:
    """Load what holds today, with the last day it does; the one that lasts longest counts."""
    standing = select(ContactHold.candidate_id, ContactHold.kind, ContactHold.until).where(
        ContactHold.candidate_id.in_(candidate_ids),
        ContactHold.lifted_at.is_(None),
        or_(ContactHold.until.is_(None), ContactHold.until >= today),
    )
    holds: dict[tuple[int, HoldKind], date | None] = {}
    for candidate_id, kind, until in session.execute(standing):
        key = (candidate_id, kind)
        longest = holds.get(key, date.min)
        holds[key] = None if until is None or longest is None else max(longest, until)
    return holds
