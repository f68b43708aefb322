"""A re-match: everybody is ranked again, and only what somebody would see differently is written.

What many roles need is read at once, ranking reads nothing more, and recording is a short write of its own, so that
nobody waits for the ranking. A run is pinned to the brief and the settings it was ranked by: a role edited meanwhile
makes its list an old one, never a wrong one.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, defer, selectinload

from talentpool.candidates.models import CandidateChange
from talentpool.errors import NotFoundError
from talentpool.logs import get_log
from talentpool.matching.ranking import Ranking
from talentpool.rediscovery.decided import Decided, decided_about
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import Match, MatchRun, RunCause
from talentpool.rediscovery.packed import Scores, unpack_excluded, unpack_ranked
from talentpool.rediscovery.rediscover import (
    RECEIPTS_KEPT,
    PoolNow,
    Ranked,
    look_at_pool,
    rank_brief,
    record_run,
)
from talentpool.rediscovery.results import latest_run
from talentpool.roles.briefs import brief_of, brief_to_json
from talentpool.roles.models import Role, RoleState

log = get_log(__name__)


@dataclass(frozen=True, kw_only=True, eq=False)
class RoleNow:
    """What a role is ranked by: its text, what was decided about people, and its newest run (id, brief, pool)."""

    role: Role
    decided: Decided
    last: Row[int, int, dict[str, Any], int] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class RolesNow:
    """Some roles as they stand, by id, and the pool they have in common, all looked at in the same moment."""

    pool: PoolNow
    role_by_id: Mapping[int, RoleNow]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rematched:
    """A role ranked again, and what was known then; `same_as` is the run that shows the same, `seen` the newest."""

    role_id: int
    ranked: Ranked
    pool: PoolNow
    seen: int | None
    same_as: int | None
    seconds: float


def look_at_roles(
    session: Session, keeper: IndexKeeper, role_ids: Sequence[int], *, now: datetime
) -> RolesNow:
    """Read what it takes to rank for these roles: a fixed number of queries, however many they are."""
    pool = look_at_pool(session, keeper, now=now)
    wanted = select(Role).where(Role.id.in_(role_ids)).options(selectinload(Role.requirements))
    roles = session.scalars(wanted).all()
    decided = decided_about(session, roles, today=now.date())
    runs = select(MatchRun.role_id, MatchRun.id, MatchRun.brief, MatchRun.pool)
    newest = session.execute(runs.where(MatchRun.role_id.in_(role_ids), _is_last())).all()
    last_by_role = {run.role_id: run for run in newest}
    return RolesNow(
        pool=pool,
        role_by_id={
            role.id: RoleNow(role=role, decided=decided[role.id], last=last_by_role.get(role.id))
            for role in roles
        },
    )


def rank_again(session: Session, now: RolesNow, role_id: int) -> Rematched:
    """Rank everybody for a role once more, without receipts; reads only to compare. Raises NotFoundError."""
    started, known = time.perf_counter(), now.role_by_id.get(role_id)
    if known is None:
        raise NotFoundError(f"There is no role {role_id}.")
    brief = brief_of(known.role)
    ranked = rank_brief(now.pool, brief, known.decided, limit=RECEIPTS_KEPT, with_receipts=False)
    last = None
    if known.last is not None and _is_about_the_same(known.last, ranked):
        last = session.get(MatchRun, known.last.id, options=[defer(MatchRun.role_weights)])
    return Rematched(
        role_id=role_id,
        ranked=ranked,
        pool=now.pool,
        seen=known.last.id if known.last else None,
        same_as=last.id if last and shows_the_same(session, last, ranked) else None,
        seconds=time.perf_counter() - started,
    )


def record_rematch(session: Session, rematched: Rematched, *, cause: RunCause) -> MatchRun | None:
    """Keep a re-match as a new run; None when it shows what the newest run shows, which is then confirmed.

    The new run is without receipts at first; see `receipts`. It counts as made when the role was looked at, so that
    what changed after that is matched again.
    """
    role_id, at = rematched.role_id, rematched.pool.at
    last = _same_run(session, rematched)
    if last is not None:
        last.confirmed_at, last.through_change = at, rematched.pool.through_change
        log.info("role_confirmed", role_id=role_id, run_id=last.id, seconds=rematched.seconds)
        return None
    run = record_run(
        session, role_id, rematched.ranked, rematched.pool, cause=cause, seconds=rematched.seconds
    )
    log.info("role_rediscovered", role_id=role_id, run_id=run.id, eligible=run.eligible, seconds=run.seconds)
    return run


def _same_run(session: Session, rematched: Rematched) -> MatchRun | None:
    """Find the newest run if it shows the same; it is compared again if somebody else has written it meanwhile."""
    newest = session.scalar(select(func.max(MatchRun.id)).where(MatchRun.role_id == rematched.role_id))
    if newest == rematched.seen:
        return session.get(MatchRun, newest) if newest and newest == rematched.same_as else None
    last = latest_run(session, rematched.role_id, with_places=False)
    return last if last is not None and shows_the_same(session, last, rematched.ranked) else None


def shows_the_same(session: Session, run: MatchRun, ranked: Ranked) -> bool:
    """Say whether a ranking shows nothing but what a run shows.

    That is: the same brief and weights, the same people ranked and left out, and the first 200 in the same places
    and bands. Scores that only age, and places past the watched ones, are no news.
    """
    if not _is_about_the_same(run, ranked):
        return False
    ranking = ranked.ranking
    ids, scores = unpack_ranked(run.ranked)
    first = ranking.candidate_ids[:RECEIPTS_KEPT].tolist()
    return (
        ids[: len(first)].tolist() == first
        and np.array_equal(np.sort(ids), np.sort(ranking.candidate_ids))
        and _leaves_out_the_same(run, ranked)
        and _are_as_before(session, run, ranking, scores)
    )


def _is_about_the_same(run: MatchRun | Row[int, int, dict[str, Any], int], ranked: Ranked) -> bool:
    """Say whether a run had the same brief, and as many people."""
    return bool(run.brief == brief_to_json(ranked.ranking.role.brief) and run.pool == ranked.pool)


def is_outdated(run: MatchRun, role: Role) -> bool:
    """Say whether a role was worded otherwise after this run was ranked."""
    return run.brief != brief_to_json(brief_of(role))


def roles_to_match_again(session: Session, *, now: datetime) -> list[int]:
    """List open roles that were never matched, or changed since, or whose pool has; whoever waited longest first.

    A match of the future was made under a clock that has been set right since: it tells nothing.
    """
    newest = session.scalar(select(func.max(CandidateChange.id))) or 0
    known_at = func.coalesce(MatchRun.confirmed_at, MatchRun.ran_at)
    rows = (
        select(Role.id)
        .outerjoin(MatchRun, and_(MatchRun.role_id == Role.id, _is_last()))
        .where(Role.state == RoleState.OPEN)
        .where(
            or_(
                MatchRun.id.is_(None),
                Role.updated_at > known_at,
                known_at > now,
                func.coalesce(MatchRun.through_change, 0) < newest,
            )
        )
    )
    return list(session.scalars(rows.order_by(known_at, Role.id)))


def _is_last() -> ColumnElement[bool]:
    """Leave the newest run of each role."""
    later = aliased(MatchRun)
    return ~select(later.id).where(later.role_id == MatchRun.role_id, later.id > MatchRun.id).exists()


def _leaves_out_the_same(run: MatchRun, ranked: Ranked) -> bool:
    stored = unpack_excluded(run.excluded, [step["rule"] for step in run.funnel])
    now = ranked.ids_by_rule
    return stored.keys() == now.keys() and all(
        np.array_equal(np.sort(ids), np.sort(now[rule])) for rule, ids in stored.items()
    )


def _are_as_before(session: Session, run: MatchRun, ranking: Ranking, scores: Scores) -> bool:
    """Say whether the first have the bands they had; whose receipt is still to come has to have the same score."""
    first, bands = ranking.candidate_ids[:RECEIPTS_KEPT].tolist(), ranking.bands(RECEIPTS_KEPT)
    kept = select(Match.candidate_id, Match.band).where(Match.run_id == run.id, Match.rank <= RECEIPTS_KEPT)
    known = {row.candidate_id: row.band for row in session.execute(kept)}
    now = ranking.scores[: len(first)].astype(np.float32)
    return all(
        known[one] == band.value if one in known else score == before
        for one, band, score, before in zip(first, bands, now, scores[: len(first)], strict=True)
    )
