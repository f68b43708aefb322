"""Rediscovery: a role becomes ranked people from the pool, and the act is kept as a run.

Gathers who is left out (one query a rule), lets the engine rank everybody else, records once. Whoever calls
commits.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.audit import record_event
from talentpool.accounts.policies import policy_versions
from talentpool.candidates.models import Candidate, CandidateChange
from talentpool.candidates.promises import mark_matched
from talentpool.errors import NotFoundError
from talentpool.logs import get_log
from talentpool.matching.brief import Brief
from talentpool.matching.index import PoolIndex
from talentpool.matching.ranking import Ranking, Scored, rank
from talentpool.matching.receipt import Band
from talentpool.matching.settings import MatchingSettings
from talentpool.rediscovery.decided import Decided, decided_about
from talentpool.rediscovery.exclusions import left_out_of_all, under_one_rule
from talentpool.rediscovery.funnel import FunnelStep, funnel_of, with_filters
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import Match, MatchRun, RunCause
from talentpool.rediscovery.packed import pack_excluded, pack_ranked
from talentpool.rediscovery.weighed_roles import terms_to_rows
from talentpool.roles.briefs import brief_of, brief_to_json
from talentpool.roles.models import Role

log = get_log(__name__)

RECEIPTS_KEPT = 200
PROMISED_BANDS = (Band.STRONG, Band.GOOD)  # who fits well enough to be written to as promised


@dataclass(frozen=True, kw_only=True, eq=False)
class PoolNow:
    """What holds for all roles that are matched in the same moments: the index, and who of it is left out of all.

    `versions` are those of the weights and of the skills that the settings were read from.
    """

    index: PoolIndex
    settings: MatchingSettings
    versions: tuple[int, ...]
    left_out: Mapping[str, NDArray[np.int64]]
    through_change: int
    at: datetime


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranked:
    """One ranking act before it is kept: everybody in the pool is either ranked or under one rule."""

    pool: int
    ranking: Ranking
    ids_by_rule: dict[str, NDArray[np.int64]]
    funnel: tuple[FunnelStep, ...]

    @property
    def eligible(self) -> int:
        """Count who is left after the last rule."""
        return len(self.ranking.candidate_ids)


def rediscover(
    session: Session,
    keeper: IndexKeeper,
    role_id: int,
    *,
    cause: RunCause,
    recruiter_id: int | None,
    now: datetime,
) -> MatchRun:
    """Rank the pool for a role and keep the run with its receipts; raises NotFoundError."""
    started = time.perf_counter()
    role, pool = load_role(session, role_id), look_at_pool(session, keeper, now=now)
    ranked = rank_pool(session, keeper, brief_of(role), role=role, now=now, limit=RECEIPTS_KEPT, pool=pool)
    seconds = time.perf_counter() - started
    run = record_run(session, role.id, ranked, pool, cause=cause, seconds=seconds)
    record_event(
        session,
        "role_matched",
        object_kind="role",
        object_id=role.id,
        recruiter_id=recruiter_id,
        now=now,
        details={"run_id": run.id, "cause": str(cause)},
    )
    log.info("role_rediscovered", role_id=role.id, run_id=run.id, eligible=run.eligible, seconds=run.seconds)
    return run


def look_at_pool(session: Session, keeper: IndexKeeper, *, now: datetime) -> PoolNow:
    """Gather what all roles have in common; the index catches up first."""
    through = session.scalar(select(func.max(CandidateChange.id))) or 0
    index, left_out = keeper.current(session, now=now), left_out_of_all(session, today=now.date())
    return PoolNow(
        index=index,
        settings=keeper.settings(session),
        versions=policy_versions(session, ("matching", "skills")),
        left_out={rule: ids[index.has(ids)] for rule, ids in under_one_rule(left_out).items()},
        through_change=through,
        at=now,
    )


def rank_pool(
    session: Session,
    keeper: IndexKeeper,
    brief: Brief,
    *,
    role: Role | None,
    now: datetime,
    limit: int,
    pool: PoolNow | None = None,
) -> Ranked:
    """Rank everybody who may be ranked for a brief; nothing is written. `pool` spares looking at it again."""
    pool = pool or look_at_pool(session, keeper, now=now)
    decided = decided_about(session, [role], today=now.date())[role.id] if role else Decided()
    return rank_brief(pool, brief, decided, limit=limit)


def rank_brief(
    pool: PoolNow, brief: Brief, decided: Decided, *, limit: int, with_receipts: bool = True
) -> Ranked:
    """Do the same by what was read before."""
    index = pool.index
    found = under_one_rule(decided.left_out, after=pool.left_out)
    here = {rule: ids if rule in pool.left_out else ids[index.has(ids)] for rule, ids in found.items()}
    ranking = rank(
        index, brief, pool.settings, today=pool.at.date(), barred=np.concatenate(list(here.values())),
        judged=decided.judged, limit=limit, with_receipts=with_receipts,
    )  # fmt: skip
    ids_by_rule = with_filters(here, ranking.lacking)
    return Ranked(
        pool=index.size,
        ranking=ranking,
        ids_by_rule=ids_by_rule,
        funnel=funnel_of(index.size, ids_by_rule, ranking.lacking),
    )


def seen_of(ranked: Ranked, hidden: NDArray[np.int64]) -> Ranked:
    """Take people out of a ranking for somebody who may not see them, before anything is counted."""
    if not len(hidden):
        return ranked
    ranking = ranked.ranking
    seen = ~np.isin(ranking.candidate_ids, hidden)
    ids_by_rule = {rule: ids[~np.isin(ids, hidden)] for rule, ids in ranked.ids_by_rule.items()}
    lacking = [
        replace(one, candidate_ids=one.candidate_ids[~np.isin(one.candidate_ids, hidden)])
        for one in ranking.lacking
    ]
    top = [one for one in ranking.top if one.candidate_id not in hidden]
    pool = int(seen.sum()) + sum(len(ids) for ids in ids_by_rule.values())
    return Ranked(
        pool=pool,
        ranking=replace(
            ranking,
            candidate_ids=ranking.candidate_ids[seen],
            scores=ranking.scores[seen],
            top=tuple(replace(one, rank=place) for place, one in enumerate(top, start=1)),
        ),
        ids_by_rule=ids_by_rule,
        funnel=funnel_of(pool, ids_by_rule, lacking),
    )


def match_row(run_id: int, scored: Scored) -> dict[str, object]:
    """Give one ranked person the way the matches of a run are kept."""
    return {
        "run_id": run_id,
        "candidate_id": scored.candidate_id,
        "rank": scored.rank,
        "score": scored.score,
        "band": scored.band.value,
        "receipt": scored.receipt.to_document(),
    }


def load_role(session: Session, role_id: int) -> Role:
    """Load a role with its requirements; raises NotFoundError."""
    wanted = select(Role).where(Role.id == role_id).options(selectinload(Role.requirements))
    role = session.scalars(wanted).one_or_none()
    if role is None:
        raise NotFoundError(f"There is no role {role_id}.")
    return role


def record_run(
    session: Session, role_id: int, ranked: Ranked, pool: PoolNow, *, cause: RunCause, seconds: float
) -> MatchRun:
    """Keep a ranking of a role, with the receipts it has; promises to people who fit it are due from now on.

    It is written once and whole: a run of a large pool has hundreds of kilobytes.
    """
    ranking = ranked.ranking
    weights, skills = pool.versions
    run = MatchRun(
        role_id=role_id,
        cause=cause,
        ran_at=pool.at,
        through_change=pool.through_change,
        seconds=seconds,
        brief=brief_to_json(ranking.role.brief),
        policy_version=weights,
        skills_version=skills,
        index_generation=ranking.index_generation,
        pool=ranked.pool,
        eligible=ranked.eligible,
        funnel=[step.to_json() for step in ranked.funnel],
        role_weights=terms_to_rows(ranking.role.terms),
        ranked=pack_ranked(ranking.candidate_ids, ranking.scores),
        excluded=pack_excluded(ranked.ids_by_rule, [step.rule for step in ranked.funnel]),
    )
    session.add(run)
    session.flush()
    here = still_here(session, [scored.candidate_id for scored in ranking.top])
    if top := [scored for scored in ranking.top if scored.candidate_id in here]:
        session.execute(insert(Match), [match_row(run.id, scored) for scored in top])
        note_promised(session, role_id, top)
    return run


def note_promised(session: Session, role_id: int, scored: Sequence[Scored]) -> None:
    """Make promises to whoever fits the role well due at once."""
    fitting = [one.candidate_id for one in scored if one.band in PROMISED_BANDS]
    if fitting and (role := session.get(Role, role_id)) is not None:
        mark_matched(session, fitting, role)


def still_here(session: Session, candidate_ids: list[int]) -> set[int]:
    """Find who was not erased while the ranking was made, and let nobody of them go before it is kept."""
    if not candidate_ids:
        return set()
    wanted = select(Candidate.id).where(Candidate.id.in_(candidate_ids))
    return set(session.scalars(wanted.with_for_update(read=True, key_share=True)))
