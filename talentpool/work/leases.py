"""Who may work under a name, until when: one holder at a time, and a fence that tells an old one from a new.

A holder renews its lease well before it ends. One that sleeps through the end is replaced; when it wakes, its
fence is behind and whatever it tries to write is refused.
"""

from datetime import datetime, timedelta
from typing import NewType

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talentpool.errors import ConflictError
from talentpool.work.models import Lease

Fence = NewType("Fence", int)
LONGEST_LEASES = 3
"""A lease that ends later than this many terms from now was written under a clock that has jumped."""


class LeaseLostError(ConflictError):
    """Say that somebody else holds the lease now, so that nothing more may be written under it."""


def hold(session: Session, name: str, *, holder: str, seconds: int, now: datetime) -> Fence | None:
    """Take the lease, or renew it; None while somebody else holds it.

    The fence stays while the holder does and grows by one with every change of hands.
    """
    lease = _locked(session, name) or _first(session, name, holder=holder, until=now)
    if lease is None:
        return None
    if lease.holder != holder:
        if now < lease.expires_at <= now + timedelta(seconds=LONGEST_LEASES * seconds):
            return None
        lease.holder, lease.fence = holder, lease.fence + 1
    lease.expires_at = now + timedelta(seconds=seconds)
    session.flush()
    return Fence(lease.fence)


def is_held(session: Session, name: str, *, now: datetime) -> bool:
    """Say whether anybody works under this name now."""
    lease = session.get(Lease, name)
    return lease is not None and lease.expires_at > now


def still_held(session: Session, name: str, *, fence: Fence) -> bool:
    """Say whether the lease is still the one of this fence; no other may take it before this transaction ends."""
    held = select(Lease.fence).where(Lease.name == name).with_for_update(read=True)
    return session.scalar(held) == fence


def require_held(session: Session, name: str, *, fence: Fence) -> None:
    """Refuse to write under a lease that has changed hands; raises LeaseLostError."""
    if not still_held(session, name, fence=fence):
        raise LeaseLostError(f"Another process holds the lease {name!r} now; this one stops.")


def let_go(session: Session, name: str, *, fence: Fence, now: datetime) -> None:
    """End a lease at once, so that the next holder need not wait; does nothing when it has changed hands."""
    lease = _locked(session, name)
    if lease is not None and lease.fence == fence:
        lease.expires_at = now
        session.flush()


def _locked(session: Session, name: str) -> Lease | None:
    # On SQLite a writing session holds the write lock already; PostgreSQL locks the row.
    found = select(Lease).where(Lease.name == name).with_for_update()
    return session.scalar(found.execution_options(populate_existing=True))


def _first(session: Session, name: str, *, holder: str, until: datetime) -> Lease | None:
    try:
        with session.begin_nested():
            lease = Lease(name=name, holder=holder, fence=1, expires_at=until)
            session.add(lease)
        return lease
    except IntegrityError:  # somebody else was first, between our look and our row
        return None
