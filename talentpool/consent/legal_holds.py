"""Holds in law: what we have on somebody stays, sealed, although they are erased, while a claim or a charge lasts."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from talentpool.consent.models import LegalHold
from talentpool.errors import NotFoundError


def place_hold(
    session: Session, person_id: int, reason: str, *, until: date | None, recruiter_id: int, now: datetime
) -> LegalHold:
    """Keep what is on record about somebody in law, until a day (included) or until it is lifted."""
    hold = LegalHold(
        person_id=person_id, reason=reason[:320], until=until, placed_by=recruiter_id, placed_at=now
    )
    session.add(hold)
    session.flush()
    return hold


def lift_hold(session: Session, hold_id: int, *, now: datetime) -> LegalHold:
    """End a hold; whoever calls removes the sealed copy. Raises NotFoundError."""
    hold = session.get(LegalHold, hold_id)
    if hold is None or hold.lifted_at is not None:
        raise NotFoundError(f"There is no hold {hold_id} that stands.")
    hold.lifted_at = now
    session.flush()
    return hold


def load_holds_of(session: Session, person_id: int, *, today: date) -> list[LegalHold]:
    """Load the holds that stand on one person."""
    standing = select(LegalHold).where(
        LegalHold.person_id == person_id,
        LegalHold.lifted_at.is_(None),
        or_(LegalHold.until.is_(None), LegalHold.until >= today),
    )
    return list(session.scalars(standing.order_by(LegalHold.id)))


def load_sealed(session: Session) -> list[LegalHold]:
    """Load every hold that keeps a sealed copy of somebody who is erased."""
    sealed = select(LegalHold).where(LegalHold.copy_key.is_not(None), LegalHold.lifted_at.is_(None))
    return list(session.scalars(sealed.order_by(LegalHold.id)))
