"""Every open role is matched again, each in a transaction of its own; one that fails does not stop the rest.

Roles that were matched since the job was due are skipped, so a run that is taken over after a crash goes on where
the first one ended. A role that fails is put into the queue, which tries it again with growing pauses.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from jobs.workplace import Shift
from talentpool.errors import TalentPoolError
from talentpool.logs import get_log
from talentpool.rediscovery.models import MatchRun, RunCause
from talentpool.rediscovery.rematch import rank_again, record_rematch
from talentpool.roles.models import Role, RoleState
from talentpool.work import queue
from talentpool.work.leases import LeaseLostError
from talentpool.work.runs import Outcome

log = get_log(__name__)

MOST_NOTES = 200


def run(shift: Shift, due_at: datetime) -> Outcome:
    """Match every open role that was not matched since `due_at`."""
    with shift.reading() as session:
        role_ids = _roles_left(session, due_at)
    return match_again(shift, role_ids)


def match_again(shift: Shift, role_ids: Sequence[int]) -> Outcome:
    """Match roles again, one after another; counts them, and notes for each that fails what it was."""
    if role_ids:
        with shift.reading() as session:
            shift.workplace.keeper.current(session, now=shift.now)
    notes = []
    for done, role_id in enumerate(role_ids):
        shift.go_on()
        shift.report(done, len(role_ids))
        try:
            rematch(shift, role_id)
        except (LeaseLostError, OperationalError):
            raise
        except Exception as error:  # noqa: BLE001 - one role must not stop the others
            log.error("rematch_failed", role_id=role_id, because=type(error).__name__, exc_info=_fault(error))
            notes.append(f"Role {role_id}: {_sentence(error)} It is tried again by itself.")
            _try_later(shift, role_id)
    return Outcome(items=len(role_ids), failures=len(notes), notes=tuple(notes[:MOST_NOTES]))


def rematch(shift: Shift, role_id: int) -> None:
    """Match one role again; nobody who writes waits for the ranking."""
    with shift.reading() as session:
        rematched = rank_again(session, shift.workplace.keeper, role_id, now=shift.now)
    with shift.writing() as session:
        record_rematch(session, rematched, cause=RunCause.SCHEDULED)


def _try_later(shift: Shift, role_id: int) -> None:
    with shift.writing() as session:
        details = {"role_id": role_id, "cause": RunCause.SCHEDULED.value}
        work = queue.ask_once(session, "rematch_role", details, asked_by=None, now=shift.now)
        work.due_at = shift.now + queue.pause_before(1)


def _roles_left(session: Session, due_at: datetime) -> list[int]:
    known_at = func.coalesce(MatchRun.confirmed_at, MatchRun.ran_at)
    matched_since = exists().where(MatchRun.role_id == Role.id, known_at >= due_at)
    left = select(Role.id).where(Role.state == RoleState.OPEN, ~matched_since).order_by(Role.id)
    return list(session.scalars(left))


def _sentence(error: Exception) -> str:
    return f"Stopped by a fault ({type(error).__name__}); see the log." if _fault(error) else str(error)


def _fault(error: Exception) -> bool:
    return not isinstance(error, TalentPoolError)  # our own say it all in their sentence
