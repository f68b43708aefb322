"""Receipts of a re-match: made after all lists are new, because they take longer than the lists themselves.

Until then whoever opens a list is given what the run's own weights say, as for places past the watched ones. A
person who has changed since the run gets no receipt for it: the next re-match will know them as they are now.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, defer

from talentpool.errors import NotFoundError
from talentpool.matching.receipt import Scored
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import Match, MatchRun
from talentpool.rediscovery.packed import unpack_ranked
from talentpool.rediscovery.rediscover import RECEIPTS_KEPT, match_row, note_promised, still_here
from talentpool.rediscovery.results import scored_now
from talentpool.roles.models import Role, RoleState


def runs_without_receipts(session: Session) -> list[int]:
    """List the newest runs of open roles that lack receipts of those who are first in them, oldest first."""
    newest = (
        select(func.max(MatchRun.id))
        .join(Role)
        .where(Role.state == RoleState.OPEN)
        .group_by(MatchRun.role_id)
    )
    kept = (
        select(func.count())
        .where(Match.run_id == MatchRun.id, Match.rank <= RECEIPTS_KEPT)
        .correlate(MatchRun)
        .scalar_subquery()
    )
    lacking = select(MatchRun.id).where(
        MatchRun.id.in_(newest), kept < MatchRun.eligible, kept < RECEIPTS_KEPT
    )
    return list(session.scalars(lacking.order_by(MatchRun.id)))


def missing_receipts(session: Session, keeper: IndexKeeper, run_id: int, *, now: datetime) -> list[Scored]:
    """Account for the first people of a run who have no receipt yet; reads only. Raises NotFoundError."""
    run = session.get(MatchRun, run_id, options=[defer(MatchRun.excluded)])
    if run is None:
        raise NotFoundError(f"There is no run {run_id}.")
    ids, scores = (part[:RECEIPTS_KEPT].tolist() for part in unpack_ranked(run.ranked))
    kept = set(session.scalars(select(Match.candidate_id).where(Match.run_id == run_id)))
    wanted = [one for one in ids if one not in kept]
    found = scored_now(session, keeper, run, wanted, now=now)
    ranked = [
        (one, place, score) for place, (one, score) in enumerate(zip(ids, scores, strict=True), start=1)
    ]
    return [
        found[one].ranked(place)
        for one, place, score in ranked
        if one in found and float(np.float32(found[one].score)) == score
    ]


def keep_receipts(session: Session, run_id: int, scored: Sequence[Scored]) -> None:
    """Keep receipts with their run; those that somebody opened meanwhile stand already."""
    kept = set(session.scalars(select(Match.candidate_id).where(Match.run_id == run_id)))
    wanted = still_here(session, [one.candidate_id for one in scored]) - kept
    rows = [match_row(run_id, one) for one in scored if one.candidate_id in wanted]
    if rows:
        session.execute(insert(Match), rows)
        run = session.get_one(MatchRun, run_id)
        note_promised(session, run.role_id, [one for one in scored if one.candidate_id in wanted])
