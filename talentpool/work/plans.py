"""The jobs as the scheduler means to run them, for whoever looks at them: why, when next, and which rest.

The scheduler writes what it goes by; an administrator pauses and resumes. A pause is kept over restarts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.errors import NotFoundError
from talentpool.work.models import JobPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One job as the scheduler goes by it; without a next time it runs when something asks for it."""

    job: str
    why: str
    next_at: datetime | None
    due_words: str | None = None


def note_plans(session: Session, planned: Sequence[Planned]) -> None:
    """Write down what the scheduler goes by; jobs that are no more go, pauses stay."""
    known = {plan.job: plan for plan in session.scalars(select(JobPlan))}
    for position, one in enumerate(planned):
        plan = known.pop(one.job, None) or JobPlan(job=one.job)
        plan.position, plan.why, plan.next_at, plan.due_words = position, one.why, one.next_at, one.due_words
        session.add(plan)
    for gone in known.values():
        session.delete(gone)
    session.flush()


def is_noted(session: Session, planned: Sequence[Planned]) -> bool:
    """Say whether this is what stands there already, so that nothing need be written."""
    noted = [
        Planned(job=plan.job, why=plan.why, next_at=plan.next_at, due_words=plan.due_words)
        for plan in load_plans(session)
    ]
    return noted == list(planned)


def load_plans(session: Session) -> list[JobPlan]:
    """Load all jobs in the order of the scheduler's table."""
    return list(session.scalars(select(JobPlan).order_by(JobPlan.position, JobPlan.job)))


def get_plan(session: Session, job: str) -> JobPlan:
    """Load one job; raises NotFoundError."""
    plan = session.get(JobPlan, job)
    if plan is None:
        raise NotFoundError(f"There is no job {job!r}.")
    return plan


def paused_jobs(session: Session) -> dict[str, datetime]:
    """Give since when each resting job rests."""
    return {plan.job: plan.paused_at for plan in load_plans(session) if plan.paused_at is not None}


def pause(session: Session, job: str, *, recruiter_id: int | None, now: datetime) -> None:
    """Let a job rest until it is resumed; one that rests already goes on resting. Raises NotFoundError."""
    plan = get_plan(session, job)
    if plan.paused_at is None:
        plan.paused_at, plan.paused_by = now, recruiter_id
        _record(session, "job_paused", job, recruiter_id=recruiter_id, now=now)


def resume(session: Session, job: str, *, recruiter_id: int | None, now: datetime) -> None:
    """Let a job run by itself again: at once when a due time was missed meanwhile. Raises NotFoundError."""
    plan = get_plan(session, job)
    if plan.paused_at is not None:
        plan.paused_at, plan.paused_by = None, None
        _record(session, "job_resumed", job, recruiter_id=recruiter_id, now=now)


def _record(session: Session, action: str, job: str, *, recruiter_id: int | None, now: datetime) -> None:
    record_event(
        session,
        action,
        object_kind="job",
        object_id=None,
        recruiter_id=recruiter_id,
        now=now,
        details={"job": job},
    )
    session.flush()
