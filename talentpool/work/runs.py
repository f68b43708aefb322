"""Runs of jobs: each due run is claimed once, whoever tries, and keeps how it went.

A run whose process died is claimed again under a newer fence. A job that never ran here starts counting from
its first look, so that setting up an installation does not set off what was due before it existed.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talentpool.work.leases import Fence, LeaseLostError
from talentpool.work.models import JobRun, WorkState


class Outcome(NamedTuple):
    """What a job got done: items tried, and how many of them failed."""

    items: int = 0
    failures: int = 0
    problem: str | None = None
    notes: tuple[str, ...] = ()


def claim(session: Session, job: str, *, due_at: datetime, fence: Fence, now: datetime) -> JobRun | None:
    """Claim one due run of a job; None when it is done, or in the hands of this fence already."""
    run = _find(session, job, due_at)
    if run is None:
        return _begin(session, JobRun(job=job, due_at=due_at), fence=fence, now=now)
    is_abandoned = run.state is WorkState.RUNNING and (run.fence or 0) < fence
    if run.state is WorkState.WAITING or is_abandoned:
        return _begin(session, run, fence=fence, now=now)
    return None


def end(session: Session, run_id: int, outcome: Outcome, *, fence: Fence, now: datetime) -> None:
    """Record how a run went; raises LeaseLostError when somebody else took it over meanwhile."""
    run = _claimed(session, run_id, fence)
    failed = outcome.problem is not None
    run.state = WorkState.FAILED if failed else WorkState.DONE
    run.ended_at, run.items, run.failures = now, outcome.items, outcome.failures
    run.problem, run.notes = outcome.problem, list(outcome.notes)
    session.flush()


def note_progress(session: Session, run_id: int, *, done: int, expected: int, fence: Fence) -> None:
    """Record how far a run is; raises LeaseLostError when somebody else took it over meanwhile."""
    run = _claimed(session, run_id, fence)
    run.items, run.expected = done, expected
    session.flush()


def postpone(session: Session, run_id: int, problem: str | None, *, fence: Fence, now: datetime) -> None:
    """Leave a run to be claimed again: it was interrupted, or something it needs cannot be reached."""
    run = _claimed(session, run_id, fence)
    run.state, run.ended_at, run.problem = WorkState.WAITING, now, problem
    session.flush()


def is_known(session: Session, job: str, *, due_at: datetime) -> bool:
    """Say whether this due run is over or under way; a run that waits or was abandoned is not."""
    run = _find(session, job, due_at, lock=False)
    return run is not None and run.state in (WorkState.DONE, WorkState.FAILED)


def begin_counting(session: Session, job: str, *, due_at: datetime, now: datetime) -> None:
    """Mark, for a job that never ran here, what was due before; does nothing for the others."""
    if session.scalar(select(JobRun.id).where(JobRun.job == job).limit(1)) is not None:
        return
    session.add(
        JobRun(
            job=job,
            due_at=due_at,
            ended_at=now,
            state=WorkState.DONE,
            problem="Was due before this installation began.",
        )
    )
    session.flush()


def newest_runs(session: Session, *, most: int = 20, job: str | None = None) -> list[JobRun]:
    """Load the runs that began last, newest first."""
    runs = select(JobRun).where(JobRun.started_at.is_not(None))
    if job is not None:
        runs = runs.where(JobRun.job == job)
    return list(session.scalars(runs.order_by(JobRun.started_at.desc(), JobRun.id.desc()).limit(most)))


def _find(session: Session, job: str, due_at: datetime, *, lock: bool = True) -> JobRun | None:
    run = select(JobRun).where(JobRun.job == job, JobRun.due_at == due_at)
    return session.scalar(run.with_for_update().execution_options(populate_existing=True) if lock else run)


def _begin(session: Session, run: JobRun, *, fence: Fence, now: datetime) -> JobRun | None:
    run.state, run.fence, run.started_at = WorkState.RUNNING, fence, now
    run.ended_at, run.items, run.failures, run.problem = None, 0, 0, None
    run.expected, run.notes = None, None
    try:
        with session.begin_nested():
            session.add(run)
            session.flush()
    except IntegrityError:  # another scheduler claimed it between our look and our row
        return None
    return run


def _claimed(session: Session, run_id: int, fence: Fence) -> JobRun:
    run = session.get(JobRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.state is not WorkState.RUNNING or run.fence != fence:
        raise LeaseLostError(f"Run {run_id} was taken over by another process; this one stops.")
    return run
