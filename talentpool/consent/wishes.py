"""“May we keep you?”: that a recruiter wants it asked, of whom, and whether it has been asked.

Whoever writes the question takes the open wishes from here and says so; nothing here writes to anybody.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from talentpool.consent.models import KeepWish


def wish_to_keep(
    session: Session, candidate_id: int, *, recruiter_id: int | None, now: datetime
) -> KeepWish | None:
    """Note that somebody is to be asked; None when the same is noted already and not asked yet."""
    standing = select(KeepWish.id).where(KeepWish.candidate_id == candidate_id, KeepWish.asked_at.is_(None))
    if session.scalar(standing.limit(1)) is not None:
        return None
    wish = KeepWish(candidate_id=candidate_id, recruiter_id=recruiter_id, created_at=now)
    session.add(wish)
    session.flush()
    return wish


def load_open_wishes(session: Session) -> list[KeepWish]:
    """List whom to ask, those who have waited longest first."""
    waiting = select(KeepWish).where(KeepWish.asked_at.is_(None))
    return list(session.scalars(waiting.order_by(KeepWish.created_at, KeepWish.id)))


def note_asked(session: Session, candidate_id: int, *, now: datetime) -> None:
    """Note that the question has been put to somebody."""
    waiting = update(KeepWish).where(KeepWish.candidate_id == candidate_id, KeepWish.asked_at.is_(None))
    session.execute(waiting.values(asked_at=now))
