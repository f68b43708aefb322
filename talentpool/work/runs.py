"""Runs of jobs: each due run is claimed once, whoever tries, and keeps how it went.

A run whose process died is claimed again under a newer fence; one that could not be done for now is tried again after
growing pauses, until the next one is due. A job that never ran here starts counting from its first look, so that
setting up an installation does not set off what was due before it existed.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talentpool.work.leases import Fence, LeaseLostError
from talentpool.work.models import JobRun, WorkState
from talentpool.work.queue import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS

OVER = (WorkState.DONE, WorkState.FAILED)


class Outcome(NamedTuple):
    """What a job got done: items tried, and how many of them failed; `try_again` for what failed only for now."""

    items: int = 0
    failures: int = 0
    problem: str | None = None
    notes: tuple[str, ...] = ()
    try_again: bool = False


def claim(session: Session, job: str, *, due_at: datetime, fence: Fence, now: datetime) -> JobRun | None:
    """Claim one due run of a job; None when it is done, or in the hands of this fence already.

    Older ones that nobody has ended are over with that: this one does what they would have.
    """
    run = _find(session, job, due_at) or JobRun(job=job, due_at=due_at, state=WorkState.WAITING)
    if run.state in OVER or (run.state is WorkState.RUNNING and (run.fence or 0) >= fence):
        return None
    _end_older(session, job, due_at, now)
    return _begin(session, run, fence=fence, now=now)


def end(session: Session, run_id: int, outcome: Outcome, *, fence: Fence, now: datetime) -> None:
    """Record how a run went; raises LeaseLostError when somebody else took it over meanwhile."""
    failed = outcome.problem is not None
    _keep(
        session, run_id, outcome, state=WorkState.FAILED if failed else WorkState.DONE, fence=fence, now=now
    )


def note_progress(session: Session, run_id: int, *, done: int, expected: int, fence: Fence) -> None:
    """Record how far a run is; raises LeaseLostError when somebody else took it over meanwhile."""
    run = _claimed(session, run_id, fence)
    run.items, run.expected = done, expected
    session.flush()


def postpone(session: Session, run_id: int, outcome: Outcome, *, fence: Fence, now: datetime) -> None:
    """Leave a run to be claimed again: at once when it was only interrupted, after a pause when it has a problem."""
    _keep(session, run_id, outcome, state=WorkState.WAITING, fence=fence, now=now)


def is_known(session: Session, job: str, *, due_at: datetime) -> bool:
    """Say whether this due run is over; one that waits or is under way is not."""
    run = _find(session, job, due_at, lock=False)
    return run is not None and run.state in OVER


def is_due(session: Session, job: str, *, due_at: datetime, now: datetime) -> bool:
    """Say whether this due run is to be tried now: it is not over, and not in the pause after a try."""
    run = _find(session, job, due_at, lock=False)
    return run is None or not (run.state in OVER or _is_in_a_pause(run, now))


def pause_after(overdue: timedelta) -> timedelta:
    """Give the pause before the next try: as long again as a run has been overdue, 5 seconds to 15 minutes.

    >>> [pause_after(timedelta(seconds=seconds)).seconds for seconds in (0, 10, 100, 7200)]
    [5, 10, 100, 900]
    """
    least, most = timedelta(seconds=FIRST_PAUSE_SECONDS), timedelta(seconds=LONGEST_PAUSE_SECONDS)
    return min(max(overdue, least), most)


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


def last_due(session: Session, job: str, *, before: datetime) -> datetime | None:
    """Tell when the run before this one was due; None where there was none."""
    earlier = select(func.max(JobRun.due_at)).where(JobRun.job == job, JobRun.due_at < before)
    return session.scalar(earlier.where(JobRun.state.in_(OVER)))


def newest_runs(session: Session, *, most: int = 20, job: str | None = None) -> list[JobRun]:
    """Load the runs that began last, newest first."""
    runs = select(JobRun).where(JobRun.started_at.is_not(None))
    if job is not None:
        runs = runs.where(JobRun.job == job)
    return list(session.scalars(runs.order_by(JobRun.started_at.desc(), JobRun.id.desc()).limit(most)))


def _find(session: Session, job: str, due_at: datetime, *, lock: bool = True) -> JobRun | None:
    run = select(JobRun).where(JobRun.job == job, JobRun.due_at == due_at)
    return session.scalar(run.with_for_update().execution_options(populate_existing=True) if lock else run)


def _is_in_a_pause(run: JobRun, now: datetime) -> bool:
    if run.state is not WorkState.WAITING or run.problem is None or run.ended_at is None:
        return False
    return run.ended_at <= now < run.ended_at + pause_after(run.ended_at - run.due_at)


def _end_older(session: Session, job: str, due_at: datetime, now: datetime) -> None:
    older = select(JobRun).where(
        JobRun.job == job, JobRun.due_at < due_at, JobRun.state.in_((WorkState.WAITING, WorkState.RUNNING))
    )
    for run in session.scalars(older.with_for_update()):
        run.state, run.ended_at = WorkState.FAILED, now
        run.problem = run.problem or "It did not come to its end; the next run took over what it had left."


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


def _keep(
    session: Session, run_id: int, outcome: Outcome, *, state: WorkState, fence: Fence, now: datetime
) -> None:
    run = _claimed(session, run_id, fence)
    run.state, run.ended_at, run.items, run.failures = state, now, outcome.items, outcome.failures
    run.problem = outcome.problem and _storable(outcome.problem)
    run.notes = [_storable(note) for note in outcome.notes]
    session.flush()


def _storable(words: str) -> str:
    """Leave out what PostgreSQL takes into no text: a run whose outcome cannot be kept would never end."""
    return words.encode("utf-8", "replace").decode().replace("\0", "?")


def _claimed(session: Session, run_id: int, fence: Fence) -> JobRun:
    run = session.get(JobRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.state is not WorkState.RUNNING or run.fence != fence:
        raise LeaseLostError(f"Run {run_id} was taken over by another process; this one stops.")
    return run
