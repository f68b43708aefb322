"""One person's rediscoveries, each in one line: from which list, by whom, how soon, and how it went on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, RowMapping, Select, bindparam, func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.consent.eligibility import day
from talentpool.oversight.attribution import is_shortlisted, went_on
from talentpool.oversight.scope import day_of
from talentpool.oversight.steps import STEPS, Step
from talentpool.rediscovery.models import Match, MatchFeedback, MatchRun
from talentpool.roles.models import Role
from talentpool.roles.visibility import visible_roles

STATEMENTS_REMEMBERED = 200  # one or two for each account that is looking


@dataclass(frozen=True, kw_only=True, slots=True)
class Rediscovery:
    """How one person went on from one role's list; the run and rank are of the first list they stood on."""

    role_id: int
    role_title: str
    posted_on: date
    furthest: Step
    days: Mapping[Step, date]
    run_id: int | None = None
    rank: int | None = None
    shortlisted_by: str | None = None

    @property
    def words(self) -> str:
        """Say it in one line."""
        return rediscovery_words(self)

    @property
    def days_to_contact(self) -> int | None:
        """Count the days from posting the role to the first contact; None before one."""
        contacted_on = self.days.get(Step.CONTACTED)
        return None if contacted_on is None else max(0, (contacted_on - self.posted_on).days)


def rediscovery_words(one: Rediscovery) -> str:
    """Say how somebody was found again and how it went on.

    >>> rediscovery_words(Rediscovery(
    ...     role_id=7, role_title="Baker", posted_on=date(2026, 3, 1), furthest=Step.CONTACTED, rank=3,
    ...     days={Step.SURFACED: date(2026, 3, 1), Step.CONTACTED: date(2026, 3, 5)},
    ... ))
    'rank 3 on 1 Mar 2026 · contacted 5 Mar 2026, 4 days after the role was posted'
    """
    parts = []
    if one.rank is not None and Step.SURFACED in one.days:
        parts.append(f"rank {one.rank:,} on {day(one.days[Step.SURFACED])}")
    for step in (Step.SHORTLISTED, Step.CONTACTED, Step.REPLIED, Step.INTERVIEWED, Step.HIRED):
        if step in one.days:
            parts.append(_step_words(one, step))
    return " · ".join(parts)


def _step_words(one: Rediscovery, step: Step) -> str:
    words = f"{step.value} {day(one.days[step])}"
    if step is Step.SHORTLISTED and one.shortlisted_by:
        return f"{words} by {one.shortlisted_by}"
    if step is Step.CONTACTED:
        days = one.days_to_contact
        return f"{words}, {days} {'day' if days == 1 else 'days'} after the role was posted"
    return words


def rediscoveries_of(
    session: Session, viewer: Viewer, candidate_id: int, *, role_id: int | None = None
) -> tuple[Rediscovery, ...]:
    """Load a person's rediscoveries that went beyond a look, newest first: three queries; one role's, or all.

    Only those for roles the viewer may see; nothing for a person the viewer may not see.
    """
    given = {"candidate_id": candidate_id} | ({} if role_id is None else {"role_id": role_id})
    found = session.execute(_beyond_a_look(viewer, role_id is not None), given).mappings().all()
    if not found:
        return ()
    lists = _first_lists(session, candidate_id, [row["role_id"] for row in found])
    names = _shortlisted_by(session, candidate_id)
    return tuple(_rediscovery(row, lists.get(row["role_id"]), names.get(row["role_id"])) for row in found)


@lru_cache(maxsize=STATEMENTS_REMEMBERED)
def _beyond_a_look(viewer: Viewer, of_one_role: bool) -> Select[Any]:  # noqa: FBT001 - a key
    """Ask for what `rediscoveries_of` gives of `:candidate_id` and `:role_id`; putting it together takes longer than asking."""
    posted_on = day_of(func.coalesce(Role.posted_at, Role.created_at)).label("posted_on")
    wanted = select(Role.id.label("role_id"), posted_on).where(visible_roles(viewer))
    if of_one_role:
        wanted = wanted.where(Role.id == bindparam("role_id", type_=Integer))
    pairs = went_on(wanted.cte("seen_roles"), candidate_id=bindparam("candidate_id", type_=Integer))
    return (
        select(pairs, Role.title, posted_on)
        .join(Role, Role.id == pairs.c.role_id)
        .join(Candidate, Candidate.id == pairs.c.candidate_id)
        .where(visible_candidates(viewer), pairs.c.furthest >= Step.SHORTLISTED.rank)
        .order_by(Role.id.desc())
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _FirstList:
    run_id: int
    rank: int
    on: date


def _rediscovery(row: RowMapping, first: _FirstList | None, shortlisted_by: str | None) -> Rediscovery:
    days = {step: row[f"{step}_on"] for step in STEPS[1:] if row[f"{step}_on"] is not None}
    if first is not None:
        days[Step.SURFACED] = first.on
    return Rediscovery(
        role_id=row["role_id"],
        role_title=row["title"],
        posted_on=row["posted_on"],
        furthest=STEPS[row["furthest"] - 1],
        days=days,
        run_id=first.run_id if first else None,
        rank=first.rank if first else None,
        shortlisted_by=shortlisted_by,
    )


def _first_lists(session: Session, candidate_id: int, role_ids: list[int]) -> dict[int, _FirstList]:
    rows = (
        select(MatchRun.role_id, MatchRun.id, Match.rank, MatchRun.ran_at)
        .join(Match, Match.run_id == MatchRun.id)
        .where(Match.candidate_id == candidate_id, MatchRun.role_id.in_(role_ids))
        .order_by(MatchRun.ran_at.desc(), MatchRun.id.desc())
    )
    return {
        role_id: _FirstList(run_id=run_id, rank=rank, on=ran_at.date())
        for role_id, run_id, rank, ran_at in session.execute(rows)
    }


def _shortlisted_by(session: Session, candidate_id: int) -> dict[int, str]:
    rows = (
        select(MatchFeedback.role_id, Recruiter.name)
        .join(Recruiter, Recruiter.id == MatchFeedback.recruiter_id)
        .where(MatchFeedback.candidate_id == candidate_id, is_shortlisted())
        .order_by(MatchFeedback.created_at.desc())
    )
    return dict(session.execute(rows).all())
