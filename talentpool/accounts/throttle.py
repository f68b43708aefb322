"""Slows down whoever guesses passwords, counted in the database so that all processes count together.

Each try takes a place under its account and under its address before the password is looked at; existing
and invented accounts are counted alike. A browser that has signed in before counts apart, so that
somebody else's guessing does not keep the owner out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import SignInAttempt


def take_attempt(session: Session, limits: Mapping[str, int], *, window: timedelta, now: datetime) -> bool:
    """Take one place under each key, or say no when one of them has none left in this window.

    `limits` maps a keyed hash to the number of tries it has; a refused try takes no place.
    """
    session.execute(delete(SignInAttempt).where(SignInAttempt.attempted_at < now - window))
    counted = session.execute(
        select(SignInAttempt.key_hash, func.count())
        .where(SignInAttempt.key_hash.in_(limits))
        .group_by(SignInAttempt.key_hash)
    )
    taken = {row[0]: row[1] for row in counted}
    if any(taken.get(key, 0) >= most for key, most in limits.items()):
        return False
    session.add_all(SignInAttempt(key_hash=key, attempted_at=now) for key in limits)
    return True


def forget_attempts(session: Session, key: str) -> None:
    """Give back all places of an account or browser that has signed in."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.key_hash == key))


def give_attempt_back(session: Session, key: str) -> None:
    """Give one place back under an address: a right password is no guess, and offices share an address."""
    newest = select(func.max(SignInAttempt.id)).where(SignInAttempt.key_hash == key).scalar_subquery()
    session.execute(delete(SignInAttempt).where(SignInAttempt.id == newest))
