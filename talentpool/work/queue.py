"""Work that somebody asked for: written by a door, taken by the one scheduler, tried again when it fails.

Each step is one short transaction of its caller. Work taken under an older fence belongs to a process that is
gone; `give_back_abandoned` returns it to the queue.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from talentpool.work.leases import Fence, LeaseLostError
from talentpool.work.models import AskedWork, WorkState

MOST_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 15 * 60


def pause_before(attempt: int) -> timedelta:
    """Give the pause before the next try: 5 seconds after the first, doubled each time, at most 15 minutes.

    >>> [pause_before(attempt).seconds for attempt in (1, 2, 3, 12)]
    [5, 10, 20, 900]
    """
    return timedelta(seconds=min(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1), LONGEST_PAUSE_SECONDS))


def ask(
    session: Session, kind: str, details: dict[str, Any], *, asked_by: int | None, now: datetime
) -> AskedWork:
    """Put work into the queue; the scheduler takes it within a second or two."""
    work = AskedWork(
        kind=kind,
        details=details,
        state=WorkState.WAITING,
        asked_by=asked_by,
        asked_at=now,
        due_at=now,
        attempts=0,
    )
    session.add(work)
    session.flush()
    return work


def ask_once(
    session: Session, kind: str, details: dict[str, Any], *, asked_by: int | None, now: datetime
) -> AskedWork:
    """Put work into the queue unless the same waits there already."""
    waiting = select(AskedWork).where(AskedWork.kind == kind, AskedWork.state == WorkState.WAITING)
    same = next((work for work in session.scalars(waiting) if work.details == details), None)
    return same or ask(session, kind, details, asked_by=asked_by, now=now)


def take(
    session: Session, *, fence: Fence, now: datetime, kinds: Collection[str] | None = None
) -> AskedWork | None:
    """Take the work that has waited longest among what is due; None when there is none."""
    due = select(AskedWork).where(AskedWork.state == WorkState.WAITING, _is_due(now))
    if kinds is not None:
        due = due.where(AskedWork.kind.in_(kinds))
    oldest = due.order_by(AskedWork.due_at, AskedWork.id).limit(1)
    work = session.scalar(oldest.with_for_update(skip_locked=True))
    if work is None:
        return None
    work.state, work.fence = WorkState.RUNNING, fence
    work.started_at, work.ended_at, work.problem = now, None, None
    work.attempts += 1
    session.flush()
    return work


def is_waiting(session: Session, kinds: Collection[str], *, now: datetime) -> bool:
    """Say whether work of these kinds is due; looks without locking anything."""
    due = select(AskedWork.id).where(
        AskedWork.state == WorkState.WAITING, _is_due(now), AskedWork.kind.in_(kinds)
    )
    return session.scalar(due.limit(1)) is not None


def is_under_way(session: Session, kind: str, details: dict[str, Any]) -> bool:
    """Say whether the same work waits or is being done."""
    return any(told == details for told in under_way(session, kind))


def under_way(session: Session, kind: str) -> list[dict[str, Any]]:
    """Load what the work of a kind is about that waits or is being done."""
    states = (WorkState.WAITING, WorkState.RUNNING)
    wanted = select(AskedWork.details).where(AskedWork.kind == kind, AskedWork.state.in_(states))
    return [dict(told) for told in session.scalars(wanted)]


def last_asked(session: Session, kind: str, *, since: datetime) -> list[AskedWork]:
    """List work of a kind that was asked for since, oldest first, whatever became of it."""
    wanted = select(AskedWork).where(AskedWork.kind == kind, AskedWork.asked_at >= since)
    return list(session.scalars(wanted.order_by(AskedWork.id)))


def finish(session: Session, work_id: int, *, fence: Fence, now: datetime) -> None:
    """Record that work is done; raises LeaseLostError when it was given to somebody else meanwhile."""
    work = _taken(session, work_id, fence)
    work.state, work.ended_at, work.problem = WorkState.DONE, now, None
    session.flush()


def fail(session: Session, work_id: int, problem: str, *, fence: Fence, now: datetime) -> None:
    """Record that work cannot be done as it was asked for; it is not tried again."""
    work = _taken(session, work_id, fence)
    work.state, work.ended_at, work.problem = WorkState.FAILED, now, problem
    session.flush()


def try_later(session: Session, work_id: int, problem: str, *, fence: Fence, now: datetime) -> None:
    """Record that work failed for now: after a pause it is tried again, at most five times in all."""
    work = _taken(session, work_id, fence)
    _put_back(work, problem, now)
    session.flush()


def tell(session: Session, work_id: int, details: dict[str, Any], *, fence: Fence) -> None:
    """Change what the work under way is about, for whoever may have to try it again."""
    _taken(session, work_id, fence).details = details
    session.flush()


def put_back(session: Session, work_id: int, *, fence: Fence, now: datetime) -> None:
    """Return work that was interrupted on purpose; the try does not count."""
    work = _taken(session, work_id, fence)
    work.state, work.due_at, work.attempts = WorkState.WAITING, now, work.attempts - 1
    session.flush()


def wait(session: Session, work_id: int, problem: str, *, fence: Fence, until: datetime) -> None:
    """Return work that something holds up for now, to be taken again at a time; the try does not count."""
    work = _taken(session, work_id, fence)
    work.state, work.due_at, work.attempts = WorkState.WAITING, until, work.attempts - 1
    work.problem = problem
    session.flush()


def give_back_abandoned(session: Session, *, fence: Fence, now: datetime) -> int:
    """Return to the queue what was taken under an older fence; gives how many pieces of work that were."""
    abandoned = session.scalars(
        select(AskedWork)
        .where(AskedWork.state == WorkState.RUNNING, AskedWork.fence < fence)
        .with_for_update()
    ).all()
    for work in abandoned:
        _put_back(work, "The process that worked on this ended before it was done.", now)
    session.flush()
    return len(abandoned)


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Say what is due; what was asked for in the future was so by a clock that has been set right since."""
    return or_(AskedWork.due_at <= now, AskedWork.asked_at > now)


def _put_back(work: AskedWork, problem: str, now: datetime) -> None:
    work.problem = problem
    if work.attempts >= MOST_ATTEMPTS:
        work.state, work.ended_at = WorkState.FAILED, now
        return
    work.state, work.due_at = WorkState.WAITING, now + pause_before(work.attempts)


def _taken(session: Session, work_id: int, fence: Fence) -> AskedWork:
    work = session.scalar(
        select(AskedWork)
        .where(AskedWork.id == work_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if work is None or work.state is not WorkState.RUNNING or work.fence != fence:
        raise LeaseLostError(f"Work {work_id} was given to another process; this one stops.")
    return work
