"""Rounds of a role: one from each posting to its closing. A role opened again keeps what was, and begins anew.

Whom the contact guard calls asked already was asked since the round began, which is when the role was posted.
"""

from datetime import UTC, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.errors import ConflictError
from talentpool.roles.models import Role, RoleRound, RoleState


def end_round(session: Session, role: Role, *, recruiter_id: int | None, now: datetime) -> RoleRound:
    """Close a role, which ends its round; raises ConflictError for one that is closed."""
    _hold(session, role)
    if role.state is RoleState.CLOSED:
        raise ConflictError("This role is closed already; load the page again.")
    ended = select(func.max(RoleRound.number)).where(RoleRound.role_id == role.id)
    number = (session.scalar(ended) or 0) + 1
    past = RoleRound(
        role_id=role.id, number=number, began_at=role.posted_at, ended_at=now, ended_by=recruiter_id
    )
    role.state, role.closed_on, role.updated_at = RoleState.CLOSED, now.date(), now
    session.add(past)
    session.flush()
    return past


def take_end_back(session: Session, role: Role, past: RoleRound, *, now: datetime) -> None:
    """Let the round that was ended last go on as if it had not been; raises ConflictError for an older one."""
    _hold(session, role)
    if role.state is not RoleState.CLOSED or last_round(session, role.id) is not past:
        raise ConflictError("This role has been opened again since; its earlier round stays ended.")
    role.state, role.closed_on, role.updated_at = RoleState.OPEN, None, now
    session.delete(past)
    session.flush()


def begin_round(session: Session, role: Role, *, now: datetime) -> int:
    """Open a closed role again and give the number of its new round; raises ConflictError for one that is open.

    A role that another system remembers, or that was closed before rounds were kept, gets its first one here.
    """
    _hold(session, role)
    if role.state is not RoleState.CLOSED:
        raise ConflictError("This role is open already; load the page again.")
    before = last_round(session, role.id)
    if before is None:
        noon = datetime.combine(role.closed_on, time(12), UTC) if role.closed_on else now
        before = RoleRound(role_id=role.id, number=1, began_at=role.posted_at, ended_at=min(noon, now))
        session.add(before)
    role.state, role.posted_at, role.closed_on, role.updated_at = RoleState.OPEN, now, None, now
    session.flush()
    return before.number + 1


def _hold(session: Session, role: Role) -> None:
    """Learn how a role stands now, and let nobody else close or open it before this transaction ends."""
    session.refresh(role, ["state", "posted_at", "closed_on"], with_for_update=True)


def last_round(session: Session, role_id: int) -> RoleRound | None:
    """Find the round of a role that was ended last."""
    wanted = select(RoleRound).where(RoleRound.role_id == role_id).order_by(RoleRound.number.desc())
    return session.scalars(wanted.limit(1)).first()


def past_rounds(session: Session, role_id: int) -> list[RoleRound]:
    """List the rounds of a role that have ended, the newest first."""
    wanted = select(RoleRound).where(RoleRound.role_id == role_id).order_by(RoleRound.number.desc())
    return list(session.scalars(wanted))
