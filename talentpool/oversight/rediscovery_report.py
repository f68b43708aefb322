"""How well rediscovery works: how many came how far, and how soon somebody was written to, role by role."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CTE, func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.oversight.attribution import went_on
from talentpool.oversight.scope import ReportScope, day_of
from talentpool.oversight.steps import STEPS, Step, funnel
from talentpool.rediscovery.models import Match, MatchRun
from talentpool.rediscovery.rediscover import RECEIPTS_KEPT
from talentpool.roles.models import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleFunnel:
    """One role: how many came how far, and the days from posting to each first contact."""

    role_id: int
    title: str
    owner: str | None
    posted_on: date
    reached: Mapping[Step, int]
    contact_days: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RediscoveryReport:
    """Every role posted in the months asked for that was ever matched, newest first."""

    roles: tuple[RoleFunnel, ...]

    @property
    def reached(self) -> dict[Step, int]:
        """Add the roles up."""
        return {step: sum(role.reached[step] for role in self.roles) for step in STEPS}

    @property
    def contact_days(self) -> tuple[int, ...]:
        """Give the days from posting to first contact over all roles."""
        return tuple(days for role in self.roles for days in role.contact_days)


@dataclass(slots=True)
class _Tally:
    stopped_at: dict[Step, int]
    contact_days: list[int]


def load_rediscovery(session: Session, scope: ReportScope) -> RediscoveryReport:
    """Count in four queries, whatever the number of roles.

    Surfaced is whoever stands on the newest list, within the places kept with a run or opened further down, or
    went further from an earlier one. People the viewer may not see count nowhere.
    """
    roles = matched_roles(scope)
    tallies: dict[int, _Tally] = defaultdict(lambda: _Tally(stopped_at=defaultdict(int), contact_days=[]))
    listed = _listed(session, roles, scope)
    found = session.execute(
        select(roles.c.role_id, Role.title, Recruiter.name, roles.c.posted_on)
        .join(Role, Role.id == roles.c.role_id)
        .join(Recruiter, Recruiter.id == Role.owner_id, isouter=True)
        .order_by(roles.c.posted_on.desc(), roles.c.role_id.desc())
    ).all()
    posted = {role_id: posted_on for role_id, _title, _owner, posted_on in found}
    for role_id, furthest, contacted_on, people, still_listed in _further(session, roles, scope):
        tally = tallies[role_id]
        tally.stopped_at[STEPS[furthest - 1]] += people
        listed[role_id] = listed.get(role_id, 0) - still_listed
        if contacted_on is not None:
            tally.contact_days += [max(0, (contacted_on - posted[role_id]).days)] * people
    for role_id, people in listed.items():
        tallies[role_id].stopped_at[Step.SURFACED] += people
    return RediscoveryReport(roles=tuple(_role_funnels(found, tallies)))


def matched_roles(scope: ReportScope) -> CTE:
    """Give the roles posted in the months asked for that were matched: role, day of posting, newest run."""
    posted = func.coalesce(Role.posted_at, Role.created_at)
    newest = select(func.max(MatchRun.id)).where(MatchRun.role_id == Role.id).scalar_subquery()
    rows = select(Role.id.label("role_id"), day_of(posted).label("posted_on"), newest.label("run_id"))
    wanted = rows.where(scope.roles(), day_of(posted) >= scope.since).cte("posted_roles")
    return select(wanted).where(wanted.c.run_id.is_not(None)).cte("matched_roles")


def _listed(session: Session, roles: CTE, scope: ReportScope) -> dict[int, int]:
    """Count who is kept with the newest run of each role, by its index alone: the first places, and who was opened."""
    of_newest = Match.run_id == roles.c.run_id
    last_place = select(func.max(Match.rank)).where(of_newest, Match.rank <= RECEIPTS_KEPT)
    further_down = select(func.count()).where(of_newest, Match.rank > RECEIPTS_KEPT)
    people = func.coalesce(last_place.scalar_subquery(), 0) + further_down.scalar_subquery()
    places = session.execute(select(roles.c.role_id, roles.c.run_id, people)).all()
    unseen = _unseen(session, scope)
    return {role_id: number - unseen.get(run_id, 0) for role_id, run_id, number in places}


def _unseen(session: Session, scope: ReportScope) -> dict[int, int]:
    """Count the people on each run's list whom the viewer may not see; they are few."""
    if scope.viewer.may(Permission.SEE_RESTRICTED_PEOPLE):
        return {}
    counts = select(Match.run_id, func.count()).where(Match.candidate_id.in_(scope.hidden_people()))
    return dict(session.execute(counts.group_by(Match.run_id)).all())


def _further(
    session: Session, roles: CTE, scope: ReportScope
) -> Iterable[tuple[int, int, date | None, int, int]]:
    pairs = went_on(roles, dated=(Step.CONTACTED,))
    return session.execute(
        select(
            pairs.c.role_id,
            pairs.c.furthest,
            pairs.c.contacted_on,
            func.count(),
            func.count(Match.candidate_id),
        )
        .join(roles, roles.c.role_id == pairs.c.role_id)
        .join(
            Match,
            (Match.run_id == roles.c.run_id) & (Match.candidate_id == pairs.c.candidate_id),
            isouter=True,
        )
        .where(scope.is_seen(pairs.c.candidate_id))
        .group_by(pairs.c.role_id, pairs.c.furthest, pairs.c.contacted_on)
    )


def _role_funnels(
    found: Iterable[tuple[int, str, str | None, date]], tallies: Mapping[int, _Tally]
) -> Iterable[RoleFunnel]:
    for role_id, title, owner, posted_on in found:
        tally = tallies[role_id]
        yield RoleFunnel(
            role_id=role_id,
            title=title,
            owner=owner,
            posted_on=posted_on,
            reached=funnel(tally.stopped_at),
            contact_days=tuple(sorted(tally.contact_days)),
        )
