"""What was typed when a session had ended: kept for some hours, and given back to the same account alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import KeptForm, LoginSession, Recruiter
from talentpool.accounts.tokens import token_hash

KEPT_FOR = timedelta(hours=12)  # until the next morning
MOST_KEPT = 5  # of one account, the newest
LARGEST_FORM = 400_000  # characters; the longest advert has 100,000

Pairs = Sequence[tuple[str, str]]


def former_owner(session: Session, token: str) -> int | None:
    """Find whose a token was that signs nobody in any more; None for one we do not know."""
    wanted = (
        select(LoginSession.recruiter_id)
        .join(Recruiter, Recruiter.id == LoginSession.recruiter_id)
        .where(LoginSession.token_hash == token_hash(token), Recruiter.disabled_at.is_(None))
    )
    return session.scalar(wanted)


def keep_form(
    session: Session, recruiter_id: int, *, page: str, action: str, fields: Pairs, now: datetime
) -> int | None:
    """Keep a form for an account and give its number; None for one that is empty or too large."""
    size = sum(len(name) + len(value) for name, value in fields)
    if not size or size > LARGEST_FORM:
        return None
    forget_old_forms(session, now=now)
    newest = select(KeptForm.id).where(KeptForm.recruiter_id == recruiter_id).order_by(KeptForm.id.desc())
    surplus = list(session.scalars(newest.offset(MOST_KEPT - 1)))
    session.execute(delete(KeptForm).where(KeptForm.id.in_(surplus)))
    kept = KeptForm(
        recruiter_id=recruiter_id,
        page=page,
        action=action,
        fields=[[name, value] for name, value in fields],
        created_at=now,
    )
    session.add(kept)
    session.flush()
    return kept.id


def find_kept_form(session: Session, kept_id: int, *, recruiter_id: int, now: datetime) -> KeptForm | None:
    """Find a form that is this account's and not too old."""
    kept = session.get(KeptForm, kept_id)
    if kept is None or kept.recruiter_id != recruiter_id or now - kept.created_at > KEPT_FOR:
        return None
    return kept


def forget_old_forms(session: Session, *, now: datetime) -> int:
    """Forget what nobody came back for; gives how many."""
    return len(
        session.execute(
            delete(KeptForm).where(KeptForm.created_at < now - KEPT_FOR).returning(KeptForm.id)
        ).all()
    )
