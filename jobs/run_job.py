"""One due run of one job: claimed once, worked through, and its outcome kept, whatever happens on the way."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import OperationalError
from structlog.contextvars import bound_contextvars

from jobs.one_of_many import is_fault, words_of
from jobs.schedule import Job
from jobs.workplace import Shift, StoppedError
from talentpool.errors import UnavailableError
from talentpool.logs import get_log
from talentpool.work import runs
from talentpool.work.leases import LeaseLostError
from talentpool.work.runs import Outcome

log = get_log(__name__)

INTERRUPTIONS = (LeaseLostError, StoppedError, UnavailableError, OperationalError)


def run_job(job: Job, shift: Shift, *, due_at: datetime) -> Outcome | None:
    """Do one due run; None when it was done, is being done, or has to wait for another try."""
    with shift.workplace.at_work.on(job.name) as is_free:
        run_id = _claimed(job, shift, due_at) if is_free else None
        if run_id is None:
            return None
        with bound_contextvars(job=job.name, job_run_id=run_id):  # a list has a run_id, too
            return _carried_out(job, replace(shift, run_id=run_id), run_id, due_at=due_at)


def _claimed(job: Job, shift: Shift, due_at: datetime) -> int | None:
    with shift.writing() as session:
        run = runs.claim(session, job.name, due_at=due_at, fence=shift.fence, now=shift.now)
        return None if run is None else run.id


def _carried_out(job: Job, shift: Shift, run_id: int, *, due_at: datetime) -> Outcome | None:
    try:
        outcome = _worked(job, shift, due_at)
    except LeaseLostError:
        log.warning("job_taken_over")
        return None
    except (StoppedError, UnavailableError, OperationalError) as interruption:
        log.warning("job_interrupted", because=type(interruption).__name__)
        outcome = Outcome(problem=_why(interruption), try_again=True)
    keep = runs.postpone if outcome.try_again else runs.end
    with shift.writing() as session:
        keep(session, run_id, outcome, fence=shift.fence, now=shift.now)
    if outcome.try_again:
        return None
    log.info("job_ran", items=outcome.items, failed=outcome.failures)
    return outcome


def _worked(job: Job, shift: Shift, due_at: datetime) -> Outcome:
    try:
        return job.run(shift, due_at)
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - one job must not stop the others
        log.error("job_failed", because=type(error).__name__, exc_info=is_fault(error))
        return Outcome(failures=1, problem=words_of(error))


def _why(interruption: Exception) -> str | None:
    """Say what a run waits for; one that was only asked to stop goes on at once."""
    if isinstance(interruption, UnavailableError):
        return str(interruption)
    return "The database could not be used." if isinstance(interruption, OperationalError) else None
