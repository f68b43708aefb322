"""Whose time is over: who would be erased tonight, who is kept back for now, and when a person has to say yes.

A run that would erase more than a twentieth of the pool waits for an administrator, because a slip in a policy or an
import looks just like that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.policies import load_policy, save_policy
from talentpool.candidates.contact_holds import awaiting_copy
from talentpool.candidates.kept_too_long import people_past_retention
from talentpool.candidates.models import Candidate
from talentpool.errors import ConflictError, UnavailableError

LARGEST_SHARE = 0.05  # of the pool, in one run without anybody's yes
YES_HOLDS = timedelta(days=2)
YES = "retention_go_ahead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Over:
    """Whose time is over today."""

    pool: int
    ids: tuple[int, ...]  # would be erased
    frozen: tuple[int, ...]  # asked to see their data, which is answered first
    said_yes_at: datetime | None  # to at least as many, not long ago

    @property
    def is_large(self) -> bool:
        """Say whether so many would go at once that somebody has to say yes."""
        return len(self.ids) > LARGEST_SHARE * self.pool

    @property
    def may_go_on(self) -> bool:
        """Say whether a run may erase them."""
        return bool(self.ids) and (not self.is_large or self.said_yes_at is not None)


def look_who_is_over(
    session: Session, *, now: datetime, choices: Mapping[int, str | None] | None = None
) -> Over:
    """Find whose time is over, or would be with other choices for offices; nobody where no policy is chosen."""
    today = now.date()
    past = sorted(people_past_retention(session, today=today, choices=choices))
    frozen = awaiting_copy(session, past, today=today)
    ids = tuple(each for each in past if each not in frozen)
    return Over(
        pool=session.scalar(select(func.count(Candidate.id))) or 0,
        ids=ids,
        frozen=tuple(sorted(frozen)),
        said_yes_at=_said_yes(session, len(ids), now=now),
    )


def say_go_ahead(session: Session, people: int, *, recruiter_id: int, now: datetime) -> None:
    """Let the next run erase this many; raises ConflictError where it has become more since it was shown."""
    over = look_who_is_over(session, now=now)
    if len(over.ids) > people:
        raise ConflictError(f"It is {len(over.ids):,} people by now, not {people:,}; look at the list again.")
    value = {"people": people, "at": now.isoformat()}
    save_policy(session, YES, value, recruiter_id=recruiter_id, now=now)


def _said_yes(session: Session, people: int, *, now: datetime) -> datetime | None:
    try:
        said = load_policy(session, YES).value
    except UnavailableError:
        return None
    at = datetime.fromisoformat(str(said["at"]))
    return at if int(said["people"]) >= people and now - at <= YES_HOLDS else None
