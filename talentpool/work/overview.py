"""The jobs as an administrator looks at them: each with its last runs, and those that need somebody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.work.models import AskedWork, JobPlan, JobRun, WorkState
from talentpool.work.plans import load_plans
from talentpool.work.runs import OVER, newest_runs

RUN_JOB = "run_job"


@dataclass(frozen=True, kw_only=True, slots=True)
class JobLine:
    """One job: how it is planned, its newest run, and whether somebody has asked for it just now."""

    plan: JobPlan
    last: JobRun | None
    is_asked_for: bool

    @property
    def title(self) -> str:
        """Name the job as people read it."""
        return title_of(self.plan.job)

    @property
    def is_moving(self) -> bool:
        """Say whether it runs, or will in a moment."""
        return self.is_asked_for or (self.last is not None and self.last.state is WorkState.RUNNING)


def title_of(job: str) -> str:
    """Name a job as people read it.

    >>> title_of("rematch_open_roles")
    'Rematch open roles'
    """
    return job.replace("_", " ").capitalize()


def job_lines(session: Session) -> list[JobLine]:
    """List all jobs in the order of the scheduler's table."""
    asked = jobs_asked_for(session)
    return [
        JobLine(plan=plan, last=_last(session, plan.job), is_asked_for=plan.job in asked)
        for plan in load_plans(session)
    ]


def jobs_asked_for(session: Session) -> set[str]:
    """Give the jobs that somebody asked for and that are still to be done."""
    open_work = select(AskedWork.details).where(
        AskedWork.kind == RUN_JOB, AskedWork.state.in_((WorkState.WAITING, WorkState.RUNNING))
    )
    return {str(details.get("job")) for details in session.scalars(open_work)}


def failed_runs(session: Session) -> list[JobRun]:
    """List the newest run of each planned job that failed, in which something failed, or that waits for something."""
    newest = _newest_of_each(session, (*OVER, WorkState.WAITING))
    return [run for run in newest if run.problem or run.failures]


def newest_run_of_each(session: Session) -> list[JobRun]:
    """List the newest finished run of each planned job."""
    return _newest_of_each(session, OVER)


def _newest_of_each(session: Session, states: tuple[WorkState, ...]) -> list[JobRun]:
    newest = (
        select(func.max(JobRun.id))
        .where(JobRun.state.in_(states), JobRun.started_at.is_not(None))
        .where(JobRun.job.in_(select(JobPlan.job)))
        .group_by(JobRun.job)
    )
    return list(session.scalars(select(JobRun).where(JobRun.id.in_(newest)).order_by(JobRun.job)))


def seconds_of(run: JobRun) -> float | None:
    """Give how long a run took; None while it is under way."""
    return (run.ended_at - run.started_at).total_seconds() if run.started_at and run.ended_at else None


def last_success(session: Session) -> dict[str, datetime]:
    """Give for each job when it last ended well."""
    done = select(JobRun.job, func.max(JobRun.ended_at)).where(
        JobRun.state == WorkState.DONE, JobRun.started_at.is_not(None)
    )
    return {job: at for job, at in session.execute(done.group_by(JobRun.job)) if at is not None}


def _last(session: Session, job: str) -> JobRun | None:
    return next(iter(newest_runs(session, most=1, job=job)), None)
