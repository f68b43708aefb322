"""Every open role is matched again, each in a transaction of its own; one that fails does not stop the rest.

Roles that were matched since the job was due are skipped, so a run that is taken over after a crash goes on where
the first one ended. A role that fails is put into the queue, which tries it again with growing pauses.
"""

from collections import deque
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from jobs.one_of_many import one_of_many
from jobs.workplace import Shift
from talentpool.rediscovery.models import MatchRun, RunCause
from talentpool.rediscovery.receipts import keep_receipts, missing_receipts, runs_without_receipts
from talentpool.rediscovery.rematch import Rematched, RolesNow, look_at_roles, rank_again, record_rematch
from talentpool.roles.models import Role, RoleState
from talentpool.work import queue
from talentpool.work.runs import Outcome

MOST_NOTES = 200
RANKERS = 2
"""How many roles are ranked at once: half of the work is in loops that share the processors."""
LOOK_HOLDS = timedelta(seconds=5)
"""How long the pool and the roles are not looked at again: what changes meanwhile is for the next re-match."""
ROLES_A_LOOK = 200


def run(shift: Shift, due_at: datetime) -> Outcome:
    """Match every open role that was not matched since `due_at`."""
    with shift.reading() as session:
        role_ids = _roles_left(session, due_at, shift.now)
    return match_again(shift, role_ids)


def match_again(shift: Shift, role_ids: Sequence[int]) -> Outcome:
    """Match roles again: first all lists, then the receipts that new lists lack."""
    lists, notes = renew_lists(shift, role_ids), keep_all_receipts(shift)
    return lists._replace(
        items=lists.items + len(notes),
        failures=lists.failures + len(notes),
        notes=(*lists.notes, *notes)[:MOST_NOTES],
    )


def renew_lists(shift: Shift, role_ids: Sequence[int]) -> Outcome:
    """Make new lists, one role after another; counts them, and notes for each that fails what it was.

    While one list is written the next roles are ranked.
    """
    now, notes, waiting = None, list[str](), deque(role_ids)
    ahead = deque[tuple[int, Future[Rematched]]]()
    with ThreadPoolExecutor(RANKERS, thread_name_prefix="ranking") as rankers:
        for done in range(len(role_ids)):
            shift.go_on()
            shift.report(done, len(role_ids))
            while waiting and len(ahead) <= RANKERS:
                now = _roles_now(shift, now, waiting)
                role_id = waiting.popleft()
                ahead.append((role_id, rankers.submit(copy_context().run, _ranked, shift, now, role_id)))
            role_id, ranked = ahead.popleft()
            with one_of_many(notes, f"Role {role_id}", try_later=partial(_try_later, shift, role_id)):
                _record(shift, ranked.result())
    return Outcome(items=len(role_ids), failures=len(notes), notes=tuple(notes[:MOST_NOTES]))


def rematch(shift: Shift, role_id: int) -> None:
    """Match one role again; nobody who writes waits for the ranking."""
    _record(shift, _ranked(shift, _roles_now(shift, None, [role_id]), role_id))


def _roles_now(shift: Shift, now: RolesNow | None, role_ids: Collection[int]) -> RolesNow:
    """Look at the next roles and the pool, unless that was just done."""
    if now and next(iter(role_ids)) in now.role_by_id and abs(shift.now - now.pool.at) < LOOK_HOLDS:
        return now
    with shift.reading() as session:
        some = list(islice(role_ids, ROLES_A_LOOK))
        return look_at_roles(session, shift.workplace.keeper, some, now=shift.now)


def _ranked(shift: Shift, now: RolesNow, role_id: int) -> Rematched:
    with shift.reading() as session:
        return rank_again(session, now, role_id)


def _record(shift: Shift, rematched: Rematched) -> None:
    with shift.writing() as session:
        record_rematch(session, rematched, cause=RunCause.SCHEDULED)


def keep_all_receipts(shift: Shift) -> list[str]:
    """Keep the receipts that new lists lack, also those of a re-match that was interrupted; gives what went wrong.

    A list is whole without them, and the next re-match of any role makes them good.
    """
    notes = list[str]()
    with shift.reading() as session:
        run_ids = runs_without_receipts(session)
    for run_id in run_ids:
        shift.go_on()
        with one_of_many(notes, f"Receipts of list {run_id}"):
            _keep_receipts(shift, run_id)
    return notes


def _keep_receipts(shift: Shift, run_id: int) -> None:
    with shift.reading() as session:
        scored = missing_receipts(session, shift.workplace.keeper, run_id, now=shift.now)
    with shift.writing() as session:
        keep_receipts(session, run_id, scored)


def _try_later(shift: Shift, role_id: int) -> None:
    with shift.writing() as session:
        details = {"role_id": role_id, "cause": RunCause.SCHEDULED.value}
        work = queue.ask_once(session, "rematch_role", details, asked_by=None, now=shift.now)
        work.due_at = shift.now + queue.pause_before(1)


def _roles_left(session: Session, due_at: datetime, now: datetime) -> list[int]:
    """List open roles not matched since; what was matched in the future was so by a clock that was wrong."""
    known_at = func.coalesce(MatchRun.confirmed_at, MatchRun.ran_at)
    matched_since = exists().where(MatchRun.role_id == Role.id, known_at >= due_at, known_at <= now)
    left = select(Role.id).where(Role.state == RoleState.OPEN, ~matched_since).order_by(Role.id)
    return list(session.scalars(left))
