"""A re-match: everybody is ranked again, and only what somebody would see differently is written.

Ranking reads; recording is a short write of its own, so that nobody waits for the ranking. A run is pinned to the
brief and the settings it was ranked by: a role edited meanwhile makes its list an old one, never a wrong one.
"""

import time
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from talentpool.candidates.models import CandidateChange
from talentpool.logs import get_log
from talentpool.matching.ranking import Ranking
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import Match, MatchRun, RunCause
from talentpool.rediscovery.packed import Scores, unpack_excluded, unpack_ranked
from talentpool.rediscovery.rediscover import (
    RECEIPTS_KEPT,
    PoolNow,
    Ranked,
    load_role,
    look_at_pool,
    rank_pool,
    record_run,
)
from talentpool.rediscovery.results import latest_run
from talentpool.roles.briefs import brief_of, brief_to_json
from talentpool.roles.models import Role, RoleState

log = get_log(__name__)


@dataclass(frozen=True, kw_only=True, eq=False)
class Rematched:
    """A role ranked again, and what was known then; `same_as` is the run that shows the same, `seen` the newest."""

    role_id: int
    ranked: Ranked
    pool: PoolNow
    seen: int | None
    same_as: int | None
    at: datetime
    seconds: float


def rank_again(
    session: Session, keeper: IndexKeeper, role_id: int, *, now: datetime, pool: PoolNow | None = None
) -> Rematched:
    """Rank everybody for a role once more, without receipts; reads only. Raises NotFoundError."""
    started = time.perf_counter()
    role, pool = load_role(session, role_id), pool or look_at_pool(session, keeper, now=now)
    ranked = rank_pool(
        session, keeper, brief_of(role), role=role, now=now, limit=RECEIPTS_KEPT, pool=pool,
        with_receipts=False,
    )  # fmt: skip
    last = latest_run(session, role.id, with_places=False)
    is_same = last is not None and shows_the_same(session, last, ranked)
    return Rematched(
        role_id=role_id,
        ranked=ranked,
        pool=pool,
        seen=last.id if last else None,
        same_as=last.id if last and is_same else None,
        at=now,
        seconds=time.perf_counter() - started,
    )


def record_rematch(session: Session, rematched: Rematched, *, cause: RunCause) -> MatchRun | None:
    """Keep a re-match as a new run; None when it shows what the newest run shows, which is then confirmed.

    The new run is without receipts at first; see `receipts`.
    """
    role_id = rematched.role_id
    last = _same_run(session, rematched)
    if last is not None:
        last.confirmed_at, last.through_change = rematched.at, rematched.pool.through_change
        log.info("role_confirmed", role_id=role_id, run_id=last.id, seconds=rematched.seconds)
        return None
    run = record_run(session, role_id, rematched.ranked, cause=cause, now=rematched.at)
    run.through_change, run.seconds = rematched.pool.through_change, rematched.seconds
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
    ranking = ranked.ranking
    if run.brief != brief_to_json(ranking.role.brief) or run.pool != ranked.pool:
        return False
    ids, scores = unpack_ranked(run.ranked)
    first = ranking.candidate_ids[:RECEIPTS_KEPT].tolist()
    return (
        ids[: len(first)].tolist() == first
        and np.array_equal(np.sort(ids), np.sort(ranking.candidate_ids))
        and _leaves_out_the_same(run, ranked)
        and _are_as_before(session, run, ranking, scores)
    )


def is_outdated(run: MatchRun, role: Role) -> bool:
    """Say whether a role was worded otherwise after this run was ranked."""
    return run.brief != brief_to_json(brief_of(role))


def roles_to_match_again(session: Session, *, now: datetime) -> list[int]:
    """List open roles that were never matched, or changed since, or whose pool has; whoever waited longest first.

    A match of the future was made under a clock that has been set right since: it tells nothing.
    """
    later = aliased(MatchRun)
    is_last = ~select(later.id).where(later.role_id == MatchRun.role_id, later.id > MatchRun.id).exists()
    newest = session.scalar(select(func.max(CandidateChange.id))) or 0
    known_at = func.coalesce(MatchRun.confirmed_at, MatchRun.ran_at)
    rows = (
        select(Role.id)
        .outerjoin(MatchRun, and_(MatchRun.role_id == Role.id, is_last))
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
