"""Every open role is matched again, each in a transaction of its own; one that fails does not stop the rest.

Roles that have a scheduled run since the job was due are skipped, so a run that is taken over after a crash
goes on where the first one ended.
"""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from jobs.workplace import Shift
from talentpool.errors import TalentPoolError
from talentpool.logs import get_log
from talentpool.rediscovery.models import MatchRun, RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.roles.models import Role, RoleState
from talentpool.work.leases import LeaseLostError
from talentpool.work.runs import Outcome

log = get_log(__name__)


def run(shift: Shift, due_at: datetime) -> Outcome:
    """Match every open role that was not matched since `due_at`."""
    with shift.reading() as session:
        role_ids = _roles_left(session, due_at)
        if role_ids:
            shift.workplace.keeper.current(session, now=shift.now)
    failures = 0
    for role_id in role_ids:
        shift.go_on()
        try:
            rematch(shift, role_id)
        except (LeaseLostError, OperationalError):
            raise
        except Exception as error:  # noqa: BLE001 - one role must not stop the others
            failures += 1
            log.error("rematch_failed", role_id=role_id, because=type(error).__name__, exc_info=_fault(error))
    return Outcome(items=len(role_ids), failures=failures)


def rematch(shift: Shift, role_id: int) -> None:
    """Match one role again, in one transaction."""
    with shift.writing() as session:
        rediscover(
            session,
            shift.workplace.keeper,
            role_id,
            cause=RunCause.SCHEDULED,
            recruiter_id=None,
            now=shift.now,
        )


def _roles_left(session: Session, due_at: datetime) -> list[int]:
    matched_since = exists().where(
        MatchRun.role_id == Role.id, MatchRun.cause == RunCause.SCHEDULED, MatchRun.ran_at >= due_at
    )
    left = select(Role.id).where(Role.state == RoleState.OPEN, ~matched_since).order_by(Role.id)
    return list(session.scalars(left))


def _fault(error: Exception) -> bool:
    return not isinstance(error, TalentPoolError)  # our own say it all in their sentence
