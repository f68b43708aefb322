"""The open roles one person fits now: everybody's roles the viewer may see, as they were last matched."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, defer

from talentpool.accounts.models import Recruiter
from talentpool.database import many
from talentpool.matching.accounts import Accounts
from talentpool.matching.reverse import ShelvedRole
from talentpool.matching.settings import MatchingSettings
from talentpool.rediscovery.exclusions import Rule
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import FeedbackKind, MatchFeedback, MatchRun
from talentpool.rediscovery.packed import unpack_excluded, unpack_ranked
from talentpool.rediscovery.weighed_roles import weighed_role
from talentpool.roles.models import Role, RoleState

MOST_ROLES = 8
BATCH = 50  # runs a query; each holds everybody's places
SHOWN_PLACES = 200  # further down a list nobody is told that a role fits


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleFit:
    """An open role with the place a person has, or would have, in its list."""

    role_id: int
    title: str
    owner_name: str | None
    rank: int
    band: str
    is_shortlisted: bool


def roles_for(
    session: Session,
    keeper: IndexKeeper,
    candidate_id: int,
    *,
    seen: ColumnElement[bool],
    now: datetime,
    ignoring: Collection[Rule] = (),
    hidden: Collection[int] = (),
) -> list[RoleFit]:
    """Give the open roles that this person is among the first for, best place first; none they are left out of.

    People in `hidden` take no place, as on the list itself. A rule in `ignoring` leaves nobody out: whoever is being let go of is not in process for long.
    """
    index, settings = keeper.current(session, now=now), keeper.settings(session)
    row = index.row_of(candidate_id)
    if row is None:
        return []
    runs, roles = _last_runs(session), _roles(session, candidate_id, seen)
    shortlisted = _shortlisted(session, candidate_id)
    shelf = keeper.roles.shelf(runs, lambda missing: _shelved(session, missing, settings))
    fits = [fit for fit in shelf.fits(index, row, settings, today=now.date()) if fit.role_id in roles]
    places = {fit.role_id: fit.place for fit in fits[:MOST_ROLES] if (fit.place or math.inf) <= SHOWN_PLACES}
    found = []
    for run in _runs(session, [runs[role_id] for role_id in places], hidden):
        if not _is_left_out(run, candidate_id, ignoring):
            accounts = Accounts(index, weighed_role(run, settings), settings, today=now.date())
            band, place = accounts.scored([row])[0].band, _place(run, places[run.role_id] or 0, hidden)
            title, owner = roles[run.role_id]
            found.append(
                RoleFit(
                    role_id=run.role_id, title=title, owner_name=owner, rank=place, band=band.value,
                    is_shortlisted=run.role_id in shortlisted,
                )
            )  # fmt: skip
    return sorted(found, key=lambda fit: (fit.rank, fit.role_id))


def _last_runs(session: Session) -> dict[int, int]:
    """Give the last run of each open role, by role."""
    wanted = (
        select(MatchRun.role_id, func.max(MatchRun.id))
        .join(Role, Role.id == MatchRun.role_id)
        .where(Role.state == RoleState.OPEN)
        .group_by(MatchRun.role_id)
    )
    return dict(session.execute(wanted).all())


def _roles(
    session: Session, candidate_id: int, seen: ColumnElement[bool]
) -> dict[int, tuple[str, str | None]]:
    """Give title and owner of the open roles the viewer may see and nobody has dismissed this person for."""
    dismissed = _judged(candidate_id, FeedbackKind.DISMISSED)
    wanted = select(Role.id, Role.title, Recruiter.name).outerjoin(Recruiter, Recruiter.id == Role.owner_id)
    wanted = wanted.where(Role.state == RoleState.OPEN, seen, Role.id.not_in(dismissed))
    return {role_id: (title, owner) for role_id, title, owner in session.execute(wanted)}


def _shortlisted(session: Session, candidate_id: int) -> set[int]:
    return set(session.scalars(_judged(candidate_id, FeedbackKind.SHORTLISTED)))


def _judged(candidate_id: int, kind: FeedbackKind) -> Select[int]:
    return select(MatchFeedback.role_id).where(
        MatchFeedback.candidate_id == candidate_id,
        MatchFeedback.kind == kind,
        MatchFeedback.undone_at.is_(None),
    )


def _runs(session: Session, run_ids: Sequence[int], hidden: Collection[int]) -> Iterable[MatchRun]:
    if not run_ids:
        return []
    wanted = select(MatchRun).where(MatchRun.id.in_(run_ids))
    return session.scalars(wanted if hidden else wanted.options(defer(MatchRun.ranked)))


def _place(run: MatchRun, place: int, hidden: Collection[int]) -> int:
    """Give a place without those before it whom the viewer may not see."""
    if not hidden:
        return place
    before = unpack_ranked(run.ranked)[0][: place - 1]
    return place - int(np.isin(before, list(hidden)).sum())


def _shelved(session: Session, run_ids: Sequence[int], settings: MatchingSettings) -> Iterator[ShelvedRole]:
    for batch in many(run_ids, at_a_time=BATCH):
        for run in session.scalars(select(MatchRun).where(MatchRun.id.in_(batch))):
            scores = unpack_ranked(run.ranked)[1]
            yield ShelvedRole.of(run.role_id, weighed_role(run, settings), scores)


def _is_left_out(run: MatchRun, candidate_id: int, ignoring: Collection[Rule]) -> bool:
    """Say whether a rule kept a person out of a role's list when it was last matched."""
    excluded = unpack_excluded(run.excluded, [step["rule"] for step in run.funnel])
    return any(candidate_id in ids for rule, ids in excluded.items() if rule not in ignoring)
