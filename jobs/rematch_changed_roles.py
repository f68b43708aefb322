"""Soon after the pool or a role has changed, the roles it concerns are matched again: once for a burst of changes.

The scheduler looks every few seconds at what stands in the database, so a change is seen whatever brought it: a
page, a command, an import. What is remembered between two looks is only how long to wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.rematch_open_roles import match_again
from jobs.workplace import Shift
from talentpool.candidates.models import CandidateChange
from talentpool.rediscovery.rematch import roles_to_match_again
from talentpool.roles.models import Role, RoleState
from talentpool.work import queue
from talentpool.work.models import AskedWork, WorkState
from talentpool.work.plans import paused_jobs
from talentpool.work.runs import Outcome

NAME = "rematch_changed_roles"

Mark = tuple[object, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Burst:
    """Changes that came close together: how far they have come, and since when it has been quiet."""

    mark: Mark
    began_at: datetime
    quiet_since: datetime

    def followed(self, mark: Mark, now: datetime) -> "Burst":
        """Look again: a mark that has moved begins the quiet anew, as does a clock that was set back."""
        is_quiet = mark == self.mark and self.quiet_since <= now
        return Burst(
            mark=mark,
            began_at=min(self.began_at, now),
            quiet_since=self.quiet_since if is_quiet else now,
        )

    def is_over(self, now: datetime, *, wait: timedelta, longest: timedelta) -> bool:
        """Say whether to match now: it has been quiet for long enough, or it has gone on for too long."""
        return now - self.quiet_since >= wait or now - self.began_at >= longest


class Watch:
    """Waits for the end of a burst of changes, then asks for one re-match of the roles they concern."""

    def __init__(self) -> None:
        self._burst: Burst | None = None
        # So that a role which cannot be matched is not asked for again and again: what was asked for, and by which work.
        self._asked: tuple[Mark, int] | None = None

    def look(self, shift: Shift) -> None:
        """Look once; asks at the end of a burst."""
        now, settings = shift.now, shift.workplace.settings.schedule
        with shift.reading() as session:
            mark = _mark(session)
            if (
                self._has_asked(session, mark)
                or NAME in paused_jobs(session)
                or not roles_to_match_again(session, now=now)
            ):
                self._burst = None
                return
        burst = self._burst or Burst(mark=mark, began_at=now, quiet_since=now)
        self._burst = burst.followed(mark, now)
        wait = timedelta(seconds=settings.rematch_wait_seconds)
        longest = timedelta(seconds=settings.rematch_longest_wait_seconds)
        if self._burst.is_over(now, wait=wait, longest=longest):
            with shift.writing() as session:
                work = queue.ask_once(session, "run_job", {"job": NAME}, asked_by=None, now=now)
                asked = mark, work.id
            self._burst, self._asked = None, asked

    def _has_asked(self, session: Session, mark: Mark) -> bool:
        """Say whether these changes were asked for, and not in vain: a run that could never be made counts for none."""
        if self._asked is None or self._asked[0] != mark:
            return False
        work = session.get(AskedWork, self._asked[1])
        return work is None or work.state is not WorkState.FAILED


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Match again whatever changed since it was last matched."""
    with shift.reading() as session:
        role_ids = roles_to_match_again(session, now=shift.now)
    return match_again(shift, role_ids)


def _mark(session: Session) -> Mark:
    """Say how far changes have come: the newest of a candidate, and of an open role."""
    is_open = Role.state == RoleState.OPEN
    newest = session.scalar(select(func.max(CandidateChange.id)))
    changed_at, count = session.execute(select(func.max(Role.updated_at), func.count()).where(is_open)).one()
    return newest, changed_at, count
