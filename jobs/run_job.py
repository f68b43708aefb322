"""One due run of one job: claimed once, worked through, and its outcome kept, whatever happens on the way."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import OperationalError
from structlog.contextvars import bound_contextvars

from jobs.schedule import Job
from jobs.workplace import Shift, StoppedError
from talentpool.errors import TalentPoolError, UnavailableError
from talentpool.logs import get_log
from talentpool.work import runs
from talentpool.work.leases import LeaseLostError
from talentpool.work.runs import Outcome

log = get_log(__name__)


def run_job(job: Job, shift: Shift, *, due_at: datetime) -> Outcome | None:
    """Do one due run; None when it was done, is being done, or has to wait for another try."""
    with shift.writing() as session:
        claimed = runs.claim(session, job.name, due_at=due_at, fence=shift.fence, now=shift.now)
        run_id = None if claimed is None else claimed.id
    if run_id is None:
        return None
    try:
        with bound_contextvars(job=job.name, run_id=run_id):
            outcome = _worked(job, replace(shift, run_id=run_id), due_at)
    except LeaseLostError:
        log.warning("job_taken_over", job=job.name, run_id=run_id)
        return None
    except (StoppedError, UnavailableError, OperationalError) as interruption:
        _leave(shift, run_id, job=job.name, interruption=interruption)
        return None
    with shift.writing() as session:
        runs.end(session, run_id, outcome, fence=shift.fence, now=shift.now)
    log.info("job_ran", job=job.name, run_id=run_id, items=outcome.items, failed=outcome.failures)
    return outcome


def _worked(job: Job, shift: Shift, due_at: datetime) -> Outcome:
    try:
        return job.run(shift, due_at)
    except (LeaseLostError, StoppedError, UnavailableError, OperationalError):
        raise
    except TalentPoolError as error:
        return Outcome(failures=1, problem=str(error))
    except Exception as error:  # noqa: BLE001 - one job must not stop the others
        log.exception("job_failed", job=job.name, because=type(error).__name__)
        return Outcome(failures=1, problem=f"Stopped by a fault ({type(error).__name__}); see the log.")


def _leave(shift: Shift, run_id: int, *, job: str, interruption: Exception) -> None:
    reason = str(interruption) if isinstance(interruption, UnavailableError) else type(interruption).__name__
    log.warning("job_interrupted", job=job, run_id=run_id, because=type(interruption).__name__)
    with shift.writing() as session:
        runs.postpone(session, run_id, reason, fence=shift.fence, now=shift.now)
